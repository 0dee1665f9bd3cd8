/**
 * Who is in scope by groups and administrative units: what the names in the settings mean, and who is a member, read anew
 * or followed from where the last run ended.
 *
 * Names are case sensitive and need not be unique in Entra; whatever leaves a doubt is an error, since a wrong group would
 * look like everybody leaving.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { CursorExpired, ScopeError } from "../../../contract/errors.ts";
import { didYouMean } from "../../../contract/nearest.ts";
import { alike, firstDifference } from "../../../contract/text/alike.ts";
import { counted, listed, quoted } from "../../../contract/words.ts";
import {
  type Call,
  type Collection,
  type GraphClient,
  type Group,
  type GroupChange,
  groupsById,
  groupsNamed,
  GROUPS_PER_DELTA,
  isGuid,
  memberChanges,
  type Purpose,
  someGroups,
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
import { rememberedNames, storedGraph, StoredMembers, storeEdges, storeMembers } from "./stored-members.ts";

export type { Group } from "../../connectors/graph/index.ts";

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
  const { watches } = await watchNested(request, idsOf(groupsIn(roots)), graph, []);
  await readUnits(client, idsOf(roots.units), graph, { ...forUnits, signal });
  const left = await leftOut(client, rootIds(roots), await storedGraph(state), graph, { ...forGroups, signal });
  const generation = randomUUID();
  // What is known to lack somebody is not gone on from.
  if (!dryRun && left.length === 0) await storeMembers(state, generation, graph, groupsIn(roots), roots.units);
  for (const [root, person] of left) applyEdge(graph, [root, person, "user"]);
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
  const nested = await watchNested(request, idsOf(groupsIn(roots)), graph, followed);
  pending.push(...nested.edges);
  const units = await readUnits(client, idsOf(roots.units), graph, { ...forUnits, signal });
  const left = await leftOut(client, idsOf(roots.units), units.before, graph, { ...forUnits, signal });
  for (const [unit, person] of left) applyEdge(graph, [unit, person, "user"]);
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
    missing: leftOutNote(left),
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
    groups: await resolve(client, names.groups, remembered.groups, call, kinds.group),
    units: await resolve(client, names.units, remembered.units, { ...forUnits, signal }, kinds.unit),
    excluded: await resolve(client, names.excludedGroups, remembered.groups, call, kinds.excluded),
    protected: await resolve(client, names.protectedGroups, remembered.groups, call, kinds.protected),
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

/**
 * Finds the groups or units of the settings.
 *
 * @param remembered ids of the last run by name
 * @throws ScopeError when a name does not mean exactly one, or another one than before
 */
async function resolve(
  client: GraphClient,
  names: readonly string[],
  remembered: ReadonlyMap<string, string>,
  call: Call,
  kind: Kind,
): Promise<Named[]> {
  const found = await groupsNamed(client, kind.collection, names, call);
  const resolved: Named[] = [];
  for (const [index, name] of names.entries()) {
    const hits = found[index] ?? [];
    // An id is what nobody else has.
    const group = isGuid(name) ? hits[0] : chooseGroup(name, hits, remembered.get(name), kind);
    if (group === undefined) throw await explainMissing(client, name, remembered.get(name), call, kind);
    if (group.visibility === "HiddenMembership") throw hiddenMembers(name, kind);
    resolved.push({ name, id: group.id });
  }
  return resolved;
}

async function explainMissing(
  client: GraphClient,
  name: string,
  remembered: string | undefined,
  call: Call,
  kind: Kind,
): Promise<ScopeError> {
  const others = await someGroups(client, kind.collection, call);
  if (remembered === undefined) return missingGroup({ name, others }, kind);
  const [now] = await groupsById(client, kind.collection, [remembered], call);
  return missingGroup({ name, others, remembered, ...(now && { now }) }, kind);
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

/** What a name stands for. */
export interface Kind {
  /** Begins a sentence. */
  readonly word: string;
  readonly collection: Collection;
  /** Where the names are written, in the stack's settings file. */
  readonly setting: string;
  /** What is not known while it is in doubt. */
  readonly decides: string;
}

export interface Kinds {
  readonly group: Kind;
  readonly unit: Kind;
  readonly excluded: Kind;
  readonly protected: Kind;
}

/** @param users where the users of a target are in the settings, `tenantwire:ones.users` */
export function kindsOf(users: string): Kinds {
  const group = { word: "Group", collection: "group" as const, decides: "who is in scope" };
  return {
    group: { ...group, setting: `${users}.groups` },
    unit: {
      word: "Administrative unit",
      collection: "administrative unit",
      setting: `${users}.administrativeUnits`,
      decides: "who is in scope",
    },
    excluded: { ...group, setting: `${users}.excludedGroups` },
    protected: { ...group, setting: `${users}.protectedGroups`, decides: "who is protected" },
  };
}

export const { group: groupKind, unit: unitKind } = kindsOf("tenantwire:oneplan.users");

/** Documented: such members are shown to whom a further permission was granted. For others it looks empty. */
function hiddenMembers(name: string, { word, setting, decides }: Kind): ScopeError {
  return new ScopeError(
    `The members of ${word.toLowerCase()} ${quoted(name)} are hidden, so it is not known ${decides}. ` +
      `Make its membership public in Entra, or name another one in ${setting} and deploy (pulumi up).`,
  );
}

/**
 * The group of exactly that name, or `undefined` when there is none.
 *
 * @param found what the directory gave for the name; it may compare more loosely than we do
 * @param remembered id that the name stood for in the last run, if any
 * @throws ScopeError when there are several, or another one than before
 */
export function chooseGroup(
  name: string,
  found: readonly Group[],
  remembered?: string,
  { word, decides }: Kind = groupKind,
): Group | undefined {
  const exact = found.filter((group) => group.displayName === name);
  const [group] = exact;
  if (exact.length > 1) {
    const ids = listed(exact.map(({ id }) => id).sort());
    throw new ScopeError(
      `${word} ${quoted(name)} exists ${exact.length === 2 ? "twice" : counted(exact.length, "time")} in Entra (ids ${ids}), ` +
        `so it is not known ${decides}. Rename all but one of them.`,
    );
  }
  if (group !== undefined && remembered !== undefined && group.id !== remembered) {
    throw new ScopeError(
      `${word} ${quoted(name)} is not the one of the last sync: it was deleted and made anew, or renamed and its name given to another ` +
        `(id ${remembered} then, ${group.id} now). If the new one is meant, sync once with --full.`,
    );
  }
  return group;
}

/** What is known when no group has exactly that name. */
export interface Missing {
  readonly name: string;
  /** Groups of the tenant, for the nearest names; not necessarily all. */
  readonly others: readonly Group[];
  /** Id that the name stood for in the last run, if any. */
  readonly remembered?: string;
  /** The group of that id as it is now; absent when it is gone too. */
  readonly now?: Group;
}

export function missingGroup(
  { name, others, remembered, now }: Missing,
  { word, setting }: Kind = groupKind,
): ScopeError {
  if (now !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} (id ${now.id}) is now called ${quoted(now.displayName)}. Write the new name into ${setting} and deploy (pulumi up), or rename it back.`,
    );
  }
  const otherCase = others.find((group) => group.displayName.toLowerCase() === name.toLowerCase());
  if (otherCase !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} is written ${quoted(otherCase.displayName)} in Entra, and ${word.toLowerCase()} names are case sensitive. ` +
        `Correct ${setting} and deploy (pulumi up).`,
    );
  }
  const looksSame = others.find((group) => alike(group.displayName) === alike(name));
  if (looksSame !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} is written ${quoted(looksSame.displayName)} in Entra, which looks the same: ${firstDifference(name, looksSame.displayName)}. ` +
        `Copy the name from Entra into ${setting}, or write its id (${looksSame.id}), and deploy (pulumi up).`,
    );
  }
  if (remembered !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} (id ${remembered}) was deleted in Entra since the last sync. Restore it, or name another one in ${setting} and deploy (pulumi up).`,
    );
  }
  const hint = didYouMean(
    name,
    others.map((group) => group.displayName),
  );
  return new ScopeError(
    `${word} ${quoted(name)} does not exist in Entra${hint === undefined ? "." : `; ${hint}`} Correct ${setting} and deploy (pulumi up).`,
  );
}
