/**
 * Nested membership as a graph of groups and their direct members. Pure.
 *
 * @packageDocumentation
 */
import { ConnectionError } from "../../../contract/errors.ts";

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

export interface Reach {
  /** Everybody who is a member of one of the groups, directly or through others. */
  readonly users: ReadonlySet<string>;
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

/** A group in an answer of `groups/delta` with `$select=members`. */
export interface GroupChange {
  readonly id: string;
  readonly "@removed"?: unknown;
  readonly "members@delta"?: readonly MemberChange[];
}

export interface MemberChange {
  readonly id: string;
  readonly "@odata.type"?: string;
  readonly "@removed"?: unknown;
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
