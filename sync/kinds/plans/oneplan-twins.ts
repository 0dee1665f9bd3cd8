/**
 * A plan and a task of one work item: an item that became the other kind, and a run that ended between making the one and
 * taking the other away.
 *
 * @packageDocumentation
 */
import type { Item } from "../../model/types.ts";
import { WORK_ITEM } from "./keys.ts";

type Kind = "plan" | "task";

export class Twins {
  /** Ids of plans and tasks, by the work item that they go with. */
  readonly #found = new Map<string, Partial<Record<Kind, string>>>();
  readonly #hidden = new Set<string>();

  /** A new run begins. */
  forget(): void {
    this.#found.clear();
    this.#hidden.clear();
  }

  see(items: readonly Item[]): void {
    for (const { id, keys, life } of items) {
      const stamp = keys[WORK_ITEM];
      if (!stamp || life !== "active") continue;
      const known = this.#found.get(stamp) ?? {};
      this.#found.set(stamp, { ...known, [id.includes("/") ? "task" : "plan"]: id });
    }
  }

  /**
   * Everything was read. Of two the one counts that is not what the work item is now: to become that is what goes on with
   * the other one, takes what lies below along, and leaves one of them. The other one is as if it were not there yet.
   *
   * @param kindOf what a work item is to be; undefined where that is not known
   * @returns whom nobody may see
   */
  hide(kindOf: (item: string) => Kind | undefined): readonly string[] {
    for (const [item, { plan, task }] of this.#found) {
      if (plan === undefined || task === undefined) continue;
      const kind = kindOf(item);
      if (kind !== undefined) this.#hidden.add(kind === "plan" ? plan : task);
    }
    return [...this.#hidden];
  }

  isHidden(id: string): boolean {
    return this.#hidden.has(id);
  }

  /** It is what was made of the other one. */
  show(id: string): void {
    this.#hidden.delete(id);
  }
}
