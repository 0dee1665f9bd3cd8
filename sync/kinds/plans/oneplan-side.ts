/**
 * Plans and tasks of OnePlan as one side: parents and what lies below them are one hierarchy, and an item of Azure DevOps
 * that changes its type may have to become the other kind, with all that lies below it.
 *
 * OnePlan does not tell what has changed, so that everything is listed in every run: one request for all plans, and one for
 * the tasks of each plan that goes with something. It has no guard against writing over somebody either: an item is read
 * again before it is written, which leaves a moment.
 *
 * @packageDocumentation
 */
import { ConnectionError } from "../../../contract/errors.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { counted, quoted } from "../../../contract/words.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { type PlanField, planFields, workTypes } from "../../connectors/oneplan/integration.ts";
import { arrayElements } from "../../connectors/oneplan/list.ts";
import {
  createPlan,
  listPlans,
  movePlan,
  NO_ID,
  type Plan,
  planTypeId,
  readPlan,
  stampPlan,
  updatePlan,
} from "../../connectors/oneplan/plans.ts";
import {
  createTask,
  deleteTask,
  listTasks,
  readTask,
  type Task,
  type TaskStamp,
  updateTask,
} from "../../connectors/oneplan/tasks.ts";
import type { Resource } from "../../connectors/oneplan/resources.ts";
import { pump } from "../../model/pump.ts";
import type {
  Created,
  Fields,
  FieldValue,
  Item,
  NewObject,
  Place,
  ReadRequest,
  ReadResult,
  Side,
} from "../../model/types.ts";
import { belowDisconnected, type Disconnected, DISCONNECTED } from "./disconnected.ts";
import { integrationLine, sameAddress } from "./integration-line.ts";
import { isProjectId, PLACE, placeKey } from "./azure-devops-side.ts";
import { OnePlanFields } from "./oneplan-fields.ts";
import { moveTree } from "./task-tree.ts";
import { type ItemType, NAME, type Pair, PLAN_PARENT, PLAN_TYPE } from "./pairs.ts";
import { People, type Person } from "./people.ts";
import { changedMeanwhile, Refused } from "./refused.ts";
import type { OnePlanField, Terms } from "./terms.ts";

/** The work item that something in OnePlan goes with. */
export const WORK_ITEM = "workItem";

const OWNER = "Owner";
const ASSIGNED_TO = "AssignedTo";

export interface OnePlanSideOptions {
  readonly client: ApiClient;
  readonly organization: PlansOrganization;
  readonly pairs: readonly Pair[];
  readonly terms: Terms;
  readonly disconnected: Disconnected;
  /** Id of the line of the integration, where it is told. */
  readonly integrationId: string | undefined;
  /** Nothing is added to OnePlan: a missing line is none yet. */
  readonly dryRun: boolean;
  /** Other organizations are synced with the same group: what nobody's is may be anybody's. */
  readonly isShared: boolean;
  /** Whether a work item is in scope; not before Azure DevOps was read. */
  readonly isInScope: (item: string) => boolean;
}

/** Where something is in OnePlan. */
interface Where {
  readonly plan: string;
  /** Absent for a plan. */
  readonly task?: string;
}

/** What is known of a plan while others refer to it. */
interface KnownPlan {
  readonly type: string | undefined;
  readonly stamp: string | undefined;
  readonly parent: string;
  /** It goes with nothing, and may be made a work item of. */
  readonly isFree: boolean;
}

export class OnePlanSide implements Side {
  readonly name = "OnePlan";
  readonly matchBy = [WORK_ITEM, PLACE] as const;
  readonly concurrency = 4;
  readonly #options: OnePlanSideOptions;
  readonly #fields: OnePlanFields;
  /** Ids of types of plans, by name, and back. */
  readonly #planTypes = new Map<string, string>();
  readonly #planTypeNames = new Map<string, string>();
  #workTypes: Map<string, string> | undefined;
  readonly #plans = new Map<string, KnownPlan>();
  /** Stamps of tasks, by their ids here. */
  readonly #tasks = new Map<string, string>();
  /** Plans that carry a work item which is gone, and which no run linked: they are nobody's. */
  readonly #left = new Set<string>();
  /** What an item was like when it was read. */
  readonly #read = new Map<string, string>();
  /** What took the place of something in this run. */
  readonly #moved = new Map<string, string>();
  #integration = NO_ID;
  #others = 0;

  constructor(options: OnePlanSideOptions) {
    this.#options = options;
    this.#fields = new OnePlanFields(options);
  }

  get host(): string {
    return this.#options.client.host;
  }

  /** Assumed: the answer names the group as every record does, by `ConfigId`. */
  async place(signal: AbortSignal): Promise<Place> {
    const doing = "tell which OnePlan group the key is of";
    const { ConfigId: id, Name: name } = ((await this.#options.client.get("resources/megroup", {}, doing, signal)) ??
      {}) as { ConfigId?: unknown; Name?: unknown };
    if (typeof id !== "string" || id === "") {
      throw new ConnectionError(`OnePlan (${this.host}) did not answer as documented when asked to ${doing}.`);
    }
    return {
      id: id.toLowerCase(),
      label: typeof name === "string" && name !== "" ? `the OnePlan group ${name}` : "the OnePlan group",
      mend: "store the key of its OnePlan group (pulumi config set --secret) and deploy (pulumi up)",
    };
  }

  async check(_names: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, organization, pairs, terms, dryRun } = this.#options;
    const { planTypes, taskTypes, projectPlanType } = organization;
    this.#integration = await integrationLine(client, this.#options, dryRun, signal);
    terms.missingTypes.clear();
    for (const name of [...(projectPlanType === undefined ? [] : [projectPlanType]), ...planTypes]) {
      const id = await planTypeId(client, name, signal);
      if (id === undefined) terms.missingTypes.set(name, missingType("plan type", name));
      else {
        this.#planTypes.set(name, id);
        this.#planTypeNames.set(id, name);
      }
    }
    await this.#knowPlans(signal);
    const types = await this.#typesOfTasks(signal);
    for (const name of types ? taskTypes : []) {
      if (!types?.has(name)) terms.missingTypes.set(name, missingType("type of backlog items", name));
    }
    const [plans, tasks] = [await planFields(client, "plans", signal), await planFields(client, "tasks", signal)];
    terms.oneplan = { project: fieldsOf(plans), plan: fieldsOf(plans), task: fieldsOf(tasks) };
    for (const pair of pairs) this.#checkField(pair, pair.type === "task" ? tasks : plans);
    terms.people = new People(await this.#people(signal));
  }

  #checkField(pair: Pair, fields: readonly PlanField[]): void {
    const { terms } = this.#options;
    const { type, a, b, setting } = pair;
    if (!terms.hasOnePlan(pair)) {
      const shown = fields.find(({ DisplayName }) => DisplayName === b)?.InternalName;
      const hint =
        shown === undefined ? "make it in OnePlan, or name another" : `its internal name is ${quoted(shown)}`;
      terms.tell(
        `field ${type} ${b}`,
        `OnePlan's ${type}s have no field ${quoted(b)} for ${a}: ${hint}. It is left out.`,
      );
    }
    if (terms.oneplan[type].get(b)?.readOnly && setting.direction !== "toAzureDevOps") {
      terms.tell(
        `field ${type} ${b}`,
        `${quoted(b)} of OnePlan's ${type}s follows from something else and cannot be written: map ${a} with direction toAzureDevOps, or not at all.`,
      );
    }
    if (
      terms.azureDevOps.get(a)?.readOnly &&
      !["toOnePlan", "once"].includes(setting.direction) &&
      a !== "System.Parent"
    ) {
      terms.tell(
        `field ${type} ${a}`,
        `${a} cannot be written in Azure DevOps: map ${quoted(b)} with direction toOnePlan, or not at all.`,
      );
    }
  }

  async #people(signal: AbortSignal): Promise<Person[]> {
    const { client } = this.#options;
    const bytes = await client.stream("resources", { Generics: "false" }, "list the resources", signal);
    const people: Person[] = [];
    for await (const elements of arrayElements(bytes, client.host)) {
      for (const each of elements as readonly Resource[]) {
        const lower = (value: unknown) => (typeof value === "string" && value !== "" ? value.toLowerCase() : undefined);
        const id = lower(each.id);
        if (id === undefined || each.Generic === true || each.Inactive === true) continue;
        people.push({
          id,
          name: typeof each.name === "string" ? each.name : id,
          mail: lower(each.Fields?.["mail"]) ?? lower(each.Fields?.["userPrincipalName"]),
          entraId: lower(each.Office365Id),
        });
      }
    }
    return people;
  }

  async #knowPlans(signal: AbortSignal): Promise<Plan[]> {
    const plans: Plan[] = [];
    this.#plans.clear();
    for await (const page of listPlans(this.#options.client, signal)) {
      for (const plan of page) {
        plans.push(plan);
        this.#know(plan);
      }
    }
    return plans;
  }

  #know(plan: Plan): void {
    this.#plans.set(plan.id, {
      type: this.#typeOf(plan),
      stamp: this.#stampOf(plan),
      parent: plan.PortfolioParentId ?? NO_ID,
      isFree: this.#isFree(plan),
    });
  }

  #typeOf({ PlannerTypeId: id }: Plan): string | undefined {
    return this.#planTypeNames.get(id ?? NO_ID);
  }

  /** The work item that a plan goes with, in this organization. */
  #stampOf({ Integrations }: Pick<Plan, "Integrations">): string | undefined {
    const record = Integrations?.find(({ IntegrationId }) => IntegrationId === this.#integration);
    const { ItemId: id, ItemUrl: url } = record ?? {};
    return id && this.#isOwn(url) ? id : undefined;
  }

  #isOwn(url: string | null | undefined): boolean {
    return !url || sameAddress(url.slice(0, this.#options.organization.url.length), this.#options.organization.url);
  }

  /** The types that tasks have; `undefined` while there is no plan to ask. */
  async #typesOfTasks(signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined> {
    const [plan] = this.#plans.keys();
    if (plan !== undefined) this.#workTypes ??= await workTypes(this.#options.client, plan, signal);
    return this.#workTypes;
  }

  async *read({ isLinked, signal, onProgress }: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    this.#moved.clear();
    this.#left.clear();
    for (const { id } of await this.#knowPlans(signal)) {
      const stamp = this.#plans.get(id)?.stamp;
      if (stamp !== undefined && !this.#options.isInScope(stamp) && !(await isLinked(id))) this.#left.add(id);
    }
    let read = 0;
    for await (const page of this.list(signal)) {
      read += page.length;
      onProgress({ read });
      yield page;
    }
    const notes =
      this.#others === 0
        ? []
        : [
            `${counted(this.#others, "plan")} of OnePlan ${this.#others === 1 ? "goes" : "go"} with no work item: left alone.`,
          ];
    return { complete: true, whole: true, cursor: null, notes };
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    const plans = await this.#knowPlans(signal);
    const own = plans.filter((plan) => this.#isMeant(plan));
    this.#others = plans.filter((plan) => this.#typeOf(plan) !== undefined && !this.#isMeant(plan)).length;
    const tasks = new Map<string, readonly Task[]>();
    await pump(own, this.concurrency, async ({ id }) => {
      tasks.set(id, await listTasks(this.#options.client, id, signal));
    });
    for (const plan of own) for (const task of tasks.get(plan.id) ?? []) this.#knowTask(plan.id, task);
    for (const plan of own) {
      const items = [this.#planItem(plan)];
      for (const task of tasks.get(plan.id) ?? [])
        if (this.#isMeantTask(plan.id, task)) items.push(this.#taskItem(plan.id, task));
      yield items;
      tasks.delete(plan.id);
    }
  }

  /** Goes with a work item of the organization, or is to. */
  #isMeant(plan: Plan): boolean {
    const known = this.#plans.get(plan.id);
    if (known === undefined || (known.stamp === undefined && this.#options.disconnected.has(plan.id))) return false;
    return this.#isSynced(known);
  }

  /** Why a plan, and all in it, stays as it is: somebody took it, or what it lies below, apart from its work item. */
  #apart(id: string): string | undefined {
    const { disconnected } = this.#options;
    const seen = new Set<string>();
    for (let next = disconnected.isEmpty ? NO_ID : id; next !== NO_ID && !seen.has(next);) {
      if (disconnected.has(next)) return next === id ? DISCONNECTED : belowDisconnected(`the plan ${next}`);
      seen.add(next);
      next = this.#plans.get(next)?.parent ?? NO_ID;
    }
    return undefined;
  }

  #isFree(plan: Plan): boolean {
    const { createWorkItems, planTypes } = this.#options.organization;
    const type = this.#typeOf(plan);
    if (!createWorkItems || type === undefined || !planTypes.includes(type) || plan.Archived) return false;
    return !plan.Integrations?.some(({ ItemId }) => ItemId);
  }

  #isMeantTask(plan: string, task: Task): boolean {
    if (this.#taskStamp(task) !== undefined) return true;
    if (this.#left.has(plan)) return false;
    if (!this.#options.organization.createWorkItems || task.Integration?.ExternalItemId) return false;
    return this.#options.organization.taskTypes.includes(this.#workTypeName(task) ?? "");
  }

  #isBelowOwn(id: string): boolean {
    const seen = new Set<string>();
    for (let next = id; next !== NO_ID && !seen.has(next);) {
      const plan = this.#plans.get(next);
      if (!plan) return false;
      if (plan.stamp !== undefined) return true;
      seen.add(next);
      next = plan.parent;
    }
    return false;
  }

  #taskStamp({ Integration: record }: Task): string | undefined {
    if (record?.IntegrationId !== this.#integration || !this.#isOwn(record.ExternalUrl)) return undefined;
    return record.ExternalItemId || undefined;
  }

  #knowTask(plan: string, task: Task): void {
    this.#tasks.set(`${plan}/${task.id}`, this.#taskStamp(task) ?? "");
  }

  #workTypeName({ WorkTypeId }: Task): string | undefined {
    for (const [name, id] of this.#workTypes ?? []) if (id === WorkTypeId) return name;
    return undefined;
  }

  #planItem(plan: Plan): Item {
    const stamp = this.#stampOf(plan);
    const type: ItemType = stamp !== undefined && isProjectId(stamp) ? "project" : "plan";
    const above = this.#plans.get(plan.PortfolioParentId ?? NO_ID);
    const isLeft = this.#left.has(plan.PortfolioParentId ?? NO_ID);
    const isWithin = above !== undefined && type !== "project" && !isLeft && this.#isSynced(above);
    const parent = isWithin ? (plan.PortfolioParentId ?? null) : null;
    return this.#item(
      plan.id,
      type,
      stamp,
      plan.Name,
      plan.Modified,
      plan.Archived ? "it is archived" : undefined,
      {
        ...this.#fields.of(type, { ...plan.Fields, [NAME]: plan.Name }),
        [PLAN_PARENT]: parent,
        [PLAN_TYPE]: this.#typeOf(plan) ?? plan.PlannerTypeId ?? null,
      },
      isWithin ? (above.stamp ?? "") : "",
    );
  }

  #isSynced({ stamp, isFree, parent }: KnownPlan): boolean {
    return stamp !== undefined || (isFree && (!this.#options.isShared || this.#isBelowOwn(parent)));
  }

  #taskItem(plan: string, task: Task): Item {
    const above = task.ParentId && task.ParentId !== NO_ID ? `${plan}/${task.ParentId}` : undefined;
    const stampAbove = above === undefined ? undefined : this.#tasks.get(above);
    const isWithin = above !== undefined && (stampAbove || this.#options.organization.createWorkItems);
    return this.#item(
      `${plan}/${task.id}`,
      "task",
      this.#taskStamp(task),
      task.Name,
      task.Modified,
      undefined,
      {
        ...this.#fields.of("task", { ...task.Fields, [NAME]: task.Name, [ASSIGNED_TO]: task.AssignedTo }),
        [PLAN_PARENT]: isWithin ? above : this.#left.has(plan) ? null : plan,
        [PLAN_TYPE]: this.#workTypeName(task) ?? null,
      },
      (isWithin ? stampAbove : this.#plans.get(plan)?.stamp) ?? "",
    );
  }

  #item(
    id: string,
    type: ItemType,
    stamp: string | undefined,
    label: string,
    changedAt: string | null | undefined,
    why: string | undefined,
    fields: Fields,
    above: string,
  ): Item {
    const digest = JSON.stringify([why !== undefined, fields]);
    this.#read.set(id, digest);
    const apart = this.#apart(id.split("/")[0] ?? "");
    const key = placeKey(String(fields[PLAN_TYPE] ?? ""), above, label);
    return {
      id,
      type,
      ...(typeof changedAt === "string" && { changedAt }),
      label,
      life: why === undefined || apart !== undefined ? "active" : "inactive",
      ...(apart !== undefined ? { skip: apart } : why !== undefined && { why }),
      fields,
      keys: stamp === undefined ? { [PLACE]: key } : { [WORK_ITEM]: stamp },
    };
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const found: Item[] = [];
    await pump(ids, this.concurrency, async (id) => {
      found.push((await this.get(id, signal)) ?? gone(id));
    });
    return found;
  }

  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    const hits: Item[] = [];
    for await (const page of this.list(signal)) hits.push(...page.filter(({ keys }) => keys[attribute] === value));
    return hits;
  }

  async get(id: string, signal: AbortSignal): Promise<Item> {
    const { client } = this.#options;
    const { plan: planId, task: taskId } = this.#whereIs(id);
    if (taskId === undefined) {
      const plan = await readPlan(client, planId, signal);
      if (!plan) return gone(id);
      this.#know(plan);
      return this.#planItem(plan);
    }
    const task = await readTask(client, planId, taskId, signal);
    if (!task) return gone(id);
    this.#knowTask(planId, task);
    return this.#taskItem(planId, task);
  }

  #whereIs(id: string): Where {
    let now = id;
    for (let next = this.#moved.get(now); next !== undefined; next = this.#moved.get(now)) now = next;
    const [plan = "", task] = now.split("/");
    return { plan, ...(task !== undefined && { task }) };
  }

  async create({ sourceId, fields }: NewObject, signal: AbortSignal): Promise<Created> {
    const type = String(fields[PLAN_TYPE] ?? "");
    const isPlan = this.#isPlanType(type);
    const id = isPlan
      ? await this.#makePlan(fields, sourceId, signal)
      : await this.#makeTask(fields, this.#stamp(sourceId), signal);
    return { id };
  }

  #isPlanType(type: string): boolean {
    const { planTypes, projectPlanType } = this.#options.organization;
    return planTypes.includes(type) || type === projectPlanType;
  }

  async #makePlan(fields: Fields, item: string, signal: AbortSignal): Promise<string> {
    const { client } = this.#options;
    const parent = fields[PLAN_PARENT];
    const above = typeof parent === "string" ? this.#whereIs(parent) : undefined;
    if (above?.task !== undefined) throw new Refused("A plan cannot lie below a task.");
    const owner = this.#fields.resource(fields[OWNER] ?? null);
    const plan = await createPlan(
      client,
      {
        name: String(fields[NAME] ?? ""),
        type: this.#planType(String(fields[PLAN_TYPE])),
        parent: above?.plan,
        owner,
        fields: this.#fields.raw("plan", fields, [OWNER]),
      },
      signal,
    );
    this.#know(plan);
    await this.#stampPlan(plan.id, item, signal);
    return plan.id;
  }

  async #stampPlan(plan: string, item: string, signal: AbortSignal): Promise<void> {
    const { integration, itemId, itemUrl } = this.#stamp(item);
    this.#know(await stampPlan(this.#options.client, plan, { integration, itemId, itemUrl }, signal));
  }

  #stamp(item: string): TaskStamp {
    const { organization, pairs } = this.#options;
    const ahead = pairs.filter(({ type, setting }) => type === "task" && setting.direction === "toOnePlan");
    return {
      integration: this.#integration,
      itemId: item,
      itemUrl: isProjectId(item) ? organization.url : `${organization.url}/_workitems/edit/${item}`,
      readOnlyFields: ahead.map(({ b }) => b),
    };
  }

  #planType(name: string): string {
    const id = this.#planTypes.get(name);
    if (id === undefined) throw new Refused(missingType("plan type", name));
    return id;
  }

  async #workType(name: string, plan: string, signal: AbortSignal): Promise<string> {
    this.#workTypes ??= await workTypes(this.#options.client, plan, signal);
    const id = this.#workTypes.get(name);
    if (id === undefined) throw new Refused(missingType("type of backlog items", name));
    return id;
  }

  async #makeTask(fields: Fields, goesWith: TaskStamp, signal: AbortSignal): Promise<string> {
    const above = this.#aboveTask(fields[PLAN_PARENT] ?? null);
    const task = await createTask(
      this.#options.client,
      above.plan,
      {
        name: String(fields[NAME] ?? ""),
        type: await this.#workType(String(fields[PLAN_TYPE]), above.plan, signal),
        parent: above.task,
        fields: this.#fields.raw("task", fields, [ASSIGNED_TO]),
        goesWith,
        assigned: this.#fields.assigned(fields[ASSIGNED_TO] ?? null),
      },
      signal,
    );
    this.#knowTask(above.plan, task);
    return `${above.plan}/${task.id}`;
  }

  #aboveTask(parent: FieldValue): Where {
    if (typeof parent === "string") return this.#whereIs(parent);
    throw new Refused("A task lies in a plan: in Azure DevOps it lies below nothing that is one.");
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<Created> {
    const where = this.#whereIs(id);
    const read = this.#read.get(idOf(where));
    const now = await this.get(id, signal);
    if (now.life === "gone") throw new Refused(`${quoted(now.label)} is not there any more.`, "stale");
    if (read !== undefined && read !== this.#read.get(now.id))
      throw changedMeanwhile(`${quoted(now.label)} of OnePlan`);
    const type = fields[PLAN_TYPE];
    const isPlan = typeof type === "string" ? this.#isPlanType(type) : where.task === undefined;
    if (isPlan !== (where.task === undefined)) return { id: await this.#remake(now, where, fields, isPlan, signal) };
    return {
      id: isPlan ? await this.#updatePlan(where.plan, fields, signal) : await this.#updateTask(where, fields, signal),
    };
  }

  async #updatePlan(id: string, fields: Fields, signal: AbortSignal): Promise<string> {
    const { client } = this.#options;
    if (PLAN_PARENT in fields || PLAN_TYPE in fields) {
      const plan = await readPlan(client, id, signal);
      const above = fields[PLAN_PARENT];
      const type = fields[PLAN_TYPE];
      const to = typeof above === "string" ? this.#whereIs(above).plan : NO_ID;
      const moved = await movePlan(
        client,
        id,
        {
          type: typeof type === "string" ? this.#planType(type) : (plan?.PlannerTypeId ?? NO_ID),
          parent: PLAN_PARENT in fields ? to : (plan?.PortfolioParentId ?? NO_ID),
        },
        signal,
      );
      this.#know(moved);
    }
    const { [NAME]: name, [OWNER]: owner } = fields;
    const raw = this.#fields.raw("plan", fields, [OWNER]);
    if (name === undefined && owner === undefined && Object.keys(raw).length === 0) return id;
    const changes = {
      ...(name !== undefined && { name: String(name ?? "") }),
      ...(owner !== undefined && { owner: this.#fields.resource(owner) ?? NO_ID }),
      fields: raw,
    };
    await updatePlan(client, id, changes, signal);
    return id;
  }

  async #updateTask(where: Where, fields: Fields, signal: AbortSignal): Promise<string> {
    const { client } = this.#options;
    const { plan, task = "" } = where;
    const parent = fields[PLAN_PARENT];
    const above = parent === undefined ? undefined : this.#aboveTask(parent);
    if (above && above.plan !== plan) {
      const moved = await this.#moveTask(where, above, signal);
      const { [PLAN_PARENT]: _done, ...rest } = fields;
      return Object.keys(rest).length === 0 ? moved : this.#updateTask(this.#whereIs(moved), rest, signal);
    }
    const old = await this.#task(where, signal);
    const type = fields[PLAN_TYPE];
    await updateTask(
      client,
      plan,
      task,
      {
        name: fields[NAME] === undefined ? old.Name : String(fields[NAME] ?? ""),
        type: typeof type === "string" ? await this.#workType(type, plan, signal) : (old.WorkTypeId ?? NO_ID),
        parent: above ? above.task : (old.ParentId ?? undefined),
        fields: this.#fields.raw("task", fields, [ASSIGNED_TO]),
        assigned: fields[ASSIGNED_TO] === undefined ? undefined : this.#fields.assigned(fields[ASSIGNED_TO]),
      },
      signal,
    );
    return idOf(where);
  }

  async #task({ plan, task = "" }: Where, signal: AbortSignal): Promise<Task> {
    const found = await readTask(this.#options.client, plan, task, signal);
    if (found) return found;
    throw new Refused(`The task ${task} is not there any more.`, "stale");
  }

  /**
   * To another plan: OnePlan moves no task, so that it is made there with all that it has, and what lies below it, and
   * taken away here. Returns its new id.
   */
  async #moveTask(where: Where, to: Where, signal: AbortSignal): Promise<string> {
    const all = await listTasks(this.#options.client, where.plan, signal);
    const task = all.find(({ id }) => id === where.task);
    if (!task) throw new Refused(`The task ${where.task ?? ""} is not there any more.`, "stale");
    return this.#moveTree(task, where.plan, to, all, signal);
  }

  async #moveTree(task: Task, from: string, to: Where, all: readonly Task[], signal: AbortSignal): Promise<string> {
    const moved = await moveTree(this.#options.client, { task, from, to, all }, signal);
    for (const { old, plan, made } of moved) {
      this.#knowTask(plan, made);
      this.#tasks.delete(old);
      this.#moved.set(old, `${plan}/${made.id}`);
    }
    return this.#moved.get(`${from}/${task.id}`) ?? "";
  }

  /** A plan becomes a task, or a task a plan: another is made, which what lies below goes to, and the old one goes. */
  async #remake(now: Item, where: Where, fields: Fields, isPlan: boolean, signal: AbortSignal): Promise<string> {
    const { client } = this.#options;
    const item = now.keys[WORK_ITEM];
    if (item === undefined) throw new Refused(`${quoted(now.label)} goes with no work item in OnePlan.`);
    const all = await listTasks(client, where.plan, signal);
    if (isPlan) {
      const plan = await this.#makePlan(fields, item, signal);
      for (const child of all.filter(({ ParentId }) => ParentId === where.task)) {
        await this.#moveTree(child, where.plan, { plan }, all, signal);
      }
      await deleteTask(client, where.plan, where.task ?? "", signal);
      this.#moved.set(idOf(where), plan);
      return plan;
    }
    const id = await this.#makeTask(fields, this.#stamp(item), signal);
    const to = this.#whereIs(id);
    for (const child of all.filter(({ ParentId }) => !ParentId || ParentId === NO_ID)) {
      await this.#moveTree(child, where.plan, to, all, signal);
    }
    await this.#stampPlan(where.plan, "", signal);
    await updatePlan(client, where.plan, { archived: true }, signal);
    this.#moved.set(where.plan, id);
    return id;
  }

  /** A plan is archived; a task has nothing of the kind, and is taken away. */
  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const { plan, task } = this.#whereIs(id);
    if (task === undefined) {
      await updatePlan(client, plan, { archived: !active }, signal);
      return;
    }
    if (active) throw new Refused("A task that was taken away cannot be brought back.");
    await deleteTask(client, plan, task, signal);
  }

  async adopt(id: string, item: string, signal: AbortSignal): Promise<void> {
    const where = this.#whereIs(id);
    if (where.task === undefined) return this.#stampPlan(where.plan, item, signal);
    const old = await this.#task(where, signal);
    const kept = { name: old.Name, type: old.WorkTypeId ?? NO_ID, parent: old.ParentId ?? undefined, fields: {} };
    await updateTask(this.#options.client, where.plan, where.task, { ...kept, goesWith: this.#stamp(item) }, signal);
  }
}

function idOf({ plan, task }: Where): string {
  return task === undefined ? plan : `${plan}/${task}`;
}

function gone(id: string): Item {
  return { id, label: id, life: "gone", keys: {} };
}

function missingType(kind: string, name: string): string {
  return `OnePlan has no ${kind} ${quoted(name)}: its name has to be that of the work item type, in the same letters. Make it in OnePlan, or take the type out of the settings.`;
}

function fieldsOf(fields: readonly PlanField[]): ReadonlyMap<string, OnePlanField> {
  return new Map(
    fields.map(({ InternalName, ReadOnly, Choices }) => [
      InternalName,
      { readOnly: ReadOnly === true, ...(Choices && Object.keys(Choices).length > 0 && { choices: Choices }) },
    ]),
  );
}
