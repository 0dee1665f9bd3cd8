/** The scheduler as a process, in the stand-in tenant's world: stopped, late, and watched from outside. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { run } from "../../sandbox/run.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { Watched } from "../../sync/schedule/watch.ts";
import { type Deployed, cli, deployable } from "./deployed.ts";

/** What is promised of a scheduler that is told to stop, whatever time it waits for. */
const GONE_WITHIN_MS = 2_000;

let world: Deployed;
const started: ChildProcess[] = [];

beforeAll(async () => {
  world = await deployable({ users: 60 });
  world.edit((settings) =>
    settings.replace(
      /^ {2}tenantwire:rules:/m,
      "  tenantwire:sync: { strategies: { users: { schedule: hourly } } }\n$&",
    ),
  );
  await world.stack.up();
  await world.writeOutputs();
}, 120_000);

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await world.close();
});

const where = () => ["--outputs", world.outputsFile, "--state", world.stateFile, "--json"];

interface Event {
  readonly kind: string;
  readonly report?: RunReport;
  readonly missed?: { readonly count: number; readonly why: string };
}

/** A scheduler, and what it tells until an event of a kind. */
function scheduler() {
  const child = spawn("node", [cli, "run", ...where()], { env: world.env, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  const events: Event[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on("line", (line) => {
    events.push(JSON.parse(line) as Event);
    for (const each of waiting) each();
  });
  const ended = once(child, "exit");
  return {
    events,
    async until(kind: string): Promise<Event> {
      for (;;) {
        const found = events.find((event) => event.kind === kind);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.add(resolve));
        waiting.clear();
      }
    },
    async stop() {
      const at = Date.now();
      child.kill("SIGTERM");
      const [code] = (await ended) as [number | null];
      return { code, milliseconds: Date.now() - at };
    },
  };
}

async function check(): Promise<{ code: number | null; watched: Watched }> {
  const { code, stdout } = await run(["node", cli, "run", "--check", ...where()], { cwd: "/", env: world.env });
  return { code, watched: JSON.parse(stdout) as Watched };
}

describe("tenantwire run", () => {
  it("waits for its time, and ends at once when it is told to", async () => {
    expect((await check()).watched.scheduler).toMatch(/never|ever/);
    const first = scheduler();
    await first.until("waiting");
    expect((await check()).code).toBe(0);

    const { code, milliseconds } = await first.stop();

    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(GONE_WITHIN_MS);
    expect(first.events.map(({ kind }) => kind)).toEqual(["waiting"]);
  }, 60_000);

  it("says what did not run while it was down, runs it, and a second one is refused meanwhile", async () => {
    await world.goTo(1);
    const outside = await check();
    expect(outside.code).toBe(10);
    expect(outside.watched.strategies[0]?.missed?.count).toBeGreaterThanOrEqual(23);
    const late = scheduler();

    const { report } = await late.until("ended");

    expect(late.events[0]).toMatchObject({ kind: "missed", missed: { why: "no scheduler was running" } });
    expect(report?.trigger).toBe("schedule");
    expect(report?.counts.create).toBeGreaterThan(0);
    await late.until("recovered");
    const second = await run(["node", cli, "run", ...where()], { cwd: "/", env: world.env });
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(/A scheduler runs already/);
    expect((await check()).code).toBe(0);
    expect((await late.stop()).milliseconds).toBeLessThan(GONE_WITHIN_MS);
  }, 120_000);

  it("refuses to run nothing", async () => {
    await world.writeOutputs((outputs) => delete outputs.sync);

    const nothing = await run(["node", cli, "run", ...where()], { cwd: "/", env: world.env });

    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toMatch(/give no sync a schedule: say under tenantwire:sync.strategies/);
    await world.writeOutputs();
  }, 60_000);
});
