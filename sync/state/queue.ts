/**
 * Collects single writes to one partition of the state into batches.
 *
 * A write resolves when the batch that it travelled in is stored, so that nothing is believed to be recorded before it
 * is. Writes that are asked for while a batch is on its way make up the next one: the slower the store, the fuller
 * the batches. A write that nothing has to wait for goes along with the next one.
 *
 * @packageDocumentation
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { MAX_BATCH, type State, type StateOperation } from "./session.ts";
import type { Json } from "../model/types.ts";

interface Waiting {
  readonly operation: StateOperation;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class BatchWriter {
  readonly #state: State;
  readonly #partition: string;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  /** What the first of the posts met that was not stored. */
  #lost: { readonly error: unknown } | undefined;

  constructor(state: State, partition: string) {
    this.#state = state;
    this.#partition = partition;
  }

  put(key: string, value: Json): Promise<void> {
    return this.#enqueue({ op: "put", key, value });
  }

  delete(key: string): Promise<void> {
    return this.#enqueue({ op: "delete", key });
  }

  /** A put that nothing waits for; {@link flushed} tells whether it was stored. */
  post(key: string, value: Json): void {
    this.put(key, value).catch((error: unknown) => {
      this.#lost ??= { error };
    });
  }

  /**
   * Resolves when everything that was asked for has been tried.
   *
   * @throws what a post met that was not stored
   */
  async flushed(): Promise<void> {
    await this.#flushing;
    if (this.#lost) throw this.#lost.error;
  }

  #enqueue(operation: StateOperation): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    // After the current turn, so that what is asked for in it travels together.
    await nextTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#state.write(
          this.#partition,
          batch.map(({ operation }) => operation),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#flushing = undefined;
  }

  /** As many as fit, up to the second operation on one key: table stores take a key once a batch. */
  #nextBatch(): Waiting[] {
    const keys = new Set<string>();
    let size = 0;
    for (const { operation } of this.#waiting) {
      if (size === MAX_BATCH || keys.has(operation.key)) break;
      keys.add(operation.key);
      size += 1;
    }
    return this.#waiting.splice(0, size);
  }
}
