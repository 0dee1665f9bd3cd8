/**
 * Plans and tasks of OnePlan as items: which of them are meant, what they go with, and where they lie. What one of them is
 * depends on those above it, so that all that were met are remembered.
 *
 * @packageDocumentation
 */
import { quoted } from "../../../contract/words.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { NO_ID, type Plan } from "../../connectors/oneplan/plans.ts";
import type { Task } from "../../connectors/oneplan/tasks.ts";
import { withOffset } from "../../connectors/values.ts";
import type { Fields, Item } from "../../model/types.ts";
import { belowDisconnected, type Disconnected, disconnectedByHand } from "./disconnected.ts";
import { isAtOrBelow } from "./integration-line.ts";
import { isProjectId, WORK_ITEM, PLACE, placeKey } from "./keys.ts";
import type { OnePlanFields } from "./oneplan-fields.ts";
import { type ItemType, NAME, PLAN_PARENT, PLAN_TYPE } from "./pairs.ts";
import { typesOfPlans } from "./scope.ts";

export const ASSIGNED_TO = "AssignedTo";

/** What is known of a plan while others refer to it. */
interface KnownPlan {
  /** The work item that it goes with. */
  readonly stamp: string | undefined;
  readonly parent: string;
  readonly archived: boolean;
  /** It goes with nothing, and may be made a work item of. */
  readonly isFree: boolean;
}

interface OnePlanItemsOptions {
  readonly organization: PlansOrganization;
  readonly fields: OnePlanFields;
  readonly disconnected: Disconnected;
  /** Other organizations are synced with the same group: what nobody's is may be anybody's. */
  readonly isShared: boolean;
}

export class OnePlanItems {
  readonly #options: OnePlanItemsOptions;
  /** Id of the line of the integration. */
  integration = NO_ID;
  /** Ids of types of plans, by name, and back. */
  readonly #planTypes = new Map<string, string>();
  readonly #planTypeNames = new Map<string, string>();
  /** Ids of types of tasks, by name; `undefined` while there was no plan to ask. */
  workTypes: ReadonlyMap<string, string> | undefined;
  readonly plans = new Map<string, KnownPlan>();
  /** Stamps of tasks, by their ids here. */
  readonly tasks = new Map<string, string>();
  /** Plans that carry a work item which is gone, and which no run linked: they are nobody's. */
  readonly left = new Set<string>();
  /** Plans and tasks that a run linked, and that carry no work item any more: they are meant all the same, and get it back. */
  readonly lost = new Set<string>();
  /** Tasks that are linked, which those below them need not be read for. */
  readonly linked = new Set<string>();
  /** Whether all plans were listed: otherwise one that is not known may be there all the same. */
  isWhole = false;
  /** What an item was like when it was read. */
  readonly read = new Map<string, string>();

  constructor(options: OnePlanItemsOptions) {
    this.#options = options;
  }

  forget(): void {
    this.plans.clear();
    this.tasks.clear();
    this.left.clear();
    this.lost.clear();
    this.linked.clear();
    this.isWhole = false;
  }

  knowPlanType(name: string, id: string): void {
    this.#planTypes.set(name, id);
    this.#planTypeNames.set(id, name);
  }

  planTypeId(name: string): string | undefined {
    return this.#planTypes.get(name);
  }

  isPlanType(type: string): boolean {
    return typesOfPlans(this.#options.organization).includes(type);
  }

  knowPlan(plan: Plan): void {
    this.plans.set(plan.id, {
      stamp: this.stampOf(plan),
      parent: plan.PortfolioParentId ?? NO_ID,
      archived: plan.Archived === true,
      isFree: this.#isFree(plan),
    });
  }

  knowTask(plan: string, task: Task): void {
    this.tasks.set(`${plan}/${task.id}`, this.#taskStamp(task) ?? "");
  }

  /** Id of a task that goes with a work item, among those that were met. */
  taskOf(item: string): string | undefined {
    for (const [id, stamp] of this.tasks) if (stamp === item) return id;
    return undefined;
  }

  hasKnownType({ PlannerTypeId: id }: Plan): boolean {
    return this.#planTypeNames.has(id ?? NO_ID);
  }

  #typeOf({ PlannerTypeId: id }: Plan): string | undefined {
    return this.#planTypeNames.get(id ?? NO_ID);
  }

  /** The work item that a plan goes with, in this organization. */
  stampOf({ Integrations }: Pick<Plan, "Integrations">): string | undefined {
    const record = Integrations?.find(({ IntegrationId }) => IntegrationId === this.integration);
    const { ItemId: id, ItemUrl: url } = record ?? {};
    return id && this.#isOwn(url) ? id : undefined;
  }

  #isOwn(url: string | null | undefined): boolean {
    return !url || isAtOrBelow(url, this.#options.organization.url);
  }

  /** Goes with a work item of the organization, or is to. */
  isMeant({ id }: Pick<Plan, "id">): boolean {
    const known = this.plans.get(id);
    if (known === undefined || (known.stamp === undefined && this.#options.disconnected.has(id))) return false;
    return this.#isSynced(id, known);
  }

  /** Why a plan, and all in it, stays as it is: somebody took it, or what it lies below, apart from its work item. */
  #apart(id: string): string | undefined {
    const { disconnected } = this.#options;
    const seen = new Set<string>();
    for (let next = disconnected.isEmpty ? NO_ID : id; next !== NO_ID && !seen.has(next);) {
      if (disconnected.has(next)) return next === id ? disconnectedByHand() : belowDisconnected(`the plan ${next}`);
      seen.add(next);
      next = this.plans.get(next)?.parent ?? NO_ID;
    }
    return undefined;
  }

  #isFree(plan: Plan): boolean {
    const { createWorkItems, planTypes } = this.#options.organization;
    const type = this.#typeOf(plan);
    if (!createWorkItems || type === undefined || !planTypes.includes(type) || plan.Archived) return false;
    return !plan.Integrations?.some(({ ItemId }) => ItemId);
  }

  isMeantTask(plan: string, task: Task): boolean {
    if (this.#taskStamp(task) !== undefined || this.lost.has(`${plan}/${task.id}`)) return true;
    // Nothing is made for what somebody put away before anything was.
    if (this.left.has(plan) || this.plans.get(plan)?.archived) return false;
    if (!this.#options.organization.createWorkItems || task.Integration?.ExternalItemId) return false;
    return this.#options.organization.taskTypes.includes(this.#workTypeName(task) ?? "");
  }

  /** What is meant of it depends on all that is above it. */
  isDecidedAbove({ isFree }: KnownPlan): boolean {
    return (isFree && this.#options.isShared) || !this.#options.disconnected.isEmpty;
  }

  #isSynced(id: string, { stamp, isFree, parent }: KnownPlan): boolean {
    return (
      stamp !== undefined || this.lost.has(id) || (isFree && (!this.#options.isShared || this.#isBelowOwn(parent)))
    );
  }

  #isBelowOwn(id: string): boolean {
    const seen = new Set<string>();
    for (let next = id; next !== NO_ID && !seen.has(next);) {
      const plan = this.plans.get(next);
      if (!plan) return false;
      if (plan.stamp !== undefined) return true;
      seen.add(next);
      next = plan.parent;
    }
    return false;
  }

  #taskStamp({ Integration: record }: Task): string | undefined {
    if (record?.IntegrationId !== this.integration || !this.#isOwn(record.ExternalUrl)) return undefined;
    return record.ExternalItemId || undefined;
  }

  #workTypeName({ WorkTypeId }: Task): string | undefined {
    for (const [name, id] of this.workTypes ?? []) if (id === WorkTypeId) return name;
    return undefined;
  }

  ofPlan(plan: Plan): Item {
    const stamp = this.stampOf(plan);
    const type: ItemType = stamp !== undefined && isProjectId(stamp) ? "project" : "plan";
    const parentId = plan.PortfolioParentId ?? NO_ID;
    const above = this.plans.get(parentId);
    const isWithin =
      above !== undefined && type !== "project" && !this.left.has(parentId) && this.#isSynced(parentId, above);
    const parent = isWithin ? parentId : null;
    return this.#item(
      plan.id,
      type,
      stamp ?? (plan.Integrations?.some(({ ItemId }) => ItemId) ? undefined : ""),
      plan.Name,
      plan.Modified,
      plan.Archived ? "it is archived" : undefined,
      {
        ...this.#options.fields.of(type, { ...plan.Fields, [NAME]: plan.Name }),
        [PLAN_PARENT]: parent,
        [PLAN_TYPE]: this.#typeOf(plan) ?? plan.PlannerTypeId ?? null,
      },
      isWithin ? (above.stamp ?? "") : "",
    );
  }

  /** Of a task its plan, and the task above it, have to be known. */
  ofTask(plan: string, task: Task): Item {
    const above = task.ParentId && task.ParentId !== NO_ID ? `${plan}/${task.ParentId}` : undefined;
    const stampAbove = above === undefined ? undefined : this.tasks.get(above);
    const type = this.#workTypeName(task);
    const isWithin =
      above !== undefined &&
      (stampAbove || this.lost.has(above) || this.linked.has(above) || this.#options.organization.createWorkItems);
    return this.#item(
      `${plan}/${task.id}`,
      "task",
      this.#taskStamp(task) ?? (task.Integration?.ExternalItemId ? undefined : ""),
      task.Name,
      task.Modified,
      undefined,
      {
        ...this.#options.fields.of("task", { ...task.Fields, [NAME]: task.Name, [ASSIGNED_TO]: task.AssignedTo }),
        [PLAN_PARENT]: isWithin ? above : this.left.has(plan) ? null : plan,
        // Of a type that OnePlan does not tell the name of nothing is known: it is not none.
        ...(type !== undefined && { [PLAN_TYPE]: type }),
      },
      (isWithin ? stampAbove : this.plans.get(plan)?.stamp) ?? "",
    );
  }

  /** @param stamp the work item that it goes with; empty: none, undefined: somebody else's */
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
    this.read.set(id, JSON.stringify([why !== undefined, fields]));
    const apart = this.#apart(id.split("/")[0] ?? "");
    const key = placeKey(String(fields[PLAN_TYPE] ?? ""), above, label);
    return {
      id,
      type,
      ...(typeof changedAt === "string" && { changedAt: withOffset(changedAt) }),
      label,
      life: why === undefined || apart !== undefined ? "active" : "inactive",
      ...(apart !== undefined ? { skip: apart } : why !== undefined && { why }),
      fields,
      keys: { ...(stamp !== undefined && { [WORK_ITEM]: stamp }), ...(!stamp && { [PLACE]: key }) },
    };
  }
}

export function missingType(kind: string, name: string): string {
  return `OnePlan has no ${kind} ${quoted(name)}: its name has to be that of the work item type, letter by letter. Make it in OnePlan, or take the type out of the settings.`;
}
