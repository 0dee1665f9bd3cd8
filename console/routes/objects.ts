/** Single objects of the syncs. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import { newestReports } from "../../sync/run/history.ts";
import { knownObject } from "../../sync/run/known-object.ts";
import { linkedObjects } from "../data/links.ts";
import { HttpError } from "../http/http-error.ts";
import { type Found, objectPage, objectsPage } from "../pages/objects.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";
import { knownSync, type OfSync } from "./runs.ts";

const LOOK = "see runs, plans, rooms and statistics";
/** Characters of what somebody looks for. */
const LONGEST = 200;

export function objectRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  app.get<{ Querystring: { q?: unknown } }>("/objects", { config: { needs: LOOK } }, async (request, reply) => {
    const { q } = request.query;
    const asked = typeof q === "string" ? q.slice(0, LONGEST).trim() : "";
    return show(request, reply, objectsPage(asked, asked === "" ? undefined : await found(asked)));
  });

  app.get<OfSync & { Querystring: { id?: unknown } }>(
    "/objects/:kind/:target",
    { config: { needs: LOOK } },
    async (request, reply) => {
      const sync = knownSync(world, request.params);
      const { id } = request.query;
      const state = await world.state();
      const known = typeof id === "string" ? await knownObject(state, sync.sync, id) : undefined;
      if (!known) throw new HttpError(404, "Nothing is remembered of that (any more).");
      const [last] = await newestReports(state, sync.sync, 1);
      const sides = last && { sides: { a: last.source, b: last.target }, at: last.finishedAt };
      return show(request, reply, objectPage({ ...known, sync, ...sides }, request.role));
    },
  );

  async function found(asked: string): Promise<Found> {
    const state = await world.state();
    const linked = [];
    for (const sync of world.syncs) linked.push(await linkedObjects(state, sync, asked));
    if (linked.some(({ links }) => links.length > 0)) return { linked, unlinked: [] };
    const unlinked = [];
    for (const sync of world.syncs) if (await knownObject(state, sync.sync, asked)) unlinked.push(sync);
    return { linked, unlinked };
  }
}
