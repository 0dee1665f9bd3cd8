import { join } from "node:path";
import { clearFaults, sendFault } from "../sandbox/control-client.ts";
import type { Figure } from "./figure.ts";
import { median } from "./median.ts";
import type { BenchWorld } from "./world.ts";

export interface Read {
  readonly milliseconds: number;
  readonly users: number;
  readonly requests: number;
}

/** What Graph takes for a page, roughly: without it the stand-in's own speed would be measured. */
const PAGE_DELAY_MS = 20;

/** While Graph takes that long for each page of people. */
export async function slowPages(world: BenchWorld, measured: () => Promise<void>): Promise<void> {
  await sendFault(world.control, {
    host: "graph.microsoft.com",
    path: "/v1.0/users*",
    then: { delayMs: PAGE_DELAY_MS },
  });
  await measured();
  await clearFaults(world.control);
}

/** Our full read against a bare loop and against the Graph client's PageIterator, in turn, by the median of each. */
export async function fullReadRatios(
  world: BenchWorld,
  rounds: number,
  show: (line: string) => void,
): Promise<Figure[]> {
  const outputs = world.outputsFile();
  const ours: number[] = [];
  const bare: number[] = [];
  const iterator: number[] = [];
  let read: Read | undefined;
  await slowPages(world, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      show(`full read, round ${round} of ${rounds}`);
      const ourRead = await world.measure<Read>("full-read", outputs, join(world.folder(), "state.sqlite"));
      ours.push((read = ourRead).milliseconds);
      for (const [name, times] of [
        ["bare-read", bare],
        ["page-iterator-read", iterator],
      ] as const) {
        const baseline = await world.measure<Read>(name, outputs);
        if (baseline.users !== ourRead.users)
          throw new Error(`${ourRead.users} users read, ${baseline.users} by ${name}.`);
        times.push(baseline.milliseconds);
      }
    }
  });
  const figure = (name: string, baseline: readonly number[], goal: number): Figure => ({
    name: `full read / ${name}`,
    value: median(ours) / median(baseline),
    goal,
    detail: `${median(ours).toFixed(0)} ms against ${median(baseline).toFixed(0)} ms, ${read?.requests} requests`,
  });
  return [figure("bare undici loop", bare, 1.1), figure("PageIterator of the Graph client", iterator, 1)];
}
