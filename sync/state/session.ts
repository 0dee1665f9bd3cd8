/**
 * What a sync remembers between runs, as small as the smallest of its stores can do it: entities in partitions,
 * batches of at most 100 in one partition, no transaction across partitions, a fencing number on every write.
 *
 * @packageDocumentation
 */
import type { Json } from "../model/types.ts";

export const MAX_BATCH = 100;

export interface Entity {
  readonly key: string;
  readonly value: Json;
}

export type StateOperation =
  { readonly op: "put"; readonly key: string; readonly value: Json } | { readonly op: "delete"; readonly key: string };

/** Reads and writes of one run that holds the lock. */
export interface State {
  get(partition: string, key: string): Promise<Json | undefined>;
  /** Streams a partition in key order, in pages. Writing to it meanwhile is allowed. */
  list(partition: string): AsyncIterable<readonly Entity[]>;
  count(partition: string): Promise<number>;
  /**
   * Applies a batch whole or not at all.
   *
   * @throws StateFenced when another run has taken the lock since
   * @throws RangeError for more than {@link MAX_BATCH} operations
   */
  write(partition: string, operations: readonly StateOperation[]): Promise<void>;
  /** Removes every entity of a partition. */
  clear(partition: string): Promise<void>;
}

/** A place that state is kept in. */
export interface StateStore {
  /** Where it is, in words: the path of the file. */
  readonly location: string;
  /** Reads only, without a lock: for `runs` and `explain`. */
  read(): Promise<State>;
  /**
   * Takes the lock of a sync. A lock whose holder is known to be dead is taken over at once.
   *
   * @throws StateLocked when another run holds it
   */
  lock(sync: string): Promise<State & { release(): Promise<void> }>;
  close(): Promise<void>;
}

/** Another run took the lock over; this one must not write any more. */
export class StateFenced extends Error {
  override name = "StateFenced";
}
