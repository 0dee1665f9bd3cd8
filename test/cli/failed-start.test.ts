/** Starts that come to no run, since the settings are wrong: who looks at the runs sees them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { performing } from "../../cli/console.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { openSqliteState, type StateStore } from "../../sync/index.ts";
import { newestReports, saveBegun } from "../../sync/run/history.ts";
import { readMonths } from "../../sync/run/statistics.ts";
import { saveFailedStart } from "../../sync/run/failed-start.ts";
import { Book } from "../../sync/schedule/book.ts";
import { cli } from "../e2e/deployed.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { deployedPlans } from "../review/deployed-plans.ts";

const SYNC = "plans-contoso";
const WRONG = "tenantwire:sync.plans.fullEveryDays";

const outputs = deployedOutputs((all) => {
  all.integrations.plans = deployedPlans;
  all.sync = { plans: { fullEveryDays: "never" }, strategies: { plans: { schedule: "hourly" } } };
});

let folder: string;
let store: StateStore;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-start-"));
  store = openSqliteState(join(folder, "state.sqlite"));
  writeFileSync(join(folder, "outputs.json"), JSON.stringify(outputs));
});
afterEach(async () => {
  if (child && child.exitCode === null) {
    child.kill("SIGKILL");
    await once(child, "close");
  }
  child = undefined;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const where = () => ["--outputs", join(folder, "outputs.json"), "--state", join(folder, "state.sqlite")];

function tenantwire(...args: string[]): Promise<Ran> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return run([process.execPath, cli, ...args, ...where()], { cwd: folder, env });
}

async function remembered() {
  const reports = await newestReports(await store.read(), SYNC, 10);
  return reports.map(({ status, trigger, failure = "", read }) => ({ status, trigger, failure, read }));
}

const failed = (trigger: string) => ({
  ...{ status: "Failure", trigger, read: 0 },
  failure: expect.stringContaining(WRONG),
});

describe("a start with wrong settings", () => {
  it("by hand says what is wrong, and is among the runs and in the statistics", async () => {
    const { code, stderr } = await tenantwire("sync", "plans");

    expect([code, stderr]).toEqual([2, expect.stringContaining(WRONG)]);
    expect(await remembered()).toEqual([failed("manual")]);
    const [month] = await readMonths(await store.read(), SYNC);
    expect(month).toMatchObject({ failure: 1 });
    expect((await tenantwire("runs")).stdout).toContain("Failure");
  }, 60_000);

  it("as a dry run leaves nothing", async () => {
    const { code, stderr } = await tenantwire("sync", "plans", "--dry-run");

    expect([code, stderr]).toEqual([2, expect.stringContaining(WRONG)]);
    expect(await remembered()).toEqual([]);
  }, 60_000);

  it("beside another run says that it is not among the runs, and what is wrong", async () => {
    const session = await store.lock(SYNC);
    const { code, stderr } = await tenantwire("sync", "plans");
    await session.release();

    expect([code, stderr]).toEqual([2, expect.stringMatching(/This start is not among the runs: [^]*fullEveryDays/)]);
    expect(await remembered()).toEqual([]);
  }, 60_000);

  it("by the schedule is a run that failed, and no time at which none began", async () => {
    const nobody = new AbortController().signal;
    const book = await Book.open(store, () => Promise.resolve(), nobody);
    const settled = new Date(Date.now() - 2 * 3_600_000).toISOString();
    await book.put(new Map([["plans to contoso", { schedule: "hourly at :00 (UTC)", settled }]]));
    await book.close();
    const running = spawn(process.execPath, [cli, "run", "--json", ...where()]);
    child = running;
    const kinds: string[] = [];
    for await (const line of createInterface({ input: running.stdout })) {
      const { kind } = JSON.parse(line) as { readonly kind: string };
      kinds.push(kind);
      if (kind === "ended" || kind === "trouble") break;
    }

    expect(kinds).toEqual(["missed", "started", "ended"]);
    expect(await remembered()).toEqual([failed("schedule")]);
  }, 60_000);

  it("in the console or by an event tells why, and is followed by what follows runs", async () => {
    let followed = 0;
    const perform = performing({
      ...{ outputs, options: {}, store, signal: new AbortController().signal, now: () => new Date() },
      after: async () => {
        followed += 1;
      },
    });
    const sync = { kind: "plans", target: "contoso", sync: SYNC };
    const start = (what: "run" | "look", trigger: string) =>
      perform({ sync, what, trigger, by: "ada" }, () => undefined);

    await expect(start("look", "manual")).rejects.toThrow(WRONG);
    expect([followed, await remembered()]).toEqual([0, []]);
    await expect(start("run", "event")).rejects.toThrow(WRONG);
    expect([followed, await remembered()]).toEqual([1, [failed("event")]]);
  });
});

it("a start that failed takes no run away whose process was killed before", async () => {
  const options = { store, signal: new AbortController().signal, now: () => new Date() };
  const names = { sync: SYNC, source: "Azure DevOps", target: "contoso" };
  const first = await saveFailedStart(new Error("first"), names, options);
  const session = await store.lock(SYNC);
  await saveBegun(session, { ...first, runId: crypto.randomUUID(), startedAt: new Date().toISOString() });
  await session.release();

  await saveFailedStart(new Error("last"), names, options);

  expect((await remembered()).map(({ failure }) => failure).sort()).toEqual([
    "The run was never heard of again: its process was killed, or its machine went away. The next one goes on where it was.",
    "first",
    "last",
  ]);
});
