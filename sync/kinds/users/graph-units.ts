/**
 * The reads of administrative units and their members that the sync makes. Units are not nested, and a group in a unit
 * does not bring its members into it (documented): only people count.
 *
 * @packageDocumentation
 */
import { batchGet, type Call, type GraphClient, pages } from "../../connectors/graph/index.ts";
import { resolveGroups } from "./graph-groups.ts";
import { applyEdge, type Edge, edgesOf, type MemberChange, type MemberGraph } from "./members.ts";
import { hiddenMembers, isGuid, type Kind, missingGroup, unitKind } from "./scope.ts";

/**
 * Finds the units of the settings, which may be written as ids too.
 *
 * @param remembered ids of the last run by name
 * @throws ScopeError when a name does not mean exactly one unit, or another one than before
 */
export async function resolveUnits(
  client: GraphClient,
  names: readonly string[],
  remembered: ReadonlyMap<string, string>,
  call: Call,
  kind: Kind = unitKind,
): Promise<{ name: string; id: string }[]> {
  const ids = names.filter((name) => isGuid(name)).map((id) => ({ name: id, id: id.toLowerCase() }));
  const named = names.filter((name) => !isGuid(name));
  const units = [...ids, ...(await resolveGroups(client, named, remembered, call, kind))];
  const paths = units.map(({ id }) => `${kind.path}/${id}?$select=id,visibility`);
  const found = (await batchGet(client, paths, call)) as readonly ({ visibility?: unknown } | undefined)[];
  for (const [index, { name }] of units.entries()) {
    const unit = found[index];
    if (unit === undefined) throw missingGroup({ name, others: [] }, kind);
    if (unit.visibility === "HiddenMembership") throw hiddenMembers(name, kind);
  }
  return units;
}

/**
 * Reads who is in the units, and brings the graph up to date with it.
 *
 * @returns what changed in the graph
 */
export async function readUnits(
  client: GraphClient,
  ids: readonly string[],
  graph: MemberGraph,
  call: Call,
): Promise<Edge[]> {
  const edges: Edge[] = [];
  for (const id of ids) {
    const members = await readMembers(client, id, call);
    const before = graph.get(id) ?? new Map<string, never>();
    for (const member of members) if (!before.has(member)) edges.push([id, member, "user"]);
    for (const member of before.keys()) if (!members.has(member)) edges.push([id, member, "none"]);
  }
  for (const edge of edges) applyEdge(graph, edge);
  return edges;
}

async function readMembers(client: GraphClient, id: string, call: Call): Promise<ReadonlySet<string>> {
  const members = new Set<string>();
  for await (const { value } of pages(client, `${unitKind.path}/${id}/members?$select=id&$top=999`, call)) {
    const change = { id, "members@delta": value as readonly MemberChange[] };
    for (const [, member, kind] of edgesOf(change, new Map())) if (kind === "user") members.add(member);
  }
  return members;
}
