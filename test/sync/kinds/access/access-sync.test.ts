/** OnePlan's side of a linked group: roles follow it, grants are limited, and each change is in the audit trail. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startSandbox } from "../../../../sandbox/server.ts";
import type { Identity, Person } from "../../../../contract/access/people.ts";
import type { Role } from "../../../../contract/access/rules.ts";
import { noteAllowed } from "../../../../sync/access/allowed.ts";
import { verifyTrail } from "../../../../sync/access/audit.ts";
import { OnePlanMembers } from "../../../../sync/connectors/oneplan/members.ts";
import { accessDefinition } from "../../../../sync/kinds/access/index.ts";
import { askStanding } from "../../../../sync/kinds/access/sign-in.ts";
import { parseAccessSettings } from "../../../../sync/kinds/access/settings.ts";
import { readLimitedSets } from "../../../../sync/run/allowances.ts";
import { runSync } from "../../../../sync/run/run.ts";
import type { RunOptions } from "../../../../sync/run/definition.ts";
import type { RunReport } from "../../../../sync/run/report.ts";
import { HOME, linked, objectIdOf, OTHER, somebody, World } from "../../access/people.ts";
import { Killer } from "../../run/killer.ts";
import { startTestHosts, type TestHosts, throughProxy } from "../../connectors/hosts.ts";

const HOST = "my.oneplan.ai";
const CONFIGURATION = linked.oneplanConfiguration ?? "";

interface InOnePlan {
  Inactive?: boolean;
  CanLogin?: boolean;
  OnePlanSecurityGroup?: string;
  Office365Id?: string;
}

let world: World;
let hosts: TestHosts;
let people: Map<string, InOnePlan>;
let configuration: string;
/** Mail addresses that are not those of the ids. */
let alias: Map<string, string>;

beforeEach(async () => {
  world = new World();
  configuration = CONFIGURATION;
  alias = new Map();
  people = new Map<string, InOnePlan>([
    ["olga", { OnePlanSecurityGroup: "owners" }],
    ["mia", { Office365Id: objectIdOf("mia").toUpperCase() }],
  ]);
  hosts = await startTestHosts();
  hosts.answer(HOST, ({ url, query }) => {
    const path = url.split("?")[0] ?? "";
    if (path === "/api/resources/megroup") return { body: { ConfigId: configuration, Name: "Contoso" } };
    if (path === "/api/securitygroups/admin") return { body: { id: "owners", GroupName: "Owners" } };
    const all = [...people].map(([id, given]) => resource(id, given));
    if (path === "/api/resources") {
      const email = query.get("email");
      return { body: all.filter(({ Fields: { mail } }) => email === null || mail === email.toLowerCase()) };
    }
    const one = all.find(({ id }) => path === `/api/resources/${id}`);
    return { body: one ?? null };
  });
});
afterEach(async () => {
  const { faults } = await verifyTrail(await world.store.read());
  await hosts.close();
  await world.close();
  expect(faults).toEqual([]);
});

function resource(id: string, given: InOnePlan) {
  const common = {
    Generic: false,
    Inactive: false,
    CanLogin: true,
    OnePlanSecurityGroup: "members",
    Office365Id: null,
  };
  return { id, name: `${id} of OnePlan`, ...common, ...given, Fields: { mail: alias.get(id) ?? `${id}@contoso.com` } };
}

function members(group = CONFIGURATION): OnePlanMembers {
  return new OnePlanMembers({ baseUrl: `https://${HOST}`, keyName: "k", key: async () => "s" }, group);
}

function run(options: Partial<RunOptions> = {}, sync: unknown = {}): Promise<RunReport> {
  const { limits } = parseAccessSettings(sync);
  const definition = accessDefinition({ members: members(), limits, now: world.clock.now, by: "a test", scope: [] });
  return runSync(definition, { store: world.store, now: world.clock.now, sleep: world.clock.sleep, ...options });
}

async function roles(): Promise<Readonly<Record<string, Role | undefined>>> {
  return Object.fromEntries((await world.open(linked).people()).map(({ oneplanId = "", role }) => [oneplanId, role]));
}

it("makes owners Administrator and other active people Reader, and nobody of whom OnePlan lets nobody in", async () => {
  people.set("ian", { Inactive: true });
  people.set("nora", { CanLogin: false });

  const report = await run();

  expect(report).toMatchObject({ status: "Success", counts: { create: 2 } });
  expect(await roles()).toEqual({ olga: "Administrator", mia: "Reader" });
  expect(await world.trail()).toMatchObject([
    { action: "person came from OnePlan", by: "a test", details: { from: "none" } },
    { action: "person came from OnePlan", details: { from: "none" } },
  ]);
  expect((await world.open(linked).signIn(somebody("mia"))).decision).toMatchObject({ role: "Reader" });
});

it("owners became readers where OnePlan wrote the id of their group in other letters", async () => {
  await run();
  people.set("olga", { OnePlanSecurityGroup: "OWNERS" });
  expect((await run()).counts).toMatchObject({ update: 0 });
  expect(await roles()).toMatchObject({ olga: "Administrator" });
});

it("changes nothing where nothing changed, and stores nothing in a dry run", async () => {
  expect((await run({ dryRun: true })).counts.create).toBe(2);
  expect(await world.trail()).toEqual([]);
  await run();

  const again = await run();

  expect(again).toMatchObject({ status: "Success", counts: { create: 0, update: 0, link: 0 } });
  expect(await world.trail()).toHaveLength(2);
});

it.each<[what: string, path: string, body: unknown]>([
  ["somebody who is not in the list is read", "/api/resources/olga", {}],
  ["somebody who is not in the list is read", "/api/resources/olga", { message: "ok" }],
  ["somebody who is not in the list is read", "/api/resources/olga", []],
  ["somebody who is not in the list is read", "/api/resources/olga", { id: "mia", name: "Mia" }],
  ["it is asked who administers the group", "/api/securitygroups/admin", []],
  ["it is asked who administers the group", "/api/securitygroups/admin", {}],
])("takes access away from nobody where a gateway answers when %s: %s %j", async (_what, wrong, body) => {
  await run();
  const before = await roles();
  hosts.answer(HOST, ({ url }) => {
    const path = url.split("?")[0] ?? "";
    if (path === wrong) return { body };
    if (path === "/api/resources/megroup") return { body: { ConfigId: configuration, Name: "Contoso" } };
    if (path === "/api/securitygroups/admin") return { body: { id: "owners", GroupName: "Owners" } };
    // A list that ends early: Olga is not in it.
    return { body: path === "/api/resources" ? [resource("mia", people.get("mia") ?? {})] : null };
  });

  const report = await run();

  expect([report.status, report.failure ?? report.exceptions[0]?.reason]).toEqual([
    "Failure",
    expect.stringContaining("did not answer as documented when asked to"),
  ]);
  expect(await roles()).toEqual(before);
});

it("takes access away from who became inactive, lost the permission or is gone; what an administrator gave does not help", async () => {
  for (const id of ["ian", "nora", "gina"]) people.set(id, {});
  await run();
  await world.open(linked).setRole("oneplan:ian", "Editor", { name: "kim" });
  expect(await roles()).toMatchObject({ ian: "Editor", nora: "Reader", gina: "Reader" });

  people.set("ian", { Inactive: true });
  people.set("nora", { CanLogin: false });
  people.delete("gina");
  const report = await run();
  // Every session of those is over.
  const ended = ["ian", "nora", "gina", "mia", "olga"].map((id) => world.open(linked).removedAt(`oneplan:${id}`));
  const at = world.clock.now().toISOString();
  expect(await Promise.all(ended)).toEqual([at, at, at, undefined, undefined]);

  expect(report.counts.disable).toBe(3);
  expect(await roles()).toEqual({
    olga: "Administrator",
    mia: "Reader",
    ian: undefined,
    nora: undefined,
    gina: undefined,
  });
  people.set("ian", {});
  await run();
  expect(await roles()).toMatchObject({ ian: "Editor" });
});

it("stops where more people would become administrators than one run may make, until that is allowed", async () => {
  await run();
  for (const id of ["a", "b", "c"]) people.set(id, { OnePlanSecurityGroup: "owners" });
  const settings = { access: { limits: { grant: { count: 2 } } } };

  const stopped = await run({}, settings);

  expect(stopped).toMatchObject({ status: "Failure", exitCode: 20 });
  expect(stopped.failure).toMatch(/3 grants of an administrator's role, more than the 2 that one run may do/);
  expect(await roles()).toEqual({ olga: "Administrator", mia: "Reader" });
  const { hash = "" } = stopped.limit ?? {};
  const onAllow = noteAllowed({ store: world.store, now: world.clock.now, by: "kim" });
  expect(await run({ allow: hash, onAllow }, settings)).toMatchObject({ status: "Success" });
  expect(await roles()).toMatchObject({ a: "Administrator", b: "Administrator", c: "Administrator" });
  const why = expect.stringContaining("3 grants");
  expect((await world.trail()).slice(2)).toMatchObject([
    { action: "plan allowed", by: "kim", subject: hash, details: { sync: "access", why } },
    ...["a", "b", "c"].map((id) => ({ action: "person came from OnePlan", subject: `oneplan:${id}` })),
  ]);
});

it("is killed at any point of a run that was allowed: whatever is written by it has its entry before", async () => {
  const settings = { access: { limits: { grant: { count: 2 } } } };
  await run({}, settings);
  for (let steps = 0, dead = true; dead; steps += 1) {
    for (const id of ["a", "b", "c"]) people.set(`${id}${steps}`, { OnePlanSecurityGroup: "owners" });
    const { hash = "" } = (await run({}, settings)).limit ?? {};
    const killer = new Killer(steps);
    const store = killer.store(world.store);
    const onAllow = noteAllowed({ store, now: world.clock.now, by: "kim" });
    await run({ allow: hash, onAllow, store }, settings).catch(() => undefined);
    dead = killer.dead;

    const isNoted = (await world.trail()).some(({ action, subject }) => action === "plan allowed" && subject === hash);
    const sets = await readLimitedSets(await world.store.read(), "access");
    const counts = sets.some((set) => set.hash === hash && set.allowedUntil !== undefined);
    if (counts || (await roles())[`a${steps}`] !== undefined) expect(isNoted).toBe(true);
    if (!dead) expect(isNoted).toBe(true);
    expect((await verifyTrail(await world.store.read())).faults).toEqual([]);
  }
});

describe("--only", () => {
  it("is one person, by id or by mail address, however it is written", async () => {
    await run();
    for (const id of ["olga", "mia"]) people.set(id, { OnePlanSecurityGroup: id === "mia" ? "owners" : "members" });

    expect((await run({ only: ["MIA@contoso.com"] })).counts).toMatchObject({ update: 1 });
    expect(await roles()).toEqual({ olga: "Administrator", mia: "Administrator" });
    expect((await run({ only: ["olga"] })).counts).toMatchObject({ update: 1 });
    expect(await roles()).toEqual({ olga: "Reader", mia: "Administrator" });
  });

  it("is somebody new, and somebody who is not in OnePlan any more", async () => {
    people.set("gina", {});
    await run();
    people.delete("gina");
    people.set("nils", {});

    expect((await run({ only: ["nils@contoso.com"] })).counts).toMatchObject({ create: 1 });
    expect((await run({ only: ["gina@contoso.com"] })).counts).toMatchObject({ disable: 1 });
    expect(await roles()).toMatchObject({ nils: "Reader", gina: undefined, mia: "Reader" });
  });

  it("says of nobody that it is nobody, and of two that they are two", async () => {
    await run();
    expect((await run({ only: ["nobody@contoso.com"] })).notes).toEqual([
      'OnePlan has no "nobody@contoso.com" that is synced.',
    ]);
    alias.set("mia", "olga@contoso.com");

    expect((await run({ only: ["olga@contoso.com"] })).failure).toBe(
      '2 people of OnePlan have the mail address "olga@contoso.com": give the id of one (olga and mia).',
    );
  });
});

it("counts who is raised as well as who is new, in the first run too", async () => {
  const settings = { access: { limits: { grant: { count: 0 } } } };
  expect((await run({}, settings)).exitCode).toBe(20);
  people.set("olga", {});
  expect((await run({}, settings)).status).toBe("Success");
  people.set("mia", { OnePlanSecurityGroup: "owners" });

  expect((await run({}, settings)).failure).toMatch(/1 grant of an administrator's role/);
});

it("refuses the people of another group than the one that is declared", async () => {
  configuration = "44444444-4444-4444-8444-444444444444";

  const report = await run();

  expect(report.status).toBe("Failure");
  expect(report.failure).toMatch(/is of the group 44444444.*names 33333333/);
  expect(await roles()).toEqual({});
});

it("goes on where the link moves to another group: who was in the one before has no role, and the trail grows", async () => {
  await run();
  configuration = "44444444-4444-4444-8444-444444444444";
  people = new Map<string, InOnePlan>([["nils", { OnePlanSecurityGroup: "owners" }]]);
  const moved = accessDefinition({
    ...{ members: members(configuration), limits: parseAccessSettings({}).limits },
    ...{ now: world.clock.now, by: "a test", scope: [configuration] },
  });

  const report = await runSync(moved, { store: world.store, now: world.clock.now, sleep: world.clock.sleep });

  expect(report.failure).toBeUndefined();
  const group = world.open({ ...linked, oneplanConfiguration: configuration });
  expect((await group.people()).map(({ oneplanId, role }) => [oneplanId, role])).toEqual(
    expect.arrayContaining([
      ["nils", "Administrator"],
      ["olga", undefined],
      ["mia", undefined],
    ]),
  );
});

it("finds somebody by mail only where OnePlan knows no other person of Entra under it", async () => {
  const signal = AbortSignal.timeout(10_000);

  expect(await members().find("mia@contoso.com", objectIdOf("mia"), signal)).toMatchObject({ id: "mia" });
  expect(await members().find("mia@contoso.com", objectIdOf("eve"), signal)).toBeUndefined();
  expect(await members().find("olga@contoso.com", objectIdOf("olga"), signal)).toMatchObject({ standing: "owner" });
});

describe("who it is that signs in", () => {
  const asked = (identity: Identity, known?: Person) =>
    askStanding(members(), { identity, known, home: HOME }, AbortSignal.timeout(10_000));
  const remembered = (oneplanId: string): Person => ({
    ...{ key: `oneplan:${oneplanId}`, name: oneplanId, oneplanId, since: "2026-01-01T00:00:00.000Z" },
  });

  it("is told by the address where OnePlan knows no id, of the tenant's own members alone", async () => {
    expect(await asked(somebody("olga"))).toEqual({ standing: "owner", oneplanId: "olga" });
    expect(await asked(somebody("olga", { external: true }))).toEqual({ standing: "absent" });
    expect(await asked(somebody("olga", { tenant: OTHER }))).toEqual({ standing: "absent" });
    expect(await asked(somebody("olga", { external: true }), remembered("olga"))).toEqual({ standing: "absent" });
  });

  it("is told by the id in Entra where OnePlan knows it, of guests too, and of nobody else who has the address", async () => {
    expect(await asked(somebody("mia", { external: true }))).toMatchObject({ standing: "active" });
    expect(await asked(somebody("mia", { objectId: objectIdOf("eve") }))).toEqual({ standing: "absent" });
  });

  it("is remembered beside what OnePlan says, which the next run does not take back", async () => {
    await run();
    const signal = AbortSignal.timeout(10_000);
    const group = world.open(linked, {
      askOnePlan: (identity, known) => askStanding(members(), { identity, known, home: HOME }, signal),
    });
    expect((await group.signIn(somebody("olga"))).decision).toMatchObject({ role: "Administrator" });

    expect((await run()).counts).toMatchObject({ update: 0, none: 2 });
    expect((await world.open(linked).signIn(somebody("olga"))).decision).toMatchObject({ role: "Administrator" });
  });

  it("has what an administrator decided of him before he came", async () => {
    people.set("nora", {});
    await run();
    await world.open(linked).remove("oneplan:nora", { name: "kim" });
    const group = world.open(linked, { askOnePlan: async () => ({ standing: "active", oneplanId: "nora" }) });

    expect((await group.signIn(somebody("nora"))).decision).toMatchObject({ why: /removed by an administrator/ });
  });

  it("is nobody whom the group knew by the id that OnePlan has corrected since", async () => {
    await run();
    people.set("mia", { Office365Id: objectIdOf("bob") });
    await run();

    expect(await world.open(linked).removedAt("oneplan:mia")).toBe(world.clock.now().toISOString());
    const mistaken = await world.open(linked).signIn(somebody("mia"));
    expect(mistaken).toEqual({ decision: expect.objectContaining({ why: "is not in the linked OnePlan group" }) });
    expect((await world.open(linked).signIn(somebody("bob"))).decision).toMatchObject({ role: "Reader" });
  });

  it("is another one once OnePlan says that it is another one's", async () => {
    people.set("olga", { OnePlanSecurityGroup: "owners", Office365Id: objectIdOf("ada") });

    expect(await asked(somebody("eve"), remembered("olga"))).toEqual({ standing: "absent" });
    expect(await asked(somebody("ada"), remembered("olga"))).toMatchObject({ standing: "owner" });
  });
});

it("reads the people of the stand-in's OnePlan", async () => {
  await hosts.close();
  const sandbox = await startSandbox({ users: 20, provider: false });
  const leave = throughProxy(sandbox);
  try {
    const { name, value } = sandbox.world.oneplanKey;
    const connection = { baseUrl: `https://${HOST}`, keyName: name, key: async () => value };
    const signal = AbortSignal.timeout(60_000);
    const found = [];
    for await (const page of new OnePlanMembers(connection, CONFIGURATION).list(signal)) found.push(...page);

    expect(found.filter(({ standing }) => standing === "owner").length).toBeGreaterThan(0);
    await expect(new OnePlanMembers(connection, CONFIGURATION).group(signal)).rejects.toThrow(/names 33333333/);
  } finally {
    await leave();
    await sandbox.stop();
    hosts = await startTestHosts();
  }
}, 60_000);
