/**
 * Whether a change of a task dates its plan anew, found out by what the sync writes itself: the date of the plan before and
 * after a write of one of its tasks, while nothing is written to any plan.
 *
 * @packageDocumentation
 */
import { type Plan, readPlan } from "../../connectors/oneplan/plans.ts";
import { withOffset } from "../../connectors/values.ts";
import type { ApiClient } from "../../connectors/api.ts";
import type { Task } from "../../connectors/oneplan/tasks.ts";

export class PlanDates {
  readonly #client: ApiClient;
  /** Counts the beginnings and ends of writes to plans. */
  #planWrites = 0;
  #underWay = 0;
  /** Told once what was found out; absent where nobody wants to know. */
  #tell: ((dated: boolean) => Promise<void>) | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** The next write of a task is looked at. */
  findOut(tell: ((dated: boolean) => Promise<void>) | undefined): void {
    this.#tell = tell;
  }

  async ofPlan<T>(write: () => Promise<T>): Promise<T> {
    this.#planWrites += 1;
    this.#underWay += 1;
    try {
      return await write();
    } finally {
      this.#underWay -= 1;
    }
  }

  async ofTask<T>(plan: string, signal: AbortSignal, write: () => Promise<T>): Promise<T> {
    const tell = this.#tell;
    if (!tell || this.#underWay > 0) return write();
    this.#tell = undefined;
    const writes = this.#planWrites;
    const before = dateOf(await readPlan(this.#client, plan, signal));
    const result = await write();
    const after = dateOf(await readPlan(this.#client, plan, signal));
    if (this.#planWrites === writes) await tell(after > before);
    else this.#tell = tell;
    return result;
  }
}

/** @returns NaN, which is not after anything, where it is not known */
function dateOf(plan: Pick<Plan, "Modified"> | undefined): number {
  return Date.parse(withOffset(plan?.Modified ?? ""));
}

/** Whether one of its tasks is dated later than the plan: then a change of a task does not date the plan. */
export function isDatedApart({ Modified }: Pick<Plan, "Modified">, tasks: readonly Pick<Task, "Modified">[]): boolean {
  const own = dateOf({ Modified });
  return tasks.some((task) => !(dateOf(task) <= own));
}
