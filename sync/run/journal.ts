/**
 * The journal: a write's intent is recorded before it and settled after it was read back, so that a run which was
 * killed in between leaves word of what it may have done. The next run finds out before it plans.
 *
 * @packageDocumentation
 */
import { BatchWriter } from "../state/queue.ts";
import { LIST_FROM, type Run } from "./context.ts";
import { picked } from "../model/fields.ts";
import { fromJson, toJson } from "../model/json.ts";
import { pump } from "../model/pump.ts";
import { lookAgain } from "./retries.ts";
import type { State } from "../state/session.ts";
import type { Change, ChangeKind, Link, TargetObject } from "../model/types.ts";
import { counted } from "../../contract/words.ts";

/**
 * For how long a create without an answer is looked for before the object is created after all: what a target may
 * need until a new object shows up in a search.
 */
export const CREATE_LAG_MS = 10 * 60 * 1000;

export interface Intent {
  readonly kind: ChangeKind;
  readonly label: string;
  /** Instant before the write. */
  readonly at: string;
  /** Unknown while a create has no answer. */
  readonly targetId?: string;
  /** Whose link ends with this one. */
  readonly replaces?: string;
}

export class Journal {
  readonly #writer: BatchWriter;
  readonly #now: () => Date;

  constructor(state: State, partition: string, now: () => Date) {
    this.#writer = new BatchWriter(state, partition);
    this.#now = now;
  }

  /** Resolves when the intent is stored: only then may the write begin. */
  intend(change: Change): Promise<void> {
    const { kind, label, sourceId, targetId, replaces } = change;
    const at = this.#now().toISOString();
    const intent: Intent = { kind, label, at, ...(targetId && { targetId }), ...(replaces && { replaces }) };
    return this.#writer.put(sourceId, toJson(intent));
  }

  /**
   * A create was answered: once that is stored, the object can be found by its own id. It is stored together with the
   * next intents, so that each write costs the disk one wait rather than two; until then the create is found by its
   * correlation id, like one whose answer never came.
   */
  answered({ kind, label, sourceId }: Change, targetId: string): void {
    const intent: Intent = { kind, label, at: this.#now().toISOString(), targetId };
    this.#writer.post(sourceId, toJson(intent));
  }

  /** Resolves when everything is stored that was recorded so far. */
  stored(): Promise<void> {
    return this.#writer.flushed();
  }

  settle(sourceId: string): Promise<void> {
    return this.#writer.delete(sourceId);
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
  const settler = new Settler(run);
  run.progress({ phase: "recover", done: 0, total });
  if (total > LIST_FROM) await settler.settleByListing();
  await pump(scratch.retries.unsettled(), run.target.concurrency, (entry) => settler.settleOne(entry));
  run.progress({ phase: "recover", done: total, total });
}

/** The same for one write that was left unsettled. */
export async function settleIntent(run: Run, sourceId: string, intent: Intent): Promise<void> {
  run.scratch.retries.putUnsettled(sourceId, intent);
  await new Settler(run).settleOne({ sourceId, intent });
}

class Settler {
  readonly #run: Run;
  readonly #links: BatchWriter;
  readonly #retries: BatchWriter;
  readonly #journal: BatchWriter;

  constructor(run: Run) {
    this.#run = run;
    this.#links = new BatchWriter(run.state, run.partitions.links);
    this.#retries = new BatchWriter(run.state, run.partitions.retries);
    this.#journal = new BatchWriter(run.state, run.partitions.journal);
  }

  async settleByListing(): Promise<void> {
    const { target, scratch, signal } = this.#run;
    for await (const page of target.list(signal)) {
      await Promise.all(
        page.map(async (object) => {
          const entry = scratch.retries.unsettledFor(object.id, object.keys[target.matchBy[0]]);
          if (entry) await this.#found(entry.sourceId, entry.intent, object);
        }),
      );
    }
  }

  async settleOne({ sourceId, intent }: { readonly sourceId: string; readonly intent: Intent }): Promise<void> {
    const { scratch, signal, now } = this.#run;
    signal.throwIfAborted();
    const found = await this.#lookUp(sourceId, intent);
    if (found) return this.#found(sourceId, intent, found);

    const until = new Date(Date.parse(intent.at) + CREATE_LAG_MS);
    if (intent.kind === "create" && until > now()) {
      scratch.retries.wait(sourceId, until.toISOString());
      return this.#planAgain(sourceId);
    }
    return this.#settle(sourceId);
  }

  async #lookUp(sourceId: string, { kind, targetId }: Intent): Promise<TargetObject | undefined> {
    const { target, signal } = this.#run;
    if (targetId !== undefined) {
      const object = await target.get(targetId, signal);
      if (object || kind !== "create") return object;
    }
    const [correlation] = target.matchBy;
    const hits = await target.find(correlation, sourceId, signal);
    const own = hits.filter((object) => object.keys[correlation] === sourceId);
    // Two with one id are for the planner to name.
    return own.length === 1 ? own[0] : undefined;
  }

  async #found(sourceId: string, intent: Intent, object: TargetObject): Promise<void> {
    const { state, partitions, scratch, target, fields, dryRun } = this.#run;
    const stored = (await state.get(partitions.links, sourceId)) as Link | undefined;
    const { active, id: targetId } = object;
    const seen = { active, agreed: picked(object.fields, fields) };
    const pair = { sourceId, targetId, label: intent.label, ...seen };
    let link: Link | undefined;
    if (intent.kind === "create") link = { ...pair, origin: "created" };
    else if (intent.kind !== "link") link = stored && { ...stored, ...seen };
    // An adoption counts from the moment that the object carries the id; before that it is planned like any other.
    else if (object.keys[target.matchBy[0]] === sourceId) link = { ...pair, origin: "adopted" };
    if (link) {
      scratch.links.put(link);
      if (!dryRun && intent.replaces !== undefined) await this.#links.delete(intent.replaces);
      if (!dryRun) await this.#links.put(sourceId, toJson(link));
    }
    await this.#settle(sourceId);
  }

  /** In this order: what is killed in between is settled once more. */
  async #settle(sourceId: string): Promise<void> {
    await this.#planAgain(sourceId);
    this.#run.scratch.retries.settle(sourceId);
    if (!this.#run.dryRun) await this.#journal.delete(sourceId);
  }

  async #planAgain(sourceId: string): Promise<void> {
    const { scratch, now, dryRun } = this.#run;
    if (scratch.retries.get(sourceId)) return;
    const retry = lookAgain("an earlier run ended before it was sure of this object", now());
    scratch.retries.put(sourceId, retry);
    if (!dryRun) await this.#retries.put(sourceId, toJson(retry));
  }
}
