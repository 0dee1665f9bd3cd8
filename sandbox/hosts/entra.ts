/**
 * Entra ID: `login.microsoftonline.com` of the stand-in tenant, and the issuer that its workloads get their own
 * tokens from. Client credentials only: nobody signs in interactively.
 *
 * @packageDocumentation
 */
import { fastify } from "fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { text } from "../directory/model.ts";
import { resourcePrincipal } from "../directory/roles.ts";
import { issueAccessToken, publishedKeys } from "../tokens.ts";
import type { World } from "../world.ts";
import { checkAssertion, checkSecret, clientOf } from "./entra-credentials.ts";
import { reportDefect } from "./defects.ts";
import { EntraError, refusals } from "./entra-errors.ts";

const AUTHORITY = "https://login.microsoftonline.com";
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

interface TenantRoute {
  Params: { tenant: string };
}

export function entraHost(world: World): FastifyInstance {
  const app = fastify();

  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body as string)));
  });

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof EntraError) return reply.status(error.status).send(error.body(world.now()));
    if (((error as { statusCode?: number }).statusCode ?? 500) >= 500) reportDefect("Entra", error as Error);
    return reply.send(error);
  });

  // Documented: answered for any tenant, existing or not; clients learn here which login hosts are one cloud.
  app.get<TenantRoute>("/:tenant/discovery/instance", async (request) => {
    return instanceDiscovery(request.params.tenant, request.query);
  });
  app.get<TenantRoute>("/:tenant/v2.0/.well-known/openid-configuration", async ({ params }) => {
    return openIdConfiguration(existingTenant(world, params.tenant), "2.0");
  });
  app.get<TenantRoute>("/:tenant/.well-known/openid-configuration", async ({ params }) => {
    return openIdConfiguration(existingTenant(world, params.tenant), "1.0");
  });
  for (const keys of ["/:tenant/discovery/v2.0/keys", "/:tenant/discovery/keys"]) {
    app.get<TenantRoute>(keys, async ({ params }) => {
      existingTenant(world, params.tenant);
      return publishedKeys(world, "entra");
    });
  }
  app.post<TenantRoute>("/:tenant/oauth2/v2.0/token", async (request, reply) => {
    const tenant = existingTenant(world, request.params.tenant);
    if (tenant !== world.tenant.id) throw refusals.noTenant();
    reply.header("cache-control", "no-store, no-cache").header("pragma", "no-cache");
    return clientCredentials(world, readForm(request));
  });
  return app;
}

/** The issuer of the world's workload identity: what Entra asks for its keys before it believes an assertion. */
export function workloadIssuerHost(world: World): FastifyInstance {
  const { issuer } = world.workload;
  const app = fastify();
  app.get("/.well-known/openid-configuration", async () => ({
    issuer,
    jwks_uri: `${issuer}/openid/v1/jwks`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  }));
  app.get("/openid/v1/jwks", async () => publishedKeys(world, "workload"));
  return app;
}

interface TokenForm {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
  readonly grant: string;
  readonly scope: string;
}

/** Parameters that are not used here (`client_info`, `claims`, MSAL's own) are tolerated, as by Entra. */
function readForm(request: FastifyRequest): TokenForm {
  const form = (request.body ?? {}) as Record<string, string>;
  const basic = basicCredentials(request.headers.authorization);
  const required = (name: string): string => {
    const value = form[name];
    if (!value) throw refusals.parameterMissing(name);
    return value;
  };
  const grant = required("grant_type");
  if (grant !== "client_credentials") throw refusals.unsupportedGrant(grant);
  return {
    grant,
    clientId: basic?.user ?? required("client_id"),
    secret: basic?.password ?? (form["client_secret"] || undefined),
    assertion: form["client_assertion_type"] === JWT_BEARER ? form["client_assertion"] : undefined,
    scope: required("scope"),
  };
}

async function clientCredentials(world: World, form: TokenForm): Promise<object> {
  const [application, principal] = clientOf(world, form.clientId);
  if (form.secret !== undefined) checkSecret(world, application, principal, form.secret);
  else if (form.assertion !== undefined) await checkAssertion(world, application, form.assertion);
  else throw refusals.noCredential();

  const audience = audienceOf(world, form.scope);
  const token = await issueAccessToken(
    world,
    {
      displayName: text(principal, "displayName"),
      clientId: text(application, "appId"),
      objectId: principal.id,
    },
    audience,
    form.secret === undefined ? "assertion" : "secret",
  );
  return { token_type: "Bearer", ...token, ext_expires_in: token.expires_in };
}

/** The audience that a scope asks for: what stands before `/.default`, as it was written (documented). */
function audienceOf(world: World, scope: string): string {
  const resource = /^(\S+)\/\.default$/.exec(scope)?.[1];
  if (resource === undefined) throw refusals.invalidScope(scope);
  if (!resourcePrincipal(world, resource)) throw refusals.resourceNotFound(resource, world.tenant.displayName);
  return resource;
}

/** The tenant's id; a tenant-independent name stays what it is: it serves discovery, and no client credentials. */
function existingTenant(world: World, tenant: string): string {
  const { id, domain, mailDomain } = world.tenant;
  const name = tenant.toLowerCase();
  if (name === "common" || name === "organizations") return name;
  if (name === id || name === domain || name === mailDomain) return id;
  throw refusals.tenantNotFound(tenant);
}

function basicCredentials(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [user, ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":").map(decoded);
  return { user: user ?? "", password: password.join(":") };
}

/** Encoded as OAuth says, or raw as many clients do it: a lone `%` is no encoding. */
function decoded(text: string): string {
  return /%(?![0-9a-f]{2})/i.test(text) ? text : decodeURIComponent(text);
}

function instanceDiscovery(tenant: string, query: unknown): object {
  const asked = (query as Record<string, string>)["authorization_endpoint"];
  const path = asked && URL.canParse(asked) ? new URL(asked).pathname.split("/")[1] : tenant;
  return {
    tenant_discovery_endpoint: `${AUTHORITY}/${path}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [
      {
        preferred_network: "login.microsoftonline.com",
        preferred_cache: "login.windows.net",
        aliases: ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
      },
    ],
  };
}

function openIdConfiguration(tenantId: string, version: "1.0" | "2.0"): object {
  const path = version === "2.0" ? "oauth2/v2.0" : "oauth2";
  return {
    issuer: version === "2.0" ? `${AUTHORITY}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`,
    token_endpoint: `${AUTHORITY}/${tenantId}/${path}/token`,
    authorization_endpoint: `${AUTHORITY}/${tenantId}/${path}/authorize`,
    device_authorization_endpoint: `${AUTHORITY}/${tenantId}/${path}/devicecode`,
    end_session_endpoint: `${AUTHORITY}/${tenantId}/${path}/logout`,
    jwks_uri: `${AUTHORITY}/${tenantId}/discovery/${version === "2.0" ? "v2.0/" : ""}keys`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    response_modes_supported: ["query", "fragment", "form_post"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "name", "tid", "ver"],
    tenant_region_scope: "EU",
    cloud_instance_name: "microsoftonline.com",
    cloud_graph_host_name: "graph.windows.net",
    msgraph_host: "graph.microsoft.com",
    rbac_url: "https://pas.windows.net",
  };
}
