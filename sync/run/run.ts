/**
 * One run of a sync: read, plan, limits, apply, report.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { StateError, TenantwireError } from "../../contract/errors.ts";
import { messageOf } from "../../contract/words.ts";
import { sleep } from "../model/sleep.ts";
import { oneWay } from "../model/types.ts";
import { Scratch, scratchFault } from "../scratch/index.ts";
import { partitionsOf } from "../state/partitions.ts";
import { type Session, type State, StateFenced } from "../state/session.ts";
import { runBothWays } from "./both-ways.ts";
import type { Progress, Run } from "./context.ts";
import { type Definition, goesBothWays, type RunOptions } from "./definition.ts";
import { saveBegun, saveRun } from "./history.ts";
import { readCounts } from "./link-book.ts";
import { runOneWay } from "./one-way.ts";
import { ReportDraft } from "./report-draft.ts";
import type { RunNames, RunReport } from "./report.ts";
import { recordFailures } from "./retries.ts";
import { ProgressTeller } from "./under-way.ts";

/**
 * Runs a sync and tells how it ended. What goes wrong for a known reason is in the report, not thrown, and the report
 * comes whatever becomes of the place that it should be kept in.
 *
 * @throws StateLocked when another run of the same sync is under way
 * @throws StateError when the state cannot be opened
 */
export async function runSync(definition: Definition, options: RunOptions): Promise<RunReport> {
  const now = options.now ?? (() => new Date());
  const { store, dryRun = false } = options;
  const locked = dryRun ? undefined : await store.lock(definition.sync);
  const runId = randomUUID();
  const draft = new ReportDraft(namesOf(definition), options, runId, now);
  const teller = locked && new ProgressTeller(locked, { sync: definition.sync, runId }, now);
  const signal = options.signal ?? new AbortController().signal;
  let runs: readonly Run[] = [];
  /** Those whose scratch tells what they did. */
  let reporting: readonly Run[] = [];
  let isFenced = false;
  try {
    const state = locked ?? (await store.read());
    const onProgress = (progress: Progress) => {
      options.onProgress?.(progress);
      teller?.tell(progress);
    };
    runs = await runsOf(definition, state, { ...options, now, dryRun, signal, onProgress }, draft);
    reporting = runs;
    options.onState?.(state);
    for (const { target } of runs) target.within?.(state);
    try {
      if (locked) await saveBegun(locked, draft.finish([]));
      await execute(runs, definition, options, draft);
    } catch (thrown) {
      const fault = scratchFault(thrown);
      // Nothing is left of a scratch whose disk is full.
      if (fault) reporting = [];
      const error = fault ?? thrown;
      draft.fail(error, signal);
      isFenced = error instanceof StateFenced;
      if (locked && !isFenced) {
        await attempted(draft, signal, "what failed", async () => {
          for (const run of reporting) await recordFailures(run);
        });
      }
      if (!isFenced && isDefect(error, signal)) {
        if (locked) await attempted(draft, signal, "this report", () => saved(locked, draft, reporting, teller));
        throw error;
      }
    }
    // A run that another one has taken over from may not write any more, not even its report.
    if (locked && !isFenced)
      await attempted(draft, signal, "this report", () => saved(locked, draft, reporting, teller));
    return await released(locked, draft, reporting, signal);
  } catch (error) {
    await attempted(draft, signal, "the lock", async () => locked?.release());
    throw error;
  } finally {
    for (const { scratch } of runs) scratch.close();
  }
}

function namesOf(definition: Definition): RunNames {
  const { sync } = definition;
  const [source, target] = goesBothWays(definition)
    ? [definition.a, definition.b]
    : [definition.source, definition.target];
  return { sync, source: source.name, target: target.name };
}

/** One for each side that is written: of two, the one that is read first is written last. */
async function runsOf(
  definition: Definition,
  state: State,
  {
    now,
    dryRun,
    signal,
    onProgress,
    ...options
  }: RunOptions & Pick<Run, "now" | "dryRun" | "signal"> & Required<Pick<RunOptions, "onProgress">>,
  draft: ReportDraft,
): Promise<readonly Run[]> {
  const { sync } = definition;
  const shared = {
    state,
    dryRun,
    signal,
    now,
    sleep: options.sleep ?? sleep,
    progress: onProgress,
    allowing: async (set: { readonly hash: string; readonly why: string }) =>
      options.onAllow?.({ ...set, sync, state }),
    note: (text: string) => draft.notes.push(text),
    known: (await readCounts(state, partitionsOf(sync))).links,
    // An event says that something happened, and not that somebody looked.
    asked: options.only !== undefined && options.trigger !== "event",
  };
  const toward = (side: Run["side"]) => ({
    ...shared,
    side,
    partitions: partitionsOf(sync, side),
    scratch: new Scratch(side),
  });
  if (!goesBothWays(definition)) {
    const { source, target, fields, grants } = definition;
    return [{ ...toward("b"), source, target, rules: oneWay(fields), ...(grants && { grants }) }];
  }
  const { a, b, rules } = definition;
  return [
    { ...toward("b"), source: a, target: b, rules },
    { ...toward("a"), source: b, target: a, rules },
  ];
}

async function execute(
  [forward, back]: readonly Run[],
  definition: Definition,
  options: RunOptions,
  draft: ReportDraft,
): Promise<void> {
  if (!forward) throw new TypeError("There is nothing to run.");
  if (!goesBothWays(definition)) return runOneWay(forward, definition, options, draft);
  if (back) await runBothWays({ forward, back }, definition, options, draft);
}

async function saved(
  locked: Session,
  draft: ReportDraft,
  runs: readonly Run[],
  teller: ProgressTeller | undefined,
): Promise<void> {
  await teller?.settled();
  const scratches = scratchesOf(runs);
  await saveRun(locked, draft.finish(scratches), scratches);
}

function scratchesOf(runs: readonly Run[]): readonly Scratch[] {
  return runs.map(({ scratch }) => scratch);
}

async function released(
  locked: Session | undefined,
  draft: ReportDraft,
  runs: readonly Run[],
  signal: AbortSignal,
): Promise<RunReport> {
  if (locked) await attempted(draft, signal, "the lock", () => locked.release());
  return draft.finish(scratchesOf(runs));
}

/** Who was told to stop is not kept waiting by a store that does not answer. */
const PATIENCE_WHEN_STOPPED_MS = 1_000;

/** What is done for later runs at the end of this one: where it fails, the report says so. */
async function attempted(
  draft: ReportDraft,
  signal: AbortSignal,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    const working = work();
    if (!signal.aborted) return await working;
    const over = new AbortController();
    const late = wait(PATIENCE_WHEN_STOPPED_MS, "late" as const, { signal: over.signal }).catch(() => undefined);
    const ended = await Promise.race([working, late]);
    over.abort();
    working.catch(() => undefined);
    if (ended === "late") throw new StateError("the state did not answer in time");
  } catch (error) {
    if (error instanceof StateFenced) return;
    const words = what === "the lock" ? "could not be given back" : "could not be kept";
    draft.notes.push(`${what[0]?.toUpperCase()}${what.slice(1)} ${words}: ${messageOf(error)}`);
  }
}

/** Anything that was not thrown on purpose keeps its stack. */
function isDefect(error: unknown, signal: AbortSignal): boolean {
  return !(error instanceof TenantwireError || signal.aborted);
}
