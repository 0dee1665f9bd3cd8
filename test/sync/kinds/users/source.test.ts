import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { offices } from "../../../../sandbox/data/workplaces.ts";
import { expireDeltaTokens, graphFaults } from "../../../../sandbox/directory/faults.ts";
import { applicationRole } from "../../../../sandbox/data/permissions.ts";
import { directory } from "../../../../sandbox/directory/index.ts";
import type { Json } from "../../../../sync/model/json-value.ts";
import { byId, readAll, reasonOf } from "./reading.ts";
import { startTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant(1500);
});
afterAll(() => tenant.close());

const linked = () => true;
const SCOPE = ["OnePlan Users"];
/** Four levels down: OnePlan Users > Projects > Engineering > this. */
const TEAM = `Engineering ${offices[0]?.city}`;

/** Who is a member by any way, as Entra itself says it. */
async function transitiveMembers(group: string): Promise<Set<string>> {
  const ids = new Set<string>();
  const path = `/groups/${group}/transitiveMembers?$select=id&$top=999`;
  let next: string | undefined = path;
  while (next !== undefined) {
    const page: { value: { id: string; "@odata.type": string }[]; "@odata.nextLink"?: string } = await tenant.graph(
      "GET",
      next,
    );
    for (const member of page.value) if (member["@odata.type"].endsWith(".user")) ids.add(member.id);
    next = page["@odata.nextLink"]?.split("/v1.0")[1];
  }
  return ids;
}

async function personIn(
  group: string,
  isWanted: (id: string) => boolean = () => true,
): Promise<{ id: string; displayName: string }> {
  const path = `/groups/${group}/members?$select=id,displayName,mail,accountEnabled`;
  const { value } = await tenant.graph<{
    value: { id: string; displayName: string; mail: string; accountEnabled: boolean }[];
  }>("GET", path);
  const person = value.find(({ id, mail, accountEnabled }) => mail && accountEnabled && isWanted(id));
  if (!person) throw new Error("Nobody is there.");
  return person;
}

describe("a full read", () => {
  it("gives everybody, in as many requests as there are pages, and a place to go on from", async () => {
    const before = tenant.requests();

    const { objects, cursor } = await readAll(tenant.source([]), tenant.store, { mode: "full" });

    expect(byId(objects).size).toBe(objects.length);
    expect(objects.length).toBeGreaterThanOrEqual(1500);
    // The delta link, how many there are, and two pages of 999.
    expect(tenant.requests() - before).toBe(2 + Math.ceil(objects.length / 999));
    const next = await readAll(tenant.source([]), tenant.store, { mode: "delta", cursor });
    expect(next.objects).toEqual([]);
  });

  it("gives those who are in a group, through other groups too", async () => {
    const { objects } = await readAll(tenant.source(SCOPE), tenant.store, { mode: "full" });

    const members = await transitiveMembers(await tenant.groupId("OnePlan Users"));
    expect(new Set(objects.map(({ id }) => id))).toEqual(members);
    expect(members.size).toBeGreaterThan(100);
  });

  it("gives those who are in one of several groups, and of the others those who are linked", async () => {
    const groups = ["Finance", "OnePlan Users"];
    const members = new Set<string>();
    for (const name of groups) for (const id of await transitiveMembers(await tenant.groupId(name))) members.add(id);

    const { objects } = await readAll(tenant.source(groups), tenant.store, { mode: "full", linked });

    const out = objects.filter((object) => reasonOf(object) === 'not a member of "Finance" or "OnePlan Users"');
    expect(objects.length - out.length).toBe(members.size);
    expect(out.some(({ id }) => members.has(id))).toBe(false);
    expect(objects.length).toBeGreaterThanOrEqual(1500);
  });
});

describe("a delta read", () => {
  it("tells of a hire, a change, a leaver and an account that was disabled", async () => {
    const source = tenant.source([]);
    const { cursor } = await readAll(source, tenant.store, { mode: "full" });
    const finance = await tenant.groupId("Finance");
    const hired = await tenant.createUser("Noor Haddad");
    const [changed, left, disabled] = (
      await tenant.graph<{ value: { id: string }[] }>("GET", `/groups/${finance}/members?$top=3`)
    ).value.map(({ id }) => id);
    await tenant.graph("PATCH", `/users/${changed}`, { jobTitle: "Controller" });
    await tenant.graph("DELETE", `/users/${left}`);
    await tenant.graph("PATCH", `/users/${disabled}`, { accountEnabled: false });

    const objects = byId((await readAll(source, tenant.store, { mode: "delta", cursor, linked })).objects);

    expect(new Set(objects.keys())).toEqual(new Set([hired, changed, left, disabled]));
    expect(objects.get(hired)).toMatchObject({ life: "active", fields: { name: "Noor Haddad" } });
    // Only what changed is in the answer; the rest was asked for.
    expect(objects.get(String(changed))?.fields).toMatchObject({
      jobTitle: "Controller",
      name: expect.any(String) as unknown,
    });
    expect(reasonOf(objects.get(String(left)))).toBe("deleted in Entra");
    expect(reasonOf(objects.get(String(disabled)))).toBe("account disabled in Entra");
  });

  it("tells of moves between nested groups, and of groups that come and go", async () => {
    const source = tenant.source(SCOPE);
    const { cursor, objects: all } = await readAll(source, tenant.store, { mode: "full" });
    const inScope = byId(all);
    const root = await tenant.groupId("OnePlan Users");
    const team = await tenant.groupId(TEAM);
    const finance = await tenant.groupId("Finance");
    const outsider = await personIn(finance, (id) => !inScope.has(id));
    const member = await personIn(team);
    const guild = await tenant.createGroup("Guild");
    const inner = await tenant.createGroup("Inner Guild");
    const hired = await tenant.createUser("Kim Novak");
    await tenant.addMember(inner, outsider.id);
    await tenant.addMember(inner, hired);
    await tenant.addMember(guild, inner);
    // Groups that contain each other are no reason to walk in circles.
    await tenant.addMember(inner, guild);
    await tenant.addMember(root, guild);
    await tenant.removeMember(team, member.id);

    const first = await readAll(source, tenant.store, { mode: "delta", cursor, linked });
    const objects = byId(first.objects);
    expect(objects.get(outsider.id)).toMatchObject({ life: "active", label: outsider.displayName });
    expect(objects.get(hired)).toMatchObject({ life: "active" });
    const stillMember = (await transitiveMembers(root)).has(member.id);
    expect(reasonOf(objects.get(member.id))).toBe(stillMember ? undefined : 'not a member of "OnePlan Users"');

    await tenant.removeMember(root, guild);
    const second = await readAll(source, tenant.store, { mode: "delta", cursor: first.cursor, linked });
    expect(reasonOf(byId(second.objects).get(outsider.id))).toBe('not a member of "OnePlan Users"');

    await tenant.addMember(root, guild);
    await tenant.graph("DELETE", `/groups/${inner}`);
    const third = await readAll(source, tenant.store, { mode: "delta", cursor: second.cursor, linked });
    expect(byId(third.objects).get(outsider.id)?.life).not.toBe("active");
  });

  it("with 100 changes asks Graph at most 12 times for everybody, and 20 times with a group", async () => {
    for (const [groups, most] of [
      [[], 12],
      [SCOPE, 20],
    ] as const) {
      const source = tenant.source(groups);
      const { cursor, objects } = await readAll(source, tenant.store, { mode: "full" });
      for (const [index, { id }] of objects.slice(0, 90).entries()) {
        await tenant.graph("PATCH", `/users/${id}`, { jobTitle: `${groups.join()} ${index}` });
      }
      const finance = await tenant.groupId("Finance");
      for (let index = 0; index < 10; index += 1)
        await tenant.addMember(finance, await tenant.createUser(`Hire ${index}`));
      const before = tenant.requests();

      const delta = await readAll(source, tenant.store, { mode: "delta", cursor, linked });

      expect(byId(delta.objects).size).toBe(100);
      expect(tenant.requests() - before).toBeLessThanOrEqual(most);
    }
  }, 60_000);

  it("takes a new user as the change tells him while he cannot be read by id yet", async () => {
    const source = tenant.source([]);
    const { cursor } = await readAll(source, tenant.store, { mode: "full" });
    graphFaults(tenant.sandbox.world).lagReads = 3;
    const hired = await tenant.createUser("Fresh Hire");
    graphFaults(tenant.sandbox.world).lagReads = 0;

    const { objects } = await readAll(source, tenant.store, { mode: "delta", cursor });

    expect(byId(objects).get(hired)).toMatchObject({ life: "active", fields: { name: "Fresh Hire" } });
  });

  it.each([410, 400] as const)("says when its position is no longer accepted (%d)", async (status) => {
    graphFaults(tenant.sandbox.world).expiredDeltaToken = status;
    const everybody = await readAll(tenant.source([]), tenant.store, { mode: "full" });
    const scoped = await readAll(tenant.source(SCOPE), tenant.store, { mode: "full" });
    tenant.sandbox.world.advance(1);
    expireDeltaTokens(tenant.sandbox.world);
    tenant.sandbox.world.advance(1);

    for (const [groups, cursor] of [
      [[], everybody.cursor],
      [SCOPE, scoped.cursor],
    ] as const) {
      await expect(readAll(tenant.source(groups), tenant.store, { mode: "delta", cursor })).rejects.toMatchObject({
        name: "CursorExpired",
      });
    }
  });

  it("does not go on from a position that other settings left", async () => {
    const everybody = await readAll(tenant.source([]), tenant.store, { mode: "full" });
    const scoped = await readAll(tenant.source(SCOPE), tenant.store, { mode: "full" });
    const pairs: [readonly string[], Json][] = [
      [SCOPE, everybody.cursor],
      [[], scoped.cursor],
      [["Finance"], scoped.cursor],
      [["OnePlan Users", "Finance"], scoped.cursor],
      [[], { users: 7 }],
    ];
    for (const [groups, cursor] of pairs) {
      await expect(readAll(tenant.source(groups), tenant.store, { mode: "delta", cursor })).rejects.toMatchObject({
        name: "CursorExpired",
      });
    }
  });

  it("does not go on from memberships that a later full read replaced", async () => {
    const first = await readAll(tenant.source(SCOPE), tenant.store, { mode: "full" });
    await readAll(tenant.source(SCOPE), tenant.store, { mode: "full", killedAfter: 1 });
    await expect(
      readAll(tenant.source(SCOPE), tenant.store, { mode: "delta", cursor: first.cursor }),
    ).rejects.toMatchObject({
      name: "CursorExpired",
      message: "The memberships that the last run stored are gone.",
    });
  });
});

describe("the scope", () => {
  const full = (groups: string[], options?: { acceptReplacedGroups: boolean }) =>
    readAll(tenant.source(groups, options), tenant.store, { mode: "full" });

  it.each([
    ["OnePlan User", 'Group "OnePlan User" does not exist in Entra; did you mean "OnePlan Users"?'],
    ["oneplan users", 'Group "oneplan users" is written "OnePlan Users" in Entra, and group names are case sensitive.'],
    ["Duplicates", 'Group "Duplicates" exists twice in Entra (ids '],
    ["O'Brien's", "Group \"O'Brien's\" does not exist in Entra."],
  ])("is refused for %s", async (name, message) => {
    await expect(full([name])).rejects.toMatchObject({
      name: "ScopeError",
      message: expect.stringContaining(message) as unknown,
    });
  });

  it("tells groups apart that differ in letter case", async () => {
    const { objects } = await full(["engineering"]);
    expect(new Set(objects.map(({ id }) => id))).toEqual(await transitiveMembers(await tenant.groupId("engineering")));
  });

  it("may be a group that nobody is in", async () => {
    expect((await full(["Vacant Positions"])).objects).toEqual([]);
  });

  it("is refused when its group was renamed, deleted, or made anew: nobody has left", async () => {
    const id = await tenant.createGroup("Shifting");
    await tenant.addMember(id, await tenant.createUser("Shifty"));
    const { cursor } = await full(["Shifting"]);
    const both = async (message: string) => {
      const delta = readAll(tenant.source(["Shifting"]), tenant.store, { mode: "delta", cursor });
      await expect(delta).rejects.toMatchObject({ name: "ScopeError", message });
      await expect(full(["Shifting"])).rejects.toMatchObject({ name: "ScopeError", message });
    };

    await tenant.graph("PATCH", `/groups/${id}`, { displayName: "Shifted" });
    await both(
      `Group "Shifting" (id ${id}) is now called "Shifted". Write the new name into tenantwire:oneplan.users.groups and deploy (pulumi up), or rename it back.`,
    );

    await tenant.graph("DELETE", `/groups/${id}`);
    await both(
      `Group "Shifting" (id ${id}) was deleted in Entra since the last sync. Restore it, or name another one in tenantwire:oneplan.users.groups and deploy (pulumi up).`,
    );

    const anew = await tenant.createGroup("Shifting");
    await both(
      `Group "Shifting" is not the one of the last sync: it was deleted and made anew, or renamed and its name given to another (id ${id} then, ${anew} now). If the new one is meant, sync once with --full.`,
    );
    const accepted = await full(["Shifting"], { acceptReplacedGroups: true });
    expect(accepted.objects).toEqual([]);
    await expect(full(["Shifting"])).resolves.toMatchObject({ objects: [] });
  });

  it("is not guessed where the permission is missing", async () => {
    const { world } = tenant.sandbox;
    const as = world.deployer;
    const { appRoleAssignments } = directory(world);
    for (const { id, principalId, appRoleId } of [...appRoleAssignments.values()]) {
      const readsUsers = appRoleId === applicationRole("Directory.Read.All");
      if (principalId === as.objectId && readsUsers) appRoleAssignments.remove(id);
    }

    await expect(readAll(tenant.source([], { as }), tenant.store, { mode: "full" })).rejects.toMatchObject({
      name: "PermissionError",
      message: expect.stringContaining(
        "read users (Authorization_RequestDenied): that needs the application permission User.Read.All",
      ) as unknown,
    });
  });
});

describe("single users", () => {
  it("are read after the read of a run, with its scope", async () => {
    const source = tenant.source(SCOPE);
    const signal = AbortSignal.timeout(10_000);
    await expect(source.fetch(["x"], signal)).rejects.toThrow(TypeError);
    const { objects } = await readAll(source, tenant.store, { mode: "full" });
    const inside = objects[0]?.id ?? "";
    const outside = await tenant.createUser("Outside");
    const gone = "00000000-0000-4000-8000-000000000000";

    const fetched = await source.fetch([inside, outside, gone], signal);

    expect(fetched.map((object) => [object.id, object.why ?? object.life])).toEqual([
      [inside, objects[0]?.why ?? "active"],
      [outside, 'not a member of "OnePlan Users"'],
      [gone, "deleted in Entra"],
    ]);
  });

  it("are asked for by object ids and by nothing else that a target may carry in their place", async () => {
    const source = tenant.source(SCOPE);
    const { objects } = await readAll(source, tenant.store, { mode: "full" });
    const { mail } = await tenant.graph<{ mail: string }>("GET", `/users/${objects[0]?.id}?$select=mail`);
    const carried = ["", mail, `../groups/${await tenant.groupId("OnePlan Users")}`, "?$select=id"];
    const before = tenant.requests();

    const fetched = await source.fetch(carried, AbortSignal.timeout(10_000));

    expect(fetched.map((object) => [object.id, object.why])).toEqual(carried.map((id) => [id, "deleted in Entra"]));
    expect(tenant.requests()).toBe(before);
  });

  it("are read alone by what people call them, with the scope of a full read", async () => {
    const { id: inside } = await personIn(await tenant.groupId("OnePlan Users"));
    const { mail } = await tenant.graph<{ mail: string }>("GET", `/users/${inside}?$select=mail`);
    const outside = await tenant.createUser("Outside alone");
    const gone = "00000000-0000-4000-8000-000000000000";

    const read = await tenant.source(SCOPE).readOnly?.([mail, outside, gone, "nobody@contoso.com"], {
      isLinked: async (id) => id === gone,
      state: await tenant.store.read(),
      dryRun: true,
      signal: AbortSignal.timeout(60_000),
    });

    expect(read?.items.map((object) => [object.id, object.why ?? object.life])).toEqual([
      [inside, "active"],
      [outside, 'not a member of "OnePlan Users"'],
      [gone, "deleted in Entra"],
    ]);
    expect(read?.unknown).toEqual(["nobody@contoso.com"]);
  });
});

describe("a dry run", () => {
  it("stores nothing, and learns the same", async () => {
    const source = tenant.source(SCOPE);
    const { cursor } = await readAll(source, tenant.store, { mode: "full" });
    const hired = await tenant.createUser("Dry Hire");
    await tenant.addMember(await tenant.groupId(TEAM), hired);

    // State that is open for reading refuses every write.
    const dry = await readAll(source, tenant.store, { mode: "delta", cursor, dryRun: true });
    const wet = await readAll(source, tenant.store, { mode: "delta", cursor });

    expect(byId(dry.objects).has(hired)).toBe(true);
    expect(dry.objects).toEqual(wet.objects);
    await readAll(tenant.source(SCOPE), tenant.store, { mode: "full", dryRun: true });
  });
});
