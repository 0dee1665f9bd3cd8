/** One process that runs a sync: it takes steps, at any of which it may be killed, or something else may happen. */
import type { Edit, StateStore } from "../../sync/state/session.ts";

/** What a killed process throws from everything that it still tries. */
export class Killed extends Error {
  override name = "Killed";
}

export class Process {
  dead = false;
  #steps = 0;
  readonly #killedAt: number | undefined;
  /** By step: what happens there, once. */
  readonly #events: Map<number, () => Promise<void>>;
  readonly #happening: Promise<void>[] = [];

  constructor(killedAt: number | undefined, events: ReadonlyMap<number, () => Promise<void>> = new Map()) {
    this.#killedAt = killedAt;
    this.#events = new Map(events);
  }

  /** That it has taken. */
  get steps(): number {
    return this.#steps;
  }

  readonly step = async (): Promise<void> => {
    const at = this.#steps++;
    if (at === this.#killedAt) this.dead = true;
    if (this.dead) throw new Killed();
    const event = this.#events.get(at);
    this.#events.delete(at);
    if (event) {
      const happening = event();
      this.#happening.push(happening);
      await happening;
    }
    if (this.dead) throw new Killed();
  };

  /** What was begun at a step and that nobody may have waited for: a page that is asked for ahead is not always used. */
  async ended(): Promise<void> {
    await Promise.all(this.#happening);
  }

  /**
   * The store as this process sees it: a step before and after each write.
   *
   * @param onCommit told of each commit that took effect
   */
  store(store: StateStore, onCommit: (edits: readonly Edit[]) => void = () => undefined): StateStore {
    return {
      location: store.location,
      read: () => store.read(),
      close: () => store.close(),
      lock: async (sync) => {
        const state = await store.lock(sync);
        return {
          get: (partition, key) => state.get(partition, key),
          list: (partition) => state.list(partition),
          count: (partition) => state.count(partition),
          // Of a dead process the lock is taken over at once; here it has the same number and has to give it back.
          release: () => state.release(),
          commit: async (edits) => {
            await this.step();
            await state.commit(edits);
            onCommit(edits);
            await this.step();
          },
          clear: async (partition) => {
            await this.step();
            await state.clear(partition);
            await this.step();
          },
        };
      },
    };
  }
}
