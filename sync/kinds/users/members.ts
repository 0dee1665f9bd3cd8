/**
 * Who is a member of what: nested memberships as a graph of groups and their direct members, and what the groups and
 * administrative units of the settings say about people by it. Pure.
 *
 * @packageDocumentation
 */
import { ConnectionError } from "../../../contract/errors.ts";
import { quoted, oneOf } from "../../../contract/words.ts";
import type { GroupChange, MemberChange } from "../../connectors/graph/index.ts";

export type { GroupChange } from "../../connectors/graph/index.ts";

export type MemberKind = "user" | "group";

/** Group -> direct member -> what the member is. Devices and the like are left out. */
export type MemberGraph = Map<string, Map<string, MemberKind>>;

/** One direct membership as it now is; `none`: it does not exist any more. */
export type Edge = readonly [group: string, member: string, kind: MemberKind | "none"];

export function applyEdge(graph: MemberGraph, [group, member, kind]: Edge): void {
  const members = graph.get(group);
  if (kind === "none") members?.delete(member);
  else if (members) members.set(member, kind);
  else graph.set(group, new Map([[member, kind]]));
}

interface Reach {
  /** Everybody who is a member of one of the groups, directly or through others. */
  readonly users: Set<string>;
  /** The groups through which they are: each has to be watched. */
  readonly groups: ReadonlySet<string>;
}

/** Follows memberships from the given groups. Groups may contain each other. */
export function reach(graph: MemberGraph, from: Iterable<string>): Reach {
  const groups = new Set(from);
  const users = new Set<string>();
  // A set that grows while it is walked: what is added is visited too, and nothing is visited twice.
  for (const group of groups) {
    for (const [member, kind] of graph.get(group) ?? []) (kind === "group" ? groups : users).add(member);
  }
  return { users, groups };
}

/**
 * What a change of a group means for the graph as it is now.
 *
 * @throws ConnectionError when it cannot be told what a member is: leaving it out would be taking somebody away
 */
export function edgesOf(change: GroupChange, graph: MemberGraph): Edge[] {
  if (change["@removed"] !== undefined) return edgesOfGroup(change.id, graph);
  const edges: Edge[] = [];
  for (const member of change["members@delta"] ?? []) {
    const kind = member["@removed"] === undefined ? kindOf(member, change.id) : "none";
    if (kind !== undefined) edges.push([change.id, member.id, kind]);
  }
  return edges;
}

/** Everything that a group which is gone takes with it: its members, and its own memberships. */
function edgesOfGroup(group: string, graph: MemberGraph): Edge[] {
  const edges: Edge[] = [];
  for (const member of graph.get(group)?.keys() ?? []) edges.push([group, member, "none"]);
  for (const [parent, members] of graph) if (members.has(group)) edges.push([parent, group, "none"]);
  return edges;
}

function kindOf(member: MemberChange, group: string): MemberKind | undefined {
  const type = member["@odata.type"];
  if (type === undefined) {
    throw new ConnectionError(`Microsoft Graph did not say what the member ${member.id} of group ${group} is.`);
  }
  if (type.endsWith(".user")) return "user";
  return type.endsWith(".group") ? "group" : undefined;
}

/**
 * The shortest way by which somebody is a member of a group: that group first, then each group inside the one before,
 * the last of which has the user as a direct member. `undefined` when there is no way. Groups may contain each other.
 * Pure.
 */
export function wayTo(graph: MemberGraph, group: string, user: string): readonly string[] | undefined {
  const via = new Map<string, string | undefined>([[group, undefined]]);
  // Level by level, so that the first way that is found is a shortest one: a map is walked in the order of its making.
  for (const at of via.keys()) {
    const members = graph.get(at);
    if (members?.get(user) === "user") return backFrom(at, via);
    for (const [member, kind] of members ?? []) if (kind === "group" && !via.has(member)) via.set(member, at);
  }
  return undefined;
}

function backFrom(last: string, via: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = last; at !== undefined; at = via.get(at)) way.unshift(at);
  return way;
}

export interface Named {
  readonly name: string;
  readonly id: string;
}

/** The groups and units of the settings; none of a kind says nothing about anybody. */
export interface Roots {
  readonly groups: readonly Named[];
  readonly units: readonly Named[];
  readonly excluded: readonly Named[];
  readonly protected: readonly Named[];
}

export interface Membership {
  /** Whether groups and units let somebody be in scope. */
  has(id: string): boolean;
  /** Why not, in words for the report. */
  whyNot(id: string): string | undefined;
  /** Members of the groups whose members are never disabled. */
  readonly protected: ReadonlySet<string>;
  /** Everybody whom any of this is about: for all others it is the same as for a stranger. */
  concerned(): ReadonlySet<string>;
  /** The graph has more by now: what it says of these people counts from here on. */
  learn(ids: readonly string[]): void;
}

export const everybody: Membership = {
  has: () => true,
  whyNot: () => undefined,
  protected: new Set(),
  concerned: () => new Set(),
  learn: () => undefined,
};

/** By the graph as it is now: what becomes of it later shows of whom it is asked to learn. */
export function membershipOf(graph: MemberGraph, roots: Roots): Membership {
  const all: Reach[] = [];
  const usersOf = (named: readonly Named[]) => {
    const reached = reach(
      graph,
      named.map(({ id }) => id),
    );
    all.push(reached);
    return reached.users;
  };
  const members = usersOf(roots.groups);
  const inUnits = usersOf(roots.units);
  const excluded = roots.excluded.map((group) => ({ name: group.name, users: usersOf([group]) }));

  function whyNot(id: string): string | undefined {
    if (roots.groups.length > 0 && !members.has(id)) return `not a member of ${oneOf(namesOf(roots.groups))}`;
    if (roots.units.length > 0 && !inUnits.has(id)) return `not in administrative unit ${oneOf(namesOf(roots.units))}`;
    const by = excluded.find(({ users }) => users.has(id));
    return by && `a member of ${quoted(by.name)}, which is excluded`;
  }
  return {
    has: (id) => whyNot(id) === undefined,
    whyNot,
    protected: usersOf(roots.protected),
    concerned: () => new Set([...members, ...inUnits, ...excluded.flatMap(({ users }) => [...users])]),
    learn(ids) {
      for (const { users, groups } of all) {
        for (const group of groups) for (const id of ids) if (graph.get(group)?.get(id) === "user") users.add(id);
      }
    },
  };
}

function namesOf(named: readonly Named[]): string[] {
  return named.map(({ name }) => quoted(name));
}
