/**
 * Writing the plan: intent into the journal, the write, and afterwards the proof (see verify.ts). What fails is
 * recorded with its object; only what would fail for every object ends the run.
 *
 * @packageDocumentation
 */
import type { Run } from "./context.ts";
import { CredentialError, TenantwireError } from "./errors.ts";
import { Journal } from "./journal.ts";
import { LinkWriter } from "./link-writer.ts";
import { pump } from "./pump.ts";
import type { PlanRow } from "./scratch/plan.ts";
import type { Change, Target } from "./types.ts";
import { counted, messageOf } from "./words.ts";

/** When so many writes failed and none came through, the fault is not with the objects. */
const HOPELESS_AFTER = 100;

/** Writes every planned change. Afterwards each is `written`, `failed`, or `done` where nothing had to be written. */
export async function writePlan(run: Run, journal: Journal, links: LinkWriter): Promise<void> {
  const { target, scratch, signal, progress } = run;
  const total = scratch.plan.count("planned");
  let written = 0;
  let failed = 0;

  await pump(scratch.plan.rows("planned"), target.concurrency, async (row) => {
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
      scratch.plan.mark(row.seq, "failed", { note: messageOf(error) });
      failed += 1;
      if (written === 0 && failed === HOPELESS_AFTER) throw hopeless(target.name, error);
      return;
    }
    if (change.kind === "create") await journal.answered(change, targetId);
    scratch.plan.written(row.seq, targetId);
    written += 1;
    progress({ phase: "write", done: written + failed, total });
  });
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

function hopeless(targetName: string, error: unknown): TenantwireError {
  return new TenantwireError(
    `The first ${counted(HOPELESS_AFTER, "write")} to ${targetName} all failed, the last one with: ${messageOf(error)} Mend that and run again.`,
    { cause: error },
  );
}
