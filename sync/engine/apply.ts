/**
 * Writing the plan: intent into the journal, the write, and afterwards the proof (see verify.ts). What fails is
 * recorded with its object; only what would fail for every object ends the run.
 *
 * @packageDocumentation
 */
import type { Run } from "./context.ts";
import { CredentialError } from "./errors.ts";
import type { FailureTally } from "./failures.ts";
import { Journal } from "./journal.ts";
import { LinkWriter } from "./link-writer.ts";
import { pump } from "./pump.ts";
import type { PlanRow } from "./scratch/plan.ts";
import type { Change, Target } from "./types.ts";
import { messageOf } from "./words.ts";

/**
 * Writes every planned change. Afterwards each is `written`, `failed`, or `done` where nothing had to be written.
 *
 * @throws TooManyFailures before the next write, when too many have failed
 */
export async function writePlan(run: Run, journal: Journal, links: LinkWriter, tally: FailureTally): Promise<void> {
  const { target, scratch, signal, progress } = run;
  const total = scratch.plan.count("planned");
  let done = 0;

  async function writeRow(row: PlanRow): Promise<void> {
    signal.throwIfAborted();
    const { change, seen } = row;
    if (!needsWrite(change) && seen) {
      await links.keep(row, seen);
      scratch.plan.mark(row.seq, "done");
      return;
    }
    await journal.intend(change);
    let targetId: string;
    try {
      targetId = await write(target, row, signal);
    } catch (error) {
      if (endsRun(error, signal)) throw error;
      const note = messageOf(error);
      scratch.plan.mark(row.seq, "failed", { note });
      done += 1;
      tally.failed(change.sourceId, note, error);
      return;
    }
    if (change.kind === "create") journal.answered(change, targetId);
    scratch.plan.written(row.seq, targetId);
    tally.answered();
    done += 1;
    progress({ phase: "write", done, total });
  }

  try {
    await pump(scratch.plan.rows("planned"), target.concurrency, writeRow);
  } finally {
    // Also of a run that ends here: the next one should know what was answered.
    await journal.stored();
  }
}

/** Whether an error is of the run rather than of the object that it was met at. */
export function endsRun(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || error instanceof CredentialError;
}

function needsWrite(change: Change): boolean {
  return change.kind !== "link" || change.adopt === true || change.active !== undefined || change.after !== undefined;
}

/** Returns the id of the object that was written. */
async function write(target: Target, { change, source }: PlanRow, signal: AbortSignal): Promise<string> {
  const { sourceId, label, after, active } = change;
  if (change.kind === "create") {
    const { id } = await target.create({ sourceId, label, fields: after ?? {}, keys: source?.keys ?? {} }, signal);
    return id;
  }
  const targetId = change.targetId ?? missingId(change);
  // An object may have to be active before its fields can be written.
  if (change.adopt) await target.adopt(targetId, sourceId, signal);
  if (active) await target.setActive(targetId, active.after, signal);
  if (after) await target.update(targetId, after, signal);
  return targetId;
}

function missingId({ kind, sourceId }: Change): never {
  throw new TypeError(`A planned ${kind} of ${sourceId} has no object of the target.`);
}
