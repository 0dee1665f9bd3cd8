/**
 * Tasks of plans: the backlog. Making one is 500 in one tenant, with or without the task being there afterwards: it is
 * looked for by the item that it goes with before anybody makes it again.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import { quoted } from "../../../contract/words.ts";
import { becameOf } from "../../model/became.ts";
import { type ApiClient, unlessAbsent } from "../api.ts";
import { documented, notDocumented } from "../documented.ts";
import { called } from "./client.ts";
import { isTaken, NO_ID } from "./plans.ts";
import { Id, Name, Text } from "./shapes.ts";
import { unansweredOf } from "./unanswered.ts";

const Task = z.looseObject({
  id: Id,
  Name,
  WorkTypeId: Id.nullish(),
  ParentId: Id.nullish(),
  AssignedTo: z.array(Id).nullish(),
  Modified: z.string().nullish(),
  Fields: z.record(z.string(), z.unknown()).nullish(),
  Integration: z
    .looseObject({
      IntegrationId: Id.nullish(),
      ExternalItemId: Text.nullish(),
      ExternalUrl: z.string().nullish(),
      ReadOnlyFields: z.array(z.string()).nullish(),
    })
    .nullish(),
});
export type Task = z.infer<typeof Task>;

export interface NewTask {
  readonly name: string;
  /** Id of its type. */
  readonly type: string;
  /** Id of the task above; undefined: directly in the plan. */
  readonly parent?: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The item that it goes with; undefined: with none. */
  readonly goesWith?: TaskStamp | undefined;
  /** Ids of resources; undefined: they stay. */
  readonly assigned?: readonly string[] | undefined;
}

export interface TaskStamp {
  readonly integration: string;
  readonly itemId: string;
  readonly itemUrl: string;
  /** Fields that nobody changes in OnePlan's pages. */
  readonly readOnlyFields: readonly string[];
}

export async function listTasks(client: ApiClient, plan: string, signal: AbortSignal): Promise<Task[]> {
  const doing = "list a plan's tasks";
  const answer = await client.get(`workplan/${encodeURIComponent(plan)}/tasks`, {}, doing, signal);
  if (Array.isArray(answer)) return answer.map((each) => parsed(client, each, doing));
  throw notDocumented(called(client), doing);
}

/**
 * Makes a task with the item that it goes with in it.
 *
 * @returns what it was answered with, which proves nothing: whoever goes on from there reads it back
 * @throws what it was answered with, or that no answer came, when it is not there afterwards
 */
export async function createTask(client: ApiClient, plan: string, wanted: NewTask, signal: AbortSignal): Promise<Task> {
  const doing = "make a task";
  try {
    const answer = await client.write(
      "POST",
      `workplan/${encodeURIComponent(plan)}/tasks`,
      bodyOf(wanted),
      doing,
      signal,
    );
    if (answer !== null) return parsed(client, answer, doing);
  } catch (error) {
    if (becameOf(error) !== "unknown" || signal.aborted) throw error;
    const found = wanted.goesWith && (await taskOfItem(client, plan, wanted.goesWith, signal));
    if (!found) throw error;
    return found;
  }
  const found = wanted.goesWith && (await taskOfItem(client, plan, wanted.goesWith, signal));
  if (found) return found;
  throw new ConnectionError(`${called(client)} answered with nothing when asked to ${doing}, and made none.`);
}

/** The task that goes with an item. */
export async function taskOfItem(
  client: ApiClient,
  plan: string,
  { integration, itemId }: Pick<TaskStamp, "integration" | "itemId">,
  signal: AbortSignal,
): Promise<Task | undefined> {
  const tasks = await listTasks(client, plan, signal);
  return tasks.find((task) => isStamped(task, { integration, itemId }));
}

function isStamped(
  { Integration: record }: Pick<Task, "Integration">,
  { integration, itemId }: Pick<TaskStamp, "integration" | "itemId">,
): boolean {
  return record?.ExternalItemId === itemId && record.IntegrationId === integration.toLowerCase();
}

/** `undefined` where there is no such task: a null body, or 404 (assumed: one or the other). */
export async function readTask(
  client: ApiClient,
  plan: string,
  id: string,
  signal: AbortSignal,
): Promise<Task | undefined> {
  const doing = "read a task";
  const answer = await unlessAbsent(() => client.get(pathOf(plan, id), {}, doing, signal));
  return answer === null || answer === undefined ? undefined : parsed(client, answer, doing);
}

/**
 * Takes a task away. There is nothing that a task could be put aside by.
 *
 * @throws ConnectionError when it is there all the same
 */
export async function deleteTask(client: ApiClient, plan: string, id: string, signal: AbortSignal): Promise<void> {
  const unanswered = await unansweredOf(
    client.write("DELETE", pathOf(plan, id), {}, "take a task away", signal),
    signal,
  );
  const left = await readTask(client, plan, id, signal);
  if (!left) return;
  throw (
    unanswered ??
    new ConnectionError(`${called(client)} said that it took the task ${quoted(left.Name)} away, and did not.`)
  );
}

function pathOf(plan: string, id: string): string {
  return `workplan/${encodeURIComponent(plan)}/tasks/${encodeURIComponent(id)}`;
}

/** Changes a task; everything that is named is written. That it was answered proves nothing; what was not is read back. */
export async function updateTask(
  client: ApiClient,
  plan: string,
  id: string,
  wanted: NewTask,
  signal: AbortSignal,
): Promise<void> {
  const write = client.write("POST", pathOf(plan, id), bodyOf(wanted), "change a task", signal);
  const unanswered = await unansweredOf(write, signal);
  if (unanswered) await provenTask(client, plan, id, wanted, signal, unanswered);
}

/** Type and fields are always there: without them it is 500 in one tenant. */
function bodyOf(wanted: NewTask): object {
  const { name, type, parent = NO_ID, fields, goesWith, assigned } = wanted;
  return {
    Name: name,
    WorkTypeId: type,
    ParentTaskId: parent,
    Fields: fields,
    ...(goesWith && {
      Integration: {
        IntegrationId: goesWith.integration,
        ExternalItemId: goesWith.itemId,
        ExternalUrl: goesWith.itemUrl,
        ReadOnlyFields: goesWith.readOnlyFields,
      },
    }),
    ...(assigned && {
      Assignments: Object.fromEntries(assigned.map((resource) => [resource, 1])),
      ProcessAssignments: true,
    }),
  };
}

/**
 * A task as it is after it was written, for what is not read back by anybody else.
 *
 * @param unanswered what the write ended with, where nobody knows whether it was done
 * @throws that, or ConnectionError, when it is not as wanted
 */
export async function provenTask(
  client: ApiClient,
  plan: string,
  id: string,
  { name, type, parent = NO_ID, fields, goesWith, assigned }: NewTask,
  signal: AbortSignal,
  unanswered?: Error,
): Promise<Task> {
  const doing = "read a task";
  const task = parsed(client, await client.get(pathOf(plan, id), {}, doing, signal), doing);
  const places = [
    ...(task.Name === name ? [] : ["Name"]),
    ...((task.ParentId ?? NO_ID) === parent.toLowerCase() ? [] : ["ParentId"]),
    ...(goesWith === undefined || isStamped(task, goesWith) ? [] : ["Integration"]),
  ];
  // A value may be kept in a form of OnePlan's own: what is elsewhere, or called otherwise, was not written.
  const isExact = unanswered !== undefined || places.length > 0;
  const isAsWanted = (one: unknown, other: unknown) =>
    isExact ? JSON.stringify(one ?? null) === JSON.stringify(other ?? null) : isTaken(one, other);
  const missed = [
    ...places,
    ...Object.keys(fields).filter((field) => !isAsWanted(fields[field], task.Fields?.[field])),
    ...(unanswered && task.WorkTypeId !== type.toLowerCase() ? ["WorkTypeId"] : []),
    ...(unanswered && assigned && !isSameSet(assigned, task.AssignedTo ?? []) ? ["AssignedTo"] : []),
  ];
  if (missed.length === 0) return task;
  throw (
    unanswered ??
    new ConnectionError(
      `${called(client)} said that it wrote the task ${quoted(task.Name)}, and did not write ${missed.join(", ")}.`,
    )
  );
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}

function parsed(client: ApiClient, value: unknown, doing: string): Task {
  return documented(Task, value, called(client), doing);
}
