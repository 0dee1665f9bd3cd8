/**
 * Making, changing, deleting and restoring work items: what every client's write and every person's edit goes through.
 *
 * @packageDocumentation
 */
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { typeOfContent, written } from "./content.ts";
import type { Content } from "./content.ts";
import { AzureDevOpsError } from "./errors.ts";
import { fieldNamed } from "./fields.ts";
import type { Project } from "./organization.ts";
import { applied } from "./patch.ts";
import type { Patched, PatchDocument } from "./patch.ts";
import { addressOf, changedRelations, writeLinkRow, writeRelations } from "./relations.ts";
import type { RelationChanges } from "./relations.ts";
import { azureDevOpsTime } from "./time.ts";
import { valuesOf, visibleRelations } from "./answers.ts";
import { liveItem, newest, PARENT, projectById, stateOf } from "./tracking.ts";
import type { Comment, Happening, Identity, Revision, Tracking, Update, WorkItem } from "./tracking.ts";
import { badPatch, itemNotFound, tooManyRevisions } from "./work-item-errors.ts";

export interface SaveOptions {
  readonly by: Identity;
  /** Check everything, save nothing. */
  readonly validateOnly?: boolean;
  readonly bypassRules?: boolean;
  readonly suppressNotifications?: boolean;
}

const NOTHING: RelationChanges = { relations: [], added: [], removed: [], updated: [] };

/** @throws AzureDevOpsError */
export function createItem(
  store: Tracking,
  project: Project,
  typeName: string,
  document: PatchDocument,
  options: SaveOptions,
): WorkItem {
  const { trees } = stateOf(store, project);
  const blank: Content = {
    projectId: project.id,
    areaId: trees.areas.root,
    iterationId: trees.iterations.root,
    values: { "System.WorkItemType": typeName },
    markdown: [],
  };
  const type = typeOfContent(store, project, blank);
  const first = type.states[0]?.name ?? "New";
  const start: Content = {
    ...blank,
    values: { "System.WorkItemType": type.name, "System.State": first, "System.Reason": first },
  };
  const patched = applied({ id: -1, rev: 0, fields: start.values, relations: [] }, document);
  const content = contentAfter(store, -1, start, patched, [], options);
  const changes = changedRelations(store, null, [], patched.relations);
  const at = store.world.now().toISOString();
  const id = options.validateOnly ? 0 : (store.data.lastId += 1);
  const item: WorkItem = { id, revisions: [], relations: [], updates: [], comments: [], deleted: null };
  if (options.validateOnly) {
    item.revisions.push(revisionOf(store, content, at, options, 1, 0));
    return { ...item, relations: [...changes.relations] };
  }
  store.data.items[id] = item;
  pushRevision(store, item, content, at, options, changes, patched);
  writeRelations(store, item, changes, at, options.by);
  tell(store, { kind: "created", item }, options);
  return item;
}

/** @throws AzureDevOpsError */
export function updateItem(store: Tracking, id: number, document: PatchDocument, options: SaveOptions): WorkItem {
  const item = liveItem(store, id);
  if (!item) throw itemNotFound(id);
  const before = newest(item);
  // What nobody is shown, nobody's patch counts.
  const visible = visibleRelations(store, item);
  const shown = visible.map(({ rel, target, url, attributes }) => ({
    rel,
    url: target === null ? url : addressOf(target),
    attributes: { ...attributes },
  }));
  const target = { id, rev: before.rev, fields: valuesOf(store, item, before), relations: shown };
  const patched = applied(target, document);
  const changes = changedRelations(store, id, visible, patched.relations);
  const content = contentAfter(store, id, before, patched, [...changes.added, ...changes.removed], options);
  const { revisionLimit } = azureDevOpsBehaviour(store.world);
  const { length: revisions } = item.revisions;
  if (revisions >= revisionLimit) throw tooManyRevisions(id, revisions, revisionLimit);
  if (options.validateOnly) {
    // Published example: the answer has the old revision's number.
    return { ...item, revisions: [{ ...before, ...content }], relations: [...changes.relations] };
  }
  const at = store.world.now().toISOString();
  pushRevision(store, item, content, at, options, changes, patched);
  writeRelations(store, item, changes, at, options.by);
  tell(store, { kind: "updated", item }, options);
  return item;
}

function contentAfter(
  store: Tracking,
  id: number,
  before: Content,
  { writes, formats }: Patched,
  links: readonly { rel: string }[],
  { bypassRules = false }: SaveOptions,
): Content {
  const { markdown } = azureDevOpsBehaviour(store.world);
  if (formats.size > 0 && markdown === "refuse") {
    throw badPatch("The path /multilineFieldsFormat is not supported.");
  }
  const changesParent = links.some(({ rel }) => rel === PARENT);
  return written(store, before, { id, writes, formats, bypassRules, changesParent });
}

/**
 * Every save is a revision, also one that changes nothing (assumed: that is why the published limits advise against
 * it). What was said in the history is a comment as well (documented).
 */
function pushRevision(
  store: Tracking,
  item: WorkItem,
  content: Content,
  at: string,
  options: SaveOptions,
  changes: RelationChanges,
  { writes }: Pick<Patched, "writes">,
): void {
  const rev = item.revisions.length + 1;
  const watermark = (store.data.lastWatermark += 1);
  const revision = revisionOf(store, content, at, options, rev, watermark);
  item.revisions.push(revision);
  store.data.feed.push([watermark, item.id, rev]);
  const { added, removed, updated } = changes;
  const update: Update = {
    rev,
    isRevision: true,
    at: revision.at,
    by: options.by,
    ...(added.length > 0 && { added }),
    ...(removed.length > 0 && { removed }),
    ...(updated.length > 0 && { updated }),
  };
  item.updates.push(update);
  const said = writes.find(({ name }) => fieldNamed(name)?.referenceName === "System.History")?.value;
  if (typeof said === "string" && said !== "") addComment(store, item, said, "html", options.by);
}

function revisionOf(
  store: Tracking,
  content: Content,
  at: string,
  { by, bypassRules }: SaveOptions,
  rev: number,
  watermark: number,
): Revision {
  const { "System.ChangedDate": changedDate, "System.ChangedBy": changedBy, ...values } = content.values;
  const isBackdated = bypassRules === true && typeof changedDate === "string";
  return {
    ...content,
    values,
    rev,
    watermark,
    at: isBackdated ? new Date(changedDate).toISOString() : at,
    by: bypassRules === true && typeof changedBy === "object" ? changedBy : by,
    isDeleted: false,
  };
}

/** To the recycle bin: its links go with it (assumed), and come back when it is restored. */
export function deleteItem(store: Tracking, id: number, options: SaveOptions): WorkItem {
  const item = liveItem(store, id);
  if (!item) throw itemNotFound(id);
  mark(store, item, true, options);
  tell(store, { kind: "deleted", item }, options);
  return item;
}

/** @throws AzureDevOpsError when it is not in the recycle bin */
export function restoreItem(store: Tracking, id: number, options: SaveOptions): WorkItem {
  const item = store.data.items[id];
  if (!item?.deleted) throw itemNotFound(id);
  mark(store, item, false, options);
  tell(store, { kind: "restored", item }, options);
  return item;
}

function mark(store: Tracking, item: WorkItem, isDeleted: boolean, options: SaveOptions): void {
  const at = store.world.now().toISOString();
  const before = newest(item);
  pushRevision(store, item, before, at, options, NOTHING, { writes: [] });
  const after = newest(item);
  item.revisions[item.revisions.length - 1] = { ...after, isDeleted };
  item.deleted = isDeleted ? { at, by: options.by } : null;
  for (const relation of item.relations) {
    const other = relation.target === null ? undefined : liveItem(store, relation.target);
    if (other) writeLinkRow(store, item.id, relation, at, options.by, !isDeleted);
  }
}

/** Out of the recycle bin for good, with all that leads to it. */
export function destroyItem(store: Tracking, id: number, options: SaveOptions): void {
  const item = store.data.items[id];
  if (!item) throw itemNotFound(id);
  const at = store.world.now().toISOString();
  writeRelations(store, item, { ...NOTHING, removed: item.relations }, at, options.by);
  delete store.data.items[id];
  const { feed } = store.data;
  store.data.feed.splice(0, feed.length, ...feed.filter(([, each]) => each !== id));
}

/** Another project's name is another path for all of its items at once; nothing is saved (assumed). */
export function renameProject(store: Tracking, project: Project, name: string): void {
  const known = projectById(store, project.id);
  if (name.trim() === "")
    throw new AzureDevOpsError(400, "InvalidProjectNameException", "TF200012: The name is empty.");
  known.name = name;
}

export function addComment(
  store: Tracking,
  item: WorkItem,
  text: string,
  format: Comment["format"],
  by: Identity,
): Comment {
  const at = azureDevOpsTime(store.world.now().toISOString());
  const id = (store.data.lastCommentId += 1);
  const comment: Comment = {
    id,
    version: 1,
    text,
    format,
    createdAt: at,
    createdBy: by,
    modifiedAt: at,
    modifiedBy: by,
    isDeleted: false,
  };
  item.comments = [...item.comments, comment];
  return comment;
}

function tell(store: Tracking, happening: Happening, { suppressNotifications }: SaveOptions): void {
  if (suppressNotifications) return;
  for (const listener of store.listeners) listener(happening);
}
