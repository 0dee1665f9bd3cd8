/** The worst days of a user sync, one by one, from a deployed stack: what happens, and that nobody is harmed. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { directory, type Directory } from "../../sandbox/directory/index.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { FaultRule } from "../../sandbox/faults/index.ts";
import { oneplanBehaviour } from "../../sandbox/hosts/oneplan/behaviour.ts";
import type { OneplanData } from "../../sandbox/hosts/oneplan/model.ts";
import { type Deployed, cli, deployable } from "./deployed.ts";
import { expectedPeople, fieldsOf, heldById, heldResources } from "./expected.ts";

const HOUR_MS = 60 * 60 * 1000;

let world: Deployed;
let tenant: Directory;

beforeAll(async () => {
  world = await deployable({ users: 300, seed: 5 });
  await world.stack.up();
  await world.writeOutputs();
  tenant = directory(world.sandbox.world);
  await world.sync();
}, 180_000);

afterAll(() => world.close());

afterEach(() => {
  world.sandbox.faults.clear();
  Object.assign(oneplanBehaviour(world.sandbox.world), { inactivate: "accept", staleListReads: 0 });
});

function group(name: string): DirectoryObject {
  const found = [...tenant.groups.values()].find((each) => text(each, "displayName") === name);
  if (!found) throw new Error(`There is no group ${name}.`);
  return found;
}

function user(id: string): DirectoryObject {
  const found = tenant.users.get(id);
  if (!found) throw new Error(`There is no user ${id}.`);
  return found;
}

/** Linked people who are wanted, active and not protected; the same ones in the same order each time. */
function colleagues(): string[] {
  const held = heldById(world.sandbox.world);
  const isOrdinary = (id: string) => held.get(id)?.Inactive === false && held.get(id)?.GlobalPermissions === 0;
  return [...expectedPeople(world.sandbox.world).keys()].filter(isOrdinary);
}

function retitle(ids: readonly string[], jobTitle: string): void {
  for (const id of ids) tenant.people.update("users", user(id), { jobTitle });
}

function oneplan(): { configId: string; resources: OneplanData["resources"] } {
  return world.sandbox.world.section<OneplanData>("oneplan", () => {
    throw new Error("OnePlan was not started.");
  });
}

function fault(rule: FaultRule): void {
  world.sandbox.faults.add(rule);
}

/** Writes that OnePlan was asked for since the last mark. */
function writes(): number {
  const entries = world.sandbox.requests.entries();
  return entries.filter(({ host, method }) => host === "my.oneplan.ai" && method !== "GET").length;
}

/** Runs, and expects that OnePlan is not asked for any change, and that the run says why. */
async function refused(why: RegExp, ...args: string[]): Promise<number> {
  const before = JSON.stringify(heldResources(world.sandbox.world));
  world.sandbox.requests.mark();
  const { code, report, stderr } = await world.sync(...args);
  expect(report?.failure ?? stderr).toMatch(why);
  expect(writes()).toBe(0);
  expect(JSON.stringify(heldResources(world.sandbox.world))).toBe(before);
  return code;
}

describe("1. the scope group is renamed, deleted, re-created or empty", () => {
  it("renamed: a scope error", async () => {
    tenant.people.update("groups", group("OnePlan Users"), { displayName: "OnePlan People" });
    expect(await refused(/is now called "OnePlan People"/)).toBe(1);
    tenant.people.update("groups", group("OnePlan People"), { displayName: "OnePlan Users" });
  });

  it("deleted, and re-created: scope errors, until a person says that the new one is meant", async () => {
    const { id } = group("OnePlan Users");
    const members = [...tenant.people.membersOf(id)];
    tenant.people.deleteGroup(id);
    expect(await refused(/was deleted in Entra/)).toBe(1);

    const made = { id: world.sandbox.world.guid("made anew"), displayName: "OnePlan Users", mailNickname: "anew" };
    tenant.people.createGroup(made, members);
    expect(await refused(/is not the one of the last sync/)).toBe(1);

    const { report } = await world.sync("--full");
    expect(report.failure).toBeUndefined();
    expect(report.counts).toMatchObject({ create: 0, disable: 0 });
  });

  it("empty: over the limit", async () => {
    const { id } = group("OnePlan Users");
    const members = [...tenant.people.membersOf(id)];
    for (const member of members) tenant.people.removeMember(id, member);
    expect(await refused(/--allow/)).toBe(20);
    expect(await refused(/gave nobody who should be active/, "--full")).toBe(20);

    for (const member of members) tenant.people.addMember(id, member);
    expect((await world.sync()).report.counts).toMatchObject({ create: 0, disable: 0 });
  });
});

it.each([
  ["the people, cut after 60 %", { path: "/v1.0/users", then: { cut: 60_000 } }],
  [
    "the members of groups, with a server error from the second page on",
    { path: "*/groups/delta", after: 1, then: { status: 500 } },
  ],
] as const)("2. the read broke off: %s: nothing disabled", async (_, rule) => {
  fault({ host: "graph.microsoft.com", method: "GET", ...rule });
  expect(await refused(/graph\.microsoft\.com/, "--full")).toBe(1);
});

describe("3. the wrong tenant or the wrong OnePlan group: refused before anything but a probe", () => {
  it("the outputs of another tenant", async () => {
    await world.writeOutputs((outputs) => {
      outputs.tenant.id = "0c7f3b1e-2222-4222-8222-222222222222";
    });
    const reads = () => world.sandbox.requests.entries().filter(({ path }) => /\/(users|groups|resources)/.test(path));
    expect(await refused(/tenant|sign/i)).toBe(1);
    expect(reads()).toEqual([]);
    await world.writeOutputs();
  });

  it("the key of another OnePlan group", async () => {
    const data = oneplan();
    const { configId } = data;
    data.configId = world.sandbox.world.guid("another group");
    expect(await refused(/OnePlan group/)).toBe(1);
    const asked = world.sandbox.requests.entries().filter(({ host }) => host === "my.oneplan.ai");
    expect(new Set(asked.map(({ path }) => path.toLowerCase()))).toEqual(new Set(["/api/resources/megroup"]));
    data.configId = configId;
  });
});

it("4. half the company changed its mail domain overnight: updates, not leavers and joiners", async () => {
  const moved = colleagues().filter((_, index) => index % 2 === 0);
  for (const id of moved) {
    const mail = text(user(id), "mail").replace(/@.*/, "@northwind.example");
    tenant.people.update("users", user(id), { mail });
  }

  const { report } = await world.sync();

  expect(report.counts).toMatchObject({ update: moved.length, create: 0, disable: 0, enable: 0 });
  const held = heldById(world.sandbox.world);
  const wanted = expectedPeople(world.sandbox.world);
  for (const id of moved) expect(fieldsOf(held.get(id) as never)).toEqual(wanted.get(id));
});

describe("5. nested groups that cannot be resolved, or contain each other", () => {
  it.each([
    ["full", ["--full"]],
    ["delta", []],
  ])("the members of a nested group are refused, %s: nothing is planned", async (_, args) => {
    const after = args.length > 0 ? 1 : 0;
    fault({ host: "graph.microsoft.com", path: "*/groups/delta", after, then: { status: 403 } });
    expect(await refused(/members/, ...args)).toBe(1);
  });

  it("a cycle: everybody once, and nobody less", async () => {
    const [inner, outer] = [group("Consulting").id, group("OnePlan Users").id];
    tenant.people.addMember(inner, outer);
    for (const args of [[], ["--full"]]) {
      const { report } = await world.sync(...args);
      expect(report.failure).toBeUndefined();
      expect(report.counts).toMatchObject({ create: 0, disable: 0 });
    }
    tenant.people.removeMember(inner, outer);
    expect((await world.sync()).report.counts).toMatchObject({ create: 0, disable: 0 });
  });
});

it("6. two runs at once, and a run killed between a write and its record: one of each object", async () => {
  const staff = group("Consulting").id;
  const hired = [];
  for (let n = 0; n < 8; n += 1) {
    const person = { displayName: `Twin ${n}`, alias: `twin${n}`, jobTitle: "Consultant", groupId: staff };
    hired.push(await world.hands.hire(person));
  }
  // Reading back takes long: all is written by then, and nothing of it is recorded.
  fault({ host: "my.oneplan.ai", method: "GET", path: "/api/resources/*-*", then: { delayMs: 20_000 } });
  world.sandbox.requests.mark();
  const args = [cli, "sync", "users", "--outputs", world.outputsFile, "--state", world.stateFile, "--json"];
  const first = spawn("node", args, { cwd: world.stack.folder, env: world.env, stdio: "ignore" });
  const closed = new Promise((resolve) => first.once("close", resolve));
  while (writes() < hired.length && first.exitCode === null) await delay(1);

  const second = await world.sync();
  first.kill("SIGKILL");
  await closed;
  world.sandbox.faults.clear();
  await world.sync();
  const { report } = await world.sync("--full");

  expect(second.stderr).toMatch(/under way since/);
  const held = heldById(world.sandbox.world);
  for (const { id } of hired) expect(held.get(id)?.Inactive).toBe(false);
  expect(report.counts).toMatchObject({ create: 0, link: 0, disable: 0 });
}, 120_000);

describe("7. somebody left and came back", () => {
  it("an account that was disabled, and one that was deleted and restored: active again, with what they had", async () => {
    const [left = "", deleted = ""] = colleagues();
    const before = heldById(world.sandbox.world);
    tenant.people.update("users", user(left), { accountEnabled: false });
    tenant.people.deleteUser(deleted);
    expect((await world.sync()).report.counts.disable).toBe(2);

    tenant.people.update("users", user(left), { accountEnabled: true });
    tenant.people.restoreUser(deleted);
    const { report } = await world.sync();

    expect(report.counts).toMatchObject({ enable: 2, create: 0 });
    for (const id of [left, deleted]) {
      expect(heldById(world.sandbox.world).get(id)).toMatchObject({ id: before.get(id)?.id, Inactive: false });
    }
  });

  it("deleted and made anew under the same mail: named as a question, not merged", async () => {
    const [gone = ""] = colleagues();
    const mail = text(user(gone), "mail");
    const kept = heldById(world.sandbox.world).get(gone);
    tenant.people.deleteUser(gone);
    tenant.people.purgeUser(gone);
    await world.sync();
    const alias = "made.anew";
    const person = { displayName: "Made Anew", alias, jobTitle: "Consultant", groupId: group("Consulting").id };
    const { id } = await world.hands.hire(person);
    tenant.people.update("users", user(id), { mail });

    const { code, report } = await world.sync();

    expect(code).toBe(10);
    expect(report.exceptions.find(({ sourceId }) => sourceId === id)?.reason).toContain("is this ");
    expect(heldById(world.sandbox.world).has(id)).toBe(false);
    expect(heldById(world.sandbox.world).get(gone)).toMatchObject({ id: kept?.id, Inactive: true });
    tenant.people.deleteUser(id);
    await world.sync();
  });
});

describe("8. the target answered success and did nothing, or its list was stale", () => {
  it("is seen at the read-back, retried and reported", async () => {
    oneplanBehaviour(world.sandbox.world).inactivate = "ignore";
    const [left = ""] = colleagues();
    tenant.people.update("users", user(left), { accountEnabled: false });
    world.sandbox.requests.mark();

    const { code, report } = await world.sync();

    expect(code).toBe(10);
    expect(report.exceptions.find(({ sourceId }) => sourceId === left)?.reason).toMatch(
      /answered success, but .* active/,
    );
    expect(writes()).toBe(2);
    tenant.people.update("users", user(left), { accountEnabled: true });
    await world.sync();
  });

  it("a stale list: nobody is made twice, and nothing is taken for failed", async () => {
    oneplanBehaviour(world.sandbox.world).staleListReads = 2;
    const person = {
      displayName: "Stale List",
      alias: "stale",
      jobTitle: "Consultant",
      groupId: group("Consulting").id,
    };
    const { id } = await world.hands.hire(person);
    retitle(colleagues().slice(0, 60), "Stale");

    const first = await world.sync();
    const second = await world.sync("--full");

    expect(first.report.counts).toMatchObject({ create: 1, update: 60 });
    expect(second.report.counts).toMatchObject({ create: 0, link: 0, disable: 0 });
    expect(heldById(world.sandbox.world).get(id)?.Inactive).toBe(false);
  });
});

it("9. an administrator changed a field and a group by hand: the field is healed by --full, the group stays", async () => {
  await world.sync("--full");
  const [id = ""] = colleagues();
  const resource = heldById(world.sandbox.world).get(id);
  const other = world.sandbox.world.guid("a group of the administrator's choice");
  const edited = { ...resource, name: "By Hand", OnePlanSecurityGroup: other } as never;
  oneplan().resources[resource?.id ?? ""] = edited;

  const delta = await world.sync();
  const untouched = heldById(world.sandbox.world).get(id)?.name;
  const full = await world.sync("--full");

  expect([delta.report.counts.update, untouched]).toEqual([0, "By Hand"]);
  expect(full.report.counts.update).toBe(1);
  expect(heldById(world.sandbox.world).get(id)).toMatchObject({
    name: text(user(id), "displayName"),
    OnePlanSecurityGroup: other,
  });
});

describe("10. one user fails every night", () => {
  it("the cursor moves on, the user is tried at growing intervals, and the report says since when", async () => {
    const [failing = "", other = ""] = colleagues();
    const resource = heldById(world.sandbox.world).get(failing)?.id ?? "";
    fault({ host: "my.oneplan.ai", method: "POST", path: `/api/resources/${resource}`, then: { status: 400 } });
    retitle([failing, other], "Night 1");
    const first = await world.sync();
    const second = await world.sync();
    world.sandbox.requests.mark();
    const third = await world.sync();

    expect(first.report.counts).toMatchObject({ update: 1, fail: 1 });
    expect(second.report).toMatchObject({ mode: "delta", counts: { update: 0, fail: 1 } });
    const since = second.report.exceptions.find(({ sourceId }) => sourceId === failing)?.since;
    expect(Date.parse(since ?? "")).toBeGreaterThan(Date.now() - HOUR_MS);
    // An hour has not passed: it is told of, and not tried.
    expect(third.report).toMatchObject({ status: "Success with Exceptions", counts: { fail: 1 } });
    expect(writes()).toBe(0);

    world.sandbox.faults.clear();
    await world.sync("--full");
  });

  it("more than 10 % and at least 20 of a run's objects fail: it stops and says so", async () => {
    const many = colleagues().slice(0, 60);
    retitle(many, "Everybody fails");
    fault({ host: "my.oneplan.ai", method: "POST", path: "/api/resources/*", after: 10, then: { status: 400 } });
    world.sandbox.requests.mark();

    const { code, report } = await world.sync();

    expect(code).toBe(1);
    expect(report.failure).toMatch(/fail/);
    expect(writes()).toBeLessThan(50);

    world.sandbox.faults.clear();
    await world.sync();
    const wanted = expectedPeople(world.sandbox.world);
    const held = heldById(world.sandbox.world);
    for (const id of many) expect(fieldsOf(held.get(id) as never)).toEqual(wanted.get(id));
  });
});
