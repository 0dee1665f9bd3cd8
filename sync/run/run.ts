/**
 * One run of a sync: read, plan, limits, apply, report.
 *
 * @packageDocumentation
 */
import type { RunOptions, SyncDefinition } from "./definition.ts";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { StateError, TenantwireError } from "../../contract/errors.ts";
import { counted, messageOf } from "../../contract/words.ts";
import { oneWay, type Op, type ReadMode } from "../model/types.ts";
import { settled } from "../planner/agreed.ts";
import { limitedHash, type LimitedKind, limitedLine, overLimit, overLimitMessage } from "../planner/limits.ts";
import { decideMode, type Position } from "../planner/mode.ts";
import { Scratch } from "../scratch/index.ts";
import { partitionsOf } from "../state/partitions.ts";
import { CommitQueue } from "../state/queue.ts";
import { type Session, StateFenced } from "../state/session.ts";
import { checkNamed, findAllowance, keepLimited } from "./allowances.ts";
import type { Run } from "./context.ts";
import { FailureTally } from "./failures.ts";
import { finish, keepRefreshed, POSITION_KEY } from "./finish.ts";
import { saveRun } from "./history.ts";
import { Journal, settleJournal, someOf } from "./journal.ts";
import { LinkBook, readCounts, storedLink } from "./link-book.ts";
import { findPlaces, keepPlaces } from "./place.ts";
import { planRun } from "./planning.ts";
import { provePlan } from "./prove.ts";
import { askForMissing, readSource, type ReadOutcome } from "./read.ts";
import { foreseeReferences, resolveReferences, writeReferences } from "./references.ts";
import { ReportDraft } from "./report-draft.ts";
import { MAX_EXCEPTIONS, type RunReport } from "./report.ts";
import { loadRetries, readDue, recordFailures } from "./retries.ts";
import { writePlan } from "./write.ts";

/**
 * Runs a sync and tells how it ended. What goes wrong for a known reason is in the report, not thrown, and the report
 * comes whatever becomes of the place that it should be kept in.
 *
 * @throws StateLocked when another run of the same sync is under way
 * @throws StateError when the state cannot be opened
 */
export async function runSync(definition: SyncDefinition, options: RunOptions): Promise<RunReport> {
  const now = options.now ?? (() => new Date());
  const { store, dryRun = false } = options;
  const locked = dryRun ? undefined : await store.lock(definition.sync);
  const scratch = new Scratch();
  const draft = new ReportDraft(definition, options, randomUUID(), now);
  const signal = options.signal ?? new AbortController().signal;
  let isFenced = false;
  try {
    const state = locked ?? (await store.read());
    const partitions = partitionsOf(definition.sync);
    const run: Run = {
      side: "b",
      source: definition.source,
      target: definition.target,
      rules: oneWay(definition.fields),
      state,
      partitions,
      scratch,
      dryRun,
      signal,
      now,
      sleep: options.sleep ?? sleep,
      progress: options.onProgress ?? (() => undefined),
      note: (text) => draft.notes.push(text),
      known: (await readCounts(state, partitions)).links,
    };
    options.onState?.(state);
    try {
      await execute(run, definition, options, draft);
    } catch (error) {
      draft.fail(error, signal);
      isFenced = error instanceof StateFenced;
      if (locked && !isFenced) await attempted(draft, signal, "what failed", () => recordFailures(run));
      if (!isFenced && isDefect(error, signal)) {
        if (locked)
          await attempted(draft, signal, "this report", () => saveRun(locked, draft.finish(scratch), scratch));
        throw error;
      }
    }
    if (locked && !isFenced) {
      // A run that another one has taken over from may not write any more, not even its report.
      await attempted(draft, signal, "this report", () => saveRun(locked, draft.finish(scratch), scratch));
    }
    return await released(locked, draft, scratch, signal);
  } catch (error) {
    await attempted(draft, signal, "the lock", async () => locked?.release());
    throw error;
  } finally {
    scratch.close();
  }
}

async function released(
  locked: Session | undefined,
  draft: ReportDraft,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<RunReport> {
  if (locked) await attempted(draft, signal, "the lock", () => locked.release());
  return draft.finish(scratch);
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

async function execute(run: Run, definition: SyncDefinition, options: RunOptions, draft: ReportDraft): Promise<void> {
  const { state, partitions, target, signal, scratch } = run;
  const position = (await state.get(partitions.position, POSITION_KEY)) as Position | undefined;
  const { scopeHash, fullEveryMs } = definition;
  const decided = decideMode({
    asked: options.mode,
    position,
    links: run.known,
    scopeHash,
    fullEveryMs,
    now: run.now(),
  });
  draft.setMode(decided.mode, decided.reason);

  const places = await findPlaces(run, options.store.location);
  await target.check(definition.fields, signal);
  await loadRetries(run);
  await settleJournal(run);

  const read = await readAll(run, decided.mode, position, draft);
  const everythingRead = read.mode === "full" && read.complete;
  if (!everythingRead) await readDue(run);
  draft.read = scratch.objects.sources();
  draft.everythingRead = everythingRead;

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
  if (everythingRead) await tellStrangers(run, definition, options, draft);
  draft.planned({ ...planning, unchanged: planning.unchanged - foreseen }, scratch);
  await labelOpenFailures(run, draft);

  if (!(await passesLimits(run, definition, options, { ...read, recovering }, draft)) || run.dryRun) return;
  await keepPlaces(run, places);
  const queue = new CommitQueue(state);
  const journal = new Journal(run, queue);
  const links = await LinkBook.open(run, queue);
  const tally = new FailureTally(definition.limits.failures, scratch.retries, target.name);
  await writePlan(run, journal, links, tally);
  await provePlan(run, journal, links, tally);
  await keepRefreshed(run, links);
  if (hasReferences) draft.changedLater(await writeReferences(run, read.complete, journal, links, tally));
  await finish(run, definition, read, position, draft, everythingRead);
}

/** Reads the source, and asks it by id for whom a full read did not give. */
async function readAll(
  run: Run,
  mode: ReadMode,
  position: Position | undefined,
  draft: ReportDraft,
): Promise<ReadOutcome> {
  const read = await readSource(run, mode, position?.cursor);
  if (read.modeReason !== undefined) draft.setMode(read.mode, read.modeReason);
  draft.readExceptions = read.exceptions ?? [];
  for (const note of read.notes) run.note(note);
  let { complete } = read;
  if (read.mode === "full" && complete) {
    const there = await askForMissing(run);
    if (there > 0) {
      complete = false;
      run.note(
        `${run.source.name} left out ${counted(there, "object")} of its list, and has ${there === 1 ? "it" : "them"} all the same: nobody else is taken for gone by that list.`,
      );
    }
  }
  draft.readComplete = complete;
  return { ...read, complete };
}

/** How many strangers a note names. */
const MAX_STRANGERS = 20;

/**
 * Objects of the target that may be this sync's own, made before its state was lost, and that nobody can tell from
 * others: they are named in every full run. Where an administrator lets the set go by its hash, they are made inactive
 * like whoever left.
 */
async function tellStrangers(
  run: Run,
  { sync }: SyncDefinition,
  options: RunOptions,
  draft: ReportDraft,
): Promise<void> {
  const { scratch, source, target, note, dryRun } = run;
  const [correlation] = target.matchBy;
  const strangers = scratch.objects.strangers(correlation).filter(({ object }) => object.protected === undefined);
  if (strangers.length === 0) return;
  const lines = strangers.map(({ sourceId }) => limitedLine("disable", sourceId));
  const hash = limitedHash(lines);
  draft.strangers = {
    hash,
    objects: strangers.slice(0, MAX_EXCEPTIONS).map(({ sourceId, object }) => ({ sourceId, targetId: object.id })),
  };
  const allowedBy = await findAllowance(run, hash, lines, options.allow);
  if (allowedBy !== undefined) {
    for (const { sourceId, object } of strangers) {
      const { id: targetId, label } = object;
      const reason = `carries an id that ${source.name} does not have, and was let go by ${allowedBy}`;
      const active = { before: true, after: false };
      const op: Op = { kind: "disable", side: run.side, sourceId, targetId, label, reason, active };
      scratch.links.put(settled({ op, to: object, origin: "adopted", rules: run.rules, now: run.now() }));
      scratch.plan.add(op, "adopted");
      draft.allowedStrangers.add(sourceId);
    }
    return;
  }
  if (!dryRun) await keepLimited(run, hash, lines);
  const labels = strangers.slice(0, MAX_STRANGERS).map(({ object }) => object.label);
  const one = strangers.length === 1;
  note(
    `${counted(strangers.length, "active object")} of ${target.name} ${one ? "carries" : "carry"} an id that ${source.name} did not give; ${one ? "it is" : "they are"} left alone: ` +
      `${someOf(labels, strangers.length)}. If ${one ? "it" : "they"} should be made inactive, run ${options.command ?? `tenantwire sync ${sync}`} --full --allow ${hash}.`,
  );
}

/** What failed before and was not tried again now is told again, with what it is called. */
async function labelOpenFailures(run: Run, draft: ReportDraft): Promise<void> {
  const { scratch } = run;
  for (const { sourceId, retry } of scratch.retries.open(draft.everythingRead)) {
    draft.openCount += 1;
    if (draft.open.length === MAX_EXCEPTIONS) continue;
    const link = await storedLink(run, sourceId);
    draft.open.push({ sourceId, label: link?.label ?? "", retry });
  }
}

/** Whether the plan may be written. What stops it is kept, so that it can be allowed. */
async function passesLimits(
  run: Run,
  { limits, sync }: SyncDefinition,
  options: RunOptions,
  read: ReadOutcome & { readonly recovering: boolean },
  draft: ReportDraft,
): Promise<boolean> {
  const { scratch, state, partitions } = run;
  // What an earlier run planned within the limits, and could not do, is no new change.
  const isNew = (kind: LimitedKind) => (id: string) => scratch.retries.get(id)?.kind !== kind;
  const disables = scratch.plan.ids("disable");
  const ids: Readonly<Record<LimitedKind, readonly string[]>> = {
    disable: disables.filter(isNew("disable")).filter((id) => !draft.allowedStrangers.has(id)),
    clear: scratch.plan.ids("clear"),
    create: scratch.plan.ids("create").filter(isNew("create")),
  };
  const { active } = await readCounts(state, partitions);
  const planned = scratch.plan.counts("planned");
  const joining = (["create", "enable", "link"] as const).reduce((sum, kind) => sum + (planned.get(kind) ?? 0), 0);
  const over = overLimit(limits, {
    readMode: read.mode,
    inScope: scratch.objects.inScope(),
    population: active,
    firstSync: read.recovering,
    changes: { disable: ids.disable.length, clear: ids.clear.length, create: ids.create.length },
    remaining: active - disables.length + joining,
    sourceName: run.source.name,
  });
  const lines = (over?.kinds ?? ["disable" as const]).flatMap((kind) => ids[kind].map((id) => limitedLine(kind, id)));
  const hash = limitedHash(lines);
  const known = [hash, ...(draft.strangers ? [draft.strangers.hash] : [])];
  if (over === undefined) {
    if (options.allow !== undefined) await checkNamed(run, options.allow, known);
    return true;
  }
  const { why } = over;
  const allowedBy = await findAllowance(run, hash, lines, options.allow);
  draft.limit = { over: allowedBy === undefined, why, hash, ids: lines.length };
  if (allowedBy !== undefined) {
    if (options.allow !== undefined) await checkNamed(run, options.allow, known);
    run.note(`Over the limits (${why}), but allowed by ${allowedBy}.`);
    return true;
  }
  if (!run.dryRun) await keepLimited(run, hash, lines);
  draft.failure = overLimitMessage(why, options.command ?? `tenantwire sync ${sync}`, hash);
  if (options.allow !== undefined) draft.failure += ` ${options.allow} does not allow this.`;
  return false;
}

/** Anything that was not thrown on purpose keeps its stack. */
function isDefect(error: unknown, signal: AbortSignal): boolean {
  return !(error instanceof TenantwireError || signal.aborted);
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal });
}
