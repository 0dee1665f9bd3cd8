/**
 * Writing work items: each write is one patch, under a test of the revision that it was made for.
 *
 * @packageDocumentation
 */
import { ConnectionError } from "../../../contract/errors.ts";
import type { AzureDevOpsClient } from "./client.ts";
import { isRead, type ReadItem } from "./items.ts";
import type { WorkItem } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";

export interface Step {
  readonly op: "add" | "replace" | "remove" | "test";
  readonly path: string;
  readonly value?: unknown;
}

interface WriteOptions {
  /** Check everything and save nothing. Default false. */
  readonly validateOnly?: boolean;
  /** Nobody is told by mail or by service hooks. Default false. */
  readonly suppressNotifications?: boolean;
}

/** A field's new value; `null` takes the old one away. Tags are replaced, where adding them would leave the old ones too (published example). */
export function fieldStep(field: string, value: unknown): Step {
  const path = `/fields/${field}`;
  if (value === null || value === undefined) return { op: "remove", path };
  return { op: field === "System.Tags" ? "replace" : "add", path, value };
}

/** A long text, and the format that it is in: both in one patch, since a format alone changes nothing (reported). */
export function longTextSteps(field: string, text: string, format: "Html" | "Markdown"): Step[] {
  const written: Step = { op: "add", path: `/fields/${field}`, value: text };
  if (format === "Html") return [written];
  return [written, { op: "add", path: `/multilineFieldsFormat/${field}`, value: "Markdown" }];
}

const PARENT = "System.LinkTypes.Hierarchy-Reverse";

/**
 * What puts an item under another parent, or under none: the old link goes and the new one comes in one patch. The old
 * one is found by what it is; its place in the list is that of the revision that the patch is for.
 *
 * @param parent id, or `null` for no parent
 * @returns nothing when it is there already
 */
export function parentSteps(item: Pick<ReadItem, "relations">, parent: number | null, root: string): Step[] {
  const relations = item.relations ?? [];
  const places = [...relations.keys()].filter((at) => relations[at]?.rel === PARENT);
  const isThere = places.some((at) => idIn(relations[at]?.url) === parent);
  // From the end, so that the places of the others stay what they are.
  const removed = places
    .filter((at) => idIn(relations[at]?.url) !== parent)
    .reverse()
    .map((at): Step => ({ op: "remove", path: `/relations/${at}` }));
  if (parent === null || isThere) return removed;
  return [
    ...removed,
    { op: "add", path: "/relations/-", value: { rel: PARENT, url: `${root}/_apis/wit/workItems/${parent}` } },
  ];
}

/** Id of what an item lies below, or `null`. */
export function parentOf({ relations }: Pick<ReadItem, "relations">): number | null {
  return idIn(relations?.find(({ rel }) => rel === PARENT)?.url) ?? null;
}

function idIn(url: string | undefined): number | undefined {
  const id = /\/workitems\/(\d+)$/i.exec(url ?? "")?.[1];
  return id === undefined ? undefined : Number(id);
}

interface NewItem {
  readonly project: string;
  readonly type: string;
  /** Id, or `null` for no parent. */
  readonly parent: number | null;
  readonly steps: readonly Step[];
}

/** Makes an item. */
export async function createItem(
  client: AzureDevOpsClient,
  { project, type, parent, steps }: NewItem,
  options: WriteOptions,
  signal: AbortSignal,
): Promise<ReadItem> {
  const document = [...steps, ...parentSteps({ relations: [] }, parent, client.root)];
  const { validateOnly = false, suppressNotifications = false } = options;
  const item = await client.ask(`make a ${type} in ${project}`, signal, ({ wit }) =>
    wit.createWorkItem(undefined, document, project, type, validateOnly, false, suppressNotifications),
  );
  return written(item, `make a ${type} in ${project}`);
}

/**
 * Changes an item in one patch.
 *
 * @param rev the revision that the change was made for
 * @throws AzureDevOpsError whose `became` is `stale` when somebody else was there first: nothing is written
 */
export async function updateItem(
  client: AzureDevOpsClient,
  { id, rev }: Pick<ReadItem, "id" | "rev">,
  steps: readonly Step[],
  options: WriteOptions,
  signal: AbortSignal,
): Promise<ReadItem> {
  const document = [{ op: "test", path: "/rev", value: rev }, ...steps];
  const { validateOnly = false, suppressNotifications = false } = options;
  const item = await client.ask(`change work item ${id}`, signal, ({ wit }) =>
    wit.updateWorkItem(undefined, document, id, undefined, validateOnly, false, suppressNotifications),
  );
  return written(item, `change work item ${id}`);
}

/** No item in an answer of success is no proof of a write. */
function written(item: WorkItem | null, doing: string): ReadItem {
  if (isRead(item)) return item;
  throw new ConnectionError(`Azure DevOps answered with no work item when asked to ${doing}.`);
}
