/** `tenantwire serve` as a process: what it listens on, what it is told, and how it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { Agent, request } from "undici";
import type { Outputs } from "../../contract/outputs.ts";
import { openSqliteState } from "../../sync/index.ts";
import { toJson } from "../../sync/model/json.ts";
import { EVENTS_PARTITION, hashOf, newSecret, pathOf } from "../../sync/kinds/plans/events/addresses.ts";
import { newestReports } from "../../sync/run/history.ts";
import { guidOf } from "../components/deploy.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { deployedPlans } from "../review/deployed-plans.ts";

const CLI = join(import.meta.dirname, "..", "..", "cli", "index.ts");

let folder: string;
let child: ChildProcess | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-serve-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  if (child && child.exitCode === null) {
    child.kill("SIGKILL");
    await once(child, "close");
  }
  child = undefined;
});

function withConsole(publicUrl: string, change: (outputs: Outputs) => void = () => undefined): string {
  const outputs = deployedOutputs((all) => {
    const [first] = all.registrations;
    if (!first) throw new TypeError();
    const redirectUris = [`${publicUrl}/auth/callback`];
    all.registrations.push({ ...first, name: "console", clientId: guidOf("console"), redirectUris });
    all.integrations.console = { publicUrl, registration: "console", signIn: "federated" };
    all.integrations.access = {
      ...{ id: "contoso", name: "Contoso", authentication: "office365Strict", allowed: [], timeZone: "UTC" },
      administrators: [guidOf("ada")],
      requests: { remindAfterDays: 3, expireAfterDays: 14 },
    };
    change(all);
  });
  const file = join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify(outputs));
  return file;
}

interface Served {
  readonly lines: readonly string[];
  readonly errors: string;
  readonly code: number | null;
}

/** Up to the line that begins so, or to its end. */
async function serve(outputs: string, args: readonly string[], until: string): Promise<Served> {
  const state = join(folder, "state.sqlite");
  child = spawn("node", [CLI, "serve", "--outputs", outputs, "--state", state, "--port", "0", ...args]);
  const lines: string[] = [];
  let errors = "";
  child.stderr?.on("data", (data: Buffer) => (errors += data.toString()));
  const closed = once(child, "close");
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.startsWith(until)) return { lines, errors, code: null };
    }
  }
  const [code] = (await closed) as [number | null];
  return { lines, errors, code };
}

describe("tenantwire serve", () => {
  it("has the console on this machine, says where, and ends by SIGTERM", async () => {
    const { lines } = await serve(withConsole("http://localhost:8420"), [], "The console is at ");
    const address = lines.at(-1)?.replace("The console is at ", "") ?? "";
    expect(address).toMatch(/^http:\/\/localhost:\d+$/);
    const here = address.replace("localhost", "127.0.0.1");
    const get = (path: string, host: string) =>
      request(`${here}${path}`, { headers: { host }, dispatcher: new Agent() });
    const page = await get("/sign-in", new URL(address).host);
    expect([page.statusCode, await page.body.text()]).toEqual([200, expect.stringContaining("Sign in with Microsoft")]);
    const [elsewhere, unknown] = [await get("/sign-in", "evil.example"), await get("/nowhere", new URL(address).host)];
    expect([elsewhere.statusCode, unknown.statusCode]).toEqual([421, 404]);
    await Promise.all([elsewhere.body.dump(), unknown.body.dump()]);

    const running = child as ChildProcess;
    const closed = once(running, "close");
    running.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
  });

  it.each<[string, string, readonly string[], string]>([
    [
      "a proxy that nobody spoke of",
      "https://console.contoso.com",
      [],
      "when a proxy there hands requests on to this machine, say so (--public-url https://console.contoso.com)",
    ],
    [
      "another address than the declared one",
      "https://console.contoso.com",
      ["--public-url", "https://evil.example"],
      "--public-url takes what is declared, https://console.contoso.com",
    ],
    [
      "a proxy before a console of this machine alone",
      "http://localhost:8420",
      ["--public-url", "https://console.contoso.com"],
      "write its address into tenantwire:console.publicUrl",
    ],
  ])("does not start with %s", async (_, publicUrl, args, message) => {
    const { code, errors } = await serve(withConsole(publicUrl), args, "Listening");

    expect(code).toBe(2);
    expect(errors.replaceAll(/\s+/g, " ")).toContain(message);
  });

  it("does not start beside another one with the same state, and says which that is", async () => {
    const outputs = withConsole("http://localhost:8420");
    await serve(outputs, [], "The console is at ");
    const first = child as ChildProcess;
    const closed = once(first, "close");
    try {
      const { code, errors } = await serve(outputs, [], "The console is at ");

      expect([code, errors.replaceAll(/\s+/g, " ")]).toEqual([
        3,
        expect.stringMatching(
          `The console is served already since \\S+ \\(process ${first.pid} on .+\\): end that one first`,
        ),
      ]);
    } finally {
      first.kill("SIGTERM");
      await closed;
    }
  });

  it("does not start with the address of a console that is not declared", async () => {
    const outputs = withConsole("https://console.contoso.com", (all) => delete all.integrations.console);
    const { code, errors } = await serve(outputs, ["--public-url", "https://console.contoso.com"], "Listening");

    expect([code, errors.replaceAll(/\s+/g, " ")]).toEqual([2, expect.stringContaining("declares none: leave it out")]);
  });

  it("says what is missing where there is neither a console nor anybody who tells of something", async () => {
    const outputs = withConsole("http://localhost:8420", (all) => delete all.integrations.console);
    const { code, errors } = await serve(outputs, [], "Listening");

    expect([code, errors]).toEqual([2, expect.stringContaining("no console is declared")]);
  });
});

describe("an event that tenantwire serve is told of", () => {
  const SYNC = "plans-contoso";
  const secret = newSecret();

  function withPlans(strategy: Readonly<Record<string, unknown>>): string {
    return withConsole("http://localhost:8420", (all) => {
      delete all.integrations.console;
      all.sync = { plans: { fullEveryDays: "never" }, strategies: { plans: strategy } };
      all.integrations.plans = deployedPlans;
    });
  }

  /** The line that says what became of it, and the runs that are remembered then. */
  async function alertsOf(strategy: Readonly<Record<string, unknown>>) {
    const file = join(folder, `${crypto.randomUUID()}.sqlite`);
    const store = openSqliteState(file);
    const session = await store.lock(SYNC);
    const hashes = { "azure-devops": hashOf(secret), oneplan: hashOf(newSecret()) };
    const value = toJson({ hashes, hooks: [], event: guidOf("event") });
    await session.commit([{ partition: EVENTS_PARTITION, key: SYNC, value }]);
    await session.release();

    const args = ["--outputs", withPlans(strategy), "--state", file, "--port", "0"];
    const running = spawn("node", [CLI, "serve", ...args]);
    child = running;
    const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
    const address = /^Listening on (\S+)$/.exec((await lines.next()).value ?? "")?.[1] ?? "";
    const event = { id: crypto.randomUUID(), createdDate: new Date().toISOString(), resource: { workItemId: 12 } };
    const { statusCode, body } = await request(address + pathOf("azure-devops", secret), {
      ...{ method: "POST", body: JSON.stringify(event), dispatcher: new Agent() },
    });
    await body.dump();
    const said = (await lines.next()).value ?? "";
    const reports = await newestReports(await store.read(), SYNC, 10);
    await store.close();
    return { statusCode, said: said.replace(/^\S+ /, ""), reports };
  }

  it("is dropped where the strategy is disabled, and a line says so", async () => {
    expect(await alertsOf({ enabled: false, schedule: "hourly" })).toEqual({
      statusCode: 202,
      said: "contoso: told of 1 item, dropped, since its strategy is disabled (enabled: false)",
      reports: [],
    });
  });

  it("begins a run where the strategy has no schedule", async () => {
    const { statusCode, said } = await alertsOf({ schedule: "none" });

    expect([statusCode, said]).toEqual([202, expect.stringContaining("tenantwire:sync.plans.fullEveryDays")]);
  });
});
