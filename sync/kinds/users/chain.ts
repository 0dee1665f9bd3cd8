import type { MemberGraph } from "./members.ts";

/**
 * The shortest way by which somebody is a member of a group: that group first, then each group inside the one before,
 * the last of which has the user as a direct member. `undefined` when there is no way. Groups may contain each other.
 * Pure.
 */
export function chainTo(graph: MemberGraph, group: string, user: string): readonly string[] | undefined {
  const via = new Map<string, string | undefined>([[group, undefined]]);
  // Level by level, so that the first way that is found is a shortest one: a map is walked in the order of its making.
  for (const at of via.keys()) {
    const members = graph.get(at);
    if (members?.get(user) === "user") return wayTo(at, via);
    for (const [member, kind] of members ?? []) if (kind === "group" && !via.has(member)) via.set(member, at);
  }
  return undefined;
}

function wayTo(last: string, via: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = last; at !== undefined; at = via.get(at)) way.unshift(at);
  return way;
}
