import type { RunReport } from "../sync/run/report.ts";
import { startAzurite } from "../test/sync/state/azurite.ts";
import type { Figure } from "./figure.ts";
import type { SyncedOnce } from "./memory-ratio.ts";
import type { BenchWorld } from "./world.ts";

const GOAL_KILOBYTES = 200;
const RUNS = 3;

/**
 * What an idle run moves whose state is in a blob (of Azure's own emulator), up and down together: the most of some
 * runs, the first of which takes the file over that an earlier run left.
 */
export async function stateBytes(
  world: BenchWorld,
  { outputs, state, report: before }: SyncedOnce,
  show: (line: string) => void,
): Promise<Figure> {
  const azurite = await startAzurite();
  try {
    const address = await azurite.address();
    await azurite.aside(address).uploadFile(state);
    const moved: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      show(run === 0 ? "the state moves into a blob" : `an idle run with its state in a blob, ${run} of ${RUNS}`);
      azurite.moved.up = 0;
      azurite.moved.down = 0;
      const report = await world.measure<RunReport>("sync-blob", outputs, address);
      if (report.failure !== undefined) throw new Error(report.failure);
      moved.push((azurite.moved.up + azurite.moved.down) / 1000);
    }
    const [first = 0, ...idle] = moved;
    return {
      name: "state bytes of an idle run in a blob, kB",
      value: Math.max(...idle),
      goal: GOAL_KILOBYTES,
      detail: `${before.read.toLocaleString("en-US")} people; taking the file over moved ${(first / 1000).toFixed(1)} MB`,
    };
  } finally {
    await azurite.close();
  }
}
