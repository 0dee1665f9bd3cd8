/**
 * Reading and writing plans, with what OnePlan is known or assumed to do on the way.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { oneplanBehaviour } from "./behaviour.ts";
import { caselessBody, dictionaryOf, guidOf, textOf } from "./body.ts";
import { planSaved } from "./events.ts";
import { ZERO_ID } from "./model.ts";
import type { Json } from "./model.ts";
import { NetException, nullReference } from "./net-exception.ts";
import { planData } from "./plan-store.ts";
import type { Fields, Plan, PlanData, PlanField } from "./plan-model.ts";
import { tasksIn } from "./task-index.ts";

export function planOf(world: World, id: string): Plan | undefined {
  return planData(world).plans[id.toLowerCase()];
}

export interface PlanFilter {
  readonly field: string;
  readonly value: string;
  readonly archived: boolean;
}

/** @throws NetException where filtering is not possible */
export function listPlans(world: World, { field, value, archived }: PlanFilter): Plan[] {
  const data = planData(world);
  if (field !== "" && oneplanBehaviour(world).planFilter === "refuse")
    throw nullReference("WorkPlanController", "Get()");
  const visible = Object.values(data.plans).filter((plan) => !data.hidden[plan.id] && (archived || !plan.Archived));
  seen(data);
  if (field === "") return visible;
  return visible.filter((plan) => (field === "Name" ? plan.Name : plan.Fields[field]) === value);
}

/** One more read went by: what was hidden comes nearer. */
export function seen(data: PlanData): void {
  for (const [id, reads] of Object.entries(data.hidden)) {
    if (reads <= 1) delete data.hidden[id];
    else data.hidden[id] = reads - 1;
  }
}

/** Documented: `{WorkPlan: {...}}`; the owner is told in the fields (assumed). */
export function createPlan(world: World, body: unknown, editor: string): Plan {
  const request = requestOf(body);
  const data = planData(world);
  const name = textOf(request, "Name");
  if (name === undefined || name === "") throw nullReference("WorkPlanController", "Post(WorkPlanRequest request)");
  const { planParent, stalePlanReads } = oneplanBehaviour(world);
  const parent = guidOf(request, "PortfolioParentId") ?? ZERO_ID;
  if (parent !== ZERO_ID && !data.plans[parent])
    throw nullReference("WorkPlanController", "Post(WorkPlanRequest request)");
  const now = world.now().toISOString();
  const type = guidOf(request, "PlanType") ?? ZERO_ID;
  const blank: Plan = {
    id: crypto.randomUUID(),
    Name: name,
    Archived: false,
    Created: now,
    Modified: now,
    Editor: editor,
    // Documented: a type that does not exist is a blank one.
    PlannerTypeId: data.planTypes.some(({ Id }) => Id === type) ? type : ZERO_ID,
    PortfolioParentId: planParent === "accept" ? parent : ZERO_ID,
    ParentPlanId: guidOf(request, "ParentPlanId") ?? ZERO_ID,
    Folder: request.get("folder") === true,
    PlanNumber: (data.lastNumber += 1),
    SubPlans: [],
    Fields: {},
    SummaryFields: {},
    Integrations: [],
  };
  const owner = guidOf(request, "Owner");
  // Assumed: a field that does not exist is left out of a new plan without a word.
  const fields = kept(world, data.planFields, known(data.planFields, dictionaryOf(request, "Fields") ?? {}));
  checkWritable(data.planFields, fields);
  const plan = { ...blank, Fields: { ...fields, ...(owner !== undefined && { Owner: owner }) } };
  data.plans[plan.id] = plan;
  if (stalePlanReads > 0) data.hidden[plan.id] = stalePlanReads;
  rollUp(world, plan.PortfolioParentId, editor);
  return plan;
}

/** @returns null when nothing was done: an unknown field, or an unknown plan (seen for other things in one tenant) */
export function updatePlan(world: World, id: string, body: unknown, changedOnly: boolean, editor: string): Plan | null {
  const data = planData(world);
  const before = planOf(world, id);
  if (!before) return null;
  const request = requestOf(body);
  const owner = guidOf(request, "Owner");
  const given = dictionaryOf(request, "Fields");
  if (given && Object.keys(given).some((name) => !isField(data.planFields, name))) return null;
  const fields = given && kept(world, data.planFields, given);
  checkWritable(data.planFields, fields ?? {}, before.Fields);
  const { planUpdate } = oneplanBehaviour(world);
  const merges = planUpdate === "merge" || (planUpdate === "mergeWhenAsked" && changedOnly);
  const others = merges || !fields ? before.Fields : derived(data.planFields, before.Fields);
  const archived = request.get("archived");
  return savePlan(world, {
    ...before,
    Name: textOf(request, "Name") ?? before.Name,
    Archived: typeof archived === "boolean" ? archived : before.Archived,
    Fields: { ...others, ...fields, ...(owner !== undefined && { Owner: owner }) },
    Editor: editor,
  });
}

/** Documented: the way to another parent, or another type. */
export function changeType(world: World, id: string, typeId: string, parentId: string, editor: string): Plan | null {
  const data = planData(world);
  const before = planOf(world, id);
  if (!before) return null;
  const parent = parentId.toLowerCase();
  const isKnown = data.planTypes.some(({ Id }) => Id === typeId.toLowerCase());
  if (!isKnown || (parent !== ZERO_ID && !data.plans[parent]))
    throw nullReference("WorkPlanController", "ChangeType(Guid Id)");
  if (isBelow(data, parent, before.id)) {
    // Assumed: how a plan under itself is refused.
    throw new NetException("System.InvalidOperationException: A plan cannot be moved below itself.");
  }
  const moved = { ...before, PlannerTypeId: typeId.toLowerCase(), PortfolioParentId: parent, Editor: editor };
  return savePlan(world, moved);
}

function isBelow(data: PlanData, id: string, ancestor: string): boolean {
  for (let plan = data.plans[id]; plan; plan = data.plans[plan.PortfolioParentId]) {
    if (plan.id === ancestor) return true;
  }
  return false;
}

/** Assumed: the plans below it move to the top, its tasks go with it. */
export function deletePlan(world: World, id: string): void {
  const data = planData(world);
  const plan = planOf(world, id);
  if (!plan || oneplanBehaviour(world).planDelete === "ignore") return;
  delete data.plans[plan.id];
  for (const child of Object.values(data.plans)) {
    if (child.PortfolioParentId === plan.id) data.plans[child.id] = { ...child, PortfolioParentId: ZERO_ID };
  }
  for (const task of tasksIn(data, plan.id)) delete data.tasks[task.id];
  data.deletedPlans.push({ PlanId: plan.id, Name: plan.Name, Timestamp: world.now().toISOString() });
}

/** Writes a plan that somebody saved: its date, the plans above it, and the event. */
export function savePlan(world: World, plan: Plan): Plan {
  const data = planData(world);
  const saved = { ...plan, Modified: world.now().toISOString() };
  data.plans[plan.id] = saved;
  rollUp(world, saved.PortfolioParentId, saved.Editor);
  planSaved(world, saved);
  return saved;
}

/** Touches the plans above: a date, and nothing that anybody typed in. */
export function rollUp(world: World, id: string, editor: string): void {
  if (!oneplanBehaviour(world).rollUps) return;
  const data = planData(world);
  for (let plan = data.plans[id]; plan; plan = data.plans[plan.PortfolioParentId]) {
    data.plans[plan.id] = { ...plan, Modified: world.now().toISOString(), Editor: editor };
  }
}

function requestOf(body: unknown) {
  const outer = caselessBody(body);
  return caselessBody(outer.get("workplan"));
}

export function isField(fields: readonly PlanField[], name: string): boolean {
  return fields.some(({ InternalName }) => InternalName === name);
}

export function known(fields: readonly PlanField[], values: Fields): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isField(fields, name)));
}

const NUMBER = 3;
const DATE = 4;

/** Values as the group keeps them. */
export function kept(world: World, fields: readonly PlanField[], values: Fields): Fields {
  if (oneplanBehaviour(world).values === "asGiven") return values;
  const types = new Map(fields.map(({ InternalName, ColumnType }) => [InternalName, ColumnType]));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, ownForm(types.get(name), value)]));
}

function ownForm(type: number | undefined, value: Json): Json {
  if (type === NUMBER && typeof value === "number") return Math.round(value * 100) / 100;
  if (typeof value !== "string") return value;
  return type === DATE ? value.replace(/^(\d{4}-\d\d-\d\d).*$/, "$1T00:00:00") : value.trim();
}

/** Seen in one tenant: writing what follows from something else is 500; a choice is written by its key (assumed: too). */
export function checkWritable(fields: readonly PlanField[], values: Fields, before: Fields = {}): void {
  for (const field of fields) {
    const value = values[field.InternalName];
    if (value === undefined || value === null || value === before[field.InternalName]) continue;
    if (field.ReadOnly) throw nullReference("WorkPlanController", `SetField(String ${field.InternalName})`);
    if (field.Choices && (typeof value !== "string" || field.Choices[value] === undefined)) {
      throw new NetException(`System.FormatException: The value of ${field.InternalName} is not one of its choices.`);
    }
  }
}

function derived(fields: readonly PlanField[], values: Fields): Fields {
  const names = fields.filter(({ ReadOnly }) => ReadOnly).map(({ InternalName }) => InternalName);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/** A plan with the properties that every answer has (documented: API help). */
export function planAnswer(plan: Plan, configId: string): object {
  return {
    ...plan,
    Author: ZERO_ID,
    PortfolioOrder: plan.PlanNumber,
    UserList: [],
    InheritUserList: true,
    TeamList: [],
    InheritTeamList: true,
    Fragment: false,
    FragmentInfo: null,
    Hidden: false,
    Comments: [],
    LastComment: null,
    Snapshots: [],
    RateTables: [],
    Splits: [],
    LockInfo: null,
    LastLocation: null,
    StageGateFlow: null,
    ConfigId: configId,
  };
}
