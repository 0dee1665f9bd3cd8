/**
 * A run of a sync that goes one way: reads the one side, and writes the other.
 *
 * @packageDocumentation
 */
import { counted, someOf } from "../../contract/words.ts";
import { isActive, type Op, type ReadMode } from "../model/types.ts";
import { settled } from "../planner/agreed.ts";
import { limitedHash, limitedLine } from "../planner/limits.ts";
import { decideMode, type Position } from "../planner/mode.ts";
import { findAllowance, keepLimited } from "./allowances.ts";
import type { Run } from "./context.ts";
import type { RunOptions, SyncDefinition } from "./definition.ts";
import { finish, keepRefreshed, readPosition } from "./finish.ts";
import { settleJournal } from "./journal.ts";
import { passesLimits } from "./limiting.ts";
import { findPlaces, keepPlaces } from "./place.ts";
import { planRun } from "./planning.ts";
import { provePlan } from "./prove.ts";
import { askForUnread, readSource, type ReadOutcome } from "./read.ts";
import { foreseeReferences, resolveReferences, writeReferences } from "./references.ts";
import type { ReportDraft } from "./report-draft.ts";
import { MAX_EXCEPTIONS } from "./report.ts";
import { loadRetries, noteUnshown, readDue } from "./retries.ts";
import { giveSamples, keepSamples } from "./samples.ts";
import { positionForSingle, readSingle, whySingle } from "./single.ts";
import { openWriting, writePlan } from "./write.ts";
import { command } from "../../contract/this-stack.ts";

export async function runOneWay(
  run: Run,
  definition: SyncDefinition,
  options: RunOptions,
  draft: ReportDraft,
): Promise<void> {
  const { target, signal, scratch } = run;
  const position = await readPosition(run);
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
  await giveSamples(run);
  await loadRetries(run);
  await settleJournal(run);

  const { only } = options;
  const read = only
    ? await readOnly(run, only, position, definition, draft)
    : await readAll(run, decided.mode, position, draft);
  const everythingRead = read.mode === "full" && read.complete;
  if (!everythingRead && !only) await readDue(run);
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
  if (everythingRead) await tellStrangers(run, read.protected, options, draft);
  draft.name([run.scratch]);
  const foreseen = hasReferences && run.dryRun ? await foreseeReferences(run) : 0;
  draft.planned({ ...planning, unchanged: planning.unchanged - foreseen }, [run.scratch]);
  await draft.readOpen([run]);
  noteUnshown(run, options);

  if (!(await passesLimits([{ run, read, recovering }], definition, options, draft)) || run.dryRun) return;
  await keepPlaces(run, places);
  const writing = await openWriting(run, definition.limits);
  await writePlan(run, writing);
  await provePlan(run, writing);
  await keepRefreshed(run, writing.links);
  if (hasReferences) draft.changedLater(await writeReferences(run, read.complete, writing));
  if (planning.listed) await keepSamples(run, planning.listed.samples);
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
    const there = await askForUnread(run, (link) => link[run.side].active, isActive);
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

/** Reads single objects; the next run goes on where the one before ended. */
async function readOnly(
  run: Run,
  words: readonly string[],
  position: Position | undefined,
  { scopeHash }: SyncDefinition,
  draft: ReportDraft,
): Promise<ReadOutcome> {
  draft.setMode("delta", whySingle(words));
  return readSingle(run, words, positionForSingle(position, scopeHash));
}

/** How many strangers a note names. */
const MAX_STRANGERS = 20;

/**
 * Objects of the target that may be this sync's own, made before its state was lost, and that nobody can tell from
 * others: they are named in every full run. Where an administrator lets the set go by its hash, they are made inactive
 * like whoever left. Who is protected, in the target or by the settings, is none of them.
 */
async function tellStrangers(
  run: Run,
  kept: ReadonlySet<string> | undefined,
  options: RunOptions,
  draft: ReportDraft,
): Promise<void> {
  const { scratch, source, target, note, dryRun } = run;
  const [correlation] = target.matchBy;
  const strangers = scratch.objects
    .strangers(correlation)
    .filter(({ sourceId, object }) => object.protected === undefined && kept?.has(sourceId) !== true);
  if (strangers.length === 0) return;
  const lines = strangers.map(({ sourceId }) => limitedLine("disable", sourceId));
  const hash = limitedHash(lines);
  draft.strangers = {
    hash,
    objects: strangers.slice(0, MAX_EXCEPTIONS).map(({ sourceId, object }) => ({ sourceId, targetId: object.id })),
  };
  const why = `${counted(strangers.length, "active object")} with an id that ${source.name} did not give`;
  const allowedBy = await findAllowance(run, hash, lines, why, options.allow);
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
      `${someOf(labels, strangers.length)}. If ${one ? "it" : "they"} should be made inactive, allow it: ${options.command ?? command("sync")} --full --allow ${hash}`,
  );
}
