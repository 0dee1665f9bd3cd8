/** People of a group: who comes in, who asks, who decides, and what is written down of it. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AccessDenied } from "../../../contract/errors.ts";
import { type Access, afterRemoval } from "../../../sync/access/access.ts";
import { verifyTrail } from "../../../sync/access/audit.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { Killer } from "../run/killer.ts";
import { declared, HOME, keyOf, linked, objectIdOf, OTHER, somebody, World } from "./people.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const ada = { name: "ada", person: keyOf("ada") };

let world: World;
let access: Access;

beforeEach(() => {
  world = new World();
  access = world.open();
});
afterEach(async () => {
  const { faults } = await verifyTrail(await world.store.read());
  await world.close();
  expect(faults).toEqual([]);
});

async function asked(name: string, by: Access = access): Promise<string> {
  return (await by.request(somebody(name), "I look after the rooms")).id;
}

describe("a declared administrator", () => {
  it("is one at the first sign-in, and not again after somebody took the access away", async () => {
    expect((await access.signIn(somebody("ada"))).decision).toMatchObject({ role: "Administrator" });
    await access.add({ tenant: HOME, objectId: objectIdOf("bob"), name: "bob" }, "Administrator", ada);
    await access.remove(keyOf("ada"), { name: "bob", person: keyOf("bob") });

    const { decision } = await access.signIn(somebody("ada"));

    expect(decision).toMatchObject({ mayRequest: true });
    expect(decision.role).toBeUndefined();
    expect(await world.actions()).toEqual([
      "administrator declared",
      "signed in",
      "person added",
      "person removed",
      "sign-in refused",
    ]);
  });

  it("has the name of the last sign-in", async () => {
    await access.signIn(somebody("ada", { name: "Ada Lovelace" }));

    expect(await access.people()).toMatchObject([{ name: "Ada Lovelace", role: "Administrator" }]);
  });
});

describe("without consent of the tenant's administrator", () => {
  beforeEach(() => {
    world.consented = false;
  });

  it("nobody comes in, whatever was given, and is told why", async () => {
    const { decision } = await access.signIn(somebody("ada"));

    expect(decision).toEqual({ why: "the tenant's administrator has not consented yet", mayRequest: false });
  });

  it("nobody of Entra is added", async () => {
    const adding = access.add({ tenant: HOME, objectId: objectIdOf("bob"), name: "bob" }, "Reader", ada);

    await expect(adding).rejects.toThrow(/has not consented yet/);
  });
});

describe("a request", () => {
  it("comes from the home tenant only", async () => {
    const open = world.open({ ...linked, oneplanConfiguration: undefined, authentication: "multiAuthentication" });
    const foreign = somebody("eve", { tenant: OTHER });

    await expect(open.request(foreign, "please")).rejects.toThrow(AccessDenied);
    await expect(access.request(foreign, "please")).rejects.toThrow(/only people of the group's own tenant/);
    expect(await open.requests()).toEqual([]);
  });

  it("says why", async () => {
    await expect(access.request(somebody("bob"), "  ")).rejects.toThrow(/say why/);
    await expect(access.request(somebody("bob"), "x".repeat(501))).rejects.toThrow(/at most 500/);
  });

  it("is one, however often somebody asks, and is shown at the sign-in", async () => {
    const id = await asked("bob");

    expect(await asked("bob")).toBe(id);
    expect((await access.signIn(somebody("bob"))).decision.role).toBeUndefined();
    expect(await access.requests()).toMatchObject([{ id, state: "open", name: "bob", why: "I look after the rooms" }]);
  });

  it("that is approved lets somebody in with the role that the administrator chose", async () => {
    const id = await asked("bob");

    await access.decide(id, { approve: true, role: "Editor" }, ada);

    expect((await access.signIn(somebody("bob"))).decision).toMatchObject({ role: "Editor" });
    expect((await world.trail()).find(({ action }) => action === "request approved")).toMatchObject({
      by: "ada",
      person: keyOf("ada"),
      subject: id,
      details: { person: keyOf("bob"), name: "bob", role: "Editor" },
    });
  });

  it("is decided once though two administrators decide at the same time, in two processes", async () => {
    const id = await asked("bob");
    await access.add({ tenant: HOME, objectId: objectIdOf("cid"), name: "cid" }, "Administrator", ada);
    const elsewhere = openSqliteState(world.file);
    const other = world.open(undefined, { store: elsewhere });

    const results = await Promise.allSettled([
      access.decide(id, { approve: true, role: "Reader" }, ada),
      other.decide(id, { approve: false }, { name: "cid", person: keyOf("cid") }),
      access.decide(id, { approve: false }, ada),
    ]);

    await elsewhere.close();
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    const refusals = results.filter((each) => each.status === "rejected").map(({ reason }) => String(reason));
    for (const refusal of refusals) expect(refusal).toMatch(/was (approved|denied) already by (ada|cid)/);
    const decisions = (await world.actions()).filter((action) => action.startsWith("request "));
    expect(decisions).toHaveLength(1);
  });

  it("that is denied rests for a day", async () => {
    await access.decide(await asked("bob"), { approve: false, why: "ask your manager" }, ada);

    await expect(asked("bob")).rejects.toThrow(/denied a short time ago \(ask your manager\)/);
    world.clock.advance(DAY_MS);
    expect(await asked("bob")).toBeDefined();
  });

  it("ends when nobody decides, and can be made again", async () => {
    const id = await asked("bob");
    world.clock.advance(14 * DAY_MS);

    await expect(access.decide(id, { approve: true, role: "Reader" }, ada)).rejects.toThrow(/is over since/);
    expect(await access.requests()).toMatchObject([{ state: "expired" }]);
    expect(await asked("bob")).not.toBe(id);
  });

  it("is found by the end of its id, and not where several are meant", async () => {
    const id = await asked("bob");
    await asked("cid");

    await expect(access.decide("2026", { approve: false }, ada)).rejects.toThrow(/Several requests/);
    await expect(access.decide("nothing", { approve: false }, ada)).rejects.toThrow(/There is no request/);
    expect(await access.decide(id.slice(-8), { approve: false }, ada)).toMatchObject({ id, state: "denied" });
  });

  it("is settled when the person is added: nobody decides about it once more", async () => {
    const id = await asked("bob");
    await access.add({ tenant: HOME, objectId: objectIdOf("bob"), name: "bob" }, "Administrator", ada);

    expect(await access.requests()).toMatchObject([{ id, state: "approved", decided: { by: "ada" } }]);
    await expect(access.decide(id, { approve: true, role: "Reader" }, ada)).rejects.toThrow(/was approved already/);
    expect((await world.actions()).slice(-2)).toEqual(["person added", "request approved"]);
  });

  it("of somebody who came in otherwise makes nobody less, not even the last administrator", async () => {
    const id = await asked("bob");
    const bob = { name: "bob", person: keyOf("bob") };
    const settings = world.open({ ...declared, administrators: [objectIdOf("bob")] });
    await settings.people();
    await settings.remove(keyOf("ada"), bob).catch(() => undefined);

    await expect(settings.decide(id, { approve: true, role: "Reader" }, bob)).rejects.toThrow(
      /"bob" is Administrator already: deny the request/,
    );
    expect(await settings.roleNow(keyOf("bob"))).toBe("Administrator");
    expect(await settings.decide(id, { approve: false }, bob)).toMatchObject({ state: "denied" });
  });

  it("that was made before the group was linked gives nobody anything", async () => {
    const id = await asked("bob");

    await expect(
      world.open(linked).decide(id, { approve: true, role: "Administrator" }, { name: "kim" }),
    ).rejects.toThrow(/People come into a linked group from OnePlan/);
    expect(await world.open().roleNow(keyOf("bob"))).toBeUndefined();
  });

  it("rests for no longer than a day, though it was denied by a clock that was ahead", async () => {
    const id = await asked("bob");
    world.clock.advance(10 * DAY_MS);
    await access.decide(id, { approve: false }, ada);
    world.clock.advance(-10 * DAY_MS);

    expect(await asked("bob")).toBeDefined();
  });

  it("is forgotten when there are a thousand newer ones that are over: the trail has it", async () => {
    const session = await world.store.lock("access");
    const at = (index: number) => new Date(Date.parse("2025-01-01T00:00:00Z") + index * 60_000).toISOString();
    const past = Array.from({ length: 1_040 }, (_, index) => `${at(index)}-00000000`);
    for (const id of past) {
      const value = { id, person: "entra:x", name: "x", tenant: HOME, objectId: "x", why: "y", asked: id, expires: id };
      await session.commit([{ partition: "access-requests", key: id, value: { ...value, state: "denied" } }]);
    }
    await session.release();
    const id = await asked("bob");
    await access.endExpired();
    await access.endExpired();

    const left = (await access.requests()).map((each) => each.id);
    expect(left).toEqual([id, ...past.slice(40).reverse()]);
  });

  it("is seen by who became an administrator later", async () => {
    const id = await asked("bob");
    await access.add({ tenant: HOME, objectId: objectIdOf("cid"), name: "cid" }, "Administrator", ada);

    const cid = { name: "cid", person: keyOf("cid") };
    expect(await access.decide(id, { approve: true, role: "Reader" }, cid)).toMatchObject({ state: "approved" });
  });
});

describe("an administrator", () => {
  it("who is the last one can neither go nor become less", async () => {
    await expect(access.remove(keyOf("ada"), ada)).rejects.toThrow(/the last administrator/);
    await expect(access.setRole(keyOf("ada"), "Reader", ada)).rejects.toThrow(/the last administrator/);
    expect(await access.roleNow(keyOf("ada"))).toBe("Administrator");
  });

  it("of two, both of whom remove the other at the same time, one stays", async () => {
    await access.add({ tenant: HOME, objectId: objectIdOf("cid"), name: "cid" }, "Administrator", ada);

    await Promise.allSettled([
      access.remove(keyOf("cid"), ada),
      access.remove(keyOf("ada"), { name: "cid", person: keyOf("cid") }),
    ]);

    expect(await access.people()).toMatchObject([{ name: expect.anything(), role: "Administrator" }]);
  });

  it("who was removed decides nothing any more, though the session is still there", async () => {
    await access.add({ tenant: HOME, objectId: objectIdOf("cid"), name: "cid" }, "Administrator", ada);
    await access.remove(keyOf("cid"), ada);

    const deciding = access.setRole(keyOf("ada"), "Reader", { name: "cid", person: keyOf("cid") });

    await expect(deciding).rejects.toThrow(/is no administrator/);
  });

  it.each(["Reader", "Editor"] as const)("is what no %s is", async (role) => {
    await access.add({ tenant: HOME, objectId: objectIdOf("bob"), name: "bob" }, role, ada);
    const bob = { name: "bob", person: keyOf("bob") };

    await expect(access.setRole(keyOf("bob"), "Administrator", bob)).rejects.toThrow(/is no administrator/);
    await expect(access.add({ tenant: HOME, objectId: objectIdOf("x"), name: "x" }, "Reader", bob)).rejects.toThrow(
      /is no administrator/,
    );
    await expect(access.remove(keyOf("ada"), bob)).rejects.toThrow(/is no administrator/);
  });

  it("adds nobody of another tenant, and nobody twice", async () => {
    const bob = { tenant: HOME, objectId: objectIdOf("bob"), name: "bob" };
    await access.add(bob, "Reader", ada);

    await expect(access.add({ ...bob, tenant: OTHER }, "Reader", ada)).rejects.toThrow(/of another tenant/);
    await expect(access.add(bob, "Editor", ada)).rejects.toThrow(/is Reader already/);
  });
});

describe("a group that is linked to one of OnePlan", () => {
  const eve = somebody("eve");
  const asOneplan = (standing: "owner" | "active" | "inactive" | "noPermission") =>
    world.open(linked, { askOnePlan: async () => ({ standing, oneplanId: "R1" }) });

  it("lets in as OnePlan says at each sign-in", async () => {
    expect((await asOneplan("owner").signIn(eve)).decision).toMatchObject({ role: "Administrator" });
    expect((await asOneplan("active").signIn(eve)).decision).toMatchObject({ role: "Reader" });
    expect((await asOneplan("inactive").signIn(eve)).decision.role).toBeUndefined();
    expect((await asOneplan("noPermission").signIn(eve)).decision.role).toBeUndefined();
    const gone = world.open(linked, { askOnePlan: async () => ({ standing: "absent" }) });
    expect((await gone.signIn(eve)).decision).toMatchObject({ why: "is not in the linked OnePlan group" });
  });

  it("believes what it saw last where OnePlan does not answer", async () => {
    await asOneplan("active").signIn(eve);

    expect((await world.open(linked).signIn(eve)).decision).toMatchObject({ role: "Reader" });
  });

  it("has Editors whom an administrator made so, and no other administrators than owners", async () => {
    await asOneplan("active").signIn(eve);
    const group = asOneplan("active");
    const byHand = { name: "kim on host" };

    await expect(group.setRole("oneplan:r1", "Administrator", byHand)).rejects.toThrow(
      /the owners of its OnePlan group/,
    );
    await group.setRole("oneplan:r1", "Editor", byHand);

    expect((await group.signIn(eve)).decision).toMatchObject({ role: "Editor" });
  });

  it("keeps out whom an administrator removed, unless OnePlan made an owner of him", async () => {
    await asOneplan("active").signIn(eve);
    await asOneplan("active").remove("oneplan:r1", { name: "kim on host" });

    expect(afterRemoval(await asOneplan("active").roleNow("oneplan:r1"))).toBe("has no access any more");
    expect((await asOneplan("active").signIn(eve)).decision).toMatchObject({ why: /removed by an administrator/ });
    expect((await asOneplan("owner").signIn(eve)).decision).toMatchObject({ role: "Administrator" });
    expect(afterRemoval(await asOneplan("owner").roleNow("oneplan:r1"))).toMatch(
      /is Administrator all the same, as an owner/,
    );
  });

  it("knows nobody as what he was in the OnePlan group that was linked before", async () => {
    await asOneplan("owner").signIn(eve);
    const other = { ...linked, oneplanConfiguration: "44444444-4444-4444-8444-444444444444" };
    const moved = world.open(other);

    expect(await moved.people()).toEqual([expect.objectContaining({ oneplan: undefined, role: undefined })]);
    expect(await moved.roleNow("oneplan:r1")).toBeUndefined();
    expect((await moved.signIn(eve)).decision.role).toBeUndefined();
    const here = world.open(other, { askOnePlan: async () => ({ standing: "active", oneplanId: "R1" }) });
    expect((await here.signIn(eve)).decision).toMatchObject({ role: "Reader" });
  });

  it("takes nobody of Entra, and lets nobody ask", async () => {
    const group = world.open(linked);

    const adding = group.add({ tenant: HOME, objectId: objectIdOf("bob"), name: "bob" }, "Reader", {
      name: "kim on host",
    });
    await expect(adding).rejects.toThrow(/from OnePlan: add the person to the OnePlan group/);
    await expect(group.request(eve, "please")).rejects.toThrow(/not in the linked OnePlan group/);
  });
});

it("strangers of other tenants write nothing down, and a name that is markup stays text", async () => {
  await access.signIn(somebody("eve", { tenant: OTHER }));
  expect(await world.actions()).toEqual(["administrator declared"]);

  await access.signIn(somebody("bob", { name: '<script>alert("x")</script>' }));
  expect((await world.trail()).at(-1)).toMatchObject({ by: '<script>alert("x")</script> <bob@contoso.com>' });
});

it("somebody without access who signs in again and again fills no trail: a refusal is written down once a day", async () => {
  for (let times = 0; times < 50; times += 1) await access.signIn(somebody("bob"));
  const refusals = async () => (await world.actions()).filter((action) => action === "sign-in refused").length;
  expect(await refusals()).toBe(1);

  world.consented = false;
  await access.signIn(somebody("bob"));
  expect(await refusals()).toBe(2);
  world.clock.advance(DAY_MS + 1);
  for (const name of ["bob", "bob", "cid"]) await access.signIn(somebody(name));
  expect(await refusals()).toBe(4);
  const kept: string[] = [];
  for await (const page of (await world.store.read()).list("access-refused")) kept.push(...page.map(({ key }) => key));
  expect(kept).toEqual([keyOf("bob"), keyOf("cid")]);
});

describe("the first person of the tenant", () => {
  const open = () => world.open({ ...declared, administrators: [], selfService: true });

  it("becomes the administrator where the settings say so, and nobody after that", async () => {
    const access = open();
    expect(await access.signIn(somebody("guest", { external: true }))).toMatchObject({
      decision: { mayRequest: true },
    });
    expect((await access.signIn(somebody("eve", { tenant: OTHER }))).decision.role).toBeUndefined();
    expect(await access.signIn(somebody("ada"))).toMatchObject({ decision: { role: "Administrator" }, first: true });
    const bob = await access.signIn(somebody("bob"));

    expect([bob.decision.role, bob.first]).toEqual([undefined, undefined]);
    expect((await access.signIn(somebody("ada"))).first).toBeUndefined();
    expect((await world.trail()).filter(({ action }) => action === "administrator by self-service")).toMatchObject([
      { by: "ada <ada@contoso.com>", person: keyOf("ada"), subject: keyOf("ada") },
    ]);
  });

  it("is one of two who come at the same moment, in two processes", async () => {
    const came = await Promise.all(["ada", "bob", "cid"].map((name) => open().signIn(somebody(name))));

    expect(came.filter(({ decision }) => decision.role === "Administrator")).toHaveLength(1);
    const administrators = (await open().people()).filter(({ role }) => role === "Administrator");
    expect(administrators).toHaveLength(1);
    expect((await world.actions()).filter((action) => action === "administrator by self-service")).toHaveLength(1);
  });

  it("is nobody where the settings do not say so, where there is an administrator, and where the group is linked", async () => {
    expect(
      (await world.open({ ...declared, administrators: [] }).signIn(somebody("ada"))).decision.role,
    ).toBeUndefined();
    expect((await world.open({ ...linked, selfService: true }).signIn(somebody("ada"))).decision.role).toBeUndefined();
    const who = { tenant: HOME, objectId: objectIdOf("kim"), name: "kim" };
    await open().add(who, "Administrator", { name: "the command line" });

    expect((await open().signIn(somebody("ada"))).decision.role).toBeUndefined();
  });

  it("survives a kill before and after each write: an administrator with the entry, or nobody yet", async () => {
    for (let steps = 0, dead = true; dead; steps += 1) {
      const other = new World();
      const killer = new Killer(steps);
      const killed = other.open(
        { ...declared, administrators: [], selfService: true },
        { store: killer.store(other.store) },
      );
      await killed.signIn(somebody("ada")).catch(() => undefined);

      const role = await other.open({ ...declared, administrators: [] }).roleNow(keyOf("ada"));
      expect(await other.actions()).toEqual(role === undefined ? [] : ["administrator by self-service", "signed in"]);
      await other.close();
      ({ dead } = killer);
    }
  });
});
