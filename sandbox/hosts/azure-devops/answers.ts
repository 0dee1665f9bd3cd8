/**
 * Work items as answers have them.
 *
 * @packageDocumentation
 */
import { fieldNamed, isLongText } from "./fields.ts";
import { identityRef, identityText, isIdentity } from "./identities.ts";
import { linkEnd } from "./link-types.ts";
import { fieldPath } from "./nodes.ts";
import { ORGANIZATION } from "./organization.ts";
import { addressOf } from "./relations.ts";
import { azureDevOpsTime, NEVER } from "./time.ts";
import { liveItem, newest, parentOf, projectById, stateOf, typeName } from "./tracking.ts";
import type { FieldValue, Relation, Revision, Tracking, Update, WorkItem } from "./tracking.ts";

type Values = Readonly<Record<string, FieldValue>>;

/** All values of a revision by reference name, with those that follow from something else. */
export function valuesOf(store: Tracking, item: WorkItem, revision: Revision): Values {
  const project = projectById(store, revision.projectId);
  const { areas, iterations } = stateOf(store, project).trees;
  const first = item.revisions[0] ?? revision;
  const next = item.revisions[revision.rev];
  const areaPath = fieldPath(areas, revision.areaId, project.name);
  const isNewest = revision.rev === item.revisions.length;
  const parent = isNewest ? parentOf(store, item) : undefined;
  const comments = item.comments.filter(({ isDeleted }) => !isDeleted).length;
  return {
    "System.CreatedDate": azureDevOpsTime(first.at),
    "System.CreatedBy": first.by,
    ...revision.values,
    "System.Id": item.id,
    "System.Rev": revision.rev,
    "System.TeamProject": project.name,
    "System.AreaId": revision.areaId,
    "System.AreaPath": areaPath,
    "System.NodeName": areaPath.split("\\").at(-1) ?? project.name,
    "System.IterationId": revision.iterationId,
    "System.IterationPath": fieldPath(iterations, revision.iterationId, project.name),
    "System.ChangedDate": azureDevOpsTime(revision.at),
    "System.ChangedBy": revision.by,
    "System.AuthorizedDate": azureDevOpsTime(revision.at),
    "System.RevisedDate": next ? azureDevOpsTime(next.at) : NEVER,
    "System.Watermark": revision.watermark,
    "System.CommentCount": comments,
    ...(parent !== undefined && { "System.Parent": parent }),
    ...(revision.isDeleted && { "System.IsDeleted": true }),
  };
}

/** Published examples: without being asked for, these are not among an item's fields. */
const ONLY_WHEN_ASKED = new Set([
  "System.Id",
  "System.Rev",
  "System.AreaId",
  "System.NodeName",
  "System.IterationId",
  "System.AuthorizedDate",
  "System.RevisedDate",
  "System.Watermark",
]);

/** The published values of `$expand`, by name and by number (the numbers are the client's). */
export type Expand = "none" | "relations" | "fields" | "links" | "all";

export interface ItemShape {
  /** Reference names; everything that is usual when undefined. */
  readonly fields?: readonly string[];
  readonly expand: Expand;
  /** Version that was asked for, e.g. 7.1. */
  readonly version: number;
  /** A save that touched relations tells of them (published examples). */
  readonly withRelations?: boolean;
}

export function itemAnswer(store: Tracking, item: WorkItem, revision: Revision, shape: ItemShape): object {
  const { expand, version } = shape;
  const withRelations = expand === "relations" || expand === "all" || shape.withRelations === true;
  const isWhole = shape.fields === undefined;
  const relations = withRelations ? visibleRelations(store, item) : [];
  return {
    id: item.id,
    rev: revision.rev,
    fields: shownFields(store, item, revision, shape),
    // Recorded in June 2026 with api 7.2-preview.3; that older versions do not tell it is assumed.
    ...(version >= 7.2 && { multilineFieldsFormat: formatsOf(revision) }),
    ...(relations.length > 0 && { relations: relations.map(relationAnswer) }),
    ...((expand === "links" || expand === "all" || (isWhole && expand === "none")) && {
      _links: linksOf(item, revision),
    }),
    url: addressOf(item.id),
  };
}

function shownFields(store: Tracking, item: WorkItem, revision: Revision, { fields, expand }: ItemShape): object {
  const values = valuesOf(store, item, revision);
  const all = expand === "all" || expand === "fields";
  const wanted = fields?.map((name) => fieldNamed(name)?.referenceName ?? name);
  const shown = Object.entries(values).filter(([name]) =>
    wanted ? wanted.includes(name) : all || !ONLY_WHEN_ASKED.has(name),
  );
  return Object.fromEntries(shown.map(([name, value]) => [name, isIdentity(value) ? identityRef(value) : value]));
}

function formatsOf({ markdown, values }: Revision): object {
  return Object.fromEntries(markdown.filter((name) => values[name] !== undefined).map((name) => [name, "Markdown"]));
}

/** A link to an item in the recycle bin is not shown (assumed). */
export function visibleRelations(store: Tracking, item: WorkItem): Relation[] {
  return item.relations.filter(({ target }) => target === null || liveItem(store, target) !== undefined);
}

export function relationAnswer({ rel, target, url, attributes }: Relation): object {
  const end = linkEnd(rel);
  return {
    rel,
    url: target === null ? url : addressOf(target),
    attributes: { ...attributes, ...(end && { name: end.name }) },
  };
}

function linksOf(item: WorkItem, revision: Revision): object {
  const self = addressOf(item.id);
  const organization = `https://dev.azure.com/${ORGANIZATION}`;
  const type = encodeURIComponent(typeName(revision));
  const href = (address: string) => ({ href: address });
  return {
    self: href(self),
    workItemUpdates: href(`${self}/updates`),
    workItemRevisions: href(`${self}/revisions`),
    workItemComments: href(`${self}/comments`),
    html: href(`${organization}/${revision.projectId}/_workitems/edit/${item.id}`),
    workItemType: href(`${organization}/${revision.projectId}/_apis/wit/workItemTypes/${type}`),
    fields: href(`${organization}/${revision.projectId}/_apis/wit/fields`),
  };
}

/** A revision as reports have it: long texts only when expanded, people as text unless references are wanted. */
export function reportAnswer(
  store: Tracking,
  item: WorkItem,
  revision: Revision,
  options: { fields?: readonly string[]; includeIdentityRef: boolean; expandFields: boolean },
): object {
  const wanted = options.fields?.map((name) => fieldNamed(name)?.referenceName ?? name);
  const shown = Object.entries(valuesOf(store, item, revision)).filter(([name]) => {
    if (wanted) return wanted.includes(name);
    const field = fieldNamed(name);
    return options.expandFields || !field || !isLongText(field);
  });
  const fields = shown.map(([name, value]) => [
    name,
    !isIdentity(value)
      ? value
      : options.includeIdentityRef
        ? { id: value.id, uniqueName: identityText(value) }
        : identityText(value),
  ]);
  return { id: item.id, rev: revision.rev, fields: Object.fromEntries(fields) as object };
}

/** What one save did: fields with their values before and after, relations that came and went. */
export function updateAnswer(store: Tracking, item: WorkItem, index: number): object | undefined {
  const update = item.updates[index];
  if (!update) return undefined;
  const relations = relationChanges(update);
  return {
    id: index + 1,
    workItemId: item.id,
    rev: update.rev,
    revisedBy: { ...identityRef(update.by), name: identityText(update.by) },
    revisedDate: endOf(item, index),
    ...(update.isRevision && { fields: fieldChanges(store, item, update.rev) }),
    ...(relations && { relations }),
    _links: {
      self: { href: `${addressOf(item.id)}/updates/${index + 1}` },
      workItemUpdates: { href: `${addressOf(item.id)}/updates` },
      parent: { href: addressOf(item.id) },
    },
    url: `${addressOf(item.id)}/updates/${index + 1}`,
  };
}

/** Published examples: when the next update came. */
function endOf(item: WorkItem, index: number): string {
  const next = item.updates[index + 1];
  return next ? azureDevOpsTime(next.at) : NEVER;
}

function relationChanges({ added, removed, updated }: Update): object | undefined {
  if (!added && !removed && !updated) return undefined;
  return {
    ...(added && { added: added.map(relationAnswer) }),
    ...(removed && { removed: removed.map(relationAnswer) }),
    ...(updated && { updated: updated.map(relationAnswer) }),
  };
}

export function fieldChanges(store: Tracking, item: WorkItem, rev: number): Record<string, object> {
  const after = item.revisions[rev - 1] ?? newest(item);
  const before = item.revisions[rev - 2];
  const values = valuesOf(store, item, after);
  const old = before ? valuesOf(store, item, before) : {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(values)])];
  const changed = names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(values[name]));
  const shown = (value: FieldValue | undefined) => (isIdentity(value) ? identityRef(value) : value);
  return Object.fromEntries(
    changed.map((name) => [
      name,
      {
        ...(old[name] !== undefined && { oldValue: shown(old[name]) }),
        ...(values[name] !== undefined && { newValue: shown(values[name]) }),
      },
    ]),
  );
}
