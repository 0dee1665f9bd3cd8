import { join } from "node:path";
import { sendFault } from "../sandbox/control-client.ts";
import type { Figure } from "./figure.ts";
import { median } from "./median.ts";
import type { Synced } from "./memory-ratio.ts";
import { type BenchWorld, startWorld } from "./world.ts";

interface Bare {
  readonly readMilliseconds: number;
  readonly writeMilliseconds: number;
  readonly created: number;
}

/**
 * How long OnePlan's stand-in waits before it answers a request, in both programs alike. No OnePlan is nearer than a
 * network: by itself the stand-in answers within a fraction of a millisecond, which is what the second figure shows,
 * the cost of a write where nothing is waited for. A bare write waits for no disk, and each of ours does, since its
 * intent has to be there before it begins.
 */
const cases = [
  { name: "first sync / bare writes, answers after 20 ms", delayMs: 20, goal: 1.1 },
  { name: "first sync / bare writes, answers at once", delayMs: 0, goal: 2 },
] as const;

/**
 * A first sync against what cannot be spared: the longer of the bare read, and the same writes and read-backs bare, at
 * the same concurrency. A new tenant for each measurement, since a first sync happens once; ours and the bare one take
 * turns, so that both meet the same machine.
 */
export async function firstSyncRatios(users: number, rounds: number, show: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, delayMs, goal } of cases) {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      show(`${name}: ours, round ${round} of ${rounds}`);
      ours.push(await inNewWorld(users, delayMs, firstSync));
      show(`${name}: bare, round ${round} of ${rounds}`);
      bare.push(await inNewWorld(users, delayMs, bareWrites));
    }
    const times = `${median(ours).toFixed(0)} ms against ${median(bare).toFixed(0)} ms`;
    const each = `${((1000 * (median(ours) - median(bare))) / users).toFixed(0)} us more for each of ${users} people`;
    figures.push({ name, value: median(ours) / median(bare), goal, detail: `${times}, ${each}` });
  }
  return figures;
}

async function firstSync(world: BenchWorld): Promise<number> {
  const { report } = await world.measure<Synced>("sync", world.outputsFile(), join(world.folder(), "state.sqlite"));
  if (report.status === "Failure") throw new Error(`The first sync failed: ${report.failure}`);
  return report.seconds * 1000;
}

async function bareWrites(world: BenchWorld): Promise<number> {
  const { readMilliseconds, writeMilliseconds } = await world.measure<Bare>("bare-writes", world.outputsFile());
  return Math.max(readMilliseconds, writeMilliseconds);
}

async function inNewWorld<T>(users: number, delayMs: number, measure: (world: BenchWorld) => Promise<T>): Promise<T> {
  const world = await startWorld(users);
  try {
    if (delayMs > 0) await sendFault(world.control, { host: "my.oneplan.ai", then: { delayMs } });
    return await measure(world);
  } finally {
    await world.stop();
  }
}
