import type { FastifyInstance } from "fastify";
import { overviewOf } from "../data/overview.ts";
import { overviewPage } from "../pages/overview.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";

export function overviewRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  app.get("/", { config: { needs: "see runs, plans, rooms and statistics" } }, async (request, reply) =>
    show(request, reply, overviewPage(await overviewOf(world), request.role)),
  );
}
