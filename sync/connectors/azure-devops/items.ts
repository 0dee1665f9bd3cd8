/**
 * Reading work items: ids by query in pages, items in batches, and what a batch leaves out one by one.
 *
 * @packageDocumentation
 */
import type { WorkItem } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import { ConnectionError } from "../../../contract/errors.ts";
import { ahead } from "../../model/ahead.ts";
import { chunks } from "../../model/chunks.ts";
import type { AzureDevOpsClient } from "./client.ts";
import { isMissingItem, isTooManyResults } from "./errors.ts";
import { isWorkItem } from "./forms.ts";

/** Documented: results of a query, and items of a batch. */
const QUERY_LIMIT = 20_000;
const BATCH_LIMIT = 200;
/** Batches that are asked for at once: what counts is the load that they are (documented), and they take each other's waits. */
const AT_ONCE = 3;

/** `WorkItemExpand.Relations` and `WorkItemErrorPolicy.Omit` of the client. */
const RELATIONS = 1;
const OMIT = 2;

/**
 * Ids of all items that a condition finds, in pages of at most 20,000, ascending.
 *
 * @param where a condition of WIQL, without SELECT and ORDER BY
 * @param project what `@project` stands for
 */
export async function* idsFound(
  client: AzureDevOpsClient,
  where: string,
  project: string,
  signal: AbortSignal,
): AsyncGenerator<number[], void, void> {
  for (let last = 0; ;) {
    let ids: number[];
    try {
      ids = await query(client, `(${where}) AND [System.Id] > ${last}`, project, QUERY_LIMIT, signal);
    } catch (error) {
      if (!isTooManyResults(error)) throw error;
      // A limit that is counted before anything is cut: so many ids have no more items than that.
      yield* idsInWindows(client, where, project, last, signal);
      return;
    }
    const end = ids.at(-1) ?? last;
    // Who does not go by the condition answers the same for ever.
    if (ids.length > 0 && end <= last) {
      throw new ConnectionError(
        `Azure DevOps did not go on when asked to query the work items of ${project}: try again.`,
      );
    }
    if (ids.length > 0) yield ids;
    if (ids.length < QUERY_LIMIT) return;
    last = end;
  }
}

async function* idsInWindows(
  client: AzureDevOpsClient,
  where: string,
  project: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<number[], void, void> {
  for (let from = after; ; from += QUERY_LIMIT) {
    const end = from + QUERY_LIMIT;
    const window = `(${where}) AND [System.Id] > ${from} AND [System.Id] <= ${end}`;
    const ids = await query(client, window, project, QUERY_LIMIT, signal);
    if (ids.length > 0) yield ids;
    if (!(await hasAny(client, `(${where}) AND [System.Id] > ${end}`, project, signal))) return;
  }
}

/** Too many are some. */
async function hasAny(
  client: AzureDevOpsClient,
  where: string,
  project: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await query(client, where, project, 1, signal)).length > 0;
  } catch (error) {
    if (isTooManyResults(error)) return true;
    throw error;
  }
}

async function query(
  client: AzureDevOpsClient,
  where: string,
  project: string,
  top: number,
  signal: AbortSignal,
): Promise<number[]> {
  const text = `SELECT [System.Id] FROM WorkItems WHERE ${where} ORDER BY [System.Id]`;
  const { workItems = [] } = await client.ask(`query the work items of ${project}`, signal, ({ wit }) =>
    wit.queryByWiql({ query: text }, { project }, true, top),
  );
  return workItems.map(({ id }) => id).filter((id) => id !== undefined);
}

export type ReadItem = WorkItem & { readonly id: number; readonly rev: number };

interface ItemsRead {
  readonly items: readonly ReadItem[];
  /** Deleted, gone for good, or not for our eyes: each was asked for by itself. */
  readonly missing: readonly number[];
}

/**
 * Items with their relations, in batches of 200, a few of which are asked for while one is worked on. What a batch leaves
 * out is asked for by itself before it is missed.
 */
export async function* readItems(
  client: AzureDevOpsClient,
  ids: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<ItemsRead, void, void> {
  const read = ahead(chunks(ids, BATCH_LIMIT), AT_ONCE, async (wanted) => ({
    wanted,
    answered: await readBatch(client, wanted, signal),
  }));
  for await (const { wanted, answered } of read) {
    const found = new Map(answered.map((item) => [item.id, item]));
    const missing: number[] = [];
    for (const id of wanted) {
      if (found.has(id)) continue;
      const item = await readItem(client, id, signal);
      if (item) found.set(id, item);
      else missing.push(id);
    }
    yield { items: wanted.map((id) => found.get(id)).filter((item) => item !== undefined), missing };
  }
}

/** The items that a condition finds, as {@link idsFound} and {@link readItems} give them; what is gone meanwhile is left out. */
export async function* itemsFound(
  client: AzureDevOpsClient,
  where: string,
  project: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ReadItem[], void, void> {
  for await (const ids of idsFound(client, where, project, signal)) {
    for await (const { items } of readItems(client, ids, signal)) yield items;
  }
}

async function readBatch(client: AzureDevOpsClient, ids: readonly number[], signal: AbortSignal): Promise<ReadItem[]> {
  const answered = await client.ask(`read ${ids.length} work items`, signal, ({ wit }) =>
    wit.getWorkItemsBatch({ ids: [...ids], $expand: RELATIONS, errorPolicy: OMIT }),
  );
  return answered.filter(isRead);
}

/** One item with its relations; `undefined` where it is deleted, gone, or not for our eyes. */
export async function readItem(
  client: AzureDevOpsClient,
  id: number,
  signal: AbortSignal,
): Promise<ReadItem | undefined> {
  try {
    const item = await client.ask(`read work item ${id}`, signal, ({ wit }) =>
      wit.getWorkItem(id, undefined, undefined, RELATIONS),
    );
    // No item is one that is deleted only where Azure DevOps says so.
    if (!isRead(item)) throw new ConnectionError(`Azure DevOps answered with no work item when asked to read ${id}.`);
    return item;
  } catch (error) {
    if (isMissingItem(error)) return undefined;
    throw error;
  }
}

/** `null` stands in the place of what a batch leaves out (reported). */
export function isRead(item: WorkItem | null): item is ReadItem {
  return isWorkItem(item);
}
