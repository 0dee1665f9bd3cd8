/**
 * `npm run bench [-- --json] [--users N] [--memory] [--syncs] [--plans [--items N]]`: what a directory of 100,000 people
 * costs, and what plans, rooms, the packages and the console do; with `--memory` only how much memory people take, which is
 * how a million is tried, with `--syncs` only what a sync of users costs, in fewer rounds, and with `--plans` only what work
 * items and plans cost, 20,000 of them. Every figure is a ratio against a baseline of the same run, or a count: seconds of
 * one machine say nothing about another.
 *
 * @packageDocumentation
 */
import { parseArgs } from "node:util";
import { colors as pc } from "../cli/color.ts";
import { createProgress } from "../cli/progress.ts";
import { ensureEngine } from "../sandbox/engine/index.ts";
import { consoleFigures } from "./console-page.ts";
import { deltaRequests } from "./delta-requests.ts";
import type { Figure } from "./figure.ts";
import { firstSyncRatios } from "./first-sync-ratio.ts";
import { fullReadRatios } from "./full-read-ratio.ts";
import { launcherRatio } from "./launcher-ratio.ts";
import { memoryRatio } from "./memory-ratio.ts";
import { packageFigures } from "./package-size.ts";
import { plansFigures } from "./plans.ts";
import { roomsRequests } from "./rooms-requests.ts";
import { stateBytes } from "./state-bytes.ts";
import { threeTargetsRatio } from "./three-targets-ratio.ts";
import { startWorld } from "./world.ts";

const LARGE = 100_000;
const SMALL = 10_000;
/** Work items of a project. */
const ITEMS = 20_000;
/** Of ours and of each baseline, in turn. */
const ROUNDS = { read: 5, sync: 3 };
const FEW_ROUNDS = { read: 3, sync: 1 };

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    users: { type: "string", default: String(LARGE) },
    memory: { type: "boolean", default: false },
    syncs: { type: "boolean", default: false },
    plans: { type: "boolean", default: false },
    items: { type: "string", default: String(ITEMS) },
  },
});
const users = Number(values.users);
const rounds = values.syncs ? FEW_ROUNDS : ROUNDS;
const progress = createProgress();
const figures: Figure[] = [];

if (!values.plans) await measurePeople();
if (!values.memory && !values.syncs) tell(...(await plansFigures(Number(values.items), progress.show)));
if (!values.memory && !values.syncs && !values.plans) {
  tell(...(await roomsRequests(progress.show)));
  tell(...packageFigures(progress.show));
  tell(launcherRatio(progress.show));
  tell(...(await consoleFigures(progress.show)));
}
progress.done();
if (values.json) process.stdout.write(`${JSON.stringify({ users, figures }, null, 2)}\n`);

async function measurePeople(): Promise<void> {
  await ensureEngine({ onProgress: progress.show });
  progress.show(`a tenant of ${users.toLocaleString("en-US")} people`);
  const large = await startWorld(users);
  const small = await startWorld(Math.min(SMALL, users));
  try {
    if (!values.memory) {
      tell(...(await fullReadRatios(large, rounds.read, progress.show)));
      tell(await threeTargetsRatio(large, rounds.read, progress.show));
    }
    const memory = await memoryRatio({ small, large }, progress.show);
    tell(memory.figure);
    if (!values.memory) {
      tell(await stateBytes(large, memory.large, progress.show));
      tell(...(await deltaRequests(large, memory.large, progress.show)));
    }
  } finally {
    progress.done();
    await large.stop();
    await small.stop();
  }
  if (!values.memory) {
    tell(...(await firstSyncRatios(Math.min(SMALL, users), rounds.sync, progress.show)));
  }
}

/** As soon as it is known: what comes next may take long. */
function tell(...measured: readonly Figure[]): void {
  figures.push(...measured);
  if (values.json) return;
  progress.done();
  for (const figure of measured) process.stdout.write(`${line(figure)}\n`);
}

function line({ name, value, goal, detail }: Figure): string {
  return `${name.padEnd(46)} ${value.toFixed(2).padStart(6)}  ${verdict(value, goal)}  ${pc.dim(detail)}`;
}

function verdict(value: number, goal: number | undefined): string {
  if (goal === undefined) return "no goal";
  return `${value <= goal ? pc.green("within") : pc.red("over")} ${goal}`;
}
