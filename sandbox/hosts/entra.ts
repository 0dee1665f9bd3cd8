/**
 * Entra ID: `login.microsoftonline.com` of the stand-in tenant, and the issuer that its workloads get their own
 * tokens from. Applications get tokens for themselves and for people, who sign in by being named.
 *
 * @packageDocumentation
 */
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply } from "fastify";
import { directory } from "../directory/index.ts";
import { publishedKeys } from "../tokens.ts";
import type { World } from "../world.ts";
import { reportDefect } from "./defects.ts";
import { inOwnWords } from "./framework-errors.ts";
import { authorize } from "./entra-authorize.ts";
import type { Query } from "./entra-authorize.ts";
import { adminConsent } from "./entra-consent.ts";
import { platformOf } from "./entra-clients.ts";
import { EntraError, rejections } from "./entra-errors.ts";
import { page, withParameters } from "./entra-pages.ts";
import type { Shown } from "./entra-pages.ts";
import { answerToken } from "./entra-token.ts";

const AUTHORITY = "https://login.microsoftonline.com";

interface TenantRoute {
  Params: { tenant: string };
}

export function entraHost(world: World): FastifyInstance {
  // Seen elsewhere (msgraph-sdk): clients join paths with a slash too many.
  const app: FastifyInstance = fastify({
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    ...inOwnWords(() => app),
  });

  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body as string)));
  });

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof EntraError) return reply.status(error.status).send(error.body(world.now()));
    const { statusCode = 500, message } = error as Error & { statusCode?: number };
    if (statusCode >= 500) reportDefect("Entra", error as Error);
    return reply.status(statusCode).send(rejections.invalidRequest(statusCode, message).body(world.now()));
  });
  app.setNotFoundHandler((request) => {
    const path = request.url.split("?")[0] ?? "";
    throw rejections.invalidRequest(404, `The stand-in's Entra has no endpoint ${request.method} ${path}.`);
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
  for (const version of [1, 2] as const) {
    const path = `/:tenant/oauth2/${version === 1 ? "" : "v2.0/"}`;
    app.post<TenantRoute>(`${path}token`, async (request, reply) => {
      const tenant = existingTenant(world, request.params.tenant);
      const form = (request.body ?? {}) as Record<string, string>;
      if (form["grant_type"] === "client_credentials" && tenant !== world.tenant.id) throw rejections.noTenant();
      reply.header("cache-control", "no-store, no-cache").header("pragma", "no-cache");
      return answerToken(world, version === 1 ? withScope(form) : form, request.headers.authorization);
    });
    app.get<TenantRoute>(`${path}token`, async ({ method }) => {
      throw rejections.onlyPost(method);
    });
    app.get<TenantRoute>(`${path}authorize`, async ({ params, query }, reply) => {
      const asked = query as Query;
      const tenant = existingTenant(world, params.tenant);
      return show(reply, authorize(world, tenant, version === 1 ? withScope(asked) : asked));
    });
    app.get<TenantRoute>(`${path}logout`, async ({ params, query }, reply) => {
      existingTenant(world, params.tenant);
      return show(reply, signOut(world, query as Query));
    });
    app.get<TenantRoute>(`/:tenant/${version === 1 ? "" : "v2.0/"}adminconsent`, async ({ params, query }, reply) => {
      existingTenant(world, params.tenant);
      return show(reply, adminConsent(world, version, query as Query));
    });
  }
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
  app.setNotFoundHandler((_request, reply) => reply.status(404).send());
  return app;
}

function show(reply: FastifyReply, shown: Shown): FastifyReply {
  if ("location" in shown) return reply.redirect(shown.location, 302);
  return reply.status(shown.status).type("text/html; charset=utf-8").send(shown.page);
}

/** The tenant's id; a tenant-independent name stays what it is: it serves discovery, and no client credentials. */
function existingTenant(world: World, tenant: string): string {
  const { id, domain, mailDomain } = world.tenant;
  const name = tenant.toLowerCase();
  if (name === "common" || name === "organizations") return name;
  if (name === id || name === domain || name === mailDomain) return id;
  throw rejections.tenantNotFound(tenant);
}

/** Documented: version 1.0 names one resource, where 2.0 has scopes. */
function withScope<T extends Query>({ resource, ...asked }: T): Omit<T, "resource"> {
  if (resource === undefined) return asked;
  return { ...asked, scope: `openid ${resource}/.default` };
}

/** Documented: back to an address that is registered, else to a page that says that it is done. */
function signOut(world: World, query: Query): Shown {
  const { post_logout_redirect_uri: back, state } = query;
  const registrations = [...directory(world).applications.values()];
  if (back !== undefined && registrations.some((each) => platformOf(each, back)))
    return withParameters(back, { state });
  return page("You signed out of your account", "It's a good idea to close all browser windows.");
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
