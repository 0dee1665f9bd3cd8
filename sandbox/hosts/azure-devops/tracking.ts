/**
 * Work items and what belongs to them, as plain JSON, with the indexes that finding needs beside it.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { emptyTree } from "./nodes.ts";
import type { NodeTrees } from "./nodes.ts";
import { organization } from "./organization.ts";
import type { Project } from "./organization.ts";
import { processNamed, processes } from "./processes.ts";
import type { BugsBehavior, Process } from "./processes.ts";

/** Somebody as a field holds it; stays what it was when the person goes (assumed). */
export interface Identity {
  /** Object id in the directory. */
  readonly id: string;
  readonly displayName: string;
  /** User principal name, or the service principal's object id. */
  readonly uniqueName: string;
}

/** By whom something is changed where it does not matter by whom. */
export const SOMEBODY: Identity = { id: "0", displayName: "Somebody", uniqueName: "somebody@contoso.com" };

export type FieldValue = string | number | boolean | Identity;

export interface Revision {
  readonly rev: number;
  /** Place in the reporting feed of the whole organization. */
  readonly watermark: number;
  /** ISO 8601. */
  readonly at: string;
  readonly by: Identity;
  readonly projectId: string;
  readonly areaId: number;
  readonly iterationId: number;
  /** By reference name; nothing that follows from something else. */
  readonly values: Readonly<Record<string, FieldValue>>;
  /** Long texts that are Markdown; the others are HTML. */
  readonly markdown: readonly string[];
  readonly isDeleted: boolean;
}

/** A link as one of its ends has it. */
export interface Relation {
  /** E.g. `System.LinkTypes.Hierarchy-Reverse`, `AttachedFile`, `Hyperlink`. */
  readonly rel: string;
  /** The work item at the other end; `null` for what is no work item. */
  readonly target: number | null;
  /** The address of what is no work item. */
  readonly url: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** What one save did to an item: a new revision, or links alone when it was saved from the other end (published). */
export interface Update {
  readonly rev: number;
  readonly isRevision: boolean;
  readonly at: string;
  readonly by: Identity;
  readonly added?: readonly Relation[];
  readonly removed?: readonly Relation[];
  readonly updated?: readonly Relation[];
}

export interface Comment {
  readonly id: number;
  readonly version: number;
  readonly text: string;
  readonly format: "html" | "markdown";
  readonly createdAt: string;
  readonly createdBy: Identity;
  readonly modifiedAt: string;
  readonly modifiedBy: Identity;
  readonly isDeleted: boolean;
}

export interface WorkItem {
  readonly id: number;
  /** Oldest first; never empty. */
  readonly revisions: Revision[];
  relations: Relation[];
  readonly updates: Update[];
  comments: Comment[];
  deleted: { readonly at: string; readonly by: Identity } | null;
}

/** A link of the organization as its reporting feed has it: one row a link, the newest state (assumed). */
export interface LinkRow {
  readonly watermark: number;
  /** Without its direction, e.g. `System.LinkTypes.Hierarchy`. */
  readonly type: string;
  readonly source: number;
  readonly target: number;
  readonly at: string;
  readonly by: Identity;
  readonly comment: string;
  readonly isActive: boolean;
}

export interface Attachment {
  readonly id: string;
  readonly fileName: string;
  readonly base64: string;
}

interface ProjectState {
  readonly processId: string;
  bugsBehavior: BugsBehavior;
  readonly trees: NodeTrees;
}

export interface TrackingData {
  lastId: number;
  lastWatermark: number;
  lastNodeId: number;
  lastCommentId: number;
  readonly projects: Record<string, ProjectState>;
  readonly items: Record<string, WorkItem>;
  /** The reporting feed of revisions: watermark, item, revision. */
  readonly feed: [watermark: number, id: number, rev: number][];
  /** `null` where a link's older state was. */
  readonly links: (LinkRow | null)[];
  readonly attachments: Record<string, Attachment>;
}

/** What happened to an item, for whoever listens. */
export interface Happening {
  readonly kind: "created" | "updated" | "deleted" | "restored" | "commented";
  readonly item: WorkItem;
}

export interface Tracking {
  readonly world: World;
  readonly data: TrackingData;
  /** Is told of everything that happens unless a save asks for silence. */
  readonly listeners: ((happening: Happening) => void)[];
  /** Where a link's newest state is in `data.links`, by its key. */
  readonly linkPlaces: Map<string, number>;
}

const opened = new WeakMap<World, Tracking>();

export function tracking(world: World): Tracking {
  let known = opened.get(world);
  if (!known) opened.set(world, (known = open(world)));
  return known;
}

function open(world: World): Tracking {
  const data = world.section<TrackingData>("azure-devops-work", () => ({
    lastId: 0,
    lastWatermark: 0,
    lastNodeId: 0,
    lastCommentId: 0,
    projects: {},
    items: {},
    feed: [],
    links: [],
    attachments: {},
  }));
  const linkPlaces = new Map<string, number>();
  data.links.forEach((row, place) => row && linkPlaces.set(linkKey(row), place));
  return { world, data, listeners: [], linkPlaces };
}

export function linkKey({ type, source, target }: Pick<LinkRow, "type" | "source" | "target">): string {
  return `${type} ${source} ${target}`;
}

/** The first project that a new world has follows Agile, the second Scrum; one that was made otherwise says so itself. */
const PROCESS_OF_SEEDED: Readonly<Record<string, string>> = { Rollout: "Agile", Integrations: "Scrum" };

/** What tracking keeps of a project, begun on first use. */
export function stateOf(store: Tracking, project: Project): ProjectState {
  const { data, world } = store;
  return (data.projects[project.id] ??= newState(
    data,
    world,
    project,
    processNamed(PROCESS_OF_SEEDED[project.name] ?? "Agile"),
  ));
}

function newState(data: TrackingData, world: World, project: Project, process: Process): ProjectState {
  const node = () => (data.lastNodeId += 1);
  return {
    processId: process.id,
    bugsBehavior: process.bugsBehavior,
    trees: {
      areas: emptyTree(world, project.id, "area", node()),
      iterations: emptyTree(world, project.id, "iteration", node()),
    },
  };
}

/** Makes a project, as an administrator of the organization does. */
export function createProject(world: World, name: string, processName: string): Project {
  const store = tracking(world);
  const { projects } = organization(world);
  if (projects.some((each) => each.name.toLowerCase() === name.toLowerCase())) {
    throw new Error(`There is a project ${name} already.`);
  }
  const project: Project = {
    id: world.guid("azure devops", name),
    name,
    lastUpdateTime: world.now().toISOString(),
  };
  projects.push(project);
  store.data.projects[project.id] = newState(store.data, world, project, processNamed(processName));
  return project;
}

export function processOf(store: Tracking, project: Project): Process {
  const { processId } = stateOf(store, project);
  const found = processes.find(({ id }) => id === processId);
  if (!found) throw new Error(`The process ${processId} of ${project.name} is unknown.`);
  return found;
}

export function projectById(store: Tracking, id: string): Project {
  const found = organization(store.world).projects.find((each) => each.id === id);
  if (!found) throw new Error(`There is no project ${id}.`);
  return found;
}

/** The item, unless it does not exist or is in the recycle bin. */
export function liveItem(store: Tracking, id: number): WorkItem | undefined {
  const item = store.data.items[id];
  return item && !item.deleted ? item : undefined;
}

/** A value that is text; empty where there is none, and for what is not text. */
export function textValue({ values }: Pick<Revision, "values">, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value : "";
}

export function typeName(revision: Pick<Revision, "values">): string {
  return textValue(revision, "System.WorkItemType");
}

export function newest(item: WorkItem): Revision {
  const revision = item.revisions.at(-1);
  if (!revision) throw new Error(`Work item ${item.id} has no revision.`);
  return revision;
}

/** The revision that held at a moment; undefined before the item was made. */
export function revisionAt(item: WorkItem, moment: number): Revision | undefined {
  return item.revisions.findLast(({ at }) => Date.parse(at) <= moment);
}

export const PARENT = "System.LinkTypes.Hierarchy-Reverse";
export const CHILD = "System.LinkTypes.Hierarchy-Forward";

/** Id of the parent; a parent in the recycle bin is none (assumed). */
export function parentOf(store: Tracking, item: WorkItem): number | undefined {
  const target = item.relations.find(({ rel }) => rel === PARENT)?.target;
  return typeof target === "number" && liveItem(store, target) ? target : undefined;
}
