/** What is declared of the tenant, and how it stands. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import { credentialsOf } from "../../components/credentials/listed.ts";
import { NOTICE_DAYS } from "../../components/credentials/status.ts";
import { dayOf } from "../../contract/days.ts";
import { settingsSheets } from "../../stacks/sheets.ts";
import { readMonths } from "../../sync/run/statistics.ts";
import { linkedObjects } from "../data/links.ts";
import { registrationsOf } from "../data/registrations.ts";
import { credentialsPage } from "../pages/credentials.ts";
import { linksPage, type LinkWords } from "../pages/links.ts";
import { registrationsPage } from "../pages/registrations.ts";
import { sheetsPage } from "../pages/sheets.ts";
import { statisticsPage } from "../pages/statistics.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";

const LOOK = "see runs, plans, rooms and statistics";

const linked: readonly (LinkWords & { readonly kind: string })[] = [
  {
    ...{ kind: "rooms", path: "/rooms", title: "Rooms", a: "In Microsoft 365", b: "In the product" },
    none: "The deployed stack syncs no rooms: add ones.rooms or files.rooms to its settings and deploy.",
  },
  {
    ...{ kind: "plans", path: "/plans", title: "Connected plans", a: "Work item", b: "In OnePlan" },
    none: "The deployed stack syncs no plans: add plans to its settings and deploy.",
  },
];

export function tenantRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  const { outputs, now, syncs } = world;

  for (const { kind, path, ...words } of linked) {
    app.get<{ Querystring: { q?: unknown } }>(path, { config: { needs: LOOK } }, async (request, reply) => {
      const asked = typeof request.query.q === "string" ? request.query.q.slice(0, 200) : "";
      const state = await world.state();
      const all = [];
      for (const sync of syncs.filter((each) => each.kind === kind)) all.push(await linkedObjects(state, sync, asked));
      return show(request, reply, linksPage(all, asked, { ...words, path }));
    });
  }

  app.get("/statistics", { config: { needs: LOOK } }, async (request, reply) => {
    const state = await world.state();
    const all = await Promise.all(syncs.map(async (sync) => ({ sync, months: await readMonths(state, sync.sync) })));
    return show(request, reply, statisticsPage(all));
  });

  app.get("/credentials", { config: { needs: LOOK } }, (request, reply) => {
    const day = dayOf(now().toISOString());
    return show(request, reply, credentialsPage(credentialsOf(outputs, day, NOTICE_DAYS), day));
  });

  app.get("/registrations", { config: { needs: LOOK } }, async (request, reply) => {
    const found = await registrationsOf(outputs, await world.state(), now());
    return show(request, reply, registrationsPage(found, request.role));
  });

  app.post("/registrations/look", { config: { needs: "run a sync, or what failed again" } }, async (request, reply) => {
    await world.lookAtRegistrations();
    request.session.notice = { tone: "good", text: "Every registration was looked at just now." };
    return reply.redirect("/registrations", 303);
  });

  app.get("/sheets", { config: { needs: LOOK } }, (request, reply) =>
    show(request, reply, sheetsPage(settingsSheets(outputs))),
  );
}
