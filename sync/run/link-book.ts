/**
 * The links of a sync. Each change of one is a single commit: the link, how it is found by the id of side `b`, how many
 * there are, and whatever else has to be so at the same moment, such as that its intent is settled.
 *
 * @packageDocumentation
 */
import { toJson } from "../model/json.ts";
import { type Half, type Item, type Link, linkFromJson, linkToJson, otherSide } from "../model/types.ts";
import { settled } from "../planner/agreed.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { Partitions } from "../state/partitions.ts";
import type { CommitQueue } from "../state/queue.ts";
import { type Edit, readObject, type State } from "../state/session.ts";
import type { Run } from "./context.ts";

/** How many links there are. */
interface LinkCounts {
  readonly links: number;
  /** Of items that are active on side `b`. */
  readonly active: number;
}

const KEY = "links";

/** Kept with every change, and not counted. */
export async function readCounts(state: State, partitions: Partitions): Promise<LinkCounts> {
  return (await readObject<LinkCounts>(state, partitions.counts, KEY)) ?? { links: 0, active: 0 };
}

/** What takes a link away, by the id of its item of side `a`; nothing where there is none. */
export async function unlinking(state: State, partitions: Partitions, a: string): Promise<Edit[]> {
  const link = await storedLink({ state, partitions, side: "b" }, a);
  if (!link) return [];
  const { links, active } = await readCounts(state, partitions);
  const left: LinkCounts = { links: links - 1, active: active - Number(link.b.active) };
  return [
    { partition: partitions.links, key: a },
    { partition: partitions.linked, key: link.b.id },
    { partition: partitions.counts, key: KEY, value: toJson(left) },
  ];
}

type Linking = Pick<Run, "state" | "partitions" | "side">;

/** The stored link of an item of the side that is read. */
export async function storedLink({ state, partitions, side }: Linking, sourceId: string): Promise<Link | undefined> {
  const key = side === "b" ? sourceId : await state.get(partitions.linked, sourceId);
  const value = typeof key === "string" ? await state.get(partitions.links, key) : undefined;
  return value === undefined ? undefined : linkFromJson(value);
}

/** The stored link of an item of the side that is written. */
export async function storedLinkTo({ side, ...linking }: Linking, targetId: string): Promise<Link | undefined> {
  return storedLink({ ...linking, side: otherSide(side) }, targetId);
}

/** What else of an op that was looked at is remembered. */
interface Kept {
  /** Committed with it. */
  readonly more?: readonly Edit[];
  /** The state that it did not take. */
  readonly refused?: NonNullable<Half["refused"]>;
  /** It is not as it was to be: nothing of it is agreed. */
  readonly failed?: true;
}

export class LinkBook {
  readonly #run: Opening;
  readonly #queue: CommitQueue;
  #counts: LinkCounts;
  /** Changes that are on their way, by ids of side `a`, and of side `b`. */
  readonly #pending = new Map<string, Link | undefined>();
  readonly #holders = new Map<string, string | undefined>();

  private constructor(run: Opening, queue: CommitQueue, counts: LinkCounts) {
    this.#run = run;
    this.#queue = queue;
    this.#counts = counts;
  }

  static async open(run: Opening, queue: CommitQueue): Promise<LinkBook> {
    return new LinkBook(run, queue, await readCounts(run.state, run.partitions));
  }

  /** The pair stands, and the written side holds this. */
  async keep(
    { op, origin, source }: Pick<PlanRow, "op" | "origin" | "source">,
    object: Item,
    { more = [], refused, failed }: Kept = {},
  ): Promise<void> {
    const { side, rules, now } = this.#run;
    const before = await this.#linkFrom(op.sourceId);
    const isOpen = failed === true || refused !== undefined;
    const link = settled({
      op: isOpen ? { ...op, settles: [] } : op,
      to: object,
      origin,
      rules,
      now: now(),
      ...(before && { link: before }),
      ...(source && !isOpen && { from: source }),
    });
    const kept = refused ? { ...link, [side]: { ...link[side], refused } } : link;
    const stored = side === "b" ? before : await this.#byA(link.a.id);
    return this.#put(kept, stored, more, op.replaces);
  }

  /** @param ended id of the item of the side that is read whose link ends with this one */
  async put(link: Link, more: readonly Edit[] = [], ended?: string): Promise<void> {
    return this.#put(link, await this.#byA(link.a.id), more, ended);
  }

  async #put(link: Link, stored: Link | undefined, more: readonly Edit[], ended?: string): Promise<void> {
    const old = [stored, ended === undefined ? undefined : await this.#linkFrom(ended)];
    // Never may two be linked to one item.
    const holder = old[0]?.b.id === link.b.id ? undefined : await this.#byB(link.b.id);
    const before = [...new Map([...old, holder].flatMap((each) => (each ? [[each.a.id, each]] : []))).values()];
    const { links, linked } = this.#run.partitions;
    const edits: Edit[] = before.flatMap((each) => [
      { partition: links, key: each.a.id },
      { partition: linked, key: each.b.id },
    ]);
    edits.push(
      { partition: links, key: link.a.id, value: linkToJson(link) },
      { partition: linked, key: link.b.id, value: link.a.id },
    );
    await this.#commit(link, before, [...edits, ...more]);
  }

  /** From here on nothing is waited for before it is queued, so that the counts are of the order of the commits. */
  async #commit(link: Link, before: readonly Link[], edits: readonly Edit[]): Promise<void> {
    this.#counts = {
      links: this.#counts.links + 1 - before.length,
      active: this.#counts.active + Number(link.b.active) - before.filter(({ b }) => b.active).length,
    };
    const byA = new Map<string, Link | undefined>(before.map(({ a }) => [a.id, undefined]));
    const byB = new Map<string, string | undefined>(before.map(({ b }) => [b.id, undefined]));
    byA.set(link.a.id, link);
    byB.set(link.b.id, link.a.id);
    for (const [id, value] of byA) this.#pending.set(id, value);
    for (const [id, value] of byB) this.#holders.set(id, value);
    const counts = { partition: this.#run.partitions.counts, key: KEY, value: toJson(this.#counts) };
    await this.#queue.commit(...edits, counts);
    for (const [id, value] of byA) if (this.#pending.get(id) === value) this.#pending.delete(id);
    for (const [id, value] of byB) if (this.#holders.get(id) === value) this.#holders.delete(id);
  }

  #linkFrom(id: string): Promise<Link | undefined> {
    return this.#run.side === "b" ? this.#byA(id) : this.#byB(id);
  }

  async #byA(id: string): Promise<Link | undefined> {
    const { state, partitions } = this.#run;
    const stored = await storedLink({ state, partitions, side: "b" }, id);
    return this.#pending.has(id) ? this.#pending.get(id) : stored;
  }

  async #byB(id: string): Promise<Link | undefined> {
    const stored = await this.#run.state.get(this.#run.partitions.linked, id);
    const holder = this.#holders.has(id) ? this.#holders.get(id) : stored;
    return typeof holder === "string" ? this.#byA(holder) : undefined;
  }
}

type Opening = Pick<Run, "state" | "partitions" | "side" | "rules" | "now">;
