/**
 * The member graph between runs. It belongs to the full read that stored it, by a generation that the cursor names: a
 * cursor of before a full read that was killed finds another generation, and leads to a full read again.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { commitAll, type Edit, type State } from "../../state/session.ts";
import type { Json } from "../../model/json-value.ts";
import { applyEdge, type Edge as MemberEdge, type MemberGraph, type MemberKind } from "./members.ts";

const HEAD = "users-members";
const HEAD_KEY = "head";
/** `<group> <member>` -> what the member is. */
const EDGES = "users-member-edges";

const Head = z.strictObject({
  generation: z.string(),
  /** Whether the graph was stored to its end. */
  complete: z.boolean(),
  /** The groups of the settings: name -> id. */
  groups: z.record(z.string(), z.string()),
  /** The administrative units of the settings: name -> id. */
  units: z.record(z.string(), z.string()).default({}),
});
type Head = z.infer<typeof Head>;

export interface StoredGroup {
  readonly name: string;
  readonly id: string;
}

/** The ids that names stood for when they were last read; none when they never were. */
export async function rememberedNames(
  state: State,
): Promise<{ readonly groups: ReadonlyMap<string, string>; readonly units: ReadonlyMap<string, string> }> {
  const head = await readHead(state);
  return { groups: new Map(Object.entries(head?.groups ?? {})), units: new Map(Object.entries(head?.units ?? {})) };
}

/**
 * @param changes what changed since it was stored, whether or not it is stored by now
 * @returns `undefined` when that generation is not there, or not whole
 */
export async function loadMembers(
  state: State,
  generation: string,
  changes: readonly MemberEdge[],
): Promise<MemberGraph | undefined> {
  const head = await readHead(state);
  if (head?.generation !== generation || !head.complete) return undefined;
  const graph: MemberGraph = new Map();
  for await (const page of state.list(EDGES)) {
    for (const { key, value } of page) {
      const [group = "", member = ""] = key.split(" ");
      applyEdge(graph, [group, member, value as MemberKind]);
    }
  }
  for (const edge of changes) applyEdge(graph, edge);
  return graph;
}

/** Replaces what was stored. */
export async function storeMembers(
  state: State,
  generation: string,
  graph: MemberGraph,
  groups: readonly StoredGroup[],
  units: readonly StoredGroup[],
): Promise<void> {
  const before = await rememberedNames(state);
  await writeHead(state, {
    generation,
    complete: false,
    groups: Object.fromEntries(before.groups),
    units: Object.fromEntries(before.units),
  });
  await state.clear(EDGES);
  await writeEdges(state, edgesIn(graph));
  await writeHead(state, { generation, complete: true, groups: idsByName(groups), units: idsByName(units) });
}

/** Brings the stored graph up to date, if it is still that generation's. Doing it again changes nothing. */
export async function storeEdges(state: State, generation: string, edges: readonly MemberEdge[]): Promise<void> {
  if ((await readHead(state))?.generation !== generation) return;
  // What comes last counts.
  const last = new Map(edges.map((edge) => [keyOf(edge), edge]));
  await writeEdges(state, last.values());
}

/** Forgets the graph: everybody is in scope now. */
export async function dropMembers(state: State): Promise<void> {
  if ((await readHead(state)) === undefined) return;
  await state.clear(EDGES);
  await state.commit([{ partition: HEAD, key: HEAD_KEY }]);
}

async function readHead(state: State): Promise<Head | undefined> {
  return Head.safeParse(await state.get(HEAD, HEAD_KEY)).data;
}

function writeHead(state: State, head: Head): Promise<void> {
  return state.commit([{ partition: HEAD, key: HEAD_KEY, value: head satisfies Json }]);
}

function idsByName(named: readonly StoredGroup[]): Record<string, string> {
  return Object.fromEntries(named.map(({ name, id }) => [name, id]));
}

function* edgesIn(graph: MemberGraph): Generator<MemberEdge> {
  for (const [group, members] of graph) for (const [member, kind] of members) yield [group, member, kind];
}

async function writeEdges(state: State, edges: Iterable<MemberEdge>): Promise<void> {
  await commitAll(state, editsFor(edges));
}

function* editsFor(edges: Iterable<MemberEdge>): Generator<Edit, void, void> {
  for (const edge of edges) {
    const entity = { partition: EDGES, key: keyOf(edge) };
    yield edge[2] === "none" ? entity : { ...entity, value: edge[2] };
  }
}

function keyOf([group, member]: MemberEdge): string {
  return `${group} ${member}`;
}
