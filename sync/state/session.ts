/**
 * What a sync remembers between runs, as small as the smallest of its stores can do it: entities in partitions, and
 * commits of a few changes in any of them, each whole or not at all, with a fencing number on every one.
 *
 * @packageDocumentation
 */
import { StateLocked } from "../../contract/errors.ts";
import type { Json } from "../model/json-value.ts";
import { fromJson } from "../model/json.ts";

/** Changes in one commit: table stores take 100, one of which is the fence. */
export const MAX_COMMIT = 99;

export interface Entity {
  readonly key: string;
  readonly value: Json;
}

/** One entity that is put or removed. */
export interface Edit {
  readonly partition: string;
  readonly key: string;
  /** Absent: the entity is removed. */
  readonly value?: Json;
}

/** Reads and writes of one run that holds the lock. */
export interface State {
  get(partition: string, key: string): Promise<Json | undefined>;
  /** Streams a partition in key order, in pages. Writing to it meanwhile is allowed. */
  list(partition: string): AsyncIterable<readonly Entity[]>;
  count(partition: string): Promise<number>;
  /** The last entities of a partition by key, last one first; where a store can find them without reading the others. */
  newest?(partition: string, limit: number): Promise<readonly Entity[]>;
  /**
   * Applies all of the changes or none of them. Of several of one entity the last one counts.
   *
   * @throws StateFenced when another run has taken the lock since
   * @throws RangeError for more than {@link MAX_COMMIT} changes
   */
  commit(edits: readonly Edit[]): Promise<void>;
  /**
   * Several commits at the cost of one, where a store can do that: all of them or none. Those of a later one count where
   * they change the same.
   *
   * @throws as `commit`
   */
  commitTogether?(commits: readonly (readonly Edit[])[]): Promise<void>;
  /** Removes every entity of a partition. */
  clear(partition: string): Promise<void>;
}

/** The state of a run that holds the lock. */
export type Session = State & { release(): Promise<void> };

/** A place that state is kept in. */
export interface StateStore {
  /** Where it is, in words: the path of the file. */
  readonly location: string;
  /** One lock is that of every sync: while one runs, no other can begin. */
  readonly oneLock?: true;
  /** Reads only, without a lock: for `runs` and `explain`. */
  read(): Promise<State>;
  /**
   * Takes the lock of a sync. A lock whose holder is known to be dead is taken over at once.
   *
   * @throws StateLocked when another run holds it
   */
  lock(sync: string): Promise<Session>;
  close(): Promise<void>;
}

/** Another run took the lock over; this one must not write any more. */
export class StateFenced extends Error {
  override name = "StateFenced";
}

/** Works under a lock, and gives it back however that ends. */
export async function holding<T>(lock: Promise<Session>, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await lock;
  try {
    return await work(session);
  } finally {
    await session.release();
  }
}

/** The same where nobody else has the lock; undefined where somebody does. */
export async function ifFree<T>(
  lock: Promise<Session>,
  work: (session: Session) => Promise<T>,
): Promise<T | undefined> {
  const session = await lock.catch((error: unknown) => {
    if (error instanceof StateLocked) return undefined;
    throw error;
  });
  return session && holding(Promise.resolve(session), work);
}

/** An entity that only this engine writes to. */
export async function readObject<T extends object>(
  state: Pick<State, "get">,
  partition: string,
  key: string,
): Promise<T | undefined> {
  const value = await state.get(partition, key);
  return value === undefined ? undefined : fromJson<T>(value);
}

/** All that a partition holds, in key order: for one that never holds much. */
export async function entitiesIn(state: Pick<State, "list">, partition: string): Promise<readonly Entity[]> {
  const found: Entity[] = [];
  for await (const page of state.list(partition)) found.push(...page);
  return found;
}

/** The same as what only this engine writes there. */
export async function objectsIn<T extends object>(
  state: Pick<State, "list">,
  partition: string,
): Promise<readonly T[]> {
  return (await entitiesIn(state, partition)).map(({ value }) => fromJson<T>(value));
}

/** Commits as many changes as there are, in commits of the largest size: for what need not be whole. */
export async function commitAll(state: State, edits: Iterable<Edit>): Promise<void> {
  let commit: Edit[] = [];
  for (const edit of edits) {
    commit.push(edit);
    if (commit.length < MAX_COMMIT) continue;
    await state.commit(commit);
    commit = [];
  }
  if (commit.length > 0) await state.commit(commit);
}
