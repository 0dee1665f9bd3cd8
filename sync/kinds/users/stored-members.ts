/**
 * The member graph between runs. It belongs to the full read that stored it, by a generation that the cursor names: a
 * cursor of before a full read that was killed finds another generation, and leads to a full read again.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { commitAll, type Edit, type State } from "../../state/session.ts";
import type { Json } from "../../model/json-value.ts";
import { applyEdge, type Edge, type MemberGraph, type MemberKind, type Named } from "./members.ts";

const HEAD = "users-members";
const HEAD_KEY = "head";
/** `<group> <member>` -> `user`, for people. */
const EDGES = "users-member-edges";
/** The same for groups in groups, which are few. */
const NESTED = "users-member-groups";

const Head = z.strictObject({
  generation: z.string(),
  /** Whether the graph was stored to its end. */
  complete: z.boolean(),
  /** Whether groups in groups are stored apart, as they have not always been. */
  nested: z.boolean().default(false),
  /** The groups of the settings: name -> id. */
  groups: z.record(z.string(), z.string()),
  /** The administrative units of the settings: name -> id. */
  units: z.record(z.string(), z.string()).default({}),
});
type Head = z.infer<typeof Head>;

/** The ids that names stood for when they were last read; none when they never were. */
export async function rememberedNames(
  state: State,
): Promise<{ readonly groups: ReadonlyMap<string, string>; readonly units: ReadonlyMap<string, string> }> {
  const head = await readHead(state);
  return { groups: new Map(Object.entries(head?.groups ?? {})), units: new Map(Object.entries(head?.units ?? {})) };
}

/** So many look-ups of single memberships cost as much as reading all of them, or more. */
const MOST_LOOK_UPS = 10_000;

/**
 * The stored graph, of which no more is read than what is asked for: groups in groups always, of people those who are
 * looked at.
 */
export class StoredMembers {
  readonly graph: MemberGraph = new Map();
  readonly #state: State;
  readonly #groups: readonly string[];
  readonly #changes: Edge[];
  readonly #known = new Set<string>();
  #lookUps = 0;
  #isWhole = false;

  private constructor(state: State, groups: readonly string[], changes: readonly Edge[]) {
    this.#state = state;
    this.#groups = groups;
    this.#changes = [...changes];
  }

  /**
   * @param groups all that have members in it
   * @param changes what changed since it was stored, whether or not it is stored by now
   * @returns `undefined` when that generation is not there, or not whole
   */
  static async open(
    state: State,
    generation: string,
    groups: readonly string[],
    changes: readonly Edge[],
  ): Promise<StoredMembers | undefined> {
    const head = await readHead(state);
    if (head?.generation !== generation || !head.complete || !head.nested) return undefined;
    const members = new StoredMembers(state, groups, changes);
    await readEdges(state, NESTED, members.graph);
    for (const edge of changes) if (edge[2] !== "user") applyEdge(members.graph, edge);
    return members;
  }

  /** Puts what is stored of these people into the graph. */
  async know(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#known.has(id));
    if (this.#isWhole || unknown.length === 0) return;
    this.#lookUps += unknown.length * this.#groups.length;
    if (this.#lookUps > MOST_LOOK_UPS) return this.whole();
    const asked = unknown.flatMap((id) => this.#groups.map((group) => [group, id] as const));
    const kinds = await Promise.all(asked.map(([group, id]) => this.#state.get(EDGES, `${group} ${id}`)));
    for (const [index, [group, id]] of asked.entries()) {
      if (kinds[index] !== undefined) applyEdge(this.graph, [group, id, kinds[index] as MemberKind]);
    }
    const isAsked = new Set(unknown);
    for (const edge of this.#changes) if (isAsked.has(edge[1])) applyEdge(this.graph, edge);
    for (const id of unknown) this.#known.add(id);
  }

  /** Puts everybody into the graph. */
  async whole(): Promise<void> {
    if (this.#isWhole) return;
    await readEdges(this.#state, EDGES, this.graph);
    for (const edge of this.#changes) applyEdge(this.graph, edge);
    this.#isWhole = true;
  }

  /** What it is from now on, whoever is looked at later. */
  apply(edge: Edge): void {
    this.#changes.push(edge);
    applyEdge(this.graph, edge);
  }
}

async function readEdges(state: State, partition: string, graph: MemberGraph): Promise<void> {
  for await (const page of state.list(partition)) {
    for (const { key, value } of page) {
      const [group = "", member = ""] = key.split(" ");
      applyEdge(graph, [group, member, value as MemberKind]);
    }
  }
}

/** Everybody of whom it is stored that they were a member; nobody where that was not stored to its end. */
export async function storedGraph(state: State): Promise<MemberGraph> {
  const graph: MemberGraph = new Map();
  if ((await readHead(state))?.complete === true)
    for (const each of [NESTED, EDGES]) await readEdges(state, each, graph);
  return graph;
}

/** Replaces what was stored. */
export async function storeMembers(
  state: State,
  generation: string,
  graph: MemberGraph,
  groups: readonly Named[],
  units: readonly Named[],
): Promise<void> {
  const before = await rememberedNames(state);
  await writeHead(state, {
    generation,
    complete: false,
    nested: true,
    groups: Object.fromEntries(before.groups),
    units: Object.fromEntries(before.units),
  });
  for (const partition of [EDGES, NESTED]) await state.clear(partition);
  await commitAll(state, editsFor(edgesIn(graph)));
  await writeHead(state, {
    generation,
    complete: true,
    nested: true,
    groups: idsByName(groups),
    units: idsByName(units),
  });
}

/** Brings the stored graph up to date, if it is still that generation's. Doing it again changes nothing. */
export async function storeEdges(state: State, generation: string, edges: readonly Edge[]): Promise<void> {
  if ((await readHead(state))?.generation !== generation) return;
  // What comes last counts.
  const last = new Map(edges.map((edge) => [keyOf(edge), edge]));
  await commitAll(state, editsFor(last.values()));
}

/** Forgets the graph: everybody is in scope now. */
export async function dropMembers(state: State): Promise<void> {
  if ((await readHead(state)) === undefined) return;
  for (const partition of [EDGES, NESTED]) await state.clear(partition);
  await state.commit([{ partition: HEAD, key: HEAD_KEY }]);
}

async function readHead(state: State): Promise<Head | undefined> {
  return Head.safeParse(await state.get(HEAD, HEAD_KEY)).data;
}

function writeHead(state: State, head: Head): Promise<void> {
  return state.commit([{ partition: HEAD, key: HEAD_KEY, value: head satisfies Json }]);
}

function idsByName(named: readonly Named[]): Record<string, string> {
  return Object.fromEntries(named.map(({ name, id }) => [name, id]));
}

function* edgesIn(graph: MemberGraph): Generator<Edge> {
  for (const [group, members] of graph) for (const [member, kind] of members) yield [group, member, kind];
}

function* editsFor(edges: Iterable<Edge>): Generator<Edit, void, void> {
  for (const edge of edges) {
    const [, , kind] = edge;
    const key = keyOf(edge);
    // What it was is not known here.
    if (kind === "none") yield* [EDGES, NESTED].map((partition) => ({ partition, key }));
    else yield { partition: kind === "group" ? NESTED : EDGES, key, value: kind };
  }
}

function keyOf([group, member]: Edge): string {
  return `${group} ${member}`;
}
