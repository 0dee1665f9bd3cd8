/**
 * Tasks of plans: the backlog.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { oneplanBehaviour } from "./behaviour.ts";
import { caselessBody, dictionaryOf, guidOf, textOf } from "./body.ts";
import type { Body } from "./body.ts";
import { planSaved } from "./events.ts";
import { ZERO_ID } from "./model.ts";
import { nullReference } from "./net-exception.ts";
import { planData } from "./plan-store.ts";
import type { Plan, Task, TaskIntegration } from "./plan-model.ts";
import { checkWritable, isField, known, planOf, rollUp, kept } from "./plans.ts";
import { indexTask, tasksIn } from "./task-index.ts";

export interface TaskFilter {
  readonly field: string;
  readonly value: string;
}

export function listTasks(world: World, planId: string, { field, value }: TaskFilter): Task[] {
  const tasks = tasksIn(planData(world), planId.toLowerCase());
  if (field === "") return tasks;
  return tasks.filter((task) => (field === "Name" ? task.Name : task.Fields[field]) === value);
}

export function taskOf(world: World, planId: string, id: string): Task | undefined {
  const task = planData(world).tasks[id.toLowerCase()];
  return task?.WorkPlanId === planId.toLowerCase() ? task : undefined;
}

/**
 * Documented: TasksRequest. Seen in one tenant: 500 without a type or fields, or always; the task may be there all the
 * same.
 */
export function createTask(world: World, planId: string, body: unknown, editor: string): Task {
  const data = planData(world);
  const failure = nullReference("TasksController", "Post(Guid Id, TasksRequest request)");
  const { taskCreate } = oneplanBehaviour(world);
  const plan = planOf(world, planId);
  if (!plan || taskCreate === "refuse") throw failure;
  const request = caselessBody(body);
  const type = guidOf(request, "WorkTypeId");
  const fields = dictionaryOf(request, "Fields");
  const isType = data.workTypes.some(({ Id }) => Id === type);
  if (type === undefined || !isType || !fields || !textOf(request, "Name")) throw failure;
  const now = world.now().toISOString();
  const blank: Task = {
    id: crypto.randomUUID(),
    WorkPlanId: plan.id,
    WorkTypeId: type,
    Name: "",
    ParentId: ZERO_ID,
    Created: now,
    Modified: now,
    Editor: editor,
    AssignedTo: [],
    Assignments: {},
    Fields: {},
    Index: tasksIn(data, plan.id).length + 1,
    Integration: null,
  };
  checkWritable(data.taskFields, fields);
  const task = written(world, blank, request, editor);
  data.tasks[task.id] = task;
  indexTask(data, task);
  rollUp(world, plan.id, editor);
  if (taskCreate === "refuseAfterwards") throw failure;
  return task;
}

/** @returns null when nothing was done */
export function updateTask(world: World, planId: string, id: string, body: unknown, editor: string): Task | null {
  const data = planData(world);
  const before = taskOf(world, planId, id);
  const plan = planOf(world, planId);
  if (!before || !plan) return null;
  const request = caselessBody(body);
  const fields = dictionaryOf(request, "Fields") ?? {};
  if (Object.keys(fields).some((name) => !isField(data.taskFields, name))) return null;
  checkWritable(data.taskFields, fields, before.Fields);
  return saveTask(world, plan, written(world, before, request, editor));
}

/** Documented: a backlog item's event comes after Save; that it is the plan's is assumed. */
export function saveTask(world: World, plan: Plan, task: Task): Task {
  const saved = { ...task, Modified: world.now().toISOString() };
  planData(world).tasks[task.id] = saved;
  rollUp(world, plan.id, task.Editor);
  planSaved(world, plan, task.Integration?.IntegrationId);
  return saved;
}

/** Assumed: the tasks below it move up to the plan. */
export function deleteTask(world: World, planId: string, id: string): void {
  const data = planData(world);
  const { tasks } = data;
  const task = taskOf(world, planId, id);
  if (!task) return;
  delete tasks[task.id];
  for (const child of tasksIn(data, task.WorkPlanId)) {
    if (child.ParentId === task.id) tasks[child.id] = { ...child, ParentId: ZERO_ID };
  }
  rollUp(world, task.WorkPlanId, task.Editor);
}

function written(world: World, before: Task, request: Body, editor: string): Task {
  const data = planData(world);
  const parent = guidOf(request, "ParentTaskId");
  const isParent =
    parent === ZERO_ID || (parent !== undefined && taskOf(world, before.WorkPlanId, parent) !== undefined);
  if (parent !== undefined && !isParent) throw nullReference("TasksController", "Post(Guid Id, TasksRequest request)");
  const type = guidOf(request, "WorkTypeId");
  const integration = dictionaryOf(request, "Integration");
  const given = dictionaryOf(request, "Assignments");
  // Documented: the switch; that assignments are passed over without it is assumed.
  const assignments =
    given && request.get("processassignments") === true
      ? Object.fromEntries(Object.entries(given).map(([id, share]) => [id.toLowerCase(), Number(share)]))
      : before.Assignments;
  return {
    ...before,
    Name: textOf(request, "Name") ?? before.Name,
    WorkTypeId: type !== undefined && data.workTypes.some(({ Id }) => Id === type) ? type : before.WorkTypeId,
    ParentId: parent ?? before.ParentId,
    Fields: {
      ...before.Fields,
      ...kept(world, data.taskFields, known(data.taskFields, dictionaryOf(request, "Fields") ?? {})),
    },
    Assignments: assignments,
    AssignedTo: Object.keys(assignments),
    Integration: integration ? integrationOf(caselessBody(integration)) : before.Integration,
    Editor: editor,
  };
}

function integrationOf(request: Body): TaskIntegration {
  const readOnly = request.get("readonlyfields");
  return {
    IntegrationId: guidOf(request, "IntegrationId") ?? ZERO_ID,
    ExternalItemId: textOf(request, "ExternalItemId") ?? "",
    ExternalUrl: textOf(request, "ExternalUrl") ?? "",
    ReadOnlyFields: Array.isArray(readOnly) ? readOnly.filter((each) => typeof each === "string") : [],
  };
}

/** A task with the properties that every answer has (documented: API help). */
export function taskAnswer(task: Task, configId: string): object {
  const { Assignments, Fields: fields } = task;
  return {
    ...task,
    Assignments: Object.entries(Assignments).map(([ResourceId, Units]) => ({ ResourceId, Units })),
    Author: ZERO_ID,
    NonLaborAssignments: [],
    WorkTypeParentId: ZERO_ID,
    WorkTypeIndex: 0,
    Complete: false,
    Comments: [],
    // Assumed: the two dates are the fields of these names too.
    StartDate: fields["StartDate"] ?? null,
    DueDate: fields["DueDate"] ?? null,
    TaskScheduleType: 0,
    StatusUpdate: null,
    LastComment: null,
    IsScheduled: fields["StartDate"] !== undefined,
    ConfigId: configId,
  };
}
