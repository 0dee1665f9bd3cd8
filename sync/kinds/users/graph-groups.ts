/**
 * The reads of groups and their members that the sync makes.
 *
 * @packageDocumentation
 */
import { batchGet, type Call, type GraphClient, pages } from "../../connectors/graph/index.ts";
import { ConnectionError, ScopeError } from "../../../contract/errors.ts";
import type { Watch } from "./cursor.ts";
import { applyEdge, type Edge, edgesOf, type GroupChange, type MemberGraph } from "./members.ts";
import { chooseGroup, type Group, groupKind, hiddenMembers, isGuid, type Kind, missingGroup } from "./scope.ts";

/** Documented: `groups/delta` filters by at most 50 ids. */
const IDS_PER_QUERY = 50;
/** Pages of the tenant's groups that are looked through for the nearest names. */
const PAGES_FOR_NAMES = 5;

/**
 * Finds the groups of the settings, or what else `kind` says, all names in one request.
 *
 * @param remembered ids of the last run by name
 * @throws ScopeError when a name does not mean exactly one group, or another one than before
 */
export async function resolveGroups(
  client: GraphClient,
  names: readonly string[],
  remembered: ReadonlyMap<string, string>,
  call: Call,
  kind: Kind = groupKind,
): Promise<{ name: string; id: string }[]> {
  const filter = (name: string) => encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
  const select = "$select=id,displayName,visibility";
  const paths = names.map((name) =>
    isGuid(name) ? `${kind.path}/${name.toLowerCase()}?${select}` : `${kind.path}?$filter=${filter(name)}&${select}`,
  );
  const answers = await batchGet(client, paths, call);
  const resolved: { name: string; id: string }[] = [];
  for (const [index, name] of names.entries()) {
    // An id is what nobody else has.
    const group = isGuid(name)
      ? (answers[index] as Group | undefined)
      : chooseGroup(name, groupsIn(answers[index]), remembered.get(name), kind);
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
  const others: Group[] = [];
  let seen = 0;
  for await (const page of pages(client, `${kind.path}?$select=id,displayName&$top=999`, call)) {
    others.push(...groupsIn(page));
    if (++seen === PAGES_FOR_NAMES) break;
  }
  if (remembered === undefined) return missingGroup({ name, others }, kind);
  const [now] = (await batchGet(client, [`${kind.path}/${remembered}?$select=id,displayName`], call)) as [
    Group | undefined,
  ];
  return missingGroup({ name, others, remembered, ...(now && { now }) }, kind);
}

/** Names of groups, in the order of their ids; the id where there is no such group any more. */
export async function groupNames(client: GraphClient, ids: readonly string[], call: Call): Promise<readonly string[]> {
  const paths = ids.map((id) => `/groups/${id}?$select=id,displayName`);
  const found = (await batchGet(client, paths, call)) as readonly (Group | undefined)[];
  return ids.map((id, index) => found[index]?.displayName ?? id);
}

function groupsIn(page: unknown): readonly Group[] {
  return (page as { value?: readonly Group[] } | undefined)?.value ?? [];
}

/**
 * Begins to watch groups, and puts their direct members into the graph.
 *
 * @returns the memberships, and a link for the changes after them
 */
export async function watchGroups(
  client: GraphClient,
  ids: readonly string[],
  graph: MemberGraph,
  call: Call,
): Promise<{ readonly edges: Edge[]; readonly watches: Watch[] }> {
  const edges: Edge[] = [];
  const watches: Watch[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    const groups = ids.slice(start, start + IDS_PER_QUERY);
    const filter = encodeURIComponent(groups.map((id) => `id eq '${id}'`).join(" or "));
    const round = await readRound(client, `/groups/delta?$filter=${filter}&$select=members`, graph, call);
    await expectAll(client, groups, round.seen, call);
    edges.push(...round.edges);
    watches.push({ link: round.link, groups });
  }
  return { edges, watches };
}

/** Brings the graph up to date with what changed since the watch was left. */
export async function readWatch(
  client: GraphClient,
  watch: Watch,
  graph: MemberGraph,
  call: Call,
): Promise<{ readonly edges: Edge[]; readonly watch: Watch }> {
  const { edges, link } = await readRound(client, watch.link, graph, call);
  return { edges, watch: { link, groups: watch.groups } };
}

interface Round {
  readonly edges: Edge[];
  /** Groups that the answer told of. */
  readonly seen: ReadonlySet<string>;
  readonly link: string;
}

async function readRound(client: GraphClient, path: string, graph: MemberGraph, call: Call): Promise<Round> {
  const edges: Edge[] = [];
  const seen = new Set<string>();
  let link: string | undefined;
  for await (const { value, deltaLink } of pages(client, path, call)) {
    link = deltaLink;
    for (const change of value as readonly GroupChange[]) {
      seen.add(change.id);
      // One after another: a group may come more than once, and what it is now depends on what came before.
      for (const edge of edgesOf(change, graph)) {
        applyEdge(graph, edge);
        edges.push(edge);
      }
    }
  }
  if (link === undefined)
    throw new ConnectionError(`${client.host} ended a list of members without a link to the next.`);
  return { edges, seen, link };
}

/** A group without members may be left out of the first answer; one that may not be read, or is gone, must not be taken for it. */
async function expectAll(
  client: GraphClient,
  groups: readonly string[],
  seen: ReadonlySet<string>,
  call: Call,
): Promise<void> {
  const silent = groups.filter((id) => !seen.has(id));
  const found = await batchGet(
    client,
    silent.map((id) => `/groups/${id}?$select=id`),
    call,
  );
  const gone = silent.find((_, index) => found[index] === undefined);
  if (gone === undefined) return;
  throw new ScopeError(
    `The members of group ${gone} cannot be read, so it is not known who is in scope: it was deleted just now, or may not be seen. Try again later.`,
  );
}
