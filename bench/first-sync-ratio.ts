import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { median } from "./median.ts";
import type { Synced } from "./memory-ratio.ts";
import { startWorld } from "./world.ts";

interface Bare {
  readonly readMilliseconds: number;
  readonly writeMilliseconds: number;
  readonly created: number;
}

const ROUNDS = 3;

/**
 * A first sync against what cannot be spared: the longer of the bare read, and the same writes and read-backs bare. A
 * new tenant for each measurement, since a first sync happens once.
 */
export async function firstSyncRatio(users: number, show: (line: string) => void): Promise<Figure> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    show(`first sync, round ${round} of ${ROUNDS}`);
    ours.push(
      await inNewWorld(users, async (world) => {
        const { report } = await world.measure<Synced>(
          "sync",
          world.outputsFile(),
          join(world.folder(), "state.sqlite"),
        );
        return report.seconds * 1000;
      }),
    );
    show(`the same writes bare, round ${round} of ${ROUNDS}`);
    bare.push(
      await inNewWorld(users, async (world) => {
        const { readMilliseconds, writeMilliseconds } = await world.measure<Bare>("bare-writes", world.outputsFile());
        return Math.max(readMilliseconds, writeMilliseconds);
      }),
    );
  }
  const detail = `${median(ours).toFixed(0)} ms against ${median(bare).toFixed(0)} ms, ${users} people`;
  return { name: "first sync / the same writes bare", value: median(ours) / median(bare), goal: 1.2, detail };
}

async function inNewWorld<T>(
  users: number,
  measure: (world: Awaited<ReturnType<typeof startWorld>>) => Promise<T>,
): Promise<T> {
  const world = await startWorld(users);
  try {
    return await measure(world);
  } finally {
    await world.stop();
  }
}
