/**
 * Many events of an item, and of several items, become one run: it begins a moment after the first, and what comes
 * during a run is for the one after it.
 *
 * @packageDocumentation
 */
import type { Sleep } from "../../../model/sleep.ts";

/** Somebody who saves three times in a row is heard once. */
const GATHER_MS = 2_000;
/** Another run is at it. */
const BUSY_MS = 15_000;

export interface Gathered {
  readonly sync: string;
  readonly items: ReadonlySet<string>;
}

interface CoalescingOptions {
  /** @returns false where another run is at it: it is asked for again later */
  readonly run: (gathered: Gathered) => Promise<boolean>;
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

export class Coalescing {
  readonly #options: CoalescingOptions;
  readonly #waiting = new Map<string, Set<string>>();
  #working: Promise<void> | undefined;

  constructor(options: CoalescingOptions) {
    this.#options = options;
  }

  add(sync: string, item: string): void {
    const items = this.#waiting.get(sync) ?? new Set();
    this.#waiting.set(sync, items.add(item));
    this.#working ??= this.#work();
  }

  /** Settles when nothing waits any more, or it was told to stop and the run under way has ended. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    const { run, sleep, signal } = this.#options;
    try {
      await sleep(GATHER_MS, signal);
      while (this.#waiting.size > 0 && !signal.aborted) {
        for (const [sync, items] of [...this.#waiting]) {
          if (signal.aborted) return;
          this.#waiting.delete(sync);
          if (await run({ sync, items })) continue;
          const later = this.#waiting.get(sync) ?? new Set();
          this.#waiting.set(sync, new Set([...later, ...items]));
          await sleep(BUSY_MS, signal);
        }
      }
    } finally {
      // In the same step in which nothing waited: what comes from here on begins anew.
      this.#working = undefined;
    }
  }
}
