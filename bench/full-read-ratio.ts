import { join } from "node:path";
import { clearFaults, sendFault } from "../sandbox/control-client.ts";
import type { Figure } from "./figure.ts";
import type { BenchWorld } from "./world.ts";

interface Read {
  readonly milliseconds: number;
  readonly users: number;
  readonly requests: number;
}

const ROUNDS = 5;
/** What Graph takes for a page, roughly: without it the stand-in's own speed would be measured. */
const PAGE_DELAY_MS = 20;

/** Our full read against a bare loop over the same pages, in turn, by the median of both. */
export async function fullReadRatio(world: BenchWorld, show: (line: string) => void): Promise<Figure> {
  const outputs = world.outputsFile();
  await sendFault(world.control, {
    host: "graph.microsoft.com",
    path: "/v1.0/users*",
    then: { delayMs: PAGE_DELAY_MS },
  });
  const ours: number[] = [];
  const bare: number[] = [];
  let read: Read | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    show(`full read, round ${round + 1} of ${ROUNDS}`);
    read = await world.measure<Read>("full-read", outputs, join(world.folder(), "state.sqlite"));
    ours.push(read.milliseconds);
    const baseline = await world.measure<Read>("bare-read", outputs);
    if (baseline.users !== read.users) throw new Error(`${read.users} users read, ${baseline.users} by the baseline.`);
    bare.push(baseline.milliseconds);
  }
  await clearFaults(world.control);
  const detail = `${median(ours).toFixed(0)} ms against ${median(bare).toFixed(0)} ms, ${read?.requests} requests`;
  return { name: "full read / bare undici loop", value: median(ours) / median(bare), goal: 1.15, detail };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
