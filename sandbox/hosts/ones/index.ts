/**
 * A ONES server of the customer's own, `ones.contoso.com`. The base, `system/v1/information` and the two forms of
 * authentication are published; everything else is assumed and follows the route table of the connector.
 *
 * @packageDocumentation
 */
import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { reportDefect } from "../defects.ts";
import { inOwnWords } from "../framework-errors.ts";
import { acceptEmptyJson } from "../json-body.ts";
import type { World } from "../../world.ts";
import { type ById, type Paged, pageOf } from "./paging.ts";
import { HttpError } from "./http-error.ts";
import { serveResources } from "./resource-routes.ts";
import type { OnesResources } from "./resources.ts";
import { onesResourcesSeed, onesSeed } from "./seed.ts";
import { createUser, type OnesData, updateUser, userById } from "./users.ts";

export const ONES_HOST = "ones.contoso.com";

/** The token of the server. */
export function onesKey(world: World): string {
  return world.section("ones-key", () => ({ value: crypto.randomUUID().replaceAll("-", "") })).value;
}

export function onesUsers(world: World): OnesData {
  return world.section<OnesData>("ones", () => onesSeed(world));
}

export function onesResources(world: World): OnesResources {
  return world.section<OnesResources>("ones-resources", () => onesResourcesSeed(world));
}

export function onesHost(world: World): FastifyInstance {
  const data = onesUsers(world);
  const key = onesKey(world);
  const app: FastifyInstance = fastify({
    ...inOwnWords(() => app),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true },
  });
  acceptEmptyJson(app);

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof HttpError) return reply.code(error.status).send({ message: error.message });
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ message: error.message });
    }
    reportDefect("ONES", error);
    return reply.code(500).send({ message: "Internal Server Error" });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "Not Found" }));

  // Published: the token alone, without "Bearer", or as the user name of HTTP Basic with an empty password; else 401.
  const accepted = [key, `Basic ${Buffer.from(`${key}:`).toString("base64")}`];
  app.addHook("onRequest", async (request, reply) => {
    if (accepted.includes(request.headers.authorization ?? "")) return;
    await reply.code(401).send({ message: "Unauthorized" });
  });

  app.register(
    async (api) => {
      // Published; what it answers is assumed.
      api.get("/system/v1/information", () => ({ product: "ONES", version: "1" }));
      // Assumed from here on.
      api.get<Paged>("/user/v1/users", ({ query }) => pageOf(data.users, query));
      api.get<ById>("/user/v1/users/:id", ({ params }) => userById(data, params.id));
      api.post("/user/v1/users", ({ body }) => createUser(data, body));
      api.patch<ById>("/user/v1/users/:id", ({ params, body }) => updateUser(data, params.id, body));
      serveResources(api, onesResources(world));
    },
    { prefix: "/API/external" },
  );
  return app;
}
