/**
 * What the console costs: its first page with 1,000 runs and 100,000 links in the state, and the memory of a process that
 * has it and does nothing.
 *
 * @packageDocumentation
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Outputs } from "../contract/outputs.ts";
import { repository } from "../sandbox/project.ts";
import { startSandbox } from "../sandbox/server.ts";
import { openSqliteState, type RunReport } from "../sync/index.ts";
import { saveReport } from "../sync/run/history.ts";
import { Book } from "../sync/schedule/book.ts";
import { strategiesOf } from "../sync/schedule/strategies.ts";
import { scheduleInWords } from "../sync/schedule/times.ts";
import { commitAll, type Edit } from "../sync/state/session.ts";
import { partitionsOf } from "../sync/state/partitions.ts";
import { ConsoleBench, OTHERS, registered, SYNC } from "../test/console/bench.ts";
import { throughProxy } from "../test/sync/connectors/hosts.ts";
import type { Figure } from "./figure.ts";
import { median } from "./median.ts";

const RUNS = 1_000;
const LINKS = 100_000;
const TIMES = 15;
/** Milliseconds of the server for the first page. */
const GOAL_MS = 50;
const GUID = "11111111-1111-4111-8111-111111111111";

const outputs: Outputs = {
  version: 1,
  mark: "tenantwire/contoso",
  tenant: { id: GUID, domain: "contoso.onmicrosoft.com", cloud: "Microsoft" },
  syncIdentity: { clientId: GUID, principalId: GUID, permissions: [], signIn: { kind: "federated" } },
  credentials: { secrets: [], federated: [], given: [] },
  registrations: [
    {
      ...{ name: "console", setting: "console", displayName: "console", clientId: GUID, objectId: GUID },
      ...{ principalId: GUID, permissions: { application: [], delegated: ["openid", "profile"] } },
      ...{ consent: { mode: "grant" }, redirectUris: ["http://localhost:8420/auth/callback"] },
    },
  ],
  consents: [],
  integrations: {
    console: { publicUrl: "http://localhost:8420", registration: "console", signIn: "federated" },
    access: {
      ...{ id: "contoso", name: "Contoso", authentication: "office365Strict", allowed: [], timeZone: "Europe/Berlin" },
      administrators: [GUID],
      requests: { remindAfterDays: 3, expireAfterDays: 14 },
    },
  },
};

export async function consoleFigures(show: (line: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-bench-console-"));
  try {
    const file = join(folder, "state.sqlite");
    show(`a state of ${RUNS} runs and ${LINKS} links`);
    await fill(file);
    show("the console's first page");
    const page = await firstPage(file);
    show("a console that does nothing");
    const bare = residentMb(await idle("node", ["-e", "console.log('ready'); setInterval(() => {}, 1e6)"], "ready"));
    const named = join(folder, "outputs.json");
    writeFileSync(named, JSON.stringify(outputs));
    const command = [join(repository, "cli", "index.ts"), "serve", "--outputs", named, "--state", file, "--port", "0"];
    const serving = residentMb(await idle("node", command, "The console is at"));
    return [
      {
        name: "first page of the console / 50 ms",
        value: page / GOAL_MS,
        goal: 1,
        detail: `${page.toFixed(1)} ms for somebody signed in, strategies, ${RUNS} runs, ${LINKS} links`,
      },
      { name: "memory of an idle serve / node", value: serving / bare, detail: `${serving} MB / ${bare} MB` },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(file: string): Promise<void> {
  const store = openSqliteState(file);
  const session = await store.lock(SYNC.sync);
  try {
    await commitAll(session, links());
    for (let index = 0; index < RUNS; index += 1) await saveReport(session, report(index));
  } finally {
    await session.release();
    await store.close();
  }
}

function* links(): Generator<Edit> {
  const partitions = partitionsOf(SYNC.sync);
  for (let index = 0; index < LINKS; index += 1) {
    const id = `person-${index}`;
    const agreed = { name: `Person ${index}`, mail: `${id}@contoso.com` };
    const half = { id: `t${index}`, active: true, agreed };
    yield { partition: partitions.links, key: id, value: { a: id, b: half, label: agreed.name, origin: "created" } };
  }
  yield { partition: partitions.counts, key: "links", value: { links: LINKS, active: LINKS } };
}

function report(index: number): RunReport {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + index * 3_600_000).toISOString();
  const counts = { create: 1, update: 2, enable: 0, disable: 0, link: 0, skip: 3, fail: 20, none: 5 };
  const exceptions = Array.from({ length: 20 }, (_, which) => ({
    ...{ sourceId: `person-${which}`, label: "", kind: "update" as const, outcome: "failed" as const },
    reason: `The product answered 400: reason ${which % 4}.`,
  }));
  return {
    ...{ version: 1, runId: `${index}`.padStart(8, "0"), sync: SYNC.sync, source: "Entra", target: "OnePlan" },
    ...{ mode: "delta", modeReason: "changes", trigger: "schedule", dryRun: false, status: "Success with Exceptions" },
    ...{ exitCode: 10, startedAt, finishedAt: startedAt, seconds: 4, counts, planned: counts, read: 30, listed: 0 },
    ...{ requests: { graph: 3 }, exceptions, skips: [], notes: [] },
  };
}

/** Each sync runs by itself, and did at its last time. */
const declared = {
  strategies: {
    users: { schedule: "hourly", minutes: [0, 15, 30, 45] },
    rooms: { schedule: "daily", times: ["06:15"], timeZone: "Europe/Berlin" },
    plans: { schedule: "monthly", times: ["18:00"], monthDays: [1, "last"] },
  },
};

/** Milliseconds from the request of somebody who is signed in to the last byte of the page. */
async function firstPage(file: string): Promise<number> {
  const strategies = strategiesOf(declared, [SYNC, ...OTHERS]).scheduled;
  const sandbox = await startSandbox({ users: 40, provider: false });
  const leave = throughProxy(sandbox);
  const served = new ConsoleBench(sandbox, registered(sandbox), { store: openSqliteState(file), strategies });
  try {
    const { store, clock } = served.engine;
    const book = await Book.open(store, clock.sleep, new AbortController().signal);
    const settled = clock.now().toISOString();
    await book.put(
      new Map(strategies.map(({ name, schedule }) => [name, { schedule: scheduleInWords(schedule), settled }])),
    );
    await served.open();
    const visitor = await served.as("Administrator", 0);
    const rounds: number[] = [];
    for (let index = 0; index < TIMES; index += 1) {
      const started = performance.now();
      const { status, text } = await visitor.get("/");
      rounds.push(performance.now() - started);
      if (status !== 200 || !text.includes("<h1>Overview</h1>")) throw new Error(`The first page answered ${status}.`);
    }
    await book.close();
    return median(rounds);
  } finally {
    await served.close();
    await leave();
    await sandbox.stop();
  }
}

/** Kilobytes that a process has in memory once it says that it is ready; it is ended then. */
async function idle(command: string, args: readonly string[], ready: string): Promise<number> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith(ready)) return residentKb(child.pid ?? 0);
    }
    throw new Error(`${args.join(" ")} ended before it was ready.`);
  } finally {
    child.kill("SIGTERM");
    await closed;
  }
}

function residentKb(pid: number): number {
  if (process.platform !== "linux") return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)]).toString());
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}

function residentMb(kilobytes: number): number {
  return Math.round(kilobytes / 1024);
}
