/**
 * Azure DevOps of the stand-in tenant: one organization with projects, work items and what a sync of them needs.
 *
 * @packageDocumentation
 */
import type { IncomingMessage } from "node:http";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import { reportDefect } from "../defects.ts";
import { inOwnWords } from "../framework-errors.ts";
import { acceptEmptyJson } from "../json-body.ts";
import { enter, listed, pathOf, serve, withoutProject } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { asCollection, withinCollection } from "./collection.ts";
import { commentRoutes } from "./comment-routes.ts";
import { AzureDevOpsError, invalidArgument, noController } from "./errors.ts";
import { hookRoutes } from "./hook-routes.ts";
import { hooks } from "./hooks.ts";
import { descriptorOf } from "./identities.ts";
import { itemRoutes } from "./item-routes.ts";
import { locations } from "./locations.ts";
import { nodeRoutes } from "./node-routes.ts";
import { ENTITLEMENTS_HOST, peopleRoutes } from "./people-routes.ts";
import { processRoutes } from "./process-routes.ts";
import { projectRoutes } from "./project-routes.ts";
import { queryRoutes } from "./query-routes.ts";
import { recordAnswers } from "./recorded-answers.ts";
import { SignInNeeded } from "./sign-in.ts";

export const AZURE_DEVOPS_HOSTS: readonly string[] = ["dev.azure.com", "vssps.dev.azure.com", ENTITLEMENTS_HOST];

/** Bytes: an attachment of the documented size, and something around it. */
const BODY_LIMIT = 64 * 1024 * 1024;

interface Areas {
  Params: { organization: string; area?: string };
}

export function azureDevOpsHost(world: World): FastifyInstance {
  const app = hostAt(world, withoutProject);
  recordAnswers(app);
  return withRoutes(app, world);
}

/** The same organization, as a collection of a server. */
export function azureDevOpsServer(world: World): FastifyInstance {
  const app = hostAt(world, (request) => {
    request.url = withinCollection(request.url ?? "/");
    return withoutProject(request);
  });
  asCollection(app);
  return withRoutes(app, world);
}

function hostAt(world: World, rewriteUrl: (request: IncomingMessage) => string): FastifyInstance {
  const app: FastifyInstance = fastify({
    ...inOwnWords(() => app),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    bodyLimit: BODY_LIMIT,
    rewriteUrl,
  });
  acceptEmptyJson(app);
  app.addContentTypeParser(
    "application/json-patch+json",
    { parseAs: "string" },
    app.getDefaultJsonParser("error", "error"),
  );
  app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
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
    throw noController(pathOf(request));
  });
  return app;
}

function withRoutes(app: FastifyInstance, world: World): FastifyInstance {
  // Read: azure-devops for Python 7.1 asks for every area at once.
  app.options<Areas>("/:organization/_apis", async (request) => {
    await enter(world, request);
    return listed(locations);
  });
  app.options<Areas>("/:organization/_apis/:area", async (request) => {
    await enter(world, request);
    const area = request.params.area?.toLowerCase();
    return listed(locations.filter((each) => each.area.toLowerCase() === area));
  });
  hooks(world);
  serve(app, world, [
    ...connectionRoutes,
    ...projectRoutes,
    ...peopleRoutes,
    ...processRoutes,
    ...nodeRoutes,
    ...itemRoutes,
    ...queryRoutes,
    ...commentRoutes,
    ...hookRoutes,
  ]);
  return app;
}

const connectionRoutes: readonly Route[] = [
  // Seen: with no areas the client stays at the host that it began with.
  { method: "GET", path: "/ResourceAreas", handler: () => listed([]) },
  { method: "GET", path: "/connectionData", isPreview: true, handler: connectionData },
];

/**
 * Assumed: a browser is sent to the sign-in page, a client that says it is none (`X-TFS-FedAuthRedirect: Suppress`, as
 * every known client does) or shows something wrong gets 401.
 */
function askToSignIn(world: World, error: SignInNeeded, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isBrowser = request.headers["x-tfs-fedauthredirect"]?.toString().toLowerCase() !== "suppress";
  if (!error.isRejection && isBrowser) {
    const back = new URLSearchParams({
      realm: request.hostname,
      reply_to: `https://${request.host}${request.originalUrl}`,
    });
    return reply.redirect(`https://app.vssps.visualstudio.com/_signin?${back.toString()}`, 302);
  }
  const authority = `https://login.microsoftonline.com/${world.tenant.id}`;
  return reply
    .status(401)
    .header("www-authenticate", [`Bearer authorization_uri=${authority}`, `Basic realm="https://${request.hostname}/"`])
    .type("text/html; charset=utf-8")
    .send(`<!doctype html>\n<title>${error.message}</title>\n`);
}

/** Read: the names of its fields in azure-devops-node-api; assumed: all of them that are not used here. */
function connectionData({ home, caller: { id, displayName, account } }: Call): object {
  const user = {
    id,
    descriptor: `Microsoft.IdentityModel.Claims.ClaimsIdentity;${account}`,
    subjectDescriptor: descriptorOf(id),
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
