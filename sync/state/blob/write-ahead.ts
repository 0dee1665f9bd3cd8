/** Writes that wait for the store: what is asked for while one is on its way travels together, in the order asked. */
import type { LogEntry } from "./log.ts";

interface Waiting {
  readonly entry: LogEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class WriteAhead {
  readonly #store: (entries: readonly LogEntry[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #failed: { readonly error: unknown } | undefined;

  /** @param store never called while it is at work */
  constructor(store: (entries: readonly LogEntry[]) => Promise<void>) {
    this.#store = store;
  }

  /** Resolves when it is stored. After a failure everything is refused with it: the store may have it, or not. */
  async append(entry: LogEntry): Promise<void> {
    if (this.#failed) throw this.#failed.error;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Waits for what is on its way; returns whether everything that was asked for is stored. */
  async ended(): Promise<boolean> {
    await this.#working;
    return this.#failed === undefined;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        if (this.#failed) throw this.#failed.error;
        await this.#store(group.map(({ entry }) => entry));
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failed ??= { error };
        for (const { reject } of group) reject(error);
      }
    }
    this.#working = undefined;
  }
}
