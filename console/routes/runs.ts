import type { FastifyInstance } from "fastify";
import { labelsOf, findReports, newestReports } from "../../sync/run/history.ts";
import { recordsOfRun } from "../../sync/run/object-history.ts";
import { readSettingsChanges } from "../../sync/run/settings-changes.ts";
import { readMissed } from "../../sync/schedule/book.ts";
import { strategyName } from "../../sync/schedule/strategies.ts";
import { readUnderWay, PROGRESS_EVERY_MS } from "../../sync/run/under-way.ts";
import { HttpError } from "../http/http-error.ts";
import { type Event, sendEvents } from "../http/streams.ts";
import { underWayPage, underWayPart } from "../pages/progress.ts";
import { isOutcome, rowsOf } from "../pages/run-objects.ts";
import { type Happened, runPage, runsPage } from "../pages/runs.ts";
import type { Show } from "../show.ts";
import type { KnownSync } from "../work/work.ts";
import type { ConsoleWorld } from "../world.ts";

const LOOK = "see runs, plans, rooms and statistics";
const ON_A_PAGE = 50;
/** As many as the state keeps of one sync. */
const ALL = 1_000;

export interface OfSync {
  Params: { readonly kind: string; readonly target: string };
}

/** @throws HttpError where the stack has no such sync */
export function knownSync({ syncs }: ConsoleWorld, { kind, target }: OfSync["Params"]): KnownSync {
  const found = syncs.find((each) => each.kind === kind && each.target === target);
  if (found) return found;
  throw new HttpError(404, "The deployed stack has no such sync.");
}

export function runRoutes(app: FastifyInstance, world: ConsoleWorld, show: Show): void {
  app.get<{ Querystring: { sync?: unknown; before?: unknown } }>(
    "/runs",
    { config: { needs: LOOK } },
    async (request, reply) => {
      const { sync, before } = request.query;
      const only = world.syncs.find((each) => each.sync === sync);
      const until = typeof before === "string" ? before : undefined;
      const found = await happened(world, only, until);
      const shown = found.slice(0, ON_A_PAGE);
      const last = found.length > ON_A_PAGE ? shown.at(-1)?.at : undefined;
      const list = {
        happened: shown,
        syncs: world.syncs,
        ...(only && { only }),
        ...(last !== undefined && { before: last }),
      };
      return show(request, reply, runsPage(list));
    },
  );

  app.get<{ Params: OfSync["Params"] & { run: string }; Querystring: { outcome?: unknown; page?: unknown } }>(
    "/runs/:kind/:target/:run",
    { config: { needs: LOOK } },
    async (request, reply) => {
      const sync = knownSync(world, request.params);
      const state = await world.state();
      const [report] = await findReports(state, sync.sync, request.params.run);
      if (!report) {
        const underWay = await readUnderWay(state, sync.sync);
        if (underWay?.runId === request.params.run) return show(request, reply, underWayPage(underWay, sync));
        throw new HttpError(404, "No such run is remembered (any more).");
      }
      const { outcome, page } = request.query;
      const looked = { page: Math.trunc(Number(page)) || 1, ...(isOutcome(outcome) && { outcome }) };
      const records = await recordsOfRun(state, report);
      const named = [...report.exceptions, ...report.skips, ...rowsOf(records, looked).rows];
      const labels = await labelsOf(state, sync.sync, new Set(named.map(({ sourceId }) => sourceId)));
      return show(request, reply, runPage({ report, sync, labels, records, looked }, request.role));
    },
  );

  app.get<{ Params: OfSync["Params"] & { run: string } }>(
    "/runs/:kind/:target/:run/events",
    { config: { needs: LOOK } },
    (request, reply) => {
      const sync = knownSync(world, request.params);
      return sendEvents(request, reply, {
        stillMay: () => request.stillMay(),
        closing: world.closing,
        pause: world.pause,
        events: (until) => newsOf(world, sync, request.params.run, until),
      });
    },
  );
}

/** How far it is, as often as its process tells, up to its end. */
async function* newsOf(
  { state, now, timeZone, pause }: ConsoleWorld,
  { sync }: KnownSync,
  runId: string,
  until: AbortSignal,
): AsyncGenerator<Event, void, void> {
  let heard = "";
  for (;;) {
    const underWay = await readUnderWay(await state(), sync);
    if (until.aborted) return;
    if (underWay?.runId !== runId) return yield { isLast: true, text: "" };
    if (underWay.at !== heard) yield { isLast: false, text: underWayPart(underWay, { now: now(), timeZone }).text };
    heard = underWay.at;
    await pause(PROGRESS_EVERY_MS, until);
  }
}

/** Newest first. @param before instant */
async function happened(
  { state: open, syncs }: ConsoleWorld,
  only: KnownSync | undefined,
  before: string | undefined,
): Promise<readonly Happened[]> {
  const state = await open();
  const limit = before === undefined ? ON_A_PAGE + 1 : ALL;
  const runs = await Promise.all(
    syncs
      .filter((each) => !only || each === only)
      .map(async (sync) =>
        (await newestReports(state, sync.sync, limit)).map((report): Happened => ({
          what: "run",
          at: report.startedAt,
          sync,
          report,
        })),
      ),
  );
  const missed = (await readMissed(state))
    .filter(({ strategy }) => !only || strategy === strategyName(only))
    .map((each): Happened => ({ what: "missed", at: each.noticed, missed: each }));
  const changes = (await readSettingsChanges(state)).map((change): Happened => ({
    what: "settings",
    at: change.at,
    change,
  }));
  return [...runs.flat(), ...missed, ...changes]
    .filter(({ at }) => before === undefined || at < before)
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}
