/**
 * The journal: a write's intent is committed before it, and settled in the same commit as the link that it changes, so
 * that a run which was killed in between leaves word of what it may have done. The next run finds out before it plans.
 *
 * @packageDocumentation
 */
import type { Intent, Retry } from "../model/recorded.ts";
import { counted } from "../../contract/words.ts";
import { fromJson, toJson } from "../model/json.ts";
import { pump } from "../model/pump.ts";
import { isWritten, type Item, type Link, type Op, otherSide } from "../model/types.ts";
import { seenLink, settled } from "../planner/agreed.ts";
import type { Unsettled } from "../scratch/retries.ts";
import { CommitQueue } from "../state/queue.ts";
import type { Edit } from "../state/session.ts";
import { listFrom, type Run } from "./context.ts";
import { LinkBook, storedLink } from "./link-book.ts";
import { afterShown, afterUnshown, lookAgain } from "./retries.ts";

/**
 * For how long a create without proof is looked for before the object is created after all: what a target may need
 * until a new object shows up in a search.
 */
export const CREATE_LAG_MS = 10 * 60 * 1000;

export class Journal {
  readonly #queue: CommitQueue;
  readonly #partition: string;
  readonly #now: () => Date;

  constructor({ partitions, now }: Pick<Run, "partitions" | "now">, queue: CommitQueue) {
    this.#queue = queue;
    this.#partition = partitions.journal;
    this.#now = now;
  }

  /** Resolves when the intent is stored: only then may the write begin. */
  intend(op: Op): Promise<void> {
    return this.#queue.commit(this.#intent(op, op.targetId));
  }

  /**
   * A create was answered: once that is stored, the object can be found by its own id, where there is one. It is stored
   * together with the next intents, so that each write costs the disk one wait rather than two; until then the create is
   * found by its correlation id, like one whose answer never came.
   */
  answered(op: Op, targetId: string | undefined): void {
    this.#queue.post(this.#intent(op, targetId, true));
  }

  /** Resolves when everything is stored that was recorded so far. */
  stored(): Promise<void> {
    return this.#queue.flushed();
  }

  /** The change by which an intent is settled: it belongs into the commit of what it is settled by. */
  settling(sourceId: string): Edit {
    return { partition: this.#partition, key: sourceId };
  }

  settle(sourceId: string): Promise<void> {
    return this.#queue.commit(this.settling(sourceId));
  }

  #intent({ kind, label, sourceId, replaces }: Op, targetId: string | undefined, answered = false): Edit {
    const intent: Intent = {
      kind,
      label,
      at: this.#now().toISOString(),
      ...(targetId !== undefined && { targetId }),
      ...(answered && { answered: true }),
      ...(replaces !== undefined && { replaces }),
    };
    return { partition: this.#partition, key: sourceId, value: toJson(intent) };
  }
}

/**
 * Finds out what became of the writes that an earlier run left unsettled. Links are made or brought up to date from
 * what the target holds, and each object is read and planned again. A create that is not to be found keeps waiting
 * within {@link CREATE_LAG_MS}. A dry run learns the same and stores nothing.
 */
export async function settleJournal(run: Run): Promise<void> {
  const { state, partitions, scratch } = run;
  for await (const page of state.list(partitions.journal)) {
    for (const { key, value } of page) scratch.retries.putUnsettled(key, fromJson<Intent>(value));
  }
  const total = scratch.retries.unsettledCount();
  if (total === 0) return;

  run.note(`An earlier run ended with the outcome of ${counted(total, "write")} unknown; they were looked up first.`);
  const settler = await Settler.open(run);
  run.progress({ phase: "recover", done: 0, total });
  if (total >= listFrom(run.known)) await settler.settleByListing();
  await pump(scratch.retries.unsettled(), run.target.concurrency, (entry) => settler.settleOne(entry));
  run.progress({ phase: "recover", done: total, total });
}

/** The same for one write that was left unsettled. */
export async function settleIntent(run: Run, sourceId: string, intent: Intent): Promise<void> {
  run.scratch.retries.putUnsettled(sourceId, intent);
  await (await Settler.open(run)).settleOne({ sourceId, intent });
}

class Settler {
  readonly #run: Run;
  readonly #queue: CommitQueue;
  readonly #links: LinkBook;
  readonly #journal: Journal;

  private constructor(run: Run, queue: CommitQueue, links: LinkBook) {
    this.#run = run;
    this.#queue = queue;
    this.#links = links;
    this.#journal = new Journal(run, queue);
  }

  static async open(run: Run): Promise<Settler> {
    const queue = new CommitQueue(run.state);
    return new Settler(run, queue, await LinkBook.open(run, queue));
  }

  async settleByListing(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    for await (const page of target.list(signal)) {
      // A listing may give an object twice: it is linked once.
      const found = new Map<string, () => Promise<void>>();
      for (const object of page) {
        const entry = scratch.retries.unsettledFor(object.id, object.keys[target.matchBy[0]]);
        if (entry) found.set(entry.sourceId, () => this.#found(entry.sourceId, entry.intent, object));
      }
      await Promise.all([...found.values()].map((settle) => settle()));
    }
  }

  async settleOne({ sourceId, intent }: Unsettled): Promise<void> {
    const { scratch, signal } = this.#run;
    signal.throwIfAborted();
    const found = await this.#lookUp(sourceId, intent);
    if (found) return this.#found(sourceId, intent, found);

    const until = this.#waitsUntil(intent);
    if (until !== undefined) {
      scratch.retries.wait(sourceId, until);
      return this.#planAgain(sourceId);
    }
    if (intent.kind === "create" && intent.answered) return this.#neverShown(sourceId);
    return this.#unless(sourceId, intent);
  }

  /**
   * Nothing came of it, as far as can be seen. What a run that was taken for dead has on its way may still arrive: an
   * adoption makes an object of the sync's own, which somebody has to know of when its owner leaves. So its intent
   * stays, and keeps nobody from being planned.
   */
  async #unless(sourceId: string, intent: Intent): Promise<void> {
    const age = this.#run.now().getTime() - Date.parse(intent.at);
    if (intent.kind === "link" && Math.abs(age) < CREATE_LAG_MS) return this.#planAgain(sourceId);
    return this.#settle(sourceId);
  }

  /** An intent from the future is of a clock that was ahead: it counts as past. */
  #waitsUntil({ kind, at }: Intent): string | undefined {
    const age = this.#run.now().getTime() - Date.parse(at);
    if (kind !== "create" || Math.abs(age) >= CREATE_LAG_MS) return undefined;
    return new Date(Date.parse(at) + CREATE_LAG_MS).toISOString();
  }

  async #lookUp(sourceId: string, { kind, targetId }: Intent): Promise<Item | undefined> {
    const { target, signal } = this.#run;
    if (targetId !== undefined) {
      const object = await target.get(targetId, signal);
      if ((object && object.life !== "gone") || kind !== "create") return object;
    }
    const [correlation] = target.matchBy;
    const hits = await target.find(correlation, sourceId, signal);
    const own = hits.filter((object) => object.keys[correlation] === sourceId);
    // Two with one id are for the planner to name.
    return own.length === 1 ? own[0] : undefined;
  }

  async #found(sourceId: string, intent: Intent, object: Item): Promise<void> {
    const { scratch, target, dryRun } = this.#run;
    const stored = await storedLink(this.#run, sourceId);
    const carries = object.keys[target.matchBy[0]] === sourceId;
    let link: Link | undefined;
    if (intent.kind === "create") link = this.#linkOf(sourceId, intent, object, "created");
    else if (intent.kind !== "link") link = stored && this.#seen(stored, object);
    // An adoption counts from the moment that the object carries the id; before that it is planned like any other.
    else if (carries) link = this.#linkOf(sourceId, intent, object, "adopted");
    if (!link) return this.#unless(sourceId, intent);
    scratch.links.put(link);
    const again = this.#shown(sourceId);
    scratch.retries.settle(sourceId);
    if (!dryRun) await this.#links.put(link, [...again, this.#journal.settling(sourceId)], intent.replaces);
  }

  #linkOf(sourceId: string, { kind, label }: Intent, to: Item, origin: Link["origin"]): Link {
    const { side, rules, now } = this.#run;
    const reason = "was found after a run that ended early";
    return settled({ op: { kind, side, sourceId, label, reason, settles: [] }, to, origin, rules, now: now() });
  }

  /** What of a pair that goes both ways was written is found by comparing, as if somebody else had. */
  #seen(link: Link, object: Item): Link | undefined {
    const { side, rules } = this.#run;
    return isWritten(rules, otherSide(side))
      ? undefined
      : (seenLink(link, link.label, { [side]: object }, rules) ?? link);
  }

  async #settle(sourceId: string): Promise<void> {
    const again = this.#again(sourceId);
    this.#run.scratch.retries.settle(sourceId);
    if (!this.#run.dryRun) await this.#queue.commit(...again, this.#journal.settling(sourceId));
  }

  /** The target has had its time: that it answered success and shows nothing is a failure like any other. */
  async #neverShown(sourceId: string): Promise<void> {
    const { scratch, now, target, dryRun } = this.#run;
    const edit = this.#putRetry(sourceId, afterUnshown(scratch.retries.get(sourceId), target.name, now()));
    scratch.retries.settle(sourceId);
    if (!dryRun) await this.#queue.commit(edit, this.#journal.settling(sourceId));
  }

  async #planAgain(sourceId: string): Promise<void> {
    const again = this.#again(sourceId);
    if (!this.#run.dryRun) await this.#queue.commit(...again);
  }

  /** The target shows it, whatever it did not show before. */
  #shown(sourceId: string): readonly Edit[] {
    const known = this.#run.scratch.retries.get(sourceId);
    return known?.unshown === undefined ? this.#again(sourceId) : [this.#putRetry(sourceId, afterShown(known))];
  }

  /** What has it read and planned again. */
  #again(sourceId: string): readonly Edit[] {
    const { scratch, now } = this.#run;
    if (scratch.retries.get(sourceId)) return [];
    return [this.#putRetry(sourceId, lookAgain("an earlier run ended before it was sure of this object", now()))];
  }

  #putRetry(sourceId: string, retry: Retry): Edit {
    const { scratch, partitions } = this.#run;
    scratch.retries.put(sourceId, retry);
    return { partition: partitions.retries, key: sourceId, value: toJson(retry) };
  }
}
