import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { type Read, slowPages } from "./full-read-ratio.ts";
import { median } from "./median.ts";
import type { BenchWorld } from "./world.ts";

/** Reading the directory for three targets that are declared, against reading it for one of them. */
export async function threeTargetsRatio(
  world: BenchWorld,
  rounds: number,
  show: (line: string) => void,
): Promise<Figure> {
  const outputs = world.outputsFile();
  const times: Record<"1" | "3", Read[]> = { 1: [], 3: [] };
  await slowPages(world, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      for (const targets of ["1", "3"] as const) {
        show(`full read for ${targets} of three targets, round ${round} of ${rounds}`);
        const state = join(world.folder(), "state.sqlite");
        times[targets].push(await world.measure<Read>("full-read", outputs, state, targets));
      }
    }
  });
  const [one, three] = (["1", "3"] as const).map((targets) => ({
    milliseconds: median(times[targets].map(({ milliseconds }) => milliseconds)),
    requests: times[targets][0]?.requests,
  }));
  if (!one || !three) throw new Error("Nothing was measured.");
  return {
    name: "full read for three targets / for one",
    value: three.milliseconds / one.milliseconds,
    goal: 1.3,
    detail: `${three.milliseconds.toFixed(0)} ms and ${three.requests} requests against ${one.milliseconds.toFixed(0)} ms and ${one.requests}`,
  };
}
