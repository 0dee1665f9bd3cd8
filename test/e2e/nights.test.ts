/** Nights as somebody saw them who had nothing but the command line: what was seen, and what is right. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { run } from "../../sandbox/run.ts";
import { heldById } from "./expected.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const GRAPH = "graph.microsoft.com";
const ONEPLAN = "my.oneplan.ai";
/** Longer than any test waits. */
const FOR_EVER_S = 600;

let world: Deployed;
beforeAll(async () => {
  world = await deployable({ users: 60 });
  await world.stack.up();
  await world.writeOutputs();
}, 120_000);
afterAll(() => world.close());

const running: ChildProcess[] = [];
afterEach(async () => {
  world.sandbox.faults.clear();
  for (const child of running.splice(0))
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "close");
});

const source = () => ["--outputs", world.outputsFile, "--state", world.stateFile];

function tenantwire(...args: readonly string[]) {
  return run(["node", cli, ...args], { cwd: world.stack.folder, env: world.env });
}

/** A run that is begun; resolves with what it says on standard error once it says that. */
async function saying(what: RegExp, ...args: readonly string[]): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn("node", [cli, "sync", "users", ...source(), ...args], {
    cwd: world.stack.folder,
    env: world.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.push(child);
  let said = "";
  for await (const part of child.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += String(part);
    if (what.test(said)) return { child, said };
  }
  throw new Error(`It ended without saying so: ${said}`);
}

describe("another run at work: exit 1, as if something had failed", () => {
  it("is an exit code of its own, and says who is at it", async () => {
    world.sandbox.faults.add({ host: GRAPH, path: "/v1.0/users*", then: { status: 429, retryAfter: FOR_EVER_S } });
    await saying(/^Waiting /m);

    const { code, stderr } = await tenantwire("sync", "users", ...source());

    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^tenantwire: A run of "users" is under way since \S+ \(process \d+ on .+\): wait until it ends\./m,
    );
  });
});

describe("no way to see what a run waits for", () => {
  it("a long wait is told with its host and its reason, by itself", async () => {
    world.sandbox.faults.add({ host: ONEPLAN, then: { status: 429, retryAfter: FOR_EVER_S } });
    expect((await saying(/^Waiting /m)).said).toMatch(
      /^Waiting 10 min for my\.oneplan\.ai: answered 429 \(given up if nothing works for 5 min more\)$/m,
    );
  });

  it("--verbose tells each request with the service's id of it, each repetition and each wait", async () => {
    world.sandbox.faults.add({ host: GRAPH, path: "/v1.0/users*", times: 1, then: { status: 503 } });
    const { said } = await saying(/^\S+Z Again: /m, "--verbose");
    expect(said).toMatch(/^[\d:]{8}Z POST login\.microsoftonline\.com\/\S+ 200 in \d+ ms/m);
    expect(said).toMatch(
      /^[\d:]{8}Z GET graph\.microsoft\.com\/v1\.0\/\S+ 200 in \d+ ms \(request-id [0-9a-f-]{36}, .+\)$/m,
    );
    expect(said).toMatch(
      /^[\d:]{8}Z Waiting \S+ \S+ for graph\.microsoft\.com: answered 503 \(given up if nothing works for 15 min more\)$/m,
    );
    expect(said).toMatch(/^[\d:]{8}Z Again: graph\.microsoft\.com\/v1\.0\/users\S*: answered 503$/m);
  });
});

describe("Entra did not sign in for a moment, and the run ended after two seconds", () => {
  // After 429 and 5xx Microsoft's library answers from memory for a minute: no longer than a test is to take.
  it("it is asked again, as Graph is", async () => {
    world.sandbox.faults.add({ host: "login.microsoftonline.com", path: "*/token", times: 3, then: { status: 400 } });
    const { said } = await saying(/^\S+Z GET graph\.microsoft\.com\S+ 200 in /m, "--verbose");
    expect(said).toMatch(
      /^\S+Z Again: graph\.microsoft\.com\S+: Entra does not sign the sync identity .+ in: .+AADSTS90033/m,
    );
  });
});

describe("nothing failed before that could be run again", () => {
  it("is said, and in JSON it is no run: it was a defect with a stack", async () => {
    const { code, stdout, stderr } = await tenantwire(
      "sync",
      "users",
      ...source(),
      "--again",
      "no such cause",
      "--json",
    );
    expect({ code, listed: JSON.parse(stdout) as unknown }).toEqual({ code: 0, listed: [] });
    expect(stderr).toBe("users: nothing failed before that could be run again.\n");
  });
});

describe("a name that starts a line of its own", () => {
  it("is escaped in everything that is printed of a run, of the history and of one person", async () => {
    const [person] = await world.hands.people(await world.hands.groupId("OnePlan Users"));
    const id = person?.id ?? "";
    const name = "Ada\n::error ::gone\u001b[2J\u202e##vso[task.complete]";
    await world.hands.change(id, { displayName: name });
    await tenantwire("sync", "users", ...source());
    expect(heldById(world.sandbox.world).get(id)).toMatchObject({ name });
    // From now on the target is named in every message about it.
    await world.hands.change(id, { mail: null, jobTitle: "Other" });

    const results = [
      await tenantwire("sync", "users", ...source(), "--full"),
      await tenantwire("sync", "users", ...source(), "--full", "--json"),
      await tenantwire("runs", "show", "last", ...source(), "--names"),
      await tenantwire("runs", "object", id, ...source(), "--names"),
      await tenantwire("explain", "user", id, ...source()),
      await tenantwire("explain", "user", id, ...source(), "--json"),
    ].map(({ stdout, stderr }) => stdout + stderr);

    for (const text of results) {
      expect(text).toContain("Ada\\n::error ::gone");
      expect(text).not.toMatch(/^\s*::/m);
      expect(text).not.toMatch(/##vso\[/);
      expect([...text].filter((each) => ["\u001b", "\u202e"].includes(each))).toEqual([]);
    }
  }, 120_000);
});
