/**
 * Projects full of work items: real ones that were published, and big ones from a seed. They are written as they would
 * be after years: no rule is asked, nobody is told.
 *
 * @packageDocumentation
 */
import { directory } from "../../directory/index.ts";
import { text } from "../../directory/model.ts";
import { randomFrom } from "../../data/random.ts";
import type { World } from "../../world.ts";
import { fieldNamed } from "./fields.ts";
import { findIdentity } from "./identities.ts";
import { linkEnd } from "./link-types.ts";
import { ensureNode } from "./node-routes.ts";
import type { Project } from "./organization.ts";
import { writeLinkRow } from "./relations.ts";
import { createProject, processOf, stateOf, tracking } from "./tracking.ts";
import type { FieldValue, Identity, Relation, Revision, Tracking, WorkItem } from "./tracking.ts";

/** An item as the published projects have it; a parent or child that is not among them is left out. */
export interface PublishedItem {
  readonly id: number;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly relations: readonly { readonly rel: string; readonly id: number }[];
}

export interface LoadedProject {
  readonly project: Project;
  /** Published id to the id here. */
  readonly ids: ReadonlyMap<number, number>;
}

/** Makes a project of published items: Scrum where there are product backlog items, else Agile. */
export function loadProject(world: World, name: string, items: readonly PublishedItem[]): LoadedProject {
  const isScrum = items.some(({ fields }) => fields["System.WorkItemType"] === "Product Backlog Item");
  const project = createProject(world, name, isScrum ? "Scrum" : "Agile");
  const store = tracking(world);
  const ids = new Map<number, number>();
  const made = items.map((published) => {
    const item = insert(store, project, publishedContent(store, project, published));
    ids.set(published.id, item.id);
    return { item, published };
  });
  for (const { item, published } of made) {
    for (const { rel, id } of published.relations) {
      const end = linkEnd(rel);
      const target = ids.get(id);
      const other = target === undefined ? undefined : store.data.items[target];
      if (!end || !other) continue;
      // Most links are told of at both ends, some at one: each is written once.
      const [source, forward] = end.isForward ? [item, other.id] : [other, item.id];
      link(store, source, end.isForward ? end.rel : end.opposite, forward);
    }
  }
  return { project, ids };
}

type Content = Pick<Revision, "areaId" | "iterationId" | "values"> & { readonly at: string; readonly by: Identity };

/** Derived by the server, or gone with the project that it was in. */
const LEFT_OUT = new Set(["System.Id", "System.Rev", "System.TeamProject", "System.AreaPath", "System.IterationPath"]);

function publishedContent(store: Tracking, project: Project, { fields }: PublishedItem): Content {
  const { world } = store;
  const path = (name: string) =>
    String(fields[name] ?? "")
      .split("\\")
      .slice(1);
  const values: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = fieldNamed(name);
    if (!field || value === null || value === "" || LEFT_OUT.has(name)) continue;
    if (field.readOnly) continue;
    values[field.referenceName] = field.isIdentity ? identity(world, String(value)) : value;
  }
  const created = fields["System.CreatedDate"];
  const changed = fields["System.ChangedBy"];
  return {
    areaId: ensureNode(world, project, "area", path("System.AreaPath")),
    iterationId: ensureNode(world, project, "iteration", path("System.IterationPath")),
    values,
    at: typeof created === "string" ? new Date(created).toISOString() : world.now().toISOString(),
    by: identity(world, typeof changed === "string" ? changed : "Somebody <somebody@fabrikam.com>"),
  };
}

/** Whoever is not in the directory stays as somebody who left. */
function identity(world: World, value: string): Identity {
  const known = findIdentity(world, value);
  if (known) return known;
  const [, displayName, uniqueName] = /^(.*?)\s*<(.*)>$/.exec(value) ?? [undefined, value, value];
  return {
    id: world.guid("azure devops identity", value),
    displayName: displayName ?? value,
    uniqueName: uniqueName ?? value,
  };
}

export interface BigProjectOptions {
  readonly name: string;
  /** Work items altogether. */
  readonly items: number;
  /** Same seed, same items. Default 1. */
  readonly seed?: number;
}

/** Of a hundred items, how many are of each level, outermost first; the rest are tasks. */
const SHARES = [1, 3, 8, 28];

/** A project of five levels, from Initiative down to Task, in areas and sprints, with links and texts. */
export function seedBigProject(world: World, { name, items, seed = 1 }: BigProjectOptions): Project {
  const project = createProject(world, name, "Contoso Agile");
  const store = tracking(world);
  const random = randomFrom(`work items ${seed}`);
  const people = [...directory(world).users.values()].slice(0, 50).map((user) => ({
    id: user.id,
    displayName: text(user, "displayName"),
    uniqueName: text(user, "userPrincipalName"),
  }));
  const areas = ["Web", "Store", "Data", "Platform"].map((area) => ensureNode(world, project, "area", [area]));
  const sprints = Array.from({ length: 12 }, (_, at) =>
    ensureNode(world, project, "iteration", [`Release ${Math.floor(at / 4) + 1}`, `Sprint ${at + 1}`]),
  );
  const { portfolio, requirement, task } = processOf(store, project);
  const levels = [...portfolio, requirement, task].map(({ types }) => types[0] ?? "Task");
  const root = stateOf(store, project).trees.iterations.root;
  const start = Date.parse("2024-01-08T08:00:00Z");
  const byLevel: WorkItem[][] = levels.map(() => []);
  for (let at = 0; at < items; at += 1) {
    const level = levelOf(at, items);
    const type = levels[level] ?? "Task";
    const parents = byLevel[level - 1] ?? [];
    const day = new Date(start + at * 60_000).toISOString();
    const isDated = level < 3;
    const item = insert(store, project, {
      areaId: random.pick(areas),
      iterationId: level < 3 || random.chance(1, 10) ? root : random.pick(sprints),
      at: day,
      by: random.pick(people),
      values: {
        "System.WorkItemType": type,
        "System.Title": `${type} ${at + 1} of ${name}`,
        "System.State": random.pick(["New", "Active", "Closed"]),
        "System.Reason": "Seeded",
        "Microsoft.VSTS.Common.Priority": 1 + random.below(4),
        ...(random.chance(4, 5) && { "System.AssignedTo": random.pick(people) }),
        ...(random.chance(1, 2) && { "System.Description": `<div>What item ${at + 1} is for.</div>` }),
        ...(isDated && { "Microsoft.VSTS.Scheduling.StartDate": day.replace(/\.000Z$/, "Z") }),
      },
    });
    // A few have no parent, as in real projects.
    if (level > 0 && parents.length > 0 && !random.chance(1, 100)) {
      link(store, random.pick(parents), "System.LinkTypes.Hierarchy-Forward", item.id);
    }
    byLevel[level]?.push(item);
  }
  return project;
}

function levelOf(at: number, items: number): number {
  let end = 0;
  for (const [level, share] of SHARES.entries()) {
    end += Math.max(1, Math.floor((items * share) / 100));
    if (at < end) return level;
  }
  return SHARES.length;
}

function insert(store: Tracking, project: Project, { areaId, iterationId, values, at, by }: Content): WorkItem {
  const { data } = store;
  const id = (data.lastId += 1);
  const watermark = (data.lastWatermark += 1);
  const revision: Revision = {
    rev: 1,
    watermark,
    at,
    by,
    projectId: project.id,
    areaId,
    iterationId,
    values,
    markdown: [],
    isDeleted: false,
  };
  const item: WorkItem = {
    id,
    revisions: [revision],
    relations: [],
    updates: [{ rev: 1, isRevision: true, at, by }],
    comments: [],
    deleted: null,
  };
  data.items[id] = item;
  data.feed.push([watermark, id, 1]);
  return item;
}

function link(store: Tracking, source: WorkItem, rel: string, targetId: number): void {
  const end = linkEnd(rel);
  const target = store.data.items[targetId];
  const revision = source.revisions[0];
  if (!end || !target || !revision) return;
  if (source.relations.some((each) => each.rel === end.rel && each.target === targetId)) return;
  const forward: Relation = { rel: end.rel, target: targetId, url: "", attributes: { isLocked: false } };
  source.relations.push(forward);
  target.relations.push({ ...forward, rel: end.opposite, target: source.id });
  writeLinkRow(store, source.id, forward, revision.at, revision.by, true);
}
