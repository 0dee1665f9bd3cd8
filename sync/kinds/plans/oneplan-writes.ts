/**
 * Writing plans and tasks. OnePlan moves no task to another plan, and has no way from a task to a plan: both are made anew,
 * with all that lies below them.
 *
 * @packageDocumentation
 */
import { quoted } from "../../../contract/words.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { itemAddress } from "../../connectors/azure-devops/index.ts";
import { workTypes } from "../../connectors/oneplan/integration.ts";
import {
  createPlan,
  finishPlan,
  listPlans,
  movePlan,
  type NewPlan,
  NO_ID,
  type Plan,
  planOfItem,
  readPlan,
  stampPlan,
  updatePlan,
} from "../../connectors/oneplan/plans.ts";
import {
  createTask,
  deleteTask,
  listTasks,
  type NewTask,
  provenTask,
  readTask,
  type Task,
  taskOfItem,
  type TaskStamp,
  updateTask,
} from "../../connectors/oneplan/tasks.ts";
import { becameOf } from "../../model/became.ts";
import type { Fields, FieldValue, Item } from "../../model/types.ts";
import { isProjectId, WORK_ITEM } from "./keys.ts";
import type { PlanDates } from "./oneplan-dates.ts";
import type { OnePlanFields } from "./oneplan-fields.ts";
import { ASSIGNED_TO, missingType, type OnePlanItems } from "./oneplan-items.ts";
import { NAME, type Pair, PLAN_PARENT, PLAN_TYPE } from "./pairs.ts";
import { NotSent } from "./not-sent.ts";
import { moveTree } from "./task-tree.ts";

const OWNER = "Owner";

/** Where something is in OnePlan. */
export interface Where {
  readonly plan: string;
  /** Absent for a plan. */
  readonly task?: string;
}

/** An item as it was read just now, and the plan or task that it is. */
export interface Looked {
  readonly item: Item;
  readonly plan?: Plan;
  readonly task?: Task;
}

interface OnePlanWritesOptions {
  readonly client: ApiClient;
  readonly organization: PlansOrganization;
  readonly pairs: readonly Pair[];
  readonly fields: OnePlanFields;
  readonly items: OnePlanItems;
  readonly dates: PlanDates;
}

interface Updating {
  /** The task as it was read just now, where it was. */
  readonly known?: Task | undefined;
  /** It is read back at once: something else goes for it. */
  readonly again?: boolean;
}

interface Making {
  /** Told the id of the plan before the work item's is in it. */
  readonly begun?: ((id: string) => void) | undefined;
  /** An earlier run may have begun it, and ended before the work item's id was in it. */
  readonly again?: boolean;
}

export class OnePlanWrites {
  readonly #options: OnePlanWritesOptions;
  /** What took the place of something in this run. */
  readonly #moved = new Map<string, string>();
  /** Plans that were made in this run, and the work items that they were made for. */
  readonly #made = new Map<string, string | undefined>();
  /** What is under way, by where it is made and its name; none rejects. */
  readonly #making = new Map<string, Promise<unknown>>();

  constructor(options: OnePlanWritesOptions) {
    this.#options = options;
  }

  /** A new run begins. */
  forget(): void {
    this.#moved.clear();
    this.#made.clear();
  }

  whereIs(id: string): Where {
    let now = id;
    for (let next = this.#moved.get(now); next !== undefined; next = this.#moved.get(now)) now = next;
    const [plan = "", task] = now.split("/");
    return { plan, ...(task !== undefined && { task }) };
  }

  /**
   * @param item the work item that it is made for
   * @param begun told the id of a plan before the work item's is in it
   */
  create(fields: Fields, item: string, signal: AbortSignal, begun?: (id: string) => void): Promise<string> {
    const isPlan = this.#options.items.isPlanType(String(fields[PLAN_TYPE] ?? ""));
    return isPlan ? this.#makePlan(fields, item, signal, { begun }) : this.#makeTask(fields, this.#stamp(item), signal);
  }

  async #makePlan(fields: Fields, item: string, signal: AbortSignal, how: Making): Promise<string> {
    const parent = fields[PLAN_PARENT];
    const above = typeof parent === "string" ? this.whereIs(parent) : undefined;
    if (above?.task !== undefined) throw new NotSent("A plan cannot lie below a task.");
    const wanted: NewPlan = {
      name: String(fields[NAME] ?? ""),
      type: this.#planType(String(fields[PLAN_TYPE])),
      parent: above?.plan,
      owner: this.#options.fields.resource(fields[OWNER] ?? null),
      fields: this.#options.fields.raw("plan", fields, [OWNER]),
      goesWith: this.#stamp(item),
    };
    // Until the item's id is in it, another one that is made there with the same name could be taken for it.
    const place = JSON.stringify([wanted.type, wanted.parent ?? NO_ID, wanted.name]);
    return this.#oneByOne(place, () => this.#makeWanted(wanted, signal, how));
  }

  /** What was begun before with the same key has ended, well or not, before this begins. */
  #oneByOne<T>(key: string, work: () => Promise<T>): Promise<T> {
    const doing = (this.#making.get(key) ?? Promise.resolve()).then(work);
    const ended: Promise<unknown> = Promise.allSettled([doing]).then(() => {
      if (this.#making.get(key) === ended) this.#making.delete(key);
    });
    this.#making.set(key, ended);
    return doing;
  }

  async #makeWanted(wanted: NewPlan, signal: AbortSignal, { begun, again = false }: Making): Promise<string> {
    const { client, organization, items, dates } = this.#options;
    let id = again && organization.createWorkItems ? await this.#freePlan(wanted, signal) : undefined;
    const know = (made: string) => {
      id = made;
      this.#made.set(made, wanted.goesWith?.itemId);
      begun?.(made);
    };
    const finish = (made: string) => dates.ofPlan(() => finishPlan(client, made, wanted, signal));
    const make = () => dates.ofPlan(() => createPlan(client, wanted, signal, know));
    const plan = await (id === undefined ? make() : finish(id)).catch(async (error: unknown) => {
      if (becameOf(error) !== "unknown" || signal.aborted) throw error;
      const there = id ?? (await this.#freePlan(wanted, signal));
      if (there === undefined) throw error;
      know(there);
      return finish(there);
    });
    items.knowPlan(plan);
    return plan.id;
  }

  /**
   * Id of a plan that goes with nothing yet, just where one is to be made, or at the top, where a parent is passed over: what
   * was made of it, where no answer came.
   */
  async #freePlan({ name, type, parent = NO_ID, goesWith }: NewPlan, signal: AbortSignal): Promise<string | undefined> {
    const { client, organization, items } = this.#options;
    const found: string[] = [];
    for await (const plans of listPlans(client, signal)) {
      for (const plan of plans) {
        const isAlike = plan.Name === name && plan.PlannerTypeId === type && !plan.Archived;
        if (!isAlike || plan.Integrations?.some(({ ItemId }) => ItemId)) continue;
        if (this.#made.has(plan.id) && this.#made.get(plan.id) !== goesWith?.itemId) continue;
        const above = plan.PortfolioParentId ?? NO_ID;
        const isNew = items.isWhole && !items.plans.has(plan.id);
        // Whose it is that people made is matched by its place only where work items may be made of it.
        if (above === parent ? organization.createWorkItems || isNew : above === NO_ID && isNew) found.push(plan.id);
      }
    }
    return found.length === 1 ? found[0] : undefined;
  }

  async #stampPlan(plan: string, item: string, signal: AbortSignal): Promise<void> {
    const { client, items, dates } = this.#options;
    const { integration, itemId, itemUrl } = this.#stamp(item);
    const stamped = await dates.ofPlan(() => stampPlan(client, plan, { integration, itemId, itemUrl }, signal));
    items.knowPlan(stamped);
  }

  #stamp(item: string): TaskStamp {
    const { organization, pairs, items } = this.#options;
    const ahead = pairs.filter(({ type, setting }) => type === "task" && setting.direction === "toOnePlan");
    return {
      integration: items.integration,
      itemId: item,
      itemUrl: isProjectId(item) ? organization.url : itemAddress(organization.url, item),
      readOnlyFields: ahead.map(({ b }) => b),
    };
  }

  #planType(name: string): string {
    const id = this.#options.items.planTypeId(name);
    if (id === undefined) throw new NotSent(missingType("plan type", name));
    return id;
  }

  async #workType(name: string, plan: string, signal: AbortSignal): Promise<string> {
    const { client, items } = this.#options;
    items.workTypes ??= await workTypes(client, plan, signal);
    const id = items.workTypes.get(name);
    if (id === undefined) throw new NotSent(missingType("type of backlog items", name));
    return id;
  }

  /** @param again it is read back at once: something else goes for it */
  async #makeTask(fields: Fields, goesWith: TaskStamp, signal: AbortSignal, again = false): Promise<string> {
    const { client, items, dates } = this.#options;
    const above = this.#aboveTask(fields[PLAN_PARENT] ?? null);
    const wanted: NewTask = {
      name: String(fields[NAME] ?? ""),
      type: await this.#workType(String(fields[PLAN_TYPE]), above.plan, signal),
      parent: above.task,
      fields: this.#options.fields.raw("task", fields, [ASSIGNED_TO]),
      goesWith,
      assigned: this.#options.fields.assigned(fields[ASSIGNED_TO] ?? null),
    };
    const task = await dates.ofTask(above.plan, signal, () => createTask(client, above.plan, wanted, signal));
    items.knowTask(above.plan, task);
    if (again) await provenTask(client, above.plan, task.id, wanted, signal);
    return `${above.plan}/${task.id}`;
  }

  #aboveTask(parent: FieldValue): Where {
    if (typeof parent === "string") return this.whereIs(parent);
    throw new NotSent("A task lies in a plan: in Azure DevOps it lies below nothing that is one.");
  }

  update({ item, plan, task }: Looked, where: Where, fields: Fields, signal: AbortSignal): Promise<string> {
    const type = fields[PLAN_TYPE];
    const isPlan = typeof type === "string" ? this.#options.items.isPlanType(type) : where.task === undefined;
    if (isPlan !== (where.task === undefined)) return this.#remake(item, where, fields, isPlan, signal);
    return isPlan
      ? this.#updatePlan(where.plan, fields, signal, plan)
      : this.#updateTask(where, fields, signal, { known: task });
  }

  /** @param known the plan as it was read just now, where it was */
  async #updatePlan(id: string, fields: Fields, signal: AbortSignal, known?: Plan): Promise<string> {
    const moves = PLAN_PARENT in fields || PLAN_TYPE in fields;
    if (moves) await this.#movePlan(id, fields, signal, known);
    const { [NAME]: name, [OWNER]: owner } = fields;
    const raw = this.#options.fields.raw("plan", fields, [OWNER]);
    if (name === undefined && owner === undefined && Object.keys(raw).length === 0) return id;
    const changes = {
      ...(name !== undefined && { name: String(name ?? "") }),
      ...(owner !== undefined && { owner: this.#options.fields.resource(owner) ?? NO_ID }),
      fields: raw,
    };
    await this.#options.dates.ofPlan(() =>
      updatePlan(this.#options.client, id, changes, signal, moves ? undefined : known),
    );
    return id;
  }

  async #movePlan(id: string, fields: Fields, signal: AbortSignal, known?: Plan): Promise<void> {
    const { client, items, dates } = this.#options;
    const plan = known ?? (await readPlan(client, id, signal));
    const above = fields[PLAN_PARENT];
    const type = fields[PLAN_TYPE];
    const to = typeof above === "string" ? this.whereIs(above).plan : NO_ID;
    const move = {
      type: typeof type === "string" ? this.#planType(type) : (plan?.PlannerTypeId ?? NO_ID),
      parent: PLAN_PARENT in fields ? to : (plan?.PortfolioParentId ?? NO_ID),
    };
    items.knowPlan(await dates.ofPlan(() => movePlan(client, id, move, signal)));
  }

  async #updateTask(
    where: Where,
    fields: Fields,
    signal: AbortSignal,
    { known, again = false }: Updating = {},
  ): Promise<string> {
    const { client, dates } = this.#options;
    const { plan, task = "" } = where;
    const parent = fields[PLAN_PARENT];
    const above = parent === undefined ? undefined : this.#aboveTask(parent);
    if (above && above.plan !== plan) {
      const moved = await this.#moveTask(where, above, signal);
      const { [PLAN_PARENT]: _done, ...rest } = fields;
      return Object.keys(rest).length === 0 ? moved : this.#updateTask(this.whereIs(moved), rest, signal);
    }
    const old = known ?? (await this.#task(where, signal));
    const type = fields[PLAN_TYPE];
    const wanted = {
      name: fields[NAME] === undefined ? old.Name : String(fields[NAME] ?? ""),
      type: typeof type === "string" ? await this.#workType(type, plan, signal) : (old.WorkTypeId ?? NO_ID),
      parent: above ? above.task : (old.ParentId ?? undefined),
      fields: this.#options.fields.raw("task", fields, [ASSIGNED_TO]),
      assigned: fields[ASSIGNED_TO] === undefined ? undefined : this.#options.fields.assigned(fields[ASSIGNED_TO]),
    };
    await dates.ofTask(plan, signal, () => updateTask(client, plan, task, wanted, signal));
    if (again) await provenTask(client, plan, task, wanted, signal);
    return idOf(where);
  }

  async #task({ plan, task = "" }: Where, signal: AbortSignal): Promise<Task> {
    const found = await readTask(this.#options.client, plan, task, signal);
    if (found) return found;
    throw new NotSent(`The task ${task} is not there any more.`, "stale");
  }

  /**
   * To another plan: OnePlan moves no task, so that it is made there with all that it has, and what lies below it, and
   * taken away here. Returns its new id.
   */
  async #moveTask(where: Where, to: Where, signal: AbortSignal): Promise<string> {
    const all = await listTasks(this.#options.client, where.plan, signal);
    const task = all.find(({ id }) => id === where.task);
    if (!task) throw new NotSent(`The task ${where.task ?? ""} is not there any more.`, "stale");
    return this.#moveTree(task, where.plan, to, all, signal);
  }

  async #moveTree(task: Task, from: string, to: Where, all: readonly Task[], signal: AbortSignal): Promise<string> {
    const { client, items } = this.#options;
    const moved = await moveTree(client, { task, from, to, all }, signal);
    for (const { old, plan, made } of moved) {
      items.knowTask(plan, made);
      items.tasks.delete(old);
      this.#moved.set(old, `${plan}/${made.id}`);
    }
    return this.#moved.get(`${from}/${task.id}`) ?? "";
  }

  /**
   * A plan becomes a task, or a task a plan: another is made, which what lies below goes to, and the old one goes. What an
   * earlier run has made, which ended in between, is taken for that. From when nothing lies in the old one any more nothing
   * is put there, also where its going is not answered; before that what is put there goes along once more.
   */
  async #remake(now: Item, where: Where, fields: Fields, isPlan: boolean, signal: AbortSignal): Promise<string> {
    const { client, dates, items } = this.#options;
    const item = now.keys[WORK_ITEM];
    if (!item) throw new NotSent(`${quoted(now.label)} goes with no work item in OnePlan.`);
    const all = await listTasks(client, where.plan, signal);
    if (isPlan) {
      const before = await planOfItem(client, items.integration, item, signal);
      const plan = before ?? (await this.#makePlan(fields, item, signal, { again: true }));
      if (before !== undefined) await this.#updatePlan(before, fields, signal);
      for (const child of all.filter(({ ParentId }) => ParentId === where.task)) {
        await this.#moveTree(child, where.plan, { plan }, all, signal);
      }
      this.#moved.set(idOf(where), plan);
      await deleteTask(client, where.plan, where.task ?? "", signal);
      items.tasks.delete(idOf(where));
      return plan;
    }
    const stamp = this.#stamp(item);
    const above = this.#aboveTask(fields[PLAN_PARENT] ?? null);
    const before = await this.#madeBefore(item, above.plan, signal);
    const id = before
      ? await this.#updateTask(before, fields, signal, { again: true })
      : await this.#makeTask(fields, stamp, signal, true);
    for (const child of all.filter(({ ParentId }) => !ParentId || ParentId === NO_ID)) {
      await this.#moveTree(child, where.plan, this.whereIs(id), all, signal);
    }
    this.#moved.set(where.plan, id);
    await this.#stampPlan(where.plan, "", signal);
    await dates.ofPlan(() => updatePlan(client, where.plan, { archived: true }, signal));
    return id;
  }

  /** The task of a work item that a run which ended in between has made: in the plan, or wherever it was to be then. */
  async #madeBefore(item: string, plan: string, signal: AbortSignal): Promise<Where | undefined> {
    const { client, items } = this.#options;
    const stamp = this.#stamp(item);
    const elsewhere = items.taskOf(item)?.split("/")[0];
    for (const each of new Set([plan, ...(elsewhere === undefined ? [] : [elsewhere])])) {
      const task = await taskOfItem(client, each, stamp, signal);
      if (!task) continue;
      items.knowTask(each, task);
      return { plan: each, task: task.id };
    }
    return undefined;
  }

  /** A plan is archived; a task has nothing of the kind, and is taken away. */
  async setActive({ plan, task }: Where, active: boolean, signal: AbortSignal): Promise<void> {
    const { client, dates } = this.#options;
    if (task === undefined) {
      await dates.ofPlan(() => updatePlan(client, plan, { archived: !active }, signal));
      return;
    }
    if (active) throw new NotSent("A task that was taken away cannot be brought back.");
    await deleteTask(client, plan, task, signal);
  }

  /** Below a plan that is archived nothing lies that goes with a work item: it is at the top there. */
  async #takeOut(id: string, signal: AbortSignal): Promise<void> {
    const { items } = this.#options;
    const above = items.plans.get(items.plans.get(id)?.parent ?? NO_ID);
    if (above?.archived) await this.#movePlan(id, { [PLAN_PARENT]: null }, signal);
  }

  async adopt(where: Where, item: string, signal: AbortSignal): Promise<void> {
    if (where.task === undefined) {
      await this.#takeOut(where.plan, signal);
      return this.#stampPlan(where.plan, item, signal);
    }
    const { client } = this.#options;
    const old = await this.#task(where, signal);
    const kept = { name: old.Name, type: old.WorkTypeId ?? NO_ID, parent: old.ParentId ?? undefined, fields: {} };
    const wanted = { ...kept, goesWith: this.#stamp(item) };
    await updateTask(client, where.plan, where.task, wanted, signal);
    await provenTask(client, where.plan, where.task, wanted, signal);
  }
}

export function idOf({ plan, task }: Where): string {
  return task === undefined ? plan : `${plan}/${task}`;
}
