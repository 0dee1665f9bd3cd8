/**
 * Which tasks a plan has, so that listing one plan among thousands costs what is listed, as in a database.
 *
 * @packageDocumentation
 */
import type { PlanData, Task } from "./plan-model.ts";

/** Ids of tasks by plan, in the order in which they were made. */
const indexes = new WeakMap<PlanData, Map<string, Set<string>>>();

export function tasksIn(data: PlanData, plan: string): Task[] {
  const found: Task[] = [];
  for (const id of indexOf(data).get(plan) ?? []) {
    const task = data.tasks[id];
    if (task?.WorkPlanId === plan) found.push(task);
  }
  return found;
}

/** A task is new, and does not change its plan. */
export function indexTask(data: PlanData, task: Task): void {
  add(indexOf(data), task);
}

function indexOf(data: PlanData): Map<string, Set<string>> {
  let index = indexes.get(data);
  if (!index) {
    indexes.set(data, (index = new Map<string, Set<string>>()));
    for (const task of Object.values(data.tasks)) add(index, task);
  }
  return index;
}

function add(index: Map<string, Set<string>>, { id, WorkPlanId }: Task): void {
  const known = index.get(WorkPlanId);
  if (known) known.add(id);
  else index.set(WorkPlanId, new Set([id]));
}
