import type { StateStore } from "../../../sync/state/session.ts";

export class Killed extends Error {}

/** Kills the run at its n-th step: each write of the state and of the target has a step before it and one after. */
export class Killer {
  #left: number;
  dead = false;

  constructor(steps: number) {
    this.#left = steps;
  }

  readonly step = (): void => {
    if (this.#left === 0) this.dead = true;
    this.#left -= 1;
    if (this.dead) throw new Killed();
  };

  store(store: StateStore): StateStore {
    const step = this.step;
    return {
      location: store.location,
      read: () => store.read(),
      close: () => store.close(),
      async lock(sync) {
        const state = await store.lock(sync);
        return {
          get: (partition, key) => state.get(partition, key),
          list: (partition) => state.list(partition),
          count: (partition) => state.count(partition),
          release: () => state.release(),
          async commit(edits) {
            step();
            await state.commit(edits);
            step();
          },
          async clear(partition) {
            step();
            await state.clear(partition);
            step();
          },
        };
      },
    };
  }
}
