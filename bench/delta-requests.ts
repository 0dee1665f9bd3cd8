import { join } from "node:path";
import { type Administrator, administrator, administratorFrom } from "../sandbox/demo/administrator.ts";
import type { Figure } from "./figure.ts";
import type { Synced } from "./memory-ratio.ts";
import type { BenchWorld } from "./world.ts";

const CHANGES = 100;

const cases = [
  { name: "Graph requests of a delta, everybody", groups: [], goal: 12 },
  { name: "Graph requests of a delta, a nested group", groups: ["OnePlan Users"], goal: 20 },
];

/** What an incremental run with 100 changed people asks of Graph, with and without a group as scope. */
export async function deltaRequests(world: BenchWorld, show: (line: string) => void): Promise<Figure[]> {
  const { env } = world;
  const connection = { proxyUrl: env["HTTPS_PROXY"] ?? "", caFile: env["NODE_EXTRA_CA_CERTS"] ?? "" };
  const hands = await administrator(administratorFrom(env), connection);
  const figures: Figure[] = [];
  for (const { name, groups, goal } of cases) {
    show(`${name}: the run before`);
    const outputs = world.outputsFile(groups);
    const state = join(world.folder(), "state.sqlite");
    await world.measure<Synced>("sync", outputs, state);
    await change(hands, name);
    show(`${name}: the delta`);
    const { report } = await world.measure<Synced>("sync", outputs, state);
    if (report.mode !== "delta") throw new Error(`That was no delta: ${report.modeReason}`);
    const detail = `${report.read} people read, ${report.counts.update} updated, ${report.counts.disable} inactive`;
    figures.push({ name, value: report.requests["graph"] ?? Number.NaN, goal, detail });
  }
  await hands.close();
  return figures;
}

/** 90 new job titles, and ten people who move from one nested group inside the scope to a group outside of it. */
async function change(hands: Administrator, mark: string): Promise<void> {
  const from = await hands.groupId("Consulting");
  const to = await hands.groupId("Finance");
  const people = (await hands.people(from)).slice(0, CHANGES);
  for (const [index, { id }] of people.entries()) {
    if (index % 10 === 9) await hands.move(id, from, to);
    else await hands.change(id, { jobTitle: `${mark} ${index}` });
  }
}
