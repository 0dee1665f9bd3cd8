/**
 * The hierarchy between runs: type, parent and iteration of every item that is read. Where an item goes in OnePlan depends
 * on what is above it, so that a change of one item can move others which did not change.
 *
 * Whose place has changed is remembered until a run has come to its end: the next one that begins where that one began
 * looks at them again.
 *
 * @packageDocumentation
 */
import type { Json } from "../../model/json-value.ts";
import { commitAll, type Edit, entitiesIn, type State } from "../../state/session.ts";
import { type Place, type Placeable, type PlacementRules, Places } from "./placement.ts";

export interface Known extends Placeable {
  /** Id of the team project. */
  readonly project: string;
}

type Row = readonly [type: string, parent: number | null, inIteration: boolean, project: string];

export class Hierarchy {
  readonly #items: string;
  readonly #moved: string;
  readonly #places: Places<Known>;

  /** @param sync name of the sync, which its partitions begin with */
  constructor(sync: string, rules: PlacementRules) {
    this.#items = `${sync}-items`;
    this.#moved = `${sync}-moved`;
    this.#places = new Places(rules);
  }

  get known(): ReadonlyMap<number, Known> {
    return this.#places.known;
  }

  /** The place of every item, as of now. */
  get places(): ReadonlyMap<number, Place> {
    return this.#places.all;
  }

  clear(): void {
    this.#places.clear();
  }

  async load(state: State): Promise<void> {
    this.clear();
    for await (const page of state.list(this.#items)) {
      for (const { key, value } of page) {
        const [type, parent, inIteration, project] = value as unknown as Row;
        this.put({ id: Number(key), type, parent, inIteration, project });
      }
    }
  }

  put(item: Known): void {
    const known = this.known.get(item.id);
    if (!known || !isSame(known, item)) this.#places.put(item);
  }

  drop(id: number): void {
    this.#places.drop(id);
  }

  /** The place of an item that was not there when the others got theirs, or has changed since. */
  placeOf(item: Known): Place {
    this.put(item);
    return this.places.get(item.id) ?? { as: "nothing", reason: "it has no place" };
  }

  /** Ids that a run which began at the same place, and did not come to its end, was to look at. */
  async unfinished(state: State, cursor: Json): Promise<number[]> {
    const ours = (await entitiesIn(state, this.#moved)).filter(
      ({ value }) => JSON.stringify(value) === JSON.stringify(cursor),
    );
    return ours.map(({ key }) => Number(key));
  }

  /**
   * Stores what has changed since `before`.
   *
   * @param moved ids whose place has changed, by a run that began at `cursor`
   */
  async store(state: State, before: ReadonlyMap<number, Known>, moved: Iterable<number>, cursor: Json): Promise<void> {
    await state.clear(this.#moved);
    await commitAll(state, this.#edits(before, moved, cursor));
  }

  *#edits(before: ReadonlyMap<number, Known>, moved: Iterable<number>, cursor: Json): Generator<Edit> {
    // First what is to be looked at again: a run that ends in between knows of too much rather than of too little.
    for (const id of moved) yield { partition: this.#moved, key: String(id), value: cursor };
    for (const item of this.known.values()) {
      const old = before.get(item.id);
      if (old && isSame(old, item)) continue;
      const { id, type, parent, inIteration, project } = item;
      yield { partition: this.#items, key: String(id), value: [type, parent, inIteration, project] };
    }
    for (const id of before.keys()) if (!this.known.has(id)) yield { partition: this.#items, key: String(id) };
  }
}

function isSame(one: Known, other: Known): boolean {
  return (
    one.type === other.type &&
    one.parent === other.parent &&
    one.inIteration === other.inIteration &&
    one.project === other.project
  );
}

export function isSamePlace(one: Place | undefined, other: Place | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
