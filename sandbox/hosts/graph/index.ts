/**
 * Microsoft Graph of the stand-in tenant: `graph.microsoft.com`, versions v1.0 and beta.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { directory } from "../../directory/index.ts";
import { permissionsOf, TokenRefused, verifyAccessToken } from "../../tokens.ts";
import type { AccessClaims } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { runBatch } from "./batch.ts";
import { bodyCheckOf } from "./body-gate.ts";
import type { Answer, Call, Route } from "./call.ts";
import { reportDefect } from "../defects.ts";
import { acceptEmptyJson } from "../json-body.ts";
import { errorBody, forbidden, GraphError, malformed } from "./errors.ts";
import { rewrite } from "./paths.ts";
import { delegatedOnly, personGate } from "./delegated-permissions.ts";
import { personRoutes } from "./me.ts";
import { gate } from "./permissions.ts";
import type { Needs } from "./permissions.ts";
import { parseQuery } from "./query.ts";
import { routes } from "./routes.ts";

/** What a token for Graph is made out to: its address, or its appId. */
const AUDIENCES = ["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"];

const JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

const versions = ["v1.0", "beta"] as const;

export function graphHost(world: World): FastifyInstance {
  const app = fastify({
    rewriteUrl: (request) => rewrite(request.url ?? "/"),
    exposeHeadRoutes: false,
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { caseSensitive: false, maxParamLength: 500 },
  });

  acceptEmptyJson(app);
  app.setErrorHandler((error, request, reply) => refuse(world, asGraphError(error), request, reply));
  app.setNotFoundHandler((request, reply) => {
    const segment =
      request.url
        .split("?")[0]
        ?.split("/")
        .findLast((part) => part !== "") ?? "";
    return refuse(world, malformed(`Resource not found for the segment '${segment}'.`), request, reply);
  });

  for (const version of versions) {
    for (const route of routes) serve(app, world, version, route, needsOf(route));
    for (const route of personRoutes) serve(app, world, version, route, personGate);
    serveBatch(app, world, version);
  }
  return app;
}

/** A route that nobody is kept from would be a hole: there is none. */
export function needsOf({ method, path }: Pick<Route, "method" | "path">): Needs {
  const needs = gate[`${method} ${path}`];
  if (!needs) throw new Error(`${method} ${path} has no permissions in the stand-in's table`);
  return needs;
}

function serve(app: FastifyInstance, world: World, version: Call["version"], route: Route, needs: Needs): void {
  const checkBody = bodyCheckOf(route);
  app.route({
    method: route.method,
    url: `/${version}${route.path}`,
    async handler(request, reply) {
      const claims = await authenticate(world, request);
      const allowed = isAllowed(claims, needs, route);
      if (!allowed && !route.refuse) throw forbidden();
      const call = callOf(world, version, route, request, claims);
      if (!allowed) route.refuse?.(call);
      const checked = { ...call, body: checkBody(request.body) };
      send(request, reply, await route.handle(checked));
      return reply;
    },
  });
}

/** A person's token names the same permissions as an application's, and some that applications cannot have. */
function isAllowed(claims: AccessClaims, needs: Needs, { method, path }: Route): boolean {
  const held = permissionsOf(claims);
  if (needs.every((anyOf) => anyOf.some((permission) => held.includes(permission)))) return true;
  if (claims.scp === undefined) return false;
  return delegatedOnly[`${method} ${path}`]?.some((permission) => held.includes(permission)) ?? false;
}

function serveBatch(app: FastifyInstance, world: World, version: Call["version"]): void {
  app.post(`/${version}/$batch`, async (request, reply) => {
    // The batch itself needs no permission: each of its parts is asked for its own.
    await authenticate(world, request);
    const { authorization = "" } = request.headers;
    const body = await runBatch(app, `/${version}`, { authorization, host: request.host }, request.body);
    send(request, reply, { status: 200, body });
    return reply;
  });
}

async function authenticate(world: World, request: FastifyRequest): Promise<AccessClaims> {
  try {
    return await verifyAccessToken(world, request.headers.authorization, AUDIENCES);
  } catch (error) {
    if (error instanceof TokenRefused) throw new GraphError(401, "InvalidAuthenticationToken", error.message);
    throw error;
  }
}

function callOf(
  world: World,
  version: Call["version"],
  route: Route,
  request: FastifyRequest,
  claims: AccessClaims,
): Call {
  const root = `https://${request.host}/${version}`;
  const consistency = request.headers["consistencylevel"];
  const params = request.params as Record<string, string>;
  return {
    world,
    directory: directory(world),
    claims,
    version,
    root,
    path: (request.originalUrl.split("?")[0] ?? "").slice(`/${version}`.length),
    query: parseQuery(
      request.query as Record<string, string | string[]>,
      route.options ?? [],
      typeof consistency === "string" ? consistency : undefined,
    ),
    body: request.body,
    prefer: String(request.headers["prefer"] ?? ""),
    param(name) {
      const value = params[name];
      if (value === undefined) throw new Error(`the route ${route.path} has no parameter ${name}`);
      return value;
    },
  };
}

function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): void {
  reply.status(answer.status).headers(identification(request));
  if (answer.body !== undefined) reply.header("content-type", JSON_TYPE);
  if (answer.headers) reply.headers(answer.headers);
  // A 204 says so without a body and without a content type, as the azuread provider expects.
  reply.send(typeof answer.body === "object" ? JSON.stringify(answer.body) : answer.body);
}

function refuse(world: World, error: GraphError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const ids = identification(request);
  return reply
    .status(error.status)
    .headers({ ...ids, "content-type": "application/json", ...error.headers })
    .send(JSON.stringify(errorBody(error, world.now(), ids["request-id"], ids["client-request-id"])));
}

function identification(request: FastifyRequest): { "request-id": string; "client-request-id": string } {
  const requestId = randomUUID();
  const given = request.headers["client-request-id"];
  return { "request-id": requestId, "client-request-id": typeof given === "string" ? given : requestId };
}

/** What fastify refuses by itself becomes Graph's 400; anything else that was not foreseen is a defect of this host. */
function asGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status < 500) {
    const message =
      status === 400
        ? "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
        : (error as Error).message;
    return new GraphError(status, "BadRequest", message);
  }
  reportDefect("Graph", error as Error);
  return new GraphError(500, "InternalServerError", "The stand-in failed; its standard error says how.");
}
