/**
 * Tasks that go to another plan. OnePlan moves none: each is made there with all that it has, and what lies below it, and
 * taken away where it was.
 *
 * @packageDocumentation
 */
import type { ApiClient } from "../../connectors/api.ts";
import { NO_ID } from "../../connectors/oneplan/plans.ts";
import { createTask, deleteTask, listTasks, provenTask, type Task } from "../../connectors/oneplan/tasks.ts";

interface TreeMove {
  readonly task: Task;
  /** Id of the plan that it is in. */
  readonly from: string;
  readonly to: { readonly plan: string; readonly task?: string };
  /** All tasks of the plan that it is in. */
  readonly all: readonly Task[];
}

/** A task that was moved. */
interface MovedTask {
  /** `<plan>/<task>` of before. */
  readonly old: string;
  readonly plan: string;
  readonly made: Task;
}

export async function moveTree(client: ApiClient, move: TreeMove, signal: AbortSignal): Promise<MovedTask[]> {
  const { task, from, to, all } = move;
  const made = (await found(client, task, to.plan, signal)) ?? (await makeAgain(client, task, to, signal));
  const moved: MovedTask[] = [];
  for (const child of all.filter(({ ParentId }) => ParentId === task.id)) {
    moved.push(...(await moveTree(client, { task: child, from, to: { plan: to.plan, task: made.id }, all }, signal)));
  }
  await deleteTask(client, from, task.id, signal);
  return [...moved, { old: `${from}/${task.id}`, plan: to.plan, made }];
}

/** It is read back: what is there now is taken away for it. */
async function makeAgain(client: ApiClient, task: Task, to: TreeMove["to"], signal: AbortSignal): Promise<Task> {
  const stamp = task.Integration;
  const wanted = {
    name: task.Name,
    type: task.WorkTypeId ?? NO_ID,
    parent: to.task,
    fields: task.Fields ?? {},
    goesWith: stamp?.ExternalItemId
      ? {
          integration: stamp.IntegrationId ?? NO_ID,
          itemId: stamp.ExternalItemId,
          itemUrl: stamp.ExternalUrl ?? "",
          readOnlyFields: stamp.ReadOnlyFields ?? [],
        }
      : undefined,
    assigned: task.AssignedTo ?? [],
  };
  const { id } = await createTask(client, to.plan, wanted, signal);
  return provenTask(client, to.plan, id, wanted, signal);
}

/** What a run that ended in between has made there already. */
async function found(
  client: ApiClient,
  { Integration: stamp }: Task,
  plan: string,
  signal: AbortSignal,
): Promise<Task | undefined> {
  if (!stamp?.ExternalItemId) return undefined;
  const there = await listTasks(client, plan, signal);
  return there.find(
    ({ Integration: other }) =>
      other?.IntegrationId === stamp.IntegrationId && other?.ExternalItemId === stamp.ExternalItemId,
  );
}
