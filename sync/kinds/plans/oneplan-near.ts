/** Finding something of OnePlan where single items are read: near where it would lie, and not among everything. */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { planOfItem } from "../../connectors/oneplan/plans.ts";
import { listTasks } from "../../connectors/oneplan/tasks.ts";
import type { Item } from "../../model/types.ts";
import { placeIn, WORK_ITEM } from "./keys.ts";
import type { OnePlanItems } from "./oneplan-items.ts";
import type { OnePlanKnown } from "./oneplan-known.ts";
import type { Place } from "./placement.ts";

interface OnePlanNearOptions {
  readonly client: ApiClient;
  readonly organization: PlansOrganization;
  readonly items: OnePlanItems;
  readonly known: OnePlanKnown;
  /** Where a work item goes, as far as that is known. */
  readonly placeOf: (item: string) => Place | undefined;
  readonly get: (id: string, signal: AbortSignal) => Promise<Item>;
}

export class OnePlanNear {
  readonly #options: OnePlanNearOptions;
  /** The tasks of the plans that were looked into. */
  readonly #tasks = new Map<string, Promise<readonly Item[]>>();

  constructor(options: OnePlanNearOptions) {
    this.#options = options;
  }

  forget(): void {
    this.#tasks.clear();
  }

  /**
   * A plan is found by the work item that it goes with (documented), a task in the plan that its work item
   * lies in, and what nobody has put together with anything below where it would lie.
   */
  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    const { organization, placeOf } = this.#options;
    if (attribute === WORK_ITEM) {
      const place = placeOf(value);
      if (place?.as === "task") return this.#tasksWith(attribute, value, place.plan, signal);
      const plan = await this.#planOf(value, signal);
      const found = plan === undefined ? [] : [await this.#options.get(plan, signal)];
      return found.filter(({ keys }) => keys[WORK_ITEM] === value);
    }
    if (!organization.createWorkItems) return [];
    const { type, above } = placeIn(value);
    if (!this.#options.items.isPlanType(type)) {
      const place = above === "" ? undefined : placeOf(above);
      const plan = place?.as === "task" ? place.plan : above === "" ? null : Number(above);
      return this.#tasksWith(attribute, value, plan, signal);
    }
    const free = (await this.#options.known.listPlans(signal)).filter((plan) => this.#options.items.isMeant(plan));
    return free.map((plan) => this.#options.items.ofPlan(plan)).filter(({ keys }) => keys[attribute] === value);
  }

  async #tasksWith(
    attribute: string,
    value: string,
    plan: number | null,
    signal: AbortSignal,
  ): Promise<readonly Item[]> {
    const id = plan === null ? undefined : await this.#planOf(String(plan), signal);
    if (id === undefined) return [];
    await this.#options.known.readPlan(id, signal);
    return (await this.tasksIn(id, signal)).filter(({ keys }) => keys[attribute] === value);
  }

  /** Id of the plan that goes with a work item. */
  #planOf(item: string, signal: AbortSignal): Promise<string | undefined> {
    for (const [id, { stamp }] of this.#options.items.plans) if (stamp === item) return Promise.resolve(id);
    return planOfItem(this.#options.client, this.#options.items.integration, item, signal);
  }

  /** The tasks of a plan that are meant. */
  async tasksIn(plan: string, signal: AbortSignal): Promise<readonly Item[]> {
    const known = this.#tasks.get(plan);
    if (known) return known;
    const reading = listTasks(this.#options.client, plan, signal).then(async (tasks) => {
      await this.#options.known.seeTasks(plan, tasks, signal);
      const meant = tasks.filter((task) => this.#options.items.isMeantTask(plan, task));
      return meant.map((task) => this.#options.items.ofTask(plan, task));
    });
    this.#tasks.set(plan, reading);
    return reading;
  }
}
