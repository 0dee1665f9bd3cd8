/**
 * Writing the plan: intent into the journal, the write, and afterwards the proof (see prove.ts). What fails is put aside
 * with its object; only what would fail for every object ends the run.
 *
 * @packageDocumentation
 */
import { CredentialError } from "../../contract/errors.ts";
import { messageOf } from "../../contract/words.ts";
import { becameOf } from "../model/became.ts";
import { pump } from "../model/pump.ts";
import type { Op, OpKind, Target } from "../model/types.ts";
import type { RunLimits } from "../planner/limits.ts";
import type { PlanRow } from "../scratch/plan.ts";
import { CommitQueue } from "../state/queue.ts";
import type { Run } from "./context.ts";
import { FailureTally } from "./failures.ts";
import { Journal } from "./journal.ts";
import { LinkBook } from "./link-book.ts";
import { Meanwhile } from "./meanwhile.ts";

/** What the writes on one side go with. */
export interface Writing {
  readonly journal: Journal;
  readonly links: LinkBook;
  /** Over all levels, and over the step that writes references. */
  readonly tally: FailureTally;
}

export async function openWriting(run: Run, { failures }: Pick<RunLimits, "failures">): Promise<Writing> {
  const queue = new CommitQueue(run.state);
  return {
    journal: new Journal(run, queue),
    links: await LinkBook.open(run, queue),
    tally: new FailureTally(failures, run.scratch.retries, run.target.name),
  };
}

/**
 * Writes every planned change. Afterwards each is `written`, `failed`, `aside`, or `done` where nothing had to be
 * written.
 *
 * @param upTo the last level that is written; by default all
 * @throws TooManyFailures when nothing succeeds any more
 */
export async function writePlan(run: Run, writing: Writing, upTo?: number): Promise<void> {
  const { journal, links, tally } = writing;
  const { target, scratch, signal, progress } = run;
  const total = scratch.plan.count("planned");
  const meanwhile = new Meanwhile();
  let done = 0;
  let last: OpKind | undefined;

  async function writeRow(intended: Intended): Promise<void> {
    if (signal.aborted) await withdraw(journal, intended);
    signal.throwIfAborted();
    const { row } = intended;
    const { op, seen } = row;
    if (!needsWrite(op) && seen) {
      await links.keep(row, seen);
      scratch.plan.mark(row.seq, "done");
      return;
    }
    last = op.kind;
    const whyNot = tally.whyNot(op.kind);
    if (whyNot !== undefined) {
      await withdraw(journal, intended);
      scratch.plan.mark(row.seq, "aside", { note: whyNot });
      return;
    }
    await confirmed(intended, journal, run.now);
    let targetId: string | undefined;
    let isBegun = false;
    const begun = (id: string) => {
      isBegun = true;
      journal.answered(op, id);
      // At once: until its other half's id is in it, it is found by nothing else. What is not stored is told at the end.
      journal.stored().catch(() => undefined);
    };
    try {
      targetId = await write(target, row, signal, begun);
    } catch (error) {
      // What was rejected, or not begun, leaves nothing to find out.
      if (becameOf(error) !== "unknown" && !isBegun && !signal.aborted) await journal.settle(op.sourceId);
      if (endsRun(error, signal)) throw error;
      const note = messageOf(error);
      scratch.plan.mark(row.seq, "failed", { note });
      done += 1;
      tally.failed(op.kind, op.sourceId, note, error);
      return;
    }
    meanwhile.do(() => {
      if (op.kind === "create") journal.answered(op, targetId);
      scratch.plan.written(row.seq, targetId);
    });
    tally.answered(op.kind);
    done += 1;
    progress({ phase: "write", done, total });
  }

  try {
    await pump(intendedAhead(run, writing, meanwhile, upTo), target.concurrency, writeRow);
  } finally {
    // Also of a run that ends here: the next one should know what was answered.
    await meanwhile.done().finally(() => journal.stored());
  }
  if (last === undefined) return;
  try {
    tally.ended(last);
  } catch (error) {
    // What was not tried is no failure of a run that ends: the next one reads it again.
    scratch.plan.resume();
    throw error;
  }
}

/** A row whose turn comes, when its intent was recorded, and when that is stored: only then may it be written. */
interface Intended {
  readonly row: PlanRow;
  readonly at: Date;
  readonly recorded: Promise<void> | undefined;
  isStored: boolean;
}

/**
 * How many intents are recorded ahead for each write that is under way. After a kill so many have to be looked up. More
 * of them where the target answers faster than the state takes them: where a write had to wait for its own.
 */
const AHEAD = { least: 16, most: 32 } as const;
/** They are recorded in so many steps, each of which travels in one commit, with the answers that came meanwhile. */
const STEPS = 2;

/**
 * Records the intents of the next rows while those before them are written, so that no write waits for the disk. What
 * is not written after all is taken out of the journal again.
 */
async function* intendedAhead(
  { scratch, target, now }: Run,
  { journal, tally }: Writing,
  meanwhile: Meanwhile,
  upTo: number | undefined,
): AsyncGenerator<Intended> {
  const rows = scratch.plan.rows("planned", upTo);
  const queue: Intended[] = [];
  let ahead = AHEAD.least * target.concurrency;
  let taken = 0;
  let isOver = false;

  function intend(row: PlanRow): void {
    const isTried = tally.whyNot(row.op.kind) === undefined && (needsWrite(row.op) || !row.seen);
    const recorded = isTried ? journal.intend(row.op) : undefined;
    const intended: Intended = { row, at: now(), recorded, isStored: !recorded };
    // Whoever writes the row hears of what fails; one that is never written is looked at below.
    recorded?.then(
      () => (intended.isStored = true),
      () => undefined,
    );
    queue.push(intended);
  }

  function fill(): void {
    const step = ahead / STEPS;
    if (isOver || queue.length > ahead - step) return;
    for (let count = queue.length > 0 ? step : ahead; count > 0; count -= 1) {
      const next = rows.next();
      if (next.done === true) {
        isOver = true;
        return;
      }
      intend(next.value);
    }
  }

  function taking({ isStored }: Intended): void {
    taken += 1;
    // Those that are recorded first are waited for by all.
    if (isStored || taken <= ahead) return;
    ahead = Math.min(2 * ahead, AHEAD.most * target.concurrency);
    taken = 0;
  }

  try {
    for (;;) {
      if (queue.length === 0) fill();
      else meanwhile.do(fill);
      const intended = queue.shift();
      if (!intended) return;
      taking(intended);
      yield intended;
    }
  } finally {
    isOver = true;
    await Promise.all(queue.map((intended) => withdraw(journal, intended)));
  }
}

/** Less than what is left of a lock that was renewed in time. */
const FRESH_MS = 10_000;

/**
 * Resolves when the row may be written: its intent is stored, and that this run still holds the lock was seen, which
 * storing does, just now. A process may have been suspended since.
 */
async function confirmed({ row, at, recorded }: Intended, journal: Journal, now: () => Date): Promise<void> {
  await recorded;
  if (Math.abs(now().getTime() - at.getTime()) > FRESH_MS) await journal.intend(row.op);
}

/** Nothing was sent. Where the state cannot be written, the next run finds the intent and that nothing came of it. */
async function withdraw(journal: Journal, { row, recorded }: Intended): Promise<void> {
  if (recorded === undefined) return;
  await recorded.then(() => journal.settle(row.op.sourceId)).catch(() => undefined);
}

/**
 * Whether an error is of the run rather than of the object that it was met at: the key is refused, or the target begins
 * with nothing, for longer than there is patience.
 */
export function endsRun(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || error instanceof CredentialError || becameOf(error) === "not begun";
}

function needsWrite(op: Op): boolean {
  return op.kind !== "link" || op.adopt === true || op.active !== undefined || op.after !== undefined;
}

/** Returns the id of the object that was written; a create may be answered without one. */
async function write(
  target: Target,
  { op }: PlanRow,
  signal: AbortSignal,
  begun: (id: string) => void,
): Promise<string | undefined> {
  const { sourceId, label, after, active } = op;
  if (op.kind === "create") {
    const object = { sourceId, label, fields: after ?? {} };
    const { id } = await target.create(object, signal, begun);
    return id;
  }
  const targetId = op.targetId ?? missingId(op);
  // An object may have to be active before its fields can be written.
  if (op.adopt) await target.adopt(targetId, sourceId, signal);
  if (active) await target.setActive(targetId, active.after, signal);
  const updated = after && (await target.update(targetId, after, signal));
  return updated?.id ?? targetId;
}

function missingId({ kind, sourceId }: Op): never {
  throw new TypeError(`A planned ${kind} of ${sourceId} has no object of the target.`);
}
