import { join } from "node:path";
import type { RunReport } from "../sync/run/report.ts";
import type { Figure } from "./figure.ts";
import type { BenchWorld } from "./world.ts";

export interface Synced {
  readonly report: RunReport;
  readonly peakMegabytes: number;
}

/** A sync that came to its end, to go on from. */
export interface SyncedOnce extends Synced {
  readonly outputs: string;
  readonly state: string;
}

/** Peak memory of the first sync of a large directory, against that of a small one. */
export async function memoryRatio(
  { small, large }: { small: BenchWorld; large: BenchWorld },
  show: (line: string) => void,
): Promise<{ readonly figure: Figure; readonly large: SyncedOnce }> {
  show("first sync of the small directory");
  const least = await firstSync(small);
  show("first sync of the large directory");
  const most = await firstSync(large);
  const detail = [least, most]
    .map(
      ({ peakMegabytes, report }) =>
        `${peakMegabytes.toFixed(0)} MB for ${report.read} people (${report.seconds.toFixed(0)} s)`,
    )
    .reverse()
    .join(" against ");
  const figure = {
    name: "peak memory, large / small directory",
    value: most.peakMegabytes / least.peakMegabytes,
    goal: 1.3,
    detail,
  };
  return { figure, large: most };
}

async function firstSync(world: BenchWorld): Promise<SyncedOnce> {
  const [outputs, state] = [world.outputsFile(), join(world.folder(), "state.sqlite")];
  const synced = await world.measure<Synced>("sync", outputs, state);
  if (synced.report.status === "Failure") throw new Error(`The first sync failed: ${synced.report.failure}`);
  return { ...synced, outputs, state };
}
