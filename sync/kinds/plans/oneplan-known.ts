/**
 * What a side of OnePlan comes to know of plans and tasks as it asks for them: what goes with a work item, and what lies
 * above it.
 *
 * @packageDocumentation
 */
import type { ApiClient } from "../../connectors/api.ts";
import { listPlans, NO_ID, type Plan, readPlan } from "../../connectors/oneplan/plans.ts";
import { readTask, type Task } from "../../connectors/oneplan/tasks.ts";
import type { OnlyRequest } from "../../model/types.ts";
import type { OnePlanItems } from "./oneplan-items.ts";

export class OnePlanKnown {
  readonly #client: ApiClient;
  readonly #items: OnePlanItems;
  /** Whether a work item is in scope; not before Azure DevOps was read. */
  readonly #isInScope: (item: string) => boolean;
  /** Ids that plans name as their parents, and that no plan has. */
  readonly #noPlans = new Set([NO_ID]);
  #isLinked: OnlyRequest["isLinked"] = () => Promise.resolve(false);
  #single = false;

  constructor(client: ApiClient, items: OnePlanItems, isInScope: (item: string) => boolean) {
    this.#client = client;
    this.#items = items;
    this.#isInScope = isInScope;
  }

  /** A run begins, which reads everything or nothing but single items. */
  begin(isLinked: OnlyRequest["isLinked"], single: boolean): void {
    this.#isLinked = isLinked;
    this.#single = single;
    this.#noPlans.clear();
    this.#noPlans.add(NO_ID);
  }

  /** Nothing but single items is read. */
  get isSingle(): boolean {
    return this.#single;
  }

  isLinked(id: string): Promise<boolean> {
    return this.#isLinked(id);
  }

  /** All plans, and those above them that are not listed. */
  async listPlans(signal: AbortSignal): Promise<Plan[]> {
    const plans: Plan[] = [];
    this.#items.plans.clear();
    this.#items.isWhole = true;
    for await (const page of listPlans(this.#client, signal)) {
      for (const plan of page) {
        plans.push(plan);
        this.#items.knowPlan(plan);
      }
    }
    await this.readParents(plans, signal);
    return plans;
  }

  /** A list that ends early does not move what it tells of to the top: who lies above and is not in it is asked for. */
  async readParents(plans: readonly Plan[], signal: AbortSignal): Promise<void> {
    for (const { PortfolioParentId } of plans) {
      for (let next = PortfolioParentId ?? NO_ID; !this.#noPlans.has(next) && !this.#items.plans.has(next);) {
        const plan = await readPlan(this.#client, next, signal);
        if (plan) this.#items.knowPlan(plan);
        else this.#noPlans.add(next);
        next = plan?.PortfolioParentId ?? NO_ID;
      }
    }
  }

  /**
   * A plan whose work item is gone, and that no run linked, is nobody's any more; one that was linked, and carries none,
   * lost it. (One that is archived besides was left, for what took its place.)
   */
  async findLink(id: string): Promise<void> {
    const { stamp, archived } = this.#items.plans.get(id) ?? { archived: true };
    if (stamp === undefined && !archived && (await this.isLinked(id))) this.#items.lost.add(id);
    if (stamp !== undefined && !this.#isInScope(stamp) && !(await this.isLinked(id))) this.#items.left.add(id);
  }

  async seeTask(plan: string, task: Task): Promise<void> {
    this.#items.knowTask(plan, task);
    const id = `${plan}/${task.id}`;
    if (this.#items.tasks.get(id) === "" && (await this.isLinked(id))) this.#items.lost.add(id);
  }

  /** All tasks of a plan that were listed, and those above them that were not. */
  async seeTasks(plan: string, tasks: readonly Task[], signal: AbortSignal): Promise<void> {
    for (const task of tasks) await this.seeTask(plan, task);
    for (const task of tasks) await this.readTaskAbove(plan, task, signal);
  }

  /** Whether a task lies within another one: one that is linked need not be read for it. */
  async readTaskAbove(plan: string, { id, ParentId }: Task, signal: AbortSignal): Promise<void> {
    const above = `${plan}/${ParentId ?? NO_ID}`;
    if (!ParentId || ParentId === NO_ID || this.#items.tasks.has(above)) return;
    if (this.#items.tasks.get(`${plan}/${id}`) !== "" && (await this.isLinked(above))) {
      this.#items.linked.add(above);
      return;
    }
    const parent = await readTask(this.#client, plan, ParentId, signal);
    if (parent) await this.seeTask(plan, parent);
  }

  /** What is above is known where everything was listed; of single items it is read. */
  async readAbove(id: string, signal: AbortSignal): Promise<void> {
    for (let next = id; this.isSingle && next !== NO_ID && !this.#items.plans.has(next);) {
      await this.readPlan(next, signal);
      const known = this.#items.plans.get(next);
      if (!known || !this.#items.isDecidedAbove(known)) return;
      next = known.parent;
    }
  }

  /** Of single items: a plan, unless it is known. */
  async readPlan(id: string, signal: AbortSignal): Promise<void> {
    if (!this.isSingle || this.#items.plans.has(id)) return;
    const plan = await readPlan(this.#client, id, signal);
    if (!plan) return;
    this.#items.knowPlan(plan);
    await this.findLink(id);
  }
}
