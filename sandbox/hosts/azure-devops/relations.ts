/**
 * What a save makes of an item's links: checked as the server checks them, and written at both ends.
 *
 * @packageDocumentation
 */
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { linkEnd, resourceLinks } from "./link-types.ts";
import type { LinkEnd } from "./link-types.ts";
import { ORGANIZATION } from "./organization.ts";
import type { PatchRelation } from "./patch.ts";
import { azureDevOpsTime, NEVER } from "./time.ts";
import { linkKey, liveItem, PARENT } from "./tracking.ts";
import type { Identity, LinkRow, Relation, Tracking, Update, WorkItem } from "./tracking.ts";
import {
  badPatch,
  circular,
  itemNotFound,
  linkExists,
  needsFullAddress,
  onlyOneParent,
  tooManyLinks,
} from "./work-item-errors.ts";

export interface RelationChanges {
  /** All relations of the item after the save. */
  readonly relations: readonly Relation[];
  readonly added: readonly Relation[];
  readonly removed: readonly Relation[];
  readonly updated: readonly Relation[];
}

export function addressOf(id: number, projectId?: string): string {
  const scope = projectId === undefined ? "" : `/${projectId}`;
  return `https://dev.azure.com/${ORGANIZATION}${scope}/_apis/wit/workItems/${id}`;
}

/** What the relation leads to, as it is compared. */
export function relationKey({ rel, target, url }: Relation): string {
  return `${rel} ${target ?? url}`;
}

/**
 * Compares the relations that a patch leaves with the ones that there were. Links of the save are looked at together:
 * an old parent may go and a new one come in one patch, in either order (documented: in one patch).
 *
 * @param id the item's, `null` while it is being made
 * @throws AzureDevOpsError for a link that may not be
 */
export function changedRelations(
  store: Tracking,
  id: number | null,
  before: readonly Relation[],
  wanted: readonly PatchRelation[],
): RelationChanges {
  const old = new Map(before.map((relation) => [relationKey(relation), relation]));
  const relations = wanted.map((relation) => parsed(store, relation, old));
  const keys = new Set<string>();
  for (const relation of relations) {
    const key = relationKey(relation);
    if (keys.has(key)) throw linkExists(linkEnd(relation.rel)?.name ?? relation.rel, id ?? -1, relation.target ?? 0);
    keys.add(key);
  }
  const added = relations.filter((relation) => !old.has(relationKey(relation)));
  const removed = before.filter((relation) => !keys.has(relationKey(relation)));
  const updated = relations.filter((relation) => {
    const known = old.get(relationKey(relation));
    return known !== undefined && JSON.stringify(known.attributes) !== JSON.stringify(relation.attributes);
  });
  for (const relation of added) checkAdded(store, id, relation, relations, removed);
  return { relations, added, removed, updated };
}

function parsed(store: Tracking, relation: PatchRelation, old: ReadonlyMap<string, Relation>): Relation {
  const { rel, url } = relation;
  if (typeof rel !== "string" || typeof url !== "string") throw badPatch("A relation needs rel and url.");
  const attributes = Object.fromEntries(
    Object.entries(relation.attributes ?? {}).filter(
      (entry): entry is [string, string | number | boolean] =>
        // The name of a link follows from its kind.
        ["string", "number", "boolean"].includes(typeof entry[1]) && !(linkEnd(rel) && entry[0] === "name"),
    ),
  );
  const end = linkEnd(rel);
  if (!end) {
    const known = resourceLinks.find((each) => each.toLowerCase() === rel.toLowerCase());
    if (known === undefined) throw badPatch(`VS402833: The link type ${rel} is unknown.`);
    const same = old.get(`${known} ${url}`);
    return { rel: known, target: null, url, attributes: same?.attributes ?? resourceAttributes(store, attributes) };
  }
  const target = targetOf(url);
  if (target === undefined) throw needsFullAddress();
  const same = old.get(`${end.rel} ${target}`);
  const isLocked = same?.attributes["isLocked"] ?? false;
  return { rel: end.rel, target, url: "", attributes: { isLocked, ...attributes } };
}

function resourceAttributes(store: Tracking, attributes: Relation["attributes"]): Relation["attributes"] {
  const at = azureDevOpsTime(store.world.now().toISOString());
  return { authorizedDate: at, resourceCreatedDate: at, resourceModifiedDate: at, revisedDate: NEVER, ...attributes };
}

/** Reported: the whole address is needed; project and letter case do not matter (published examples have none). */
function targetOf(url: string): number | undefined {
  const [, id] = /^https:\/\/[^/]+\/.*\/_apis\/wit\/workitems\/(\d+)\/?$/i.exec(url.replace(/\?.*$/, "")) ?? [];
  return id === undefined ? undefined : Number(id);
}

function checkAdded(
  store: Tracking,
  id: number | null,
  relation: Relation,
  relations: readonly Relation[],
  removed: readonly Relation[],
): void {
  const { linkLimit } = azureDevOpsBehaviour(store.world);
  const end = linkEnd(relation.rel);
  if (relations.length > linkLimit) throw tooManyLinks(linkLimit);
  if (!end || relation.target === null) return;
  const target = liveItem(store, relation.target);
  if (!target) throw itemNotFound(relation.target);
  if (target.relations.length >= linkLimit) throw tooManyLinks(linkLimit);
  const own = id ?? -1;
  if (target.id === id) throw circular(end.name, own, target.id);
  if (end.linkType.topology === "network") return;
  checkTree(end, own, target, relations);
  if (id !== null && leadsTo(store, end, target.id, id, removed)) throw circular(end.name, own, target.id);
}

/** One parent only, whichever end the link is added from (reported). */
function checkTree(end: LinkEnd, id: number, target: WorkItem, relations: readonly Relation[]): void {
  const { topology, type } = end.linkType;
  if (topology !== "tree") return;
  const parent = `${type}-Reverse`;
  const parents = end.isForward ? target.relations : relations;
  const limit = end.isForward ? 0 : 1;
  if (parents.filter(({ rel }) => rel === parent).length > limit) throw onlyOneParent(end.name, id, target.id);
}

/** Does the way on from `from`, in the direction of this end, come back to `goal`? Links that go are no way. */
function leadsTo(store: Tracking, { rel }: LinkEnd, from: number, goal: number, removed: readonly Relation[]): boolean {
  const gone = new Set(removed.map(relationKey));
  const seen = new Set<number>();
  const next = [from];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (id === goal) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const relation of store.data.items[id]?.relations ?? []) {
      if (relation.rel !== rel || relation.target === null) continue;
      // The other end of a link that this save takes away.
      if (relation.target === goal && gone.has(`${linkEnd(rel)?.opposite ?? ""} ${id}`)) continue;
      next.push(relation.target);
    }
  }
  return false;
}

/** Writes the changes at the item and at the other ends, which get an update without a revision (published example). */
export function writeRelations(
  store: Tracking,
  item: WorkItem,
  changes: RelationChanges,
  at: string,
  by: Identity,
): void {
  // Links into the recycle bin stay until something takes their place (assumed).
  const hasParent = changes.relations.some(({ rel }) => rel === PARENT);
  const hidden = item.relations.filter(
    ({ rel, target }) => target !== null && !liveItem(store, target) && !(hasParent && rel === PARENT),
  );
  item.relations = [...changes.relations, ...hidden];
  for (const relation of changes.removed) atOtherEnd(store, item, relation, "removed", at, by);
  for (const relation of changes.added) atOtherEnd(store, item, relation, "added", at, by);
  for (const relation of changes.updated) atOtherEnd(store, item, relation, "updated", at, by);
}

function atOtherEnd(
  store: Tracking,
  item: WorkItem,
  relation: Relation,
  change: "added" | "removed" | "updated",
  at: string,
  by: Identity,
): void {
  const end = linkEnd(relation.rel);
  const other = relation.target === null ? undefined : store.data.items[relation.target];
  if (!end || !other) return;
  const back: Relation = { rel: end.opposite, target: item.id, url: "", attributes: relation.attributes };
  const others = other.relations.filter((each) => relationKey(each) !== relationKey(back));
  other.relations = change === "removed" ? others : [...others, back];
  const update: Update = { rev: other.revisions.length, isRevision: false, at, by, [change]: [back] };
  other.updates.push(update);
  writeLinkRow(store, item.id, relation, at, by, change !== "removed");
}

/** Puts the newest state of a link at the end of the reporting feed. */
export function writeLinkRow(
  store: Tracking,
  id: number,
  relation: Relation,
  at: string,
  by: Identity,
  isActive: boolean,
): void {
  const end = linkEnd(relation.rel);
  if (!end || relation.target === null) return;
  const { data, linkPlaces } = store;
  const [source, target] = end.isForward ? [id, relation.target] : [relation.target, id];
  const [first, second] = end.linkType.topology === "network" && source > target ? [target, source] : [source, target];
  const row: LinkRow = {
    watermark: (data.lastWatermark += 1),
    type: end.linkType.type,
    source: first,
    target: second,
    at,
    by,
    comment: String(relation.attributes["comment"] ?? ""),
    isActive,
  };
  const key = linkKey(row);
  const place = linkPlaces.get(key);
  if (place !== undefined) data.links[place] = null;
  linkPlaces.set(key, data.links.push(row) - 1);
}
