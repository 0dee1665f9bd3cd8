/**
 * What was seen of OnePlan's plans, between runs. OnePlan does not tell what has changed: all plans come in one request,
 * and the tasks of each in one more. Where a group dates a plan anew when something below it changes (not documented, and
 * found out by the sync's own writes), the tasks of a plan that is as it was need not be asked for.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import type { Item } from "../../model/types.ts";
import { commitAll, type Edit, type State } from "../../state/session.ts";

/** A plan as it was seen. */
export interface SeenPlan {
  readonly digest: string;
  /** Something of it goes with nothing yet: it is looked at in every run. */
  readonly open: boolean;
  /** Ids of its tasks in OnePlan. */
  readonly tasks: readonly string[];
  /** Ids of tasks that it had before, and had no more: told to the run that saw this. */
  readonly missing: readonly string[];
}

type Row = readonly [
  digest: string,
  generation: number,
  open: 0 | 1,
  tasks: readonly string[],
  missing: readonly string[],
];

/** So many ids fit into one entity, with much to spare. */
const IN_ROW = 500;
const DATED = "dated";
/** In the place of a digest: the plan was not there, or not meant, any more. */
const GONE = "gone";

/** How a plan is: it is the same as long as nothing of it, or below it where that is dated, has changed. */
export function digestOf(item: Item, modified: string | null | undefined, isLeft: boolean): string {
  const parts = JSON.stringify([modified ?? null, item.life, item.skip, item.fields, item.keys, isLeft]);
  return createHash("sha256").update(parts).digest("base64url").slice(0, 22);
}

export class SeenPlans {
  readonly #partition: string;
  readonly #flags: string;
  #plans = new Map<string, SeenPlan>();
  /** Rows of the state, by plan. */
  readonly #rows = new Map<string, number>();

  /** @param sync name of the sync, which its partitions begin with */
  constructor(sync: string) {
    this.#partition = `${sync}-plans`;
    this.#flags = `${sync}-dates`;
  }

  /** @param generation of the run that ended last: what a later one wrote, which did not come to its end, does not count */
  async load(state: State, generation: number): Promise<void> {
    this.#plans = new Map();
    this.#rows.clear();
    const unsure = new Set<string>();
    for await (const page of state.list(this.#partition)) {
      for (const { key, value } of page) {
        const [id = ""] = key.split("#");
        const [digest, written, open, tasks, missing] = value as unknown as Row;
        const known = this.#plans.get(id);
        this.#rows.set(id, (this.#rows.get(id) ?? 0) + 1);
        if (written > generation || (known && known.digest !== digest)) unsure.add(id);
        this.#plans.set(id, {
          digest,
          open: open === 1,
          tasks: [...(known?.tasks ?? []), ...tasks],
          missing: [...(known?.missing ?? []), ...missing],
        });
      }
    }
    for (const id of unsure) {
      const { tasks = [], missing = [] } = this.#plans.get(id) ?? {};
      this.#plans.set(id, { digest: "", open: true, tasks: [...tasks, ...missing], missing: [] });
    }
  }

  /** Plans of before that are not among these, with the tasks that they had. */
  *without(plans: ReadonlySet<string>): Generator<{ readonly id: string; readonly tasks: readonly string[] }> {
    for (const [id, { digest, tasks }] of this.#plans) if (!plans.has(id) && digest !== GONE) yield { id, tasks };
  }

  tasksOf(id: string): readonly string[] {
    return this.#plans.get(id)?.tasks ?? [];
  }

  /** Tasks that a plan had when a run last looked at all of it, where nothing was loaded. */
  async tasksStored(state: Pick<State, "get">, id: string): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let row = 0; ; row += 1) {
      const value = await state.get(this.#partition, `${id}#${row}`);
      if (value === undefined) return ids;
      const [, , , tasks, missing] = value as unknown as Row;
      ids.push(...tasks, ...missing);
    }
  }

  isAsSeen(id: string, digest: string): boolean {
    const seen = this.#plans.get(id);
    return seen !== undefined && !seen.open && seen.digest === digest;
  }

  /**
   * @param plans what was looked at
   * @param all ids of all plans that are there
   */
  async store(
    state: State,
    plans: ReadonlyMap<string, SeenPlan>,
    all: ReadonlySet<string>,
    generation: number,
  ): Promise<void> {
    await commitAll(state, this.#edits(plans, all, generation));
  }

  *#edits(plans: ReadonlyMap<string, SeenPlan>, all: ReadonlySet<string>, generation: number): Generator<Edit> {
    for (const [id, plan] of plans) yield* this.#rowsOf(id, plan, generation);
    for (const [id, { digest, tasks }] of this.#plans) {
      if (all.has(id) || plans.has(id)) continue;
      // The run that saw it gone first may not come to its end: the next one forgets it.
      if (digest === GONE) yield* this.#rowsOf(id, undefined, generation);
      else yield* this.#rowsOf(id, { digest: GONE, open: false, tasks, missing: [] }, generation);
    }
  }

  *#rowsOf(id: string, plan: SeenPlan | undefined, generation: number): Generator<Edit> {
    const partition = this.#partition;
    const ids = plan && [...plan.tasks, ...plan.missing];
    const rows = ids ? Math.max(1, Math.ceil(ids.length / IN_ROW)) : 0;
    for (let row = 0; plan && row < rows; row += 1) {
      const [from, to] = [row * IN_ROW, (row + 1) * IN_ROW];
      const tasks = plan.tasks.slice(from, to);
      const missing = plan.missing.slice(Math.max(0, from - plan.tasks.length), Math.max(0, to - plan.tasks.length));
      const value: Row = [plan.digest, generation, plan.open ? 1 : 0, tasks, missing];
      yield { partition, key: `${id}#${row}`, value };
    }
    for (let row = rows; row < (this.#rows.get(id) ?? 0); row += 1) yield { partition, key: `${id}#${row}` };
  }

  /** Whether a change of a task was seen to date its plan anew. */
  async isDated(state: Pick<State, "get">): Promise<boolean> {
    return (await state.get(this.#flags, DATED)) === true;
  }

  async putDated(state: State, dated: boolean): Promise<void> {
    await state.commit([{ partition: this.#flags, key: DATED, value: dated }]);
  }
}
