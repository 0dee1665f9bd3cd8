/**
 * Reading back: a target that answers success may have done nothing. Every write is compared with what the target
 * then holds, a few times with growing pauses since an answer may be behind, repeated once, and compared again.
 *
 * @packageDocumentation
 */
import { endsRun } from "./write.ts";
import { LIST_FROM, type Run } from "./context.ts";
import { differenceOf, wordsFor, type Difference } from "../planner/difference.ts";
import type { FailureTally } from "./failures.ts";
import type { Journal } from "./journal.ts";
import type { LinkWriter } from "./link-writer.ts";
import { pump } from "../model/pump.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { TargetObject } from "../model/types.ts";
import { messageOf } from "../../contract/words.ts";

/** Pauses before each look, in milliseconds: after the write, and after the repeated write. */
const FIRST_LOOKS_MS = [0, 1_000, 3_000, 8_000] as const;
const LAST_LOOKS_MS = [0, 1_000, 3_000] as const;

/** A state that a target did not take is not asked for again for so long. */
const REFUSED_FOR_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Proves every written change. Afterwards each is `done`, `refused` or `failed`.
 *
 * @throws TooManyFailures when too many are not as they were written
 */
export async function verifyPlan(run: Run, journal: Journal, links: LinkWriter, tally: FailureTally): Promise<void> {
  const verifier = new Verifier(run, journal, links);
  if (await verifier.look(FIRST_LOOKS_MS)) return;
  await verifier.repeat();
  if (await verifier.look(LAST_LOOKS_MS)) return;
  tally.unproved(await verifier.conclude());
}

class Verifier {
  readonly #run: Run;
  readonly #journal: Journal;
  readonly #links: LinkWriter;
  readonly #total: number;
  #proved = 0;

  constructor(run: Run, journal: Journal, links: LinkWriter) {
    this.#run = run;
    this.#journal = journal;
    this.#links = links;
    this.#total = run.scratch.plan.count("written");
  }

  /** Looks until everything is as written, or there was no pause left. */
  async look(pauses: readonly number[]): Promise<boolean> {
    const { scratch, sleep, signal } = this.#run;
    for (const [index, pause] of pauses.entries()) {
      const open = scratch.plan.count("written");
      if (open === 0) return true;
      if (pause > 0) await sleep(pause, signal);
      // A listing may come from a copy that is behind for long: the last look asks for each object.
      if (open >= LIST_FROM && index < pauses.length - 1) await this.#lookByListing();
      else await this.#lookOneByOne();
    }
    return scratch.plan.count("written") === 0;
  }

  /** Writes once more what was not taken. What is not there at all is not written again. */
  async repeat(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    await pump(scratch.plan.rows("written"), target.concurrency, async (row) => {
      signal.throwIfAborted();
      const difference = row.seen && differenceOf(row, row.seen, target.matchBy[0]);
      if (!difference || !row.seen) return;
      try {
        await this.#writeAgain(row, row.seen.id, difference);
      } catch (error) {
        if (endsRun(error, signal)) throw error;
        scratch.plan.mark(row.seq, "written", { note: `writing it again failed: ${messageOf(error)}` });
      }
    });
  }

  async #writeAgain({ change }: PlanRow, id: string, { correlation, active, fields }: Difference): Promise<void> {
    const { target, signal } = this.#run;
    if (correlation) await target.adopt(id, change.sourceId, signal);
    if (active !== undefined) await target.setActive(id, active, signal);
    if (fields) await target.update(id, fields, signal);
  }

  /** Says what became of everything that is still not as written, and returns what failed. */
  async conclude(): Promise<readonly { readonly sourceId: string; readonly reason: string }[]> {
    const { target, scratch } = this.#run;
    const failed: { readonly sourceId: string; readonly reason: string }[] = [];
    for (const row of scratch.plan.rows("written")) {
      const difference = row.seen && differenceOf(row, row.seen, target.matchBy[0]);
      const failure =
        row.seen && difference ? await this.#concludeSeen(row, row.seen, difference) : this.#concludeUnseen(row);
      if (failure !== undefined) failed.push({ sourceId: row.change.sourceId, reason: failure });
    }
    return failed;
  }

  /** Returns why it failed; a state that was refused is stated, and no failure. */
  async #concludeSeen(row: PlanRow, seen: TargetObject, difference: Difference): Promise<string | undefined> {
    const { target, scratch, now } = this.#run;
    const { active } = difference;
    const words = `${target.name} answered success, but ${wordsFor(difference, seen)}`;
    let failure: string | undefined;
    if (active === undefined || difference.fields || difference.correlation) {
      failure = row.note ? `${words}; ${row.note}` : words;
      // An adoption that the object does not carry would be forgotten with the state: it is planned again as one.
      if (!(row.change.adopt && difference.correlation)) await this.#links.keep(row, seen);
      scratch.plan.mark(row.seq, "failed", { note: failure });
    } else {
      const until = new Date(now().getTime() + REFUSED_FOR_MS).toISOString();
      await this.#links.keep(row, seen, { active, until });
      scratch.plan.mark(row.seq, "refused", { note: `${words}; it is tried again after ${until}` });
    }
    await this.#journal.settle(row.change.sourceId);
    return failure;
  }

  /** The intent stays in the journal, so that the next run looks for it before it writes again. */
  #concludeUnseen({ seq, change, note }: PlanRow): string {
    const failure = note ?? `${this.#run.target.name} answered success, but ${change.targetId} is not there`;
    this.#run.scratch.plan.mark(seq, "failed", { note: failure });
    return failure;
  }

  async #lookByListing(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    for await (const page of target.list(signal)) {
      await Promise.all(
        page.map(async (object) => {
          const row = scratch.plan.writtenTo(object.id);
          if (row) await this.#compare(row, object);
        }),
      );
      this.#tell();
    }
  }

  async #lookOneByOne(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    await pump(scratch.plan.rows("written"), target.concurrency, async (row) => {
      signal.throwIfAborted();
      const object = await this.#get(row);
      if (object) await this.#compare(row, object);
      this.#tell();
    });
  }

  async #get({ seq, change: { kind, targetId } }: PlanRow): Promise<TargetObject | undefined> {
    const { target, scratch, signal } = this.#run;
    if (targetId === undefined) throw new TypeError(`A written ${kind} has no object of the target.`);
    try {
      return await target.get(targetId, signal);
    } catch (error) {
      if (endsRun(error, signal)) throw error;
      scratch.plan.mark(seq, "written", { note: `reading it back failed: ${messageOf(error)}` });
      return undefined;
    }
  }

  async #compare(row: PlanRow, object: TargetObject): Promise<void> {
    const { target, scratch } = this.#run;
    if (differenceOf(row, object, target.matchBy[0])) {
      scratch.plan.mark(row.seq, "written", { seen: object });
      return;
    }
    // The link first: what is killed in between is looked up once more and found to be right.
    await this.#links.keep(row, object);
    await this.#journal.settle(row.change.sourceId);
    scratch.plan.mark(row.seq, "done");
    this.#proved += 1;
  }

  #tell(): void {
    this.#run.progress({ phase: "verify", done: this.#proved, total: this.#total });
  }
}
