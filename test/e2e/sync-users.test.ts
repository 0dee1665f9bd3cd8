/** Entra users to OnePlan from a deployed stack: the command line, the stand-in's hosts, the real engine before it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import type { Person } from "../../sandbox/demo/administrator.ts";
import type { FaultRule } from "../../sandbox/faults/index.ts";
import { oneplanBehaviour } from "../../sandbox/hosts/oneplan/behaviour.ts";
import { type Deployed, cli, deployable } from "./deployed.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 800 });
  await world.stack.up();
  await world.writeOutputs();
}, 120_000);

afterAll(() => world.close());

afterEach(() => {
  world.sandbox.faults.clear();
  oneplanBehaviour(world.sandbox.world).inactivate = "accept";
});

/** Writes that OnePlan was asked for since the last mark. */
function writes(): number {
  return world.sandbox.requests.entries().filter(({ host, method }) => host === "my.oneplan.ai" && method !== "GET")
    .length;
}

/** People of a group that is in scope only through its parents. */
async function team(name = "Consulting"): Promise<{ id: string; people: Person[] }> {
  const id = await world.hands.groupId(name);
  return { id, people: await world.hands.peopleOnlyIn(id) };
}

function fault(rule: FaultRule): void {
  world.sandbox.faults.add(rule);
}

describe("the first run", () => {
  it("dry: says what it would do, and writes nothing anywhere", async () => {
    world.sandbox.requests.mark();

    const { code, report } = await world.sync("--dry-run");

    expect(code).toBe(10);
    expect(report.counts.create).toBeGreaterThan(50);
    expect(writes()).toBe(0);
    expect(existsSync(world.stateFile)).toBe(false);
  });

  it("makes a resource of everybody in scope with a mail address, and adopts whom it knows by mail", async () => {
    const before = await world.resources();

    const { report } = await world.sync();

    const after = await world.resources();
    expect(report.mode).toBe("full");
    expect(report.counts.create).toBe(after.size - before.size);
    expect(report.counts.link).toBeGreaterThan(0);
    const { people } = await team();
    for (const { id, mail, displayName } of people) {
      expect(after.get(String(mail))).toMatchObject({ Office365Id: id, name: displayName, Inactive: false });
    }
  }, 60_000);

  it("names a user for whom there are two candidates, and is a Success with Exceptions", async () => {
    const { code, report } = await world.sync("--full");

    expect(code).toBe(10);
    expect(report.status).toBe("Success with Exceptions");
    expect(report.exceptions.map(({ reason }) => reason).join("\n")).toMatch(/two|both|2 /i);
  });
});

describe("later runs", () => {
  it("write nothing when nothing changed", async () => {
    world.sandbox.requests.mark();

    const { report } = await world.sync();

    expect(report.mode).toBe("delta");
    expect(writes()).toBe(0);
  });

  it("write exactly what a hire, a rename, a leaver and a move mean", async () => {
    const { id, people } = await team();
    const [renamed, left, moved] = people as [Person, Person, Person];
    const hired = await world.hands.hire({
      displayName: "Lin Chen",
      alias: "lin.chen9",
      jobTitle: "Engineer",
      groupId: id,
    });
    const mail = `renamed@${world.sandbox.world.tenant.domain}`;
    await world.hands.change(renamed.id, { displayName: "Renamed Person", mail, userPrincipalName: mail });
    await world.hands.remove(left.id);
    await world.hands.move(moved.id, id, await world.hands.groupId("Finance"));

    const { report } = await world.sync();

    const after = await world.resources();
    expect(report.mode).toBe("delta");
    expect(after.get(String(hired.mail))).toMatchObject({ Office365Id: hired.id, Inactive: false });
    expect(after.get(mail)).toMatchObject({ Office365Id: renamed.id, name: "Renamed Person" });
    expect(after.has(String(renamed.mail))).toBe(false);
    expect(after.get(String(left.mail))).toMatchObject({ Inactive: true });
    expect(after.get(String(moved.mail))).toMatchObject({ Inactive: true });
    expect(report.counts).toMatchObject({ create: 1, update: 1, disable: 2 });
  });

  it("bring somebody back who comes back", async () => {
    const { id, people } = await team("Research & Development");
    const finance = await world.hands.groupId("Finance");
    const [person] = people as [Person];
    await world.hands.move(person.id, id, finance);
    await world.sync();
    expect((await world.resources()).get(String(person.mail))?.Inactive).toBe(true);

    await world.hands.move(person.id, finance, id);
    const { report } = await world.sync();

    expect(report.counts.enable).toBe(1);
    expect((await world.resources()).get(String(person.mail))?.Inactive).toBe(false);
  });

  it("make a disabled account inactive", async () => {
    const [person] = (await team("Research & Development")).people as [Person];
    await world.hands.change(person.id, { accountEnabled: false });

    const { report } = await world.sync();

    expect(report.counts.disable).toBe(1);
    expect((await world.resources()).get(String(person.mail))?.Inactive).toBe(true);
  });

  it("read in full, say why and disable nobody when the delta link has expired", async () => {
    await world.sandbox.advance(8 * DAY_MS);
    world.sandbox.requests.mark();

    const { report } = await world.sync();

    expect(report.mode).toBe("full");
    expect(JSON.stringify(report)).toMatch(/no longer accepts|expired|days/);
    expect(report.counts.disable).toBe(0);
    expect(writes()).toBe(0);
  });

  it("wait as long as they are told when throttled", async () => {
    const { people } = await team("Research & Development");
    const person = people[1] as Person;
    await world.hands.change(person.id, { jobTitle: "Principal Engineer" });
    fault({ host: "graph.microsoft.com", method: "GET", times: 2, then: { status: 429, retryAfter: 1 } });
    fault({ host: "my.oneplan.ai", method: "POST", times: 1, then: { status: 429, retryAfter: 1 } });
    const started = performance.now();

    const { report } = await world.sync();

    expect(report.counts.update).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(3_000);
  });
});

describe("what stops a run", () => {
  it("a limit: nothing is written, and the allowed set passes afterwards", async () => {
    const group = await world.hands.groupId("OnePlan Users");
    const projects = await world.hands.groupId("Projects");
    await world.hands.move(projects, group, await world.hands.groupId("Vacant Positions"));
    world.sandbox.requests.mark();

    const stopped = await world.sync();

    expect(stopped.code).toBe(20);
    expect(stopped.report.status).toBe("Failure");
    expect(writes()).toBe(0);

    await world.hands.move(projects, await world.hands.groupId("Vacant Positions"), group);
    expect((await world.sync()).report.counts.disable).toBe(0);
  });

  it("--allow lets exactly that set pass, and no more", async () => {
    await world.writeOutputs((outputs) => {
      outputs.sync = { users: { limits: { disable: { count: 3 } } } };
    });
    const { id, people } = await team();
    const vacant = await world.hands.groupId("Vacant Positions");
    for (const person of people.slice(0, 5)) await world.hands.move(person.id, id, vacant);
    const stopped = await world.sync();
    const hash = stopped.report.limit?.hash ?? "";

    const allowed = await world.sync("--allow", hash);

    expect(stopped.code).toBe(20);
    expect(stopped.report.failure).toContain(`--allow ${hash}`);
    expect(allowed.report.counts.disable).toBe(5);

    await world.hands.move(people[5]?.id ?? "", id, vacant);
    for (const person of people.slice(6, 10)) await world.hands.move(person.id, id, vacant);
    expect((await world.sync()).code).toBe(20);
    await world.writeOutputs();
  });
});

describe("OnePlan does not let a resource be inactivated", () => {
  it("is a stated outcome of that user, and no loop", async () => {
    oneplanBehaviour(world.sandbox.world).inactivate = "ignore";
    const [person] = (await team("Research & Development")).people.slice(2) as [Person];
    await world.hands.remove(person.id);

    const first = await world.sync();
    world.sandbox.requests.mark();
    const second = await world.sync();

    expect(first.code).toBe(10);
    expect(first.report.exceptions.find(({ sourceId }) => sourceId === person.id)?.reason).toMatch(/inactive/);
    expect(writes()).toBe(0);
    expect(second.report.counts.disable).toBe(0);
  });
});

describe("killed in the middle", () => {
  it("and run again: everybody once", async () => {
    const fresh = await deployable({ users: 600, seed: 7 });
    try {
      await fresh.stack.up();
      await fresh.writeOutputs();
      // Late answers, so that the kill meets writes that OnePlan has done and the sync has not heard of.
      fresh.sandbox.faults.add({ host: "my.oneplan.ai", method: "POST", after: 40, then: { delayMs: 300 } });
      const child = startSync(fresh);
      await creates(fresh, 60);
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
      fresh.sandbox.faults.clear();

      const { report } = await fresh.sync();
      const { report: settled } = await fresh.sync("--full");

      const ids = [...(await fresh.resources()).values()].map(({ Office365Id }) => Office365Id).filter(Boolean);
      expect(new Set(ids).size).toBe(ids.length);
      expect(report.counts.create).toBeGreaterThan(0);
      expect(settled.counts).toMatchObject({ create: 0, update: 0, link: 0, disable: 0, enable: 0 });
    } finally {
      await fresh.close();
    }
  }, 120_000);
});

function startSync({ env, outputsFile, stateFile, stack }: Deployed): ChildProcess {
  const args = [cli, "sync", "users", "--outputs", outputsFile, "--state", stateFile, "--json"];
  return spawn("node", args, { cwd: stack.folder, env, stdio: "ignore" });
}

/** Until OnePlan has answered so many creates. */
async function creates({ sandbox }: Deployed, wanted: number): Promise<void> {
  const done = () =>
    sandbox.requests.entries().filter(({ host, method }) => host === "my.oneplan.ai" && method === "POST").length;
  while (done() < wanted) await new Promise((resolve) => setImmediate(resolve));
}

it("keeps its state in a file of its own that can be thrown away: adopted again, nobody disabled", async () => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(world.stateFile + suffix, { force: true });

  const { report } = await world.sync();

  expect(report.mode).toBe("full");
  expect(report.counts.create).toBe(0);
  expect(report.counts.disable).toBe(0);
  expect(report.counts.link).toBeGreaterThan(50);
}, 60_000);
