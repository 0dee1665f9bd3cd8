/**
 * Microsoft Graph of the stand-in tenant: `graph.microsoft.com`, versions v1.0 and beta.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { directory } from "../../directory/index.ts";
import { permissionsOf, TokenRejected, verifyAccessToken } from "../../tokens.ts";
import type { AccessClaims } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { audit } from "./audits.ts";
import { runBatch } from "./batch.ts";
import { bodyCheckOf } from "./body-gate.ts";
import type { BodyCheck } from "./body-gate.ts";
import type { Answer, Call, Route } from "./call.ts";
import { reportDefect } from "../defects.ts";
import { acceptEmptyJson } from "../json-body.ts";
import { errorBody, forbidden, GraphError } from "./errors.ts";
import type { ServicePath } from "./paths.ts";
import { delegatedOnly, personGate } from "./delegated-permissions.ts";
import { checkAnswer, countBody } from "./model-checks.ts";
import { personRoutes } from "./me.ts";
import { gate } from "./permissions.ts";
import type { Needs } from "./permissions.ts";
import { parseQuery } from "./query.ts";
import { resourceUnits } from "./resource-units.ts";
import { routerOf } from "./router.ts";
import type { Found } from "./router.ts";
import { routes } from "./routes.ts";

/** What a token for Graph is made out to: its address, or its appId. */
const AUDIENCES = ["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"];

const JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

interface Served {
  readonly route: Route;
  readonly needs: Needs;
  readonly checkBody: BodyCheck;
}

export function graphHost(world: World): FastifyInstance {
  const app = fastify({
    // Paths are read by Graph's rules, not by those of the web framework.
    rewriteUrl: ({ url = "" }) => `/${/\?.*/s.exec(url)?.[0] ?? ""}`,
    exposeHeadRoutes: false,
    bodyLimit: 4 * 1024 * 1024,
  });
  const served = (route: Route, needs: Needs): Served => ({ route, needs, checkBody: bodyCheckOf(route) });
  const router = routerOf<Served | { route: typeof BATCH }>([
    { route: BATCH },
    ...routes.map((route) => served(route, needsOf(route))),
    ...personRoutes.map((route) => served(route, personGate)),
  ]);

  acceptEmptyJson(app);
  app.setErrorHandler((error, request, reply) => sendError(world, asGraphError(error), request, reply));
  app.all("/", async (request, reply) => {
    const found = router.find(request.method, request.originalUrl.split("?")[0] ?? "");
    const answer =
      "needs" in found.served ? serve(world, { ...found, served: found.served }, request) : batch(found.path);
    send(request, reply, await answer);
    return reply;

    async function batch({ version }: ServicePath): Promise<Answer> {
      // The batch itself needs no permission: each of its parts is asked for its own.
      await authenticate(world, request);
      const { authorization = "" } = request.headers;
      const body = await runBatch(app, `/${version}`, { authorization, host: request.host }, request.body);
      return { status: 200, body };
    }
  });
  return app;
}

const BATCH = { method: "POST", path: "/$batch" } as const;

/** A route that nobody is kept from would be a hole: there is none. */
export function needsOf({ method, path }: Pick<Route, "method" | "path">): Needs {
  const needs = gate[`${method} ${path}`];
  if (!needs) throw new Error(`${method} ${path} has no permissions in the stand-in's table`);
  return needs;
}

async function serve(world: World, { path, served, params }: Found<Served>, request: FastifyRequest): Promise<Answer> {
  const { route, needs, checkBody } = served;
  const claims = await authenticate(world, request);
  const allowed = isAllowed(claims, needs, route);
  if (!allowed && !route.forbid) throw forbidden();
  const call = callOf(world, path, params, route, request, claims);
  if (!allowed) route.forbid?.(call);
  const checked = { ...call, body: checkBody(request.body, path.version) };
  countBody(checked);
  const answer = await route.handle(checked);
  checkAnswer(answer, path.version);
  audit(call, route, params);
  const units = resourceUnits(route, call.query);
  return units === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, "x-ms-resource-unit": String(units) } };
}

/** A person's token names the same permissions as an application's, and some that applications cannot have. */
function isAllowed(claims: AccessClaims, needs: Needs, { method, path }: Route): boolean {
  const held = permissionsOf(claims);
  if (needs.every((anyOf) => anyOf.some((permission) => held.includes(permission)))) return true;
  if (claims.scp === undefined) return false;
  return delegatedOnly[`${method} ${path}`]?.some((permission) => held.includes(permission)) ?? false;
}

async function authenticate(world: World, request: FastifyRequest): Promise<AccessClaims> {
  try {
    return await verifyAccessToken(world, request.headers.authorization, AUDIENCES);
  } catch (error) {
    if (error instanceof TokenRejected) throw new GraphError(401, "InvalidAuthenticationToken", error.message);
    throw error;
  }
}

function callOf(
  world: World,
  { version, written, pattern, target }: ServicePath,
  params: Readonly<Record<string, string>>,
  route: Route,
  request: FastifyRequest,
  claims: AccessClaims,
): Call {
  const root = `https://${request.host}/${version}`;
  const consistency = request.headers["consistencylevel"];
  return {
    world,
    directory: directory(world),
    claims,
    version,
    root,
    path: written,
    query: parseQuery(
      request.query as Record<string, string | string[]>,
      route.options ?? [],
      typeof consistency === "string" ? consistency : undefined,
      {
        method: request.method,
        path: pattern.replaceAll("/:", "/{id}"),
        answer: target === "collection" || target === "count" ? "list" : target === "function" ? "changes" : "object",
      },
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

function sendError(world: World, error: GraphError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const ids = identification(request);
  return reply
    .status(error.status)
    .headers({ ...ids, "content-type": "application/json", ...error.headers })
    .send(JSON.stringify(errorBody(error, world.now(), ids["request-id"], ids["client-request-id"])));
}

/** Recorded: every answer says where it was given; the values are made up. */
const DIAGNOSTIC = JSON.stringify({
  ServerInfo: { DataCenter: "Stand-in", Slice: "E", Ring: "0", ScaleUnit: "000", RoleInstance: "STANDIN" },
});

function identification(request: FastifyRequest) {
  const requestId = randomUUID();
  const given = request.headers["client-request-id"];
  return {
    "request-id": requestId,
    "client-request-id": typeof given === "string" ? given : requestId,
    "x-ms-ags-diagnostic": DIAGNOSTIC,
  };
}

/** What fastify refuses by itself becomes Graph's 400; anything else that was not foreseen is a defect of this host. */
function asGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status < 500) {
    const message =
      status === 400 || status === 415
        ? "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
        : (error as Error).message;
    return new GraphError(status === 415 ? 400 : status, "BadRequest", message);
  }
  reportDefect("Graph", error as Error);
  return new GraphError(500, "InternalServerError", "The stand-in failed; its standard error says how.");
}
