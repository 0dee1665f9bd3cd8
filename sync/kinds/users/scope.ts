/**
 * Who is in scope by groups and administrative units: who is a member, read anew or followed from where the last run
 * ended.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { CursorExpired, ScopeError } from "../../../contract/errors.ts";
import {
  type Call,
  type GraphClient,
  type GroupChange,
  groupsById,
  GROUPS_PER_DELTA,
  memberChanges,
  type Purpose,
  unitMembers,
} from "../../connectors/graph/index.ts";
import type { State } from "../../state/session.ts";
import type { ScopeCursor, Watch } from "./cursor.ts";
import { leftOut, leftOutNote } from "./left-out.ts";
import {
  applyEdge,
  type Edge,
  edgesOf,
  type MemberGraph,
  type Membership,
  membershipOf,
  type Named,
  reach,
  type Roots,
} from "./members.ts";
import { type Kinds, resolveNames } from "./scope-names.ts";
import { rememberedNames, storedGraph, StoredMembers, storeEdges, storeMembers } from "./stored-members.ts";
import { unlisted } from "./unlisted.ts";

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

interface ScopeRequest {
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
  /** The memberships that make it so; after a read of changes not of everybody. */
  readonly graph: MemberGraph;
  /** Before anything is said of somebody. */
  readonly know: (ids: readonly string[]) => Promise<void>;
  readonly cursor: ScopeCursor;
  /** What says that a list did not give all members, in words. */
  readonly missing: string | undefined;
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
  const before = await storedGraph(state);
  const remembered = reach(before, before.keys()).groups;
  const isNew = (id: string) => !remembered.has(id);
  const { watches, left } = await watchNested(request, groupsIn(roots), graph, [], isNew);
  const [ids, ofUnits] = [idsOf(roots.units), { ...forUnits, signal }];
  await readUnits(client, ids, graph, ofUnits);
  const units = { collection: "administrative unit", ids, named: roots.units } as const;
  left.push(...applied(graph, await unlisted(client, units, graph, isNew, ofUnits)));
  left.push(...applied(graph, await leftOut(client, rootIds(roots), before, graph, { ...forGroups, signal })));
  const generation = randomUUID();
  // What is known to lack somebody is not gone on from.
  if (!dryRun && left.length === 0) await storeMembers(state, generation, graph, groupsIn(roots), roots.units);
  const cursor = { ...roots, generation, watches, pending: [] };
  const membership = membershipOf(graph, roots);
  return { membership, graph, know: async () => undefined, cursor, missing: leftOutNote(left) };
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
  const watched = [...cursor.watches.flatMap(({ groups }) => groups), ...idsOf(roots.units)];
  const members = await StoredMembers.open(state, cursor.generation, watched, cursor.pending);
  if (members === undefined) throw new CursorExpired("The memberships that the last run stored are gone.");
  const { graph } = members;

  const changes: GroupChange[] = [];
  const followed: Watch[] = [];
  for (const { link, groups } of cursor.watches) {
    const rounds = memberChanges(client, link, { ...forGroups, signal });
    let page = await rounds.next();
    for (; !page.done; page = await rounds.next()) changes.push(...page.value);
    followed.push({ link: page.value, groups });
  }
  // Who is concerned by a change among groups is not known before everybody is.
  if (roots.units.length > 0 || changes.some((change) => isOfGroups(change, graph))) await members.whole();
  else await members.know(changes.flatMap((change) => (change["members@delta"] ?? []).map(({ id }) => id)));

  const before = membershipOf(graph, roots);
  const pending: Edge[] = [];
  for (const change of changes) {
    // One after another: a group may come more than once, and what it is now depends on what came before.
    for (const edge of edgesOf(change, graph)) {
      members.apply(edge);
      pending.push(edge);
    }
  }
  const nested = await watchNested(request, groupsIn(roots), graph, followed);
  pending.push(...nested.edges);
  const units = await readUnits(client, idsOf(roots.units), graph, { ...forUnits, signal });
  const left = await leftOut(client, idsOf(roots.units), units.before, graph, { ...forUnits, signal });
  applied(graph, left);
  pending.push(...units.edges);
  const now = membershipOf(graph, roots);
  const concerned = [...new Set([...before.concerned(), ...now.concerned()])];
  return {
    membership: now,
    graph,
    async know(ids) {
      await members.know(ids);
      now.learn(ids);
    },
    entered: concerned.filter((id) => now.has(id) && !before.has(id)),
    left: concerned.filter((id) => before.has(id) && !now.has(id)),
    unprotected: [...before.protected].filter((id) => !now.protected.has(id)),
    cursor: { ...roots, generation: cursor.generation, watches: nested.watches, pending },
    missing: leftOutNote([...nested.left, ...left]),
  };
}

/** Whether a group came into another one, left it, or is gone: people are concerned of whom nothing is told. */
function isOfGroups({ id, ...change }: GroupChange, graph: MemberGraph): boolean {
  if (change["@removed"] !== undefined) return true;
  return (change["members@delta"] ?? []).some(
    (member) => graph.get(id)?.get(member.id) === "group" || member["@odata.type"]?.endsWith(".group"),
  );
}

const LISTS = ["groups", "units", "excluded", "protected"] as const;

type Remembered = Awaited<ReturnType<typeof rememberedNames>>;

async function resolveRoots(
  { client, names, kinds, signal }: ScopeRequest,
  remembered: Remembered,
): Promise<Pick<ScopeCursor, (typeof LISTS)[number]>> {
  const call: Call = { ...forGroups, signal };
  return {
    groups: await resolveNames(client, names.groups, remembered.groups, call, kinds.group),
    units: await resolveNames(client, names.units, remembered.units, { ...forUnits, signal }, kinds.unit),
    excluded: await resolveNames(client, names.excludedGroups, remembered.groups, call, kinds.excluded),
    protected: await resolveNames(client, names.protectedGroups, remembered.groups, call, kinds.protected),
  };
}

/** Every group that has to be watched. */
function groupsIn(roots: Roots): Named[] {
  return [...roots.groups, ...roots.excluded, ...roots.protected];
}

function rootIds(roots: Roots): string[] {
  return idsOf([...groupsIn(roots), ...roots.units]);
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

function applied(graph: MemberGraph, edges: readonly Edge[]): readonly Edge[] {
  for (const edge of edges) applyEdge(graph, edge);
  return edges;
}

/**
 * Watches every group that is reached and not watched yet, level by level until there is none.
 *
 * @param isNew whether nothing is remembered of a group
 * @returns `left`: what their lists did not give, and is in the graph all the same
 */
async function watchNested(
  { client, signal }: ScopeRequest,
  named: readonly Named[],
  graph: MemberGraph,
  already: readonly Watch[],
  isNew: (id: string) => boolean = () => true,
): Promise<{ readonly edges: Edge[]; readonly watches: Watch[]; readonly left: Edge[] }> {
  const call: Call = { ...forGroups, signal };
  const edges: Edge[] = [];
  const left: Edge[] = [];
  const watches = [...already];
  const watched = new Set(already.flatMap((watch) => watch.groups));
  for (;;) {
    const level = [...reach(graph, idsOf(named)).groups].filter((id) => !watched.has(id));
    if (level.length === 0) return { edges, watches, left };
    const begun = await watchGroups(client, level, graph, call);
    left.push(
      ...applied(graph, await unlisted(client, { collection: "group", ids: level, named }, graph, isNew, call)),
    );
    edges.push(...begun.edges);
    watches.push(...begun.watches);
    for (const id of level) watched.add(id);
  }
}

/** Puts what is told of groups into the graph; returns what changed, whom it told of, and the next link. */
async function follow(
  client: GraphClient,
  from: readonly string[],
  graph: MemberGraph,
  call: Call,
): Promise<{ readonly edges: Edge[]; readonly seen: ReadonlySet<string>; readonly link: string }> {
  const edges: Edge[] = [];
  const seen = new Set<string>();
  const changes = memberChanges(client, from, call);
  let page = await changes.next();
  for (; !page.done; page = await changes.next()) {
    for (const change of page.value) {
      seen.add(change.id);
      // One after another: a group may come more than once, and what it is now depends on what came before.
      for (const edge of edgesOf(change, graph)) {
        applyEdge(graph, edge);
        edges.push(edge);
      }
    }
  }
  return { edges, seen, link: page.value };
}

/** Begins to watch groups, and puts their direct members into the graph. */
async function watchGroups(
  client: GraphClient,
  ids: readonly string[],
  graph: MemberGraph,
  call: Call,
): Promise<{ readonly edges: Edge[]; readonly watches: Watch[] }> {
  const edges: Edge[] = [];
  const watches: Watch[] = [];
  for (let start = 0; start < ids.length; start += GROUPS_PER_DELTA) {
    const groups = ids.slice(start, start + GROUPS_PER_DELTA);
    const round = await follow(client, groups, graph, call);
    await expectAll(client, groups, round.seen, call);
    edges.push(...round.edges);
    watches.push({ link: round.link, groups });
  }
  return { edges, watches };
}

/** A group without members may be left out of the first answer; one that may not be read, or is gone, must not be taken for it. */
async function expectAll(
  client: GraphClient,
  groups: readonly string[],
  seen: ReadonlySet<string>,
  call: Call,
): Promise<void> {
  const silent = groups.filter((id) => !seen.has(id));
  const found = await groupsById(client, "group", silent, call);
  const gone = silent.find((_, index) => found[index] === undefined);
  if (gone === undefined) return;
  throw new ScopeError(
    `The members of group ${gone} cannot be read, so it is not known who is in scope: it was deleted just now, or may not be seen. Try again later.`,
  );
}

/**
 * Reads who is in the units, and brings the graph up to date with it. Units are not nested, and a group in a unit does
 * not bring its members into it (documented): only people count.
 *
 * @returns what changed in the graph, and what it was before
 */
async function readUnits(
  client: GraphClient,
  ids: readonly string[],
  graph: MemberGraph,
  call: Call,
): Promise<{ readonly edges: readonly Edge[]; readonly before: MemberGraph }> {
  const edges: Edge[] = [];
  const before: MemberGraph = new Map(ids.map((id) => [id, new Map(graph.get(id))]));
  for (const id of ids) {
    const members = new Set<string>();
    for await (const page of unitMembers(client, id, call)) {
      const edgesIn = edgesOf({ id, "members@delta": page }, new Map());
      for (const [, member, kind] of edgesIn) if (kind === "user") members.add(member);
    }
    const known = before.get(id) ?? new Map<string, never>();
    for (const member of members) if (!known.has(member)) edges.push([id, member, "user"]);
    for (const member of known.keys()) if (!members.has(member)) edges.push([id, member, "none"]);
  }
  for (const edge of edges) applyEdge(graph, edge);
  return { edges, before };
}
