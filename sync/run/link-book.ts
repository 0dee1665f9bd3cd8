/**
 * The links of a sync. Each change of one is a single commit: the link, how it is found by the target's id, how many
 * there are, and whatever else has to be so at the same moment, such as that its intent is settled.
 *
 * @packageDocumentation
 */
import { picked } from "../model/fields.ts";
import { fromJson, toJson } from "../model/json.ts";
import type { Link, TargetObject } from "../model/types.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { Partitions } from "../state/partitions.ts";
import type { CommitQueue } from "../state/queue.ts";
import type { Edit, State } from "../state/session.ts";

/** How many links there are. */
export interface LinkCounts {
  readonly links: number;
  /** Of active objects. */
  readonly active: number;
}

const KEY = "links";

/** Kept with every change, and not counted. */
export async function readCounts(state: State, partitions: Partitions): Promise<LinkCounts> {
  const kept = await state.get(partitions.counts, KEY);
  return kept === undefined ? { links: 0, active: 0 } : fromJson<LinkCounts>(kept);
}

export class LinkBook {
  readonly #state: State;
  readonly #partitions: Partitions;
  readonly #fields: readonly string[];
  readonly #queue: CommitQueue;
  #counts: LinkCounts;
  /** Changes that are on their way. */
  readonly #pending = new Map<string, Link | undefined>();

  private constructor(run: Opening, queue: CommitQueue, counts: LinkCounts) {
    this.#state = run.state;
    this.#partitions = run.partitions;
    this.#fields = run.fields;
    this.#queue = queue;
    this.#counts = counts;
  }

  static async open(run: Opening, queue: CommitQueue): Promise<LinkBook> {
    return new LinkBook(run, queue, await readCounts(run.state, run.partitions));
  }

  /**
   * The pair stands, and the target holds this.
   *
   * @param more what is committed with it
   */
  keep(
    { change, origin }: Pick<PlanRow, "change" | "origin">,
    object: TargetObject,
    more: readonly Edit[] = [],
    refused?: NonNullable<Link["refused"]>,
  ): Promise<void> {
    const { sourceId, label, replaces } = change;
    const link: Link = {
      sourceId,
      targetId: object.id,
      label,
      origin,
      active: object.active,
      agreed: picked(object.fields, this.#fields),
      ...(refused && { refused }),
    };
    return this.put(link, more, replaces);
  }

  /** @param ended whose link ends with this one: never may two be linked to one object */
  async put(link: Link, more: readonly Edit[] = [], ended?: string): Promise<void> {
    const before = [await this.#before(link.sourceId), ended === undefined ? undefined : await this.#before(ended)];
    const { links, linked } = this.#partitions;
    const edits: Edit[] = [];
    for (const old of before) {
      if (old) edits.push({ partition: links, key: old.sourceId }, { partition: linked, key: old.targetId });
    }
    edits.push(
      { partition: links, key: link.sourceId, value: toJson(link) },
      { partition: linked, key: link.targetId, value: link.sourceId },
    );
    await this.#commit([link.sourceId, ...(ended === undefined ? [] : [ended])], link, before, [...edits, ...more]);
  }

  /** From here on nothing is waited for before it is queued, so that the counts are of the order of the commits. */
  async #commit(
    sourceIds: readonly string[],
    link: Link,
    before: readonly (Link | undefined)[],
    edits: readonly Edit[],
  ): Promise<void> {
    const gone = before.filter((old) => old !== undefined);
    this.#counts = {
      links: this.#counts.links + 1 - gone.length,
      active: this.#counts.active + Number(link.active) - gone.filter(({ active }) => active).length,
    };
    for (const id of sourceIds) this.#pending.set(id, id === link.sourceId ? link : undefined);
    await this.#queue.commit(...edits, {
      partition: this.#partitions.counts,
      key: KEY,
      value: toJson(this.#counts),
    });
    for (const id of sourceIds)
      if (this.#pending.get(id) === (id === link.sourceId ? link : undefined)) this.#pending.delete(id);
  }

  async #before(sourceId: string): Promise<Link | undefined> {
    const stored = await this.#state.get(this.#partitions.links, sourceId);
    if (this.#pending.has(sourceId)) return this.#pending.get(sourceId);
    return stored === undefined ? undefined : fromJson<Link>(stored);
  }
}

interface Opening {
  readonly state: State;
  readonly partitions: Partitions;
  readonly fields: readonly string[];
}
