import type { World } from "./world.ts";

export interface Saving {
  /** Something changed: the world is put away soon. */
  readonly changed: () => void;
  /** Puts it away a last time. */
  readonly stop: () => void;
}

/** Quiet time before a world is put away, so that a burst of changes is written once. */
const QUIET_MS = 1000;
/** The longest that a change waits while others keep coming. */
const LONGEST_MS = 10_000;

/** Keeps a world's folder up to date while it changes; does nothing when it has none. */
export function keepSaved(world: World, hasFolder: boolean): Saving {
  if (!hasFolder) return { changed: () => {}, stop: () => {} };
  let timer: NodeJS.Timeout | undefined;
  let waitingSince: number | undefined;
  const save = () => {
    clearTimeout(timer);
    waitingSince = undefined;
    world.save();
  };
  return {
    changed() {
      const now = Date.now();
      waitingSince ??= now;
      clearTimeout(timer);
      timer = setTimeout(save, Math.max(0, Math.min(QUIET_MS, waitingSince + LONGEST_MS - now))).unref();
    },
    stop: save,
  };
}
