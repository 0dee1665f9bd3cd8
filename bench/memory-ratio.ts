import { join } from "node:path";
import type { RunReport } from "../sync/run/report.ts";
import type { Figure } from "./figure.ts";
import type { BenchWorld } from "./world.ts";

export interface Synced {
  readonly report: RunReport;
  readonly peakMegabytes: number;
}

/** Peak memory of the first sync of a large directory, against that of a small one. */
export async function memoryRatio(
  { small, large }: { small: BenchWorld; large: BenchWorld },
  show: (line: string) => void,
): Promise<Figure> {
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
  return {
    name: "peak memory, large / small directory",
    value: most.peakMegabytes / least.peakMegabytes,
    goal: 1.3,
    detail,
  };
}

async function firstSync(world: BenchWorld): Promise<Synced> {
  const synced = await world.measure<Synced>("sync", world.outputsFile(), join(world.folder(), "state.sqlite"));
  if (synced.report.status === "Failure") throw new Error(`The first sync failed: ${synced.report.failure}`);
  return synced;
}
