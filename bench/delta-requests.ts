import { join } from "node:path";
import { type Administrator, administrator, administratorFrom } from "../sandbox/demo/administrator.ts";
import type { Figure } from "./figure.ts";
import { clearFaults, sendBehaviour, sendFault } from "../sandbox/control-client.ts";
import type { Synced, SyncedOnce } from "./memory-ratio.ts";
import type { BenchWorld } from "./world.ts";

const CHANGES = 100;

/** Documented: a list of changes may have that many pages with nothing in them (recorded: up to ten in a row). */
const EMPTY_PAGES = 10;

/** Of a target that lists slowly, so that a run which lists it cannot be within its seconds. */
const SLOW_LIST_MS = 10_000;
const WALL_SECONDS = 3;

const cases = [
  { name: "a delta, everybody", groups: [], goal: CHANGES / 20 + 7 + EMPTY_PAGES },
  { name: "a delta, a nested group", groups: ["OnePlan Users"], goal: CHANGES / 20 + 22 + 2 * EMPTY_PAGES },
];

/**
 * What an incremental run with 100 changed people asks of Graph, with and without a group as scope, and how long it
 * takes, though the target needs ten seconds for a listing: its search works, and so nothing has to be listed for the
 * newcomers.
 *
 * @param synced everybody, in an earlier run
 */
export async function deltaRequests(
  world: BenchWorld,
  synced: SyncedOnce,
  show: (line: string) => void,
): Promise<Figure[]> {
  const { env } = world;
  const connection = { proxyUrl: env["HTTPS_PROXY"] ?? "", caFile: env["NODE_EXTRA_CA_CERTS"] ?? "" };
  const hands = await administrator(administratorFrom(env), connection);
  await sendBehaviour(world.control, { oneplan: { resourceFilter: "properties" } });
  const figures: Figure[] = [];
  for (const { name, groups, goal } of cases) {
    let { outputs, state } = synced;
    if (groups.length > 0) {
      show(`${name}: the run before`);
      outputs = world.outputsFile(groups);
      state = join(world.folder(), "state.sqlite");
      await world.measure<Synced>("sync", outputs, state);
    }
    await change(hands, name);
    show(name);
    await sendFault(world.control, {
      host: "my.oneplan.ai",
      method: "GET",
      path: "/api/resources?Generics=false",
      then: { delayMs: SLOW_LIST_MS },
    });
    const { report } = await world.measure<Synced>("sync", outputs, state);
    await clearFaults(world.control);
    if (report.mode !== "delta") throw new Error(`That was no delta: ${report.modeReason}`);
    const { update, disable, create } = report.counts;
    const detail = `${report.read} people read, ${update} updated, ${disable} inactive, ${create} created`;
    figures.push({ name: `Graph requests of ${name}`, value: report.requests["graph"] ?? Number.NaN, goal, detail });
    const slow = `though a listing of the target takes ${SLOW_LIST_MS / 1000} s`;
    figures.push({ name: `seconds of ${name}`, value: report.seconds, goal: WALL_SECONDS, detail: slow });
  }
  await hands.close();
  return figures;
}

/** 80 new job titles, ten newcomers, and ten people who move from one nested group inside the scope to one outside. */
async function change(hands: Administrator, mark: string): Promise<void> {
  const from = await hands.groupId("Consulting");
  const to = await hands.groupId("Finance");
  const people = (await hands.people(from)).slice(0, CHANGES);
  for (const [index, { id }] of people.entries()) {
    const alias = `${mark.replaceAll(/\W/g, "")}${index}`;
    if (index % 10 === 9) await hands.move(id, from, to);
    else if (index % 10 === 0) await hands.hire({ displayName: alias, alias, jobTitle: "Consultant", groupId: from });
    else await hands.change(id, { jobTitle: `${mark} ${index}` });
  }
}
