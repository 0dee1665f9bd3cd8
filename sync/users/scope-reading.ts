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
import { type Edge, type MemberGraph, reach } from "./members.ts";
import { loadMembers, rememberedGroups, storeEdges, storeMembers } from "./stored-members.ts";

export interface ScopeRequest {
  readonly client: GraphClient;
  readonly call: Call;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  /** Names of the groups. */
  readonly groups: readonly string[];
}

export interface ScopeRead {
  readonly users: ReadonlySet<string>;
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
  const { client, call, state, dryRun } = request;
  const remembered = acceptReplaced ? new Map<string, string>() : await rememberedGroups(state);
  const groups = await resolveGroups(client, request.groups, remembered, call);
  const graph: MemberGraph = new Map();
  const roots = groups.map(({ id }) => id);
  const { watches } = await watchNested(request, roots, graph, []);
  const generation = randomUUID();
  if (!dryRun) await storeMembers(state, generation, graph, groups);
  return { users: reach(graph, roots).users, cursor: { groups, generation, watches, pending: [] } };
}

/**
 * Reads what changed in the memberships since the cursor.
 *
 * @throws CursorExpired when the stored memberships are gone, or the groups of the settings are others now
 */
export async function followScope(request: ScopeRequest, cursor: ScopeCursor): Promise<ScopeFollowed> {
  const { client, call, state, dryRun } = request;
  const remembered = new Map(cursor.groups.map(({ name, id }) => [name, id]));
  const groups = await resolveGroups(client, request.groups, remembered, call);
  if (groups.length !== remembered.size || groups.some(({ name }) => !remembered.has(name))) {
    throw new CursorExpired("The groups in the settings are others than in the last run.");
  }
  if (!dryRun) await storeEdges(state, cursor.generation, cursor.pending);
  const graph = await loadMembers(state, cursor.generation, cursor.pending);
  if (graph === undefined) throw new CursorExpired("The memberships that the last run stored are gone.");

  const roots = groups.map(({ id }) => id);
  const before = reach(graph, roots).users;
  const pending: Edge[] = [];
  const watches: Watch[] = [];
  for (const watch of cursor.watches) {
    const round = await readWatch(client, watch, graph, call);
    pending.push(...round.edges);
    watches.push(round.watch);
  }
  const nested = await watchNested(request, roots, graph, watches);
  pending.push(...nested.edges);
  const users = reach(graph, roots).users;
  return {
    users,
    entered: [...users].filter((id) => !before.has(id)),
    left: [...before].filter((id) => !users.has(id)),
    cursor: { groups, generation: cursor.generation, watches: nested.watches, pending },
  };
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
