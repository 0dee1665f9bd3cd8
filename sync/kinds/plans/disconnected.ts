/**
 * Plans and work items that somebody took apart. They stay as they are on both sides, with all that lies below them, until
 * somebody puts them together with something: a run that found them alone would otherwise make each of them anew.
 *
 * @packageDocumentation
 */
import { toJson } from "../../model/json.ts";
import type { Position } from "../../planner/mode.ts";
import { POSITION_KEY } from "../../run/finish.ts";
import { unlinking } from "../../run/link-book.ts";
import { partitionsOf } from "../../state/partitions.ts";
import { type Edit, entitiesIn, type State } from "../../state/session.ts";
import { command, fill } from "../../../contract/this-stack.ts";

/** Why something stays as it is. */
export function disconnectedByHand(): string {
  const again = command("plans connect", fill("plan"), "--to", fill("work item"));
  return `somebody disconnected it: ${again} puts it together with something again`;
}

/** @param what it lies below, in words */
export function belowDisconnected(what: string): string {
  return `it lies below ${what}, which somebody disconnected`;
}

/** Ids of work items and of plans; no id of the one is one of the other. */
export class Disconnected {
  readonly #sync: string;
  readonly #partition: string;
  readonly #ids = new Set<string>();

  /** @param sync name of the sync, which its partitions begin with */
  constructor(sync: string) {
    this.#sync = sync;
    this.#partition = `${sync}-disconnected`;
  }

  async load(state: Pick<State, "list">): Promise<void> {
    this.#ids.clear();
    for (const { key } of await entitiesIn(state, this.#partition)) this.#ids.add(key);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  /** What something went with before it was taken apart. */
  async formerly(state: Pick<State, "get">, id: string): Promise<string | undefined> {
    const other = await state.get(this.#partition, id);
    return typeof other === "string" ? other : undefined;
  }

  /** All that the sync remembers of the two goes, and that they were taken apart comes. */
  async apart(state: State, item: string, plan: string): Promise<Edit[]> {
    const [toPlans, toItems] = [partitionsOf(this.#sync), partitionsOf(this.#sync, "a")];
    const ofItem = [toPlans.journal, toPlans.retries, toPlans.references];
    const ofPlan = [toItems.journal, toItems.retries, toItems.references];
    return [
      ...(await unlinking(state, toPlans, item)),
      ...ofItem.map((partition): Edit => ({ partition, key: item })),
      ...ofPlan.map((partition): Edit => ({ partition, key: plan })),
      { partition: this.#partition, key: item, value: plan },
      { partition: this.#partition, key: plan, value: item },
    ];
  }

  /**
   * Both go with something again. Where one of them was taken apart the next run reads everything, since what lies below
   * may have changed meanwhile.
   */
  async together(state: State, item: string, plan: string): Promise<Edit[]> {
    const apart = [];
    for (const id of [item, plan]) if ((await this.formerly(state, id)) !== undefined) apart.push(id);
    if (apart.length === 0) return [];
    const { position } = partitionsOf(this.#sync);
    const known = (await state.get(position, POSITION_KEY)) as Position | undefined;
    return [
      ...apart.map((key): Edit => ({ partition: this.#partition, key })),
      ...(known ? [{ partition: position, key: POSITION_KEY, value: toJson({ ...known, scopeHash: "" }) }] : []),
    ];
  }
}
