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

const PROGRAMS = ["full-read", "bare-read", "page-iterator-read"] as const;
type Program = (typeof PROGRAMS)[number];

/** Our full read against a bare loop and against the Graph client's PageIterator, in turn, by the median of each. */
export async function fullReadRatios(
  world: BenchWorld,
  rounds: number,
  show: (line: string) => void,
): Promise<Figure[]> {
  const outputs = world.outputsFile();
  const reads: Record<Program, Read[]> = { "full-read": [], "bare-read": [], "page-iterator-read": [] };
  await slowPages(world, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      show(`full read, round ${round} of ${rounds}`);
      // Each round another one is first: what one leaves behind in the stand-in falls to each of the others.
      const first = round % PROGRAMS.length;
      for (const name of [...PROGRAMS.slice(first), ...PROGRAMS.slice(0, first)]) {
        reads[name].push(await world.measure<Read>(name, outputs, join(world.folder(), "state.sqlite")));
      }
    }
  });
  const [ours] = reads["full-read"];
  const time = (name: Program) => median(reads[name].map(({ milliseconds }) => milliseconds));
  const figure = (name: string, baseline: Program, goal: number): Figure => {
    const other = reads[baseline].find(({ users }) => users !== ours?.users);
    if (other) throw new Error(`${ours?.users} users read, ${other.users} by ${baseline}.`);
    return {
      name: `full read / ${name}`,
      value: time("full-read") / time(baseline),
      goal,
      detail: `${time("full-read").toFixed(0)} ms against ${time(baseline).toFixed(0)} ms, ${ours?.requests} requests`,
    };
  };
  return [
    figure("bare undici loop", "bare-read", 1.1),
    figure("PageIterator of the Graph client", "page-iterator-read", 1),
  ];
}
