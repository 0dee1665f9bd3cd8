/**
 * One run of a sync: read, plan, limits, apply, report.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { checkNamed, findAllowance, keepLimited } from "./allowances.ts";
import { writePlan } from "./write.ts";
import type { Progress, Run } from "./context.ts";
import { TenantwireError } from "../../contract/errors.ts";
import { FailureTally } from "./failures.ts";
import { finish, keepRefreshed, POSITION_KEY } from "./finish.ts";
import { saveRun } from "./history.ts";
import { Journal, settleJournal } from "./journal.ts";
import { limitedHash, limitedLine, overLimit, overLimitMessage, type Limits } from "../planner/limits.ts";
import { LinkWriter } from "./link-writer.ts";
import { decideMode, type Position } from "../planner/mode.ts";
import { partitionsOf } from "../state/partitions.ts";
import { findPlaces, keepPlaces } from "./place.ts";
import { planRun } from "./planning.ts";
import { foreseeReferences, resolveReferences, writeReferences } from "./references.ts";
import { copyLinks, readSource, type ReadOutcome } from "./read.ts";
import { ReportDraft } from "./report-draft.ts";
import type { RunReport } from "./report.ts";
import { loadRetries, readDue } from "./retries.ts";
import { Scratch } from "../scratch/index.ts";
import { StateFenced, type State, type StateStore } from "../state/session.ts";
import type { Source, Target } from "../model/types.ts";
import { counted } from "../../contract/words.ts";
import { verifyPlan } from "./prove.ts";

/** What a sync is. */
export interface SyncDefinition {
  /** Its name in commands, locks and reports: `users`. */
  readonly sync: string;
  readonly source: Source;
  readonly target: Target;
  /** Names of the target's fields that are mapped. */
  readonly fields: readonly string[];
  /** Whether some of them refer to other objects of the source; by default none does. */
  readonly hasReferences?: boolean;
  readonly limits: Limits;
  /** Fingerprint of scope and mapping: when it changes, everything is read again. */
  readonly scopeHash: string;
  /** How old the last full run may be, in milliseconds, for a delta run to be enough; 0 where the source has no delta. */
  readonly fullEveryMs: number;
}

export interface RunOptions {
  readonly store: StateStore;
  /** Reads in full though a delta would do. */
  readonly mode?: "full";
  /** Everything but writing: neither the target nor the state is changed. */
  readonly dryRun?: boolean;
  /** Hash of a limited set that an administrator allows. */
  readonly allow?: string;
  /** Who or what started it; default `manual`. */
  readonly trigger?: string;
  /** The command line that runs this sync, for messages that say what to run; default `tenantwire sync <sync>`. */
  readonly command?: string;
  /** Requests that were sent so far, by system. */
  readonly requests?: () => Readonly<Record<string, number>>;
  readonly now?: () => Date;
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Ends the run before the next write. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Runs a sync and tells how it ended. What goes wrong for a known reason is in the report, not thrown.
 *
 * @throws StateLocked when another run of the same sync is under way
 * @throws StateError when the state cannot be read or written
 */
export async function runSync(definition: SyncDefinition, options: RunOptions): Promise<RunReport> {
  const now = options.now ?? (() => new Date());
  const { store, dryRun = false } = options;
  const locked = dryRun ? undefined : await store.lock(definition.sync);
  const scratch = new Scratch();
  try {
    const draft = new ReportDraft(definition, options, randomUUID(), now);
    const run: Run = {
      source: definition.source,
      target: definition.target,
      fields: definition.fields,
      state: locked ?? (await store.read()),
      partitions: partitionsOf(definition.sync),
      scratch,
      dryRun,
      signal: options.signal ?? new AbortController().signal,
      now,
      sleep: options.sleep ?? sleep,
      progress: options.onProgress ?? (() => undefined),
      note: (text) => draft.notes.push(text),
    };
    try {
      await execute(run, definition, options, draft);
    } catch (error) {
      draft.fail(error, run.signal);
      if (error instanceof StateFenced) return draft.finish(scratch);
      if (locked && isDefect(error, run.signal)) await keepReport(locked, draft.finish(scratch), scratch);
      if (isDefect(error, run.signal)) throw error;
    }
    const report = draft.finish(scratch);
    if (locked) await keepReport(locked, report, scratch);
    return report;
  } finally {
    scratch.close();
    await locked?.release();
  }
}

async function execute(run: Run, definition: SyncDefinition, options: RunOptions, draft: ReportDraft): Promise<void> {
  const { state, partitions, target, signal, scratch } = run;
  const position = (await state.get(partitions.position, POSITION_KEY)) as Position | undefined;
  const links = await state.count(partitions.links);
  const { scopeHash, fullEveryMs } = definition;
  const decided = decideMode({ asked: options.mode, position, links, scopeHash, fullEveryMs, now: run.now() });
  draft.setMode(decided.mode, decided.reason);

  const places = await findPlaces(run, options.store.location);
  await target.check(definition.fields, signal);
  await loadRetries(run);
  await settleJournal(run);

  const read = await readSource(run, decided.mode, position?.cursor);
  if (read.mode !== decided.mode) {
    draft.setMode(read.mode, `${run.source.name} no longer accepts where the last run ended (the cursor has expired)`);
  }
  draft.readComplete = read.complete;
  draft.readExceptions = read.exceptions ?? [];
  for (const note of read.notes) run.note(note);
  const everythingRead = read.mode === "full" && read.complete;
  if (!everythingRead) await readDue(run);
  draft.read = scratch.objects.sources();

  const { hasReferences = false } = definition;
  if (hasReferences) await resolveReferences(run);

  // No full run has ended well: a first run, or the first one after the state was lost.
  const recovering = read.mode === "full" && position === undefined;
  const planning = await planRun(run, {
    sourceName: run.source.name,
    targetName: target.name,
    correlation: target.matchBy[0],
    readMode: read.mode,
    readComplete: read.complete,
    recovering,
    ...(read.protected && { protected: read.protected }),
    now: run.now(),
  });
  const foreseen = hasReferences && run.dryRun ? await foreseeReferences(run) : 0;
  draft.planned({ ...planning, unchanged: planning.unchanged - foreseen }, scratch);
  if (recovering) noteStrangers(run);

  if (!(await passesLimits(run, definition, options, read, draft)) || run.dryRun) return;
  await keepPlaces(run, places);
  const journal = new Journal(state, partitions.journal, run.now);
  const writer = new LinkWriter(run);
  const tally = new FailureTally(definition.limits.failures, scratch.retries, target.name);
  await writePlan(run, journal, writer, tally);
  await verifyPlan(run, journal, writer, tally);
  await keepRefreshed(run);
  if (hasReferences) draft.changedLater(await writeReferences(run, read.complete, journal, writer, tally));
  await finish(run, definition, read, position, draft, everythingRead);
}

/** Tells of objects that may be this sync's own, made before its state was lost, and that nobody can tell from others. */
function noteStrangers({ scratch, source, target, note }: Run): void {
  const strangers = scratch.objects.strangers(target.matchBy[0]);
  if (strangers === 0) return;
  note(
    strangers === 1
      ? `1 object of ${target.name} carries an id that ${source.name} did not give; it is left alone.`
      : `${counted(strangers, "object")} of ${target.name} carry an id that ${source.name} did not give; they are left alone.`,
  );
}

/** Whether the plan may be written. What stops it is kept, so that it can be allowed. */
async function passesLimits(
  run: Run,
  { limits, sync }: SyncDefinition,
  options: RunOptions,
  read: ReadOutcome,
  draft: ReportDraft,
): Promise<boolean> {
  const { scratch } = run;
  const ids = scratch.plan.disables();
  // A delta run looks at single links; what share of all is disabled can only be told from all of them.
  if (ids.length > 0) await copyLinks(run);
  const why = overLimit(limits, {
    readMode: read.mode,
    inScope: scratch.objects.inScope(),
    population: scratch.links.active(),
    disables: ids.length,
    sourceName: run.source.name,
  });
  const lines = ids.map((id) => limitedLine("disable", id));
  const hash = limitedHash(lines);
  if (why === undefined) {
    if (options.allow !== undefined) await checkNamed(run, options.allow, [hash]);
    return true;
  }
  const allowedBy = await findAllowance(run, hash, lines, options.allow);
  draft.limit = { over: allowedBy === undefined, why, hash, ids: ids.length };
  if (allowedBy !== undefined) {
    if (options.allow !== undefined) await checkNamed(run, options.allow, [hash]);
    run.note(`Over the limits (${why}), but allowed by ${allowedBy}.`);
    return true;
  }
  if (!run.dryRun) await keepLimited(run, hash, lines);
  draft.failure = overLimitMessage(why, options.command ?? `tenantwire sync ${sync}`, hash);
  if (options.allow !== undefined) draft.failure += ` ${options.allow} does not allow this.`;
  return false;
}

/** A run that another one has taken over from may not write any more, not even its report. */
async function keepReport(state: State, report: RunReport, scratch: Scratch): Promise<void> {
  try {
    await saveRun(state, report, scratch);
  } catch (error) {
    if (!(error instanceof StateFenced)) throw error;
  }
}

/** Anything that was not thrown on purpose keeps its stack. */
function isDefect(error: unknown, signal: AbortSignal): boolean {
  return !(error instanceof TenantwireError || signal.aborted);
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal });
}
