/**
 * Reading back: a target that answers success may have done nothing. Every write is compared with what the target
 * then holds, a few times with growing pauses since an answer may be behind, repeated once, and compared again.
 *
 * A create that is not shown yet is unproven, and no failure: a target may need minutes to show what is new.
 *
 * @packageDocumentation
 */
import { counted, listed, messageOf } from "../../contract/words.ts";
import { pump } from "../model/pump.ts";
import { type Got, isWritten, type Item, otherSide } from "../model/types.ts";
import { type Difference, differenceOf, isCoarser, wordsFor } from "../planner/difference.ts";
import { LONGEST_REST_MS } from "../planner/plan-link.ts";
import type { PlanRow } from "../scratch/plan.ts";
import { listFrom, type Run } from "./context.ts";
import type { Journal } from "./journal.ts";
import type { LinkBook } from "./link-book.ts";
import { endsRun, type Writing } from "./write.ts";

/** Pauses before each look, in milliseconds: after the write, and after the repeated write. */
const FIRST_LOOKS_MS = [0, 1_000, 3_000, 8_000] as const;
const LAST_LOOKS_MS = [0, 1_000, 3_000] as const;

/**
 * Proves every written change. Afterwards each is `done`, `refused`, `failed` or `unproven`.
 *
 * @throws TooManyFailures when many are not as they were written, and none is
 */
export async function provePlan(run: Run, { journal, links, tally }: Writing): Promise<void> {
  const prover = new Prover(run, journal, links);
  if (await prover.look(FIRST_LOOKS_MS)) return;
  await prover.repeat();
  if (await prover.look(LAST_LOOKS_MS)) return;
  tally.unproved(await prover.conclude(), run.scratch.plan.count("done") + run.scratch.plan.count("unproven"));
}

class Prover {
  readonly #run: Run;
  readonly #journal: Journal;
  readonly #links: LinkBook;
  readonly #total: number;
  /** Rows that are being compared: an object may be on two pages, and is linked once. */
  readonly #comparing = new Set<number>();
  /** Of rows that were written again: what was there before, where the write was answered. */
  readonly #seenBefore = new Map<number, Item>();
  #proved = 0;

  constructor(run: Run, journal: Journal, links: LinkBook) {
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
      // What has no id yet is found by one listing, rather than by a search for each.
      const isLast = index === pauses.length - 1;
      const hasNameless = scratch.plan.hasNameless();
      const known = Math.max(this.#run.known, this.#total);
      if (this.#run.target.getMany && !isLast && !hasNameless) await this.#lookTogether();
      else if (open >= listFrom(known) && (!isLast || hasNameless)) await this.#lookByListing();
      else await this.#lookOneByOne();
    }
    return scratch.plan.count("written") === 0;
  }

  /** Writes once more what was not taken. What is not there at all is not written again. */
  async repeat(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    await pump(scratch.plan.rows("written"), target.concurrency, async (row) => {
      signal.throwIfAborted();
      const difference = row.seen && this.#difference(row, row.seen);
      if (!difference || !row.seen) return;
      try {
        const id = await this.#writeAgain(row, row.seen.id, difference);
        this.#seenBefore.set(row.seq, row.seen);
        if (id !== undefined) scratch.plan.written(row.seq, id);
      } catch (error) {
        if (endsRun(error, signal)) throw error;
        scratch.plan.mark(row.seq, "written", { note: `writing it again failed: ${messageOf(error)}` });
      }
    });
  }

  /** Returns the id of what took the object's place, if anything did. */
  async #writeAgain(
    { op }: PlanRow,
    id: string,
    { correlation, active, fields }: Difference,
  ): Promise<string | undefined> {
    const { target, signal } = this.#run;
    if (correlation) await target.adopt(id, op.sourceId, signal);
    if (active !== undefined) await target.setActive(id, active, signal);
    return fields && (await target.update(id, fields, signal))?.id;
  }

  /** Says what became of everything that is still not as written, and returns what failed. */
  async conclude(): Promise<readonly { readonly sourceId: string; readonly reason: string }[]> {
    const { target, scratch } = this.#run;
    const failed: { readonly sourceId: string; readonly reason: string }[] = [];
    const kept = new Set<string>();
    let items = 0;
    for (const row of scratch.plan.rows("written")) {
      const difference = row.seen && this.#difference(row, row.seen);
      if (row.seen && difference && this.#isOwnForm(row, row.seen, difference)) {
        for (const name of Object.keys(difference.fields ?? {})) kept.add(name);
        items += 1;
        await this.#links.keep(row, row.seen, { more: [this.#journal.settling(row.op.sourceId)] });
        scratch.plan.mark(row.seq, "done");
        continue;
      }
      const failure =
        row.seen && difference ? await this.#concludeSeen(row, row.seen, difference) : this.#concludeUnseen(row);
      if (failure !== undefined) failed.push({ sourceId: row.op.sourceId, reason: failure });
    }
    if (items > 0) {
      this.#run.note(
        `${target.name} keeps in a form of its own what it was given (${listed([...kept].sort())} of ${counted(items, "item")}): that counts as the same until it is changed on either side.`,
      );
    }
    const unproven = scratch.plan.count("unproven");
    if (unproven > 0) {
      this.#run.note(
        `${target.name} does not show ${counted(unproven, "new object")} yet; the next run looks for them before it plans.`,
      );
    }
    return failed;
  }

  /**
   * Of pairs that remember both sides: whether a value was made the same other one twice, which is neither nothing nor, but
   * for its precision, what was there before. That is how this side says it, as a rounded number: told as a failure, the two would be taken for changed on
   * both sides from then on, and one of them would be written over.
   */
  #isOwnForm({ seq, op }: PlanRow, seen: Item, { fields, active, correlation }: Difference): boolean {
    const before = this.#seenBefore.get(seq);
    if (!before || !fields || active !== undefined || correlation) return false;
    const { rules } = this.#run;
    if (!isWritten(rules, otherSide(op.side))) return false;
    // Where something lies and what it is has no other form.
    const exact = rules.fields.flatMap((rule) => (rule.refers || rule.isType ? rule[op.side] : []));
    return Object.entries(fields).every(([name, wanted]) => {
      if (exact.includes(name)) return false;
      const value = seen.fields?.[name] ?? null;
      if (value === null || value !== before.fields?.[name]) return false;
      return value !== op.before?.[name] || isCoarser(value, wanted);
    });
  }

  /** Returns why it failed; a state that was refused is stated, and no failure. */
  async #concludeSeen(row: PlanRow, seen: Item, difference: Difference): Promise<string | undefined> {
    const { target, scratch, now } = this.#run;
    const { active } = difference;
    const words = `${target.name} answered success, but ${wordsFor(difference, seen)}`;
    let failure: string | undefined;
    if (active === undefined || difference.fields || difference.correlation) {
      failure = row.note ? `${words}; ${row.note}` : words;
      // An adoption that the object does not carry would be forgotten with the state: it is planned again as one.
      const settled = this.#journal.settling(row.op.sourceId);
      // Where the last try was not read back it may be there by now: the intent stays, and the next run looks.
      if (row.op.adopt && difference.correlation) {
        if (row.note === undefined) await this.#journal.settle(row.op.sourceId);
      } else await this.#links.keep(row, seen, { more: [settled], failed: true });
      scratch.plan.mark(row.seq, "failed", { note: failure });
    } else {
      const until = new Date(now().getTime() + LONGEST_REST_MS).toISOString();
      await this.#links.keep(row, seen, {
        more: [this.#journal.settling(row.op.sourceId)],
        refused: { active, until },
      });
      scratch.plan.mark(row.seq, "refused", { note: `${words}; it is tried again after ${until}` });
    }
    return failure;
  }

  /**
   * The intent stays in the journal, so that the next run looks for it before it writes again.
   *
   * @returns why it failed; a create that is not shown yet has not
   */
  #concludeUnseen({ seq, op, note }: PlanRow): string | undefined {
    const { target, scratch } = this.#run;
    const words = note ?? `${target.name} answered success, but ${op.targetId ?? "what was made"} is not there`;
    if (op.kind === "create") {
      scratch.plan.mark(seq, "unproven", { note: words });
      return undefined;
    }
    scratch.plan.mark(seq, "failed", { note: words });
    return words;
  }

  async #lookByListing(): Promise<void> {
    const { target, signal } = this.#run;
    await this.#compareAll(target.list(signal), (object) =>
      this.#compareWritten(object, object.id, object.keys[target.matchBy[0]]),
    );
  }

  /** By their ids; where many cannot be asked for at once, each is. */
  async #lookTogether(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    const ids = scratch.plan.writtenIds();
    let isWhole = true;
    async function* found(): AsyncGenerator<readonly Got[], void, void> {
      try {
        yield* target.getMany?.(ids, signal) ?? [];
      } catch (error) {
        if (endsRun(error, signal)) throw error;
        isWhole = false;
      }
    }
    await this.#compareAll(found(), ([id, object]) => this.#compareWritten(object, id));
    if (!isWhole) await this.#lookOneByOne();
  }

  /** What one page proves is stored while the next one is read. */
  async #compareAll<T>(pages: AsyncIterable<readonly T[]>, compare: (each: T) => Promise<void>): Promise<void> {
    const proved = async (page: readonly T[]) => {
      await Promise.all(page.map(compare));
      this.#tell();
    };
    let storing: Promise<void> | undefined;
    try {
      for await (const page of pages) {
        const before = storing;
        storing = proved(page);
        // It is awaited below, and that may be later than it fails.
        storing.catch(() => undefined);
        await before;
      }
    } finally {
      await storing;
    }
  }

  /** @param correlation the id that the object carries, where it was not asked for by its own */
  async #compareWritten(object: Item, id: string, correlation?: string): Promise<void> {
    const row = this.#run.scratch.plan.writtenTo(id, correlation);
    if (!row || this.#comparing.has(row.seq) || !isProof(row, object)) return;
    this.#comparing.add(row.seq);
    try {
      await this.#compare(row, object);
    } finally {
      this.#comparing.delete(row.seq);
    }
  }

  async #lookOneByOne(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    await pump(scratch.plan.rows("written"), target.concurrency, async (row) => {
      signal.throwIfAborted();
      const object = await this.#get(row);
      if (object && isProof(row, object)) await this.#compare(row, object);
      this.#tell();
    });
  }

  async #get({ seq, op: { sourceId, targetId } }: PlanRow): Promise<Item | undefined> {
    const { target, scratch, signal } = this.#run;
    try {
      if (targetId !== undefined) return await target.get(targetId, signal);
      const [correlation] = target.matchBy;
      const hits = await target.find(correlation, sourceId, signal);
      const own = hits.filter(({ keys }) => keys[correlation] === sourceId);
      return own.length === 1 ? own[0] : undefined;
    } catch (error) {
      if (endsRun(error, signal)) throw error;
      scratch.plan.mark(seq, "written", { note: `reading it back failed: ${messageOf(error)}` });
      return undefined;
    }
  }

  async #compare(row: PlanRow, object: Item): Promise<void> {
    const { scratch } = this.#run;
    if (this.#difference(row, object)) {
      scratch.plan.mark(row.seq, "written", { seen: object });
      return;
    }
    await this.#links.keep(row, object, { more: [this.#journal.settling(row.op.sourceId)] });
    scratch.plan.mark(row.seq, "done");
    this.#proved += 1;
  }

  #difference(row: PlanRow, object: Item): Difference | undefined {
    const { target, rules } = this.#run;
    return differenceOf(row, object, target.matchBy[0], rules);
  }

  #tell(): void {
    this.#run.progress({ phase: "verify", done: this.#proved, total: this.#total });
  }
}

/** That something is not there proves that it was taken away; what was made, or changed, may not be shown yet. */
function isProof({ op }: PlanRow, { life }: Item): boolean {
  return life !== "gone" || op.active?.after === false;
}
