/**
 * Who is in scope: read anew, or followed from where the last run ended.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import type { Call, GraphClient, Purpose } from "../../connectors/graph/index.ts";
import { CursorExpired } from "../../../contract/errors.ts";
import type { State } from "../../state/session.ts";
import type { ScopeCursor, Watch } from "./cursor.ts";
import { readWatch, resolveGroups, watchGroups } from "./graph-groups.ts";
import { readUnits, resolveUnits } from "./graph-units.ts";
import type { Kinds } from "./scope.ts";
import { type Edge, type MemberGraph, reach } from "./members.ts";
import { type Membership, membershipOf, type Named, type Roots } from "./membership.ts";
import { loadMembers, rememberedNames, storeEdges, storeMembers } from "./stored-members.ts";

/** Names of groups, names or ids of administrative units, as the settings have them. */
export interface ScopeNames {
  /** Whose members are in scope; none: what the units say. */
  readonly groups: readonly string[];
  /** Who is in scope is in one of them too; none: what the groups say. */
  readonly units: readonly string[];
  /** Whose members are never in scope. */
  readonly excludedGroups: readonly string[];
  /** Whose members are never disabled. */
  readonly protectedGroups: readonly string[];
}

export interface ScopeRequest {
  readonly client: GraphClient;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  readonly names: ScopeNames;
  /** What these are called, and where they are in the settings. */
  readonly kinds: Kinds;
  readonly signal: AbortSignal;
}

export interface ScopeRead {
  readonly membership: Membership;
  /** The memberships that make it so. */
  readonly graph: MemberGraph;
  readonly cursor: ScopeCursor;
}

/** What happened to the scope since the last run. */
export interface ScopeFollowed extends ScopeRead {
  readonly entered: readonly string[];
  readonly left: readonly string[];
  /** Who is no longer protected by a group. */
  readonly unprotected: readonly string[];
}

const forUnits: Purpose = {
  doing: "read administrative units and their members",
  needs: ["AdministrativeUnit.Read.All"],
};
export const forGroups: Purpose = { doing: "read groups and their members", needs: ["GroupMember.Read.All"] };

/**
 * Reads all memberships and stores them.
 *
 * @param acceptReplaced a name may stand for another group than in the last run
 */
export async function readScope(request: ScopeRequest, acceptReplaced: boolean): Promise<ScopeRead> {
  const { client, state, dryRun, signal } = request;
  const nothing = { groups: new Map<string, string>(), units: new Map<string, string>() };
  const roots = await resolveRoots(request, acceptReplaced ? nothing : await rememberedNames(state));
  const graph: MemberGraph = new Map();
  const { watches } = await watchNested(request, idsOf(groupsIn(roots)), graph, []);
  await readUnits(client, idsOf(roots.units), graph, { ...forUnits, signal });
  const generation = randomUUID();
  if (!dryRun) await storeMembers(state, generation, graph, groupsIn(roots), roots.units);
  return { membership: membershipOf(graph, roots), graph, cursor: { ...roots, generation, watches, pending: [] } };
}

/**
 * Reads what changed in the memberships since the cursor.
 *
 * @throws CursorExpired when the stored memberships are gone, or groups or units of the settings are others now
 */
export async function followScope(request: ScopeRequest, cursor: ScopeCursor): Promise<ScopeFollowed> {
  const { client, state, dryRun, signal } = request;
  const roots = await resolveRoots(request, { groups: idsByName(groupsIn(cursor)), units: idsByName(cursor.units) });
  if (LISTS.some((list) => areOthers(roots[list], cursor[list]))) {
    throw new CursorExpired("The groups or administrative units in the settings are others than in the last run.");
  }
  if (!dryRun) await storeEdges(state, cursor.generation, cursor.pending);
  const graph = await loadMembers(state, cursor.generation, cursor.pending);
  if (graph === undefined) throw new CursorExpired("The memberships that the last run stored are gone.");

  const before = membershipOf(graph, roots);
  const pending: Edge[] = [];
  const watches: Watch[] = [];
  for (const watch of cursor.watches) {
    const round = await readWatch(client, watch, graph, { ...forGroups, signal });
    pending.push(...round.edges);
    watches.push(round.watch);
  }
  const nested = await watchNested(request, idsOf(groupsIn(roots)), graph, watches);
  pending.push(...nested.edges);
  pending.push(...(await readUnits(client, idsOf(roots.units), graph, { ...forUnits, signal })));
  const now = membershipOf(graph, roots);
  const concerned = [...new Set([...before.concerned, ...now.concerned])];
  return {
    membership: now,
    graph,
    entered: concerned.filter((id) => now.has(id) && !before.has(id)),
    left: concerned.filter((id) => before.has(id) && !now.has(id)),
    unprotected: [...before.protected].filter((id) => !now.protected.has(id)),
    cursor: { ...roots, generation: cursor.generation, watches: nested.watches, pending },
  };
}

const LISTS = ["groups", "units", "excluded", "protected"] as const;

type Remembered = Awaited<ReturnType<typeof rememberedNames>>;

async function resolveRoots(
  { client, names, kinds, signal }: ScopeRequest,
  remembered: Remembered,
): Promise<Pick<ScopeCursor, (typeof LISTS)[number]>> {
  const call: Call = { ...forGroups, signal };
  return {
    groups: await resolveGroups(client, names.groups, remembered.groups, call, kinds.group),
    units: await resolveUnits(client, names.units, remembered.units, { ...forUnits, signal }, kinds.unit),
    excluded: await resolveGroups(client, names.excludedGroups, remembered.groups, call, kinds.excluded),
    protected: await resolveGroups(client, names.protectedGroups, remembered.groups, call, kinds.protected),
  };
}

/** Every group that has to be watched. */
function groupsIn(roots: Roots): Named[] {
  return [...roots.groups, ...roots.excluded, ...roots.protected];
}

function idsOf(named: readonly Named[]): string[] {
  return named.map(({ id }) => id);
}

function idsByName(named: readonly Named[]): Map<string, string> {
  return new Map(named.map(({ name, id }) => [name, id]));
}

function areOthers(named: readonly Named[], before: readonly Named[]): boolean {
  const names = new Set(before.map(({ name }) => name));
  return named.length !== names.size || named.some(({ name }) => !names.has(name));
}

/** Watches every group that is reached and not watched yet, level by level until there is none. */
async function watchNested(
  { client, signal }: ScopeRequest,
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
    const begun = await watchGroups(client, level, graph, { ...forGroups, signal });
    edges.push(...begun.edges);
    watches.push(...begun.watches);
    for (const id of level) watched.add(id);
  }
}
