/**
 * Collects single writes to one partition of the state into batches.
 *
 * A write resolves when the batch that it travelled in is stored, so that nothing is believed to be recorded before it
 * is. Writes that are asked for while a batch is on its way make up the next one: the slower the store, the fuller
 * the batches.
 *
 * @packageDocumentation
 */
import { MAX_BATCH, type State, type StateOperation } from "./state.ts";
import type { Json } from "./types.ts";

interface Waiting {
  readonly operation: StateOperation;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class BatchWriter {
  readonly #state: State;
  readonly #partition: string;
  #waiting: Waiting[] = [];
  #flushing = false;

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

  #enqueue(operation: StateOperation): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve, reject });
      if (this.#flushing) return;
      this.#flushing = true;
      // After the current turn, so that what one page asks for at once travels together.
      setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
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
    this.#flushing = false;
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
