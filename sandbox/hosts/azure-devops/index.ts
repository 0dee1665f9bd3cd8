/**
 * Azure DevOps of the stand-in tenant: enough to say whether a credential is good, and for which organization.
 *
 * @packageDocumentation
 */
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { directory } from "../../directory/index.ts";
import type { World } from "../../world.ts";
import { reportDefect } from "../defects.ts";
import { acceptEmptyJson } from "../json-body.ts";
import { AzureDevOpsError, invalidArgument, noController, organizationNotFound } from "./errors.ts";
import { locations } from "./locations.ts";
import { organization } from "./organization.ts";
import type { Entitlement, Organization, Project } from "./organization.ts";
import { callerOf, SignInNeeded } from "./sign-in.ts";
import type { Caller } from "./sign-in.ts";

/** Documented: members are managed at a host of their own. */
const ENTITLEMENTS_HOST = "vsaex.dev.azure.com";

export const AZURE_DEVOPS_HOSTS: readonly string[] = ["dev.azure.com", "vssps.dev.azure.com", ENTITLEMENTS_HOST];

interface Route {
  Params: { organization: string; area?: string; id?: string };
}

export function azureDevOpsHost(world: World): FastifyInstance {
  const app = fastify({ routerOptions: { caseSensitive: false, ignoreTrailingSlash: true }, exposeHeadRoutes: false });
  acceptEmptyJson(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof SignInNeeded) return askToSignIn(world, error, request, reply);
    if (error instanceof AzureDevOpsError) return reply.status(error.status).send(error.body());
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.status(error.statusCode).send(invalidArgument(error.message).body());
    }
    reportDefect("Azure DevOps", error);
    return reply.status(500).send(new AzureDevOpsError(500, "Exception", error.message).body());
  });

  app.setNotFoundHandler((request) => {
    throw noController(request.url.split("?")[0] ?? "");
  });

  async function enter(request: FastifyRequest<Route>): Promise<{ home: Organization; caller: Caller }> {
    const home = organization(world);
    const { organization: name } = request.params;
    if (name.toLowerCase() !== home.name) throw organizationNotFound(name);
    return { home, caller: await callerOf(world, home, request) };
  }

  // Read: azure-devops for Python 7.1 asks for every area at once.
  app.options<Route>("/:organization/_apis", async (request) => {
    await enter(request);
    return listed(locations);
  });
  app.options<Route>("/:organization/_apis/:area", async (request) => {
    await enter(request);
    const area = request.params.area?.toLowerCase();
    return listed(locations.filter((each) => each.area.toLowerCase() === area));
  });
  // Seen: with no areas the client stays at the host that it began with.
  app.get<Route>("/:organization/_apis/ResourceAreas", async (request) => {
    await enter(request);
    return listed([]);
  });
  app.get<Route>("/:organization/_apis/connectionData", async (request) => {
    const { home, caller } = await enter(request);
    checkPreview(request);
    return connectionData(home, caller);
  });
  app.get<Route>("/:organization/_apis/projects", async (request) => {
    const { home } = await enter(request);
    return listed(home.projects.map((project) => projectAnswer(home, project)));
  });
  app.get<Route>("/:organization/_apis/projects/:id", async (request) => {
    const { home } = await enter(request);
    const { id = "" } = request.params;
    const found = home.projects.find((each) => each.id === id || each.name.toLowerCase() === id.toLowerCase());
    if (found) return projectAnswer(home, found);
    const message = `TF200016: The following project does not exist: ${id}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`;
    throw new AzureDevOpsError(404, "ProjectDoesNotExistWithNameException", message);
  });

  const members = { constraints: { host: ENTITLEMENTS_HOST } };
  const entitlements = "/:organization/_apis/serviceprincipalentitlements";
  app.get<Route>(entitlements, members, async (request) => {
    const { home } = await enter(request);
    const items = home.entitlements.map((each) => entitlementAnswer(world, each));
    return { members: items, continuationToken: null, totalCount: items.length };
  });
  app.post<Route>(entitlements, members, async (request) => {
    const { home } = await enter(request);
    checkPreview(request);
    return addEntitlement(world, home, request.body ?? {});
  });
  app.delete<Route>(`${entitlements}/:id`, members, async (request, reply) => {
    const { home } = await enter(request);
    home.entitlements = home.entitlements.filter(({ id }) => id !== request.params.id);
    return reply.status(204).send();
  });
  return app;
}

/**
 * Assumed: a browser is sent to the sign-in page, a client that says it is none (`X-TFS-FedAuthRedirect: Suppress`, as
 * every known client does) or shows something wrong gets 401.
 */
function askToSignIn(world: World, error: SignInNeeded, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isBrowser = request.headers["x-tfs-fedauthredirect"]?.toString().toLowerCase() !== "suppress";
  if (!error.isRefusal && isBrowser) {
    const back = new URLSearchParams({ realm: request.hostname, reply_to: `https://${request.host}${request.url}` });
    return reply.redirect(`https://app.vssps.visualstudio.com/_signin?${back.toString()}`, 302);
  }
  const authority = `https://login.microsoftonline.com/${world.tenant.id}`;
  return reply
    .status(401)
    .header("www-authenticate", [`Bearer authorization_uri=${authority}`, `Basic realm="https://${request.hostname}/"`])
    .type("text/html; charset=utf-8")
    .send(`<!doctype html>\n<title>${error.message}</title>\n`);
}

/** Documented: a resource without a released version is asked for as `7.1-preview`, in the query or in `Accept`. */
function checkPreview(request: FastifyRequest): void {
  const { "api-version": inQuery } = request.query as Record<string, string>;
  const version = inQuery ?? /api-version=([^;,\s]+)/.exec(request.headers.accept ?? "")?.[1];
  if (version === undefined || version.includes("-preview")) return;
  const message = `The requested version "${version}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${version}-preview"`;
  throw new AzureDevOpsError(400, "VssInvalidPreviewVersionException", message);
}

function listed(value: readonly object[]): object {
  return { count: value.length, value };
}

/** Read: the names of its fields in azure-devops-node-api; assumed: all of them that are not used here. */
function connectionData(home: Organization, { id, displayName, account }: Caller): object {
  const user = {
    id,
    descriptor: `Microsoft.IdentityModel.Claims.ClaimsIdentity;${account}`,
    subjectDescriptor: `aad.${Buffer.from(id).toString("base64url")}`,
    providerDisplayName: displayName,
    isActive: true,
    properties: { Account: { $type: "System.String", $value: account } },
  };
  return {
    authenticatedUser: user,
    authorizedUser: user,
    instanceId: home.id,
    deploymentId: home.id,
    deploymentType: "hosted",
    locationServiceData: {
      serviceOwner: "00025394-6065-48ca-87d9-7f5672854ef7",
      defaultAccessMappingMoniker: "VstsAccessMapping",
    },
  };
}

function projectAnswer(home: Organization, { id, name, lastUpdateTime }: Project): object {
  const url = `https://dev.azure.com/${home.name}/_apis/projects/${id}`;
  return { id, name, url, state: "wellFormed", revision: 1, visibility: "private", lastUpdateTime };
}

interface EntitlementBody {
  readonly accessLevel?: { readonly accountLicenseType?: string };
  readonly servicePrincipal?: { readonly origin?: string; readonly originId?: string };
}

/**
 * Documented: by the object id of the service principal, not of the application. That a failure is told inside of a 200
 * follows the published answer; its number and words are assumed, and so is that every member may do it.
 */
function addEntitlement(world: World, home: Organization, { accessLevel, servicePrincipal }: EntitlementBody): object {
  const { origin, originId } = servicePrincipal ?? {};
  if (origin !== "aad" || !originId)
    throw invalidArgument("The servicePrincipal needs the origin 'aad' and an originId.");
  if (!directory(world).servicePrincipals.get(originId)) {
    const value = `VS403283: Could not add service principal '${originId}': it is not in the directory ${world.tenant.id}.`;
    return { isSuccess: false, operationResult: { isSuccess: false, errors: [{ key: 5000, value }] } };
  }
  let entitlement = home.entitlements.find((each) => each.originId === originId);
  if (!entitlement) {
    const { accountLicenseType = "express" } = accessLevel ?? {};
    const dateCreated = world.now().toISOString();
    entitlement = { id: crypto.randomUUID(), originId, accountLicenseType, dateCreated };
    home.entitlements.push(entitlement);
  }
  const result = entitlementAnswer(world, entitlement);
  return {
    isSuccess: true,
    operationResult: { isSuccess: true, errors: [], servicePrincipalId: entitlement.id, result },
    servicePrincipalEntitlement: result,
  };
}

function entitlementAnswer(world: World, { id, originId, accountLicenseType, dateCreated }: Entitlement): object {
  const principal = directory(world).servicePrincipals.get(originId);
  return {
    id,
    dateCreated,
    accessLevel: { licensingSource: "account", accountLicenseType, status: "active" },
    servicePrincipal: {
      subjectKind: "servicePrincipal",
      domain: world.tenant.id,
      origin: "aad",
      originId,
      applicationId: principal?.["appId"] ?? null,
      displayName: principal?.["displayName"] ?? null,
    },
  };
}
