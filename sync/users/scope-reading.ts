/**
 * Who is in scope: read anew, or followed from where the last run ended.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import type { Call, GraphClient } from "../connectors/graph/index.ts";
import { CursorExpired } from "../engine/errors.ts";
import type { State } from "../engine/state.ts";
import type { ScopeCursor, Watch } from "./cursor.ts";
import { readWatch, resolveGroups, watchGroups } from "./graph-groups.ts";
import { readUnits, resolveUnits } from "./graph-units.ts";
import type { Kinds } from "./scope.ts";
import { type Edge, type MemberGraph, reach } from "./members.ts";
import { loadMembers, rememberedNames, storeEdges, storeMembers } from "./stored-members.ts";

export interface ScopeRequest {
  readonly client: GraphClient;
  readonly call: Call;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  /** Names of the groups; none: what the units say. */
  readonly groups: readonly string[];
  /** Names or ids of the administrative units; none: what the groups say. */
  readonly units: readonly string[];
  /** What these are called, and where they are in the settings. */
  readonly kinds: Kinds;
  /** How units are read. */
  readonly unitCall: Call;
}

export interface ScopeRead {
  /** Members of one of the groups who are in one of the units. */
  readonly users: ReadonlySet<string>;
  /** Whether somebody is a member of one of the groups, or there are none: then a unit is what is missing. */
  readonly isMember: (id: string) => boolean;
  /** The memberships that make them so. */
  readonly graph: MemberGraph;
  readonly cursor: ScopeCursor;
}

/** What happened to the scope since the last run. */
export interface ScopeFollowed extends ScopeRead {
  readonly entered: readonly string[];
  readonly left: readonly string[];
}

/**
 * Reads all memberships and stores them.
 *
 * @param acceptReplaced a name may stand for another group than in the last run
 */
export async function readScope(request: ScopeRequest, acceptReplaced: boolean): Promise<ScopeRead> {
  const { state, dryRun } = request;
  const nothing = { groups: new Map<string, string>(), units: new Map<string, string>() };
  const roots = await resolveRoots(request, acceptReplaced ? nothing : await rememberedNames(state));
  const graph: MemberGraph = new Map();
  const { watches } = await watchNested(request, idsOf(roots.groups), graph, []);
  await readUnits(request.client, idsOf(roots.units), graph, request.unitCall);
  const generation = randomUUID();
  if (!dryRun) await storeMembers(state, generation, graph, roots.groups, roots.units);
  return { ...inScope(graph, roots), graph, cursor: { ...roots, generation, watches, pending: [] } };
}

/**
 * Reads what changed in the memberships since the cursor.
 *
 * @throws CursorExpired when the stored memberships are gone, or groups or units of the settings are others now
 */
export async function followScope(request: ScopeRequest, cursor: ScopeCursor): Promise<ScopeFollowed> {
  const { client, call, state, dryRun } = request;
  const remembered = { groups: idsByName(cursor.groups), units: idsByName(cursor.units) };
  const roots = await resolveRoots(request, remembered);
  if (areOthers(roots.groups, remembered.groups) || areOthers(roots.units, remembered.units)) {
    throw new CursorExpired("The groups or administrative units in the settings are others than in the last run.");
  }
  if (!dryRun) await storeEdges(state, cursor.generation, cursor.pending);
  const graph = await loadMembers(state, cursor.generation, cursor.pending);
  if (graph === undefined) throw new CursorExpired("The memberships that the last run stored are gone.");

  const before = inScope(graph, roots).users;
  const pending: Edge[] = [];
  const watches: Watch[] = [];
  for (const watch of cursor.watches) {
    const round = await readWatch(client, watch, graph, call);
    pending.push(...round.edges);
    watches.push(round.watch);
  }
  const nested = await watchNested(request, idsOf(roots.groups), graph, watches);
  pending.push(...nested.edges);
  pending.push(...(await readUnits(client, idsOf(roots.units), graph, request.unitCall)));
  const now = inScope(graph, roots);
  const { users } = now;
  return {
    ...now,
    graph,
    entered: [...users].filter((id) => !before.has(id)),
    left: [...before].filter((id) => !users.has(id)),
    cursor: { ...roots, generation: cursor.generation, watches: nested.watches, pending },
  };
}

type Roots = Pick<ScopeCursor, "groups" | "units">;
type Remembered = Awaited<ReturnType<typeof rememberedNames>>;

async function resolveRoots(request: ScopeRequest, remembered: Remembered): Promise<Roots> {
  const { client, call, unitCall } = request;
  return {
    groups: await resolveGroups(client, request.groups, remembered.groups, call, request.kinds.group),
    units: await resolveUnits(client, request.units, remembered.units, unitCall, request.kinds.unit),
  };
}

function inScope(graph: MemberGraph, { groups, units }: Roots): Pick<ScopeRead, "users" | "isMember"> {
  const members = reach(graph, idsOf(groups)).users;
  const isMember = (id: string) => groups.length === 0 || members.has(id);
  if (units.length === 0) return { users: members, isMember };
  const inUnits = [...reach(graph, idsOf(units)).users];
  return { users: new Set(inUnits.filter(isMember)), isMember };
}

function idsOf(named: Roots["groups"]): string[] {
  return named.map(({ id }) => id);
}

function idsByName(named: Roots["groups"]): Map<string, string> {
  return new Map(named.map(({ name, id }) => [name, id]));
}

function areOthers(named: Roots["groups"], remembered: ReadonlyMap<string, string>): boolean {
  return named.length !== remembered.size || named.some(({ name }) => !remembered.has(name));
}

/** Watches every group that is reached and not watched yet, level by level until there is none. */
async function watchNested(
  { client, call }: ScopeRequest,
  roots: readonly string[],
  graph: MemberGraph,
  already: readonly Watch[],
): Promise<{ readonly edges: Edge[]; readonly watches: Watch[] }> {
  const edges: Edge[] = [];
  const watches = [...already];
  const watched = new Set(already.flatMap((watch) => watch.groups));
  for (;;) {
    const level = [...reach(graph, roots).groups].filter((id) => !watched.has(id));
    if (level.length === 0) return { edges, watches };
    const begun = await watchGroups(client, level, graph, call);
    edges.push(...begun.edges);
    watches.push(...begun.watches);
    for (const id of level) watched.add(id);
  }
}
