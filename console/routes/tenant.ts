/** What is declared of the tenant, and how it stands. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import { command } from "../../contract/this-stack.ts";
import { credentialsOf } from "../../components/credentials/listed.ts";
import { NOTICE_DAYS } from "../../components/credentials/status.ts";
import { dayOf } from "../../contract/days.ts";
import { settingsSheets } from "../../stacks/sheets.ts";
import { readMonths } from "../../sync/run/statistics.ts";
import { linkedObjects } from "../data/links.ts";
import { registrationsOf } from "../data/registrations.ts";
import { may } from "../../contract/access/rules.ts";
import { sendEvents } from "../http/streams.ts";
import { checkPart, plansFound, roomsFound } from "../pages/checks.ts";
import type { Html } from "../pages/html.ts";
import type { Frame } from "../pages/layout.ts";
import { Check } from "../work/check.ts";
import { whoAsks } from "./work.ts";
import { credentialsPage } from "../pages/credentials.ts";
import { linksPage, type LinkWords } from "../pages/links.ts";
import { registrationsPage } from "../pages/registrations.ts";
import { sheetsPage } from "../pages/sheets.ts";
import { statisticsPage } from "../pages/statistics.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";

const LOOK = "see runs, plans, rooms and statistics";
/** It reads as the identities of the stack do. */
const CHECK = "see what would change";

const linked: readonly (LinkWords & { readonly kind: "rooms" | "plans" })[] = [
  {
    ...{ kind: "rooms", path: "/rooms", title: "Rooms", ids: "Ids: in Microsoft 365, in the product" },
    none: "The deployed stack syncs no rooms: add ones.rooms or files.rooms to its settings and deploy.",
  },
  {
    ...{ kind: "plans", path: "/plans", title: "Connected plans", ids: "Work item, id in OnePlan" },
    none: "The deployed stack syncs no plans: add plans to its settings and deploy.",
  },
];

export function tenantRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  const { outputs, now, syncs } = world;

  const checks = {
    rooms: new Check(world.checkRooms, now),
    plans: new Check(world.checkPlans, now),
  };
  const parts: Readonly<Record<keyof typeof checks, (frame: Frame) => Html>> = {
    rooms: ({ clock, csrf }) =>
      checkPart(
        {
          checked: checks.rooms.last,
          path: "/rooms",
          what: "the rooms of Microsoft 365 and what the product has",
          found: roomsFound,
          command: command("rooms"),
        },
        clock,
        csrf,
      ),
    plans: ({ clock, csrf }) =>
      checkPart(
        {
          checked: checks.plans.last,
          path: "/plans",
          what: "what Azure DevOps and OnePlan have",
          found: plansFound,
          command: command("plans check"),
        },
        clock,
        csrf,
      ),
  };

  for (const { kind, path, ...words } of linked) {
    const check = checks[kind];
    app.get<{ Querystring: { q?: unknown } }>(path, { config: { needs: LOOK } }, async (request, reply) => {
      const asked = typeof request.query.q === "string" ? request.query.q.slice(0, 200) : "";
      const state = await world.state();
      const all = [];
      for (const sync of syncs.filter((each) => each.kind === kind)) all.push(await linkedObjects(state, sync, asked));
      const part = request.role !== null && may(request.role, CHECK) ? parts[kind] : undefined;
      return show(
        request,
        reply,
        linksPage(all, asked, { ...words, path }, (frame) => part?.(frame) ?? false),
      );
    });

    app.post(`${path}/check`, { config: { needs: CHECK } }, async (request, reply) => {
      check.begin(whoAsks(request));
      return reply.redirect(path, 303);
    });

    app.get(`${path}/check/events`, { config: { needs: CHECK } }, (request, reply) =>
      sendEvents(request, reply, {
        stillMay: () => request.stillMay(),
        closing: world.closing,
        pause: world.pause,
        async *events() {
          await check.over();
          yield { isLast: true, text: "" };
        },
      }),
    );
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
