import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { expireDeltaTokens, graphFaults } from "../../sandbox/directory/faults.ts";
import { directory } from "../../sandbox/directory/index.ts";
import type { Directory } from "../../sandbox/directory/index.ts";
import { newTenant } from "./graph-client.ts";
import type { Body, Client } from "./graph-client.ts";

const DAY = 86_400_000;

async function tenantOf(users = 30) {
  const tenant = newTenant({ users });
  const admin = await tenant.as(tenant.world.administrator);
  const { body } = await admin.get("/v1.0/users?$select=id&$top=999");
  return { ...tenant, admin, directory: directory(tenant.world), ids: body.value.map((each) => each["id"] as string) };
}

/** The link for "from now on". */
async function latest(admin: Client, kind: "users" | "groups", query = ""): Promise<string> {
  const { status, body } = await admin.get(`/v1.0/${kind}/delta?$deltaToken=latest${query}`);
  expect(status).toBe(200);
  expect(body.value).toEqual([]);
  return body["@odata.deltaLink"] as string;
}

async function groupId(admin: Client, name: string): Promise<string> {
  return (await admin.get(`/v1.0/groups?$filter=displayName eq '${name}'&$select=id`)).body.value[0]?.["id"] as string;
}

describe("users/delta", () => {
  it("tells everybody in the first round, page by page, and ends in a delta link on the caller's host", async () => {
    const { admin, ids } = await tenantOf(30);
    const page = { prefer: "odata.maxpagesize=8" };

    const { items, pages, last } = await admin.all("/v1.0/users/delta?$select=displayName", page);

    // Recorded: the last page with data has a next link, and the delta link comes with an empty page.
    expect(pages).toBe(5);
    expect(last.value).toEqual([]);
    expect(last["@odata.context"]).toBe("https://graph.microsoft.com/v1.0/$metadata#users(displayName)");
    expect(items.map((each) => each["id"])).toEqual(ids);
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(["displayName", "id"]);
    expect(last["@odata.deltaLink"]).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\/delta\?\$deltatoken=/);
    expect(last).not.toHaveProperty("@odata.nextLink");
  });

  it("tells the default properties without $select; what has no value and empty lists are absent", async () => {
    const { admin, ids } = await tenantOf(2);
    await admin.patch(`/v1.0/users/${ids[1]}`, { jobTitle: null, businessPhones: [] });

    const { items } = await admin.all("/v1.0/users/delta");
    const { body } = await admin.get(`/v1.0/users/${ids[1]}`);

    const isSet = ([name, value]: [string, unknown]) => name[0] !== "@" && value !== null && !Array.isArray(value);
    expect(items[1]).toEqual(Object.fromEntries(Object.entries(body).filter(isSet)));
    expect(items[1]).not.toHaveProperty("jobTitle");
    expect(items[1]).not.toHaveProperty("businessPhones");
  });

  it("tells of what a change emptied that it is empty", async () => {
    const { admin, ids } = await tenantOf(2);
    const link = await latest(admin, "users");
    await admin.patch(`/v1.0/users/${ids[1]}`, { jobTitle: null, businessPhones: [] });

    const { items } = await admin.all(link);

    expect(items).toEqual([{ id: ids[1], businessPhones: [], jobTitle: null }]);
  });

  it("ends with one empty page where something changed, and is one page where nothing did", async () => {
    const { admin, ids } = await tenantOf(2);
    const link = await latest(admin, "users");
    await admin.patch(`/v1.0/users/${ids[1]}`, { jobTitle: "New" });

    const { pages, last } = await admin.all(link);

    expect(pages).toBe(2);
    expect((await admin.all(last["@odata.deltaLink"] as string)).pages).toBe(1);
  });

  it("tells of a change what changed, and nothing when only other properties changed", async () => {
    const { admin, ids } = await tenantOf();
    const link = await latest(admin, "users", "&$select=displayName,mail,department");
    await admin.patch(`/v1.0/users/${ids[3]}`, { displayName: "New Name", jobTitle: "New Job" });
    await admin.patch(`/v1.0/users/${ids[4]}`, { jobTitle: "New Job" });

    const { items, last } = await admin.all(link);

    expect(items).toEqual([{ id: ids[3], displayName: "New Name" }]);
    expect((await admin.all(last["@odata.deltaLink"] as string)).items).toEqual([]);
  });

  it("tells nothing of a change that changes nothing", async () => {
    const { admin, ids } = await tenantOf();
    const { body } = await admin.get(`/v1.0/users/${ids[3]}?$select=displayName`);
    const link = await latest(admin, "users");

    await admin.patch(`/v1.0/users/${ids[3]}`, { displayName: body["displayName"] });

    expect((await admin.all(link)).items).toEqual([]);
  });

  it("tells everything of somebody new or restored, and of leavers whether they can come back", async () => {
    const { admin, ids } = await tenantOf();
    const [restored, leaver, gone] = ids.slice(5, 8);
    const first = await latest(admin, "users", "&$select=displayName,mail");
    const { body: hired } = await admin.post("/v1.0/users", {
      displayName: "Hire",
      mailNickname: "hire",
      userPrincipalName: "hire@contoso.com",
      accountEnabled: true,
      passwordProfile: { password: "P@ssw0rd-of-a-test" },
    });
    for (const id of [restored, leaver, gone]) await admin.delete(`/v1.0/users/${id}`);
    await admin.delete(`/v1.0/directory/deletedItems/${gone}`);

    const { items, last } = await admin.all(first);

    expect(items).toEqual([
      { id: hired["id"], displayName: "Hire" },
      { id: restored, "@removed": { reason: "changed" } },
      { id: leaver, "@removed": { reason: "changed" } },
      { id: gone, "@removed": { reason: "deleted" } },
    ]);
    await admin.post(`/v1.0/directory/deletedItems/${restored}/restore`);
    await admin.delete(`/v1.0/directory/deletedItems/${leaver}`);
    expect((await admin.all(last["@odata.deltaLink"] as string)).items).toEqual([
      { id: restored, displayName: expect.any(String), mail: expect.anything() },
      { id: leaver, "@removed": { reason: "deleted" } },
    ]);
  });

  it("tells leavers who can come back in the first round too", async () => {
    const { admin, ids } = await tenantOf(5);
    await admin.delete(`/v1.0/users/${ids[2]}`);

    const { items } = await admin.all("/v1.0/users/delta?$select=id");

    expect(items).toHaveLength(5);
    expect(items.at(-1)).toEqual({ id: ids[2], "@removed": { reason: "changed" } });
    expect((await admin.all("/v1.0/users/delta?$select=id", { prefer: "odata.maxpagesize=3" })).items).toEqual(items);
  });

  it("answers the same link again with the same changes", async () => {
    const { admin, ids } = await tenantOf();
    const link = await latest(admin, "users");
    await admin.patch(`/v1.0/users/${ids[3]}`, { displayName: "New Name" });

    expect((await admin.all(link)).items).toEqual((await admin.all(link)).items);
  });

  it("follows the named objects only, at most 50", async () => {
    const { admin, ids } = await tenantOf(60);
    const named = (count: number) =>
      ids
        .slice(0, count)
        .map((id) => `id eq '${id}'`)
        .join(" or ");
    const { items, last } = await admin.all(`/v1.0/users/delta?$select=displayName&$filter=${named(50)}`);
    await admin.patch(`/v1.0/users/${ids[49]}`, { displayName: "Inside" });
    await admin.patch(`/v1.0/users/${ids[50]}`, { displayName: "Outside" });

    expect(items).toHaveLength(50);
    expect((await admin.all(last["@odata.deltaLink"] as string)).items).toEqual([
      { id: ids[49], displayName: "Inside" },
    ]);
    expect((await admin.get(`/v1.0/users/delta?$filter=${named(51)}`)).body.error.code).toBe(
      "Request_UnsupportedQuery",
    );
  });

  it.each([
    ["$top=5"],
    ["$expand=manager"],
    ["$orderby=displayName"],
    ["$filter=displayName eq 'x'"],
    ["$filter=id eq 'x' and id eq 'y'"],
    ["$select=pager"],
    ["$select=members"],
    ["$deltatoken=abc"],
    ["$skiptoken=abc"],
    ["$deltaToken=latest&$select=pager"],
  ])("refuses %s", async (query) => {
    const { admin } = await tenantOf(2);

    expect((await admin.get(`/v1.0/users/delta?${query}`)).status).toBe(400);
  });

  it("refuses another kind's link, and a link with another selection", async () => {
    const { admin } = await tenantOf(2);
    const link = await latest(admin, "users");

    expect((await admin.get(link.replace("/users/", "/groups/"))).status).toBe(400);
    expect((await admin.get(`${link}&$select=mail`)).status).toBe(400);
  });
});

describe("an expired link", () => {
  it("lives seven days of the world's clock", async () => {
    const { admin, as, world } = await tenantOf(2);
    const link = await latest(admin, "users", "&$select=mail,department");

    world.advance(7 * DAY - 60_000);
    expect((await (await as(world.administrator)).get(link)).status).toBe(200);
    world.advance(60_001);
    const { status, headers, body } = await (await as(world.administrator)).get(link);

    expect({ status, code: body.error.code }).toEqual({ status: 410, code: "syncStateNotFound" });
    const restart = new URL(headers["location"] as string);
    expect(restart.searchParams.get("$deltatoken")).toBe("");
    expect(restart.searchParams.get("$select")).toBe("mail,department");
    expect((await (await as(world.administrator)).all(restart.href)).items).toHaveLength(2);
  });

  it("can be expired at once, and answered as 400", async () => {
    const { admin, world } = await tenantOf(2);
    const link = await latest(admin, "users");
    graphFaults(world).expiredDeltaToken = 400;
    expireDeltaTokens(world);

    const { status, headers, body } = await admin.get(link);

    expect({ status, code: body.error.code }).toEqual({ status: 400, code: "syncStateNotFound" });
    expect(headers["location"]).toBeUndefined();
    world.advance(1);
    expect((await admin.get(await latest(admin, "users"))).status).toBe(200);
  });
});

describe("groups/delta", () => {
  it("tells members with their type, marks those who left, and follows only what was selected", async () => {
    const { admin, ids } = await tenantOf();
    const [finance, vacant] = [await groupId(admin, "Finance"), await groupId(admin, "Vacant Positions")];
    const withMembers = await latest(admin, "groups", "&$select=displayName,members");
    const without = await latest(admin, "groups", "&$select=displayName");
    const add = (member: string) =>
      admin.post(`/v1.0/groups/${vacant}/members/$ref`, {
        "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
      });
    await add(ids[1] ?? "");
    await add(ids[2] ?? "");
    await add(finance);
    await admin.delete(`/v1.0/groups/${vacant}/members/${ids[1]}/$ref`);
    await admin.patch(`/v1.0/groups/${finance}`, { displayName: "Money" });

    const left = { "@odata.type": "#microsoft.graph.user", id: ids[1], "@removed": { reason: "deleted" } };
    expect((await admin.all(withMembers)).items).toEqual([
      {
        id: vacant,
        "members@delta": [
          left,
          { "@odata.type": "#microsoft.graph.user", id: ids[2] },
          { "@odata.type": "#microsoft.graph.group", id: finance },
        ],
      },
      { id: finance, displayName: "Money" },
    ]);
    expect((await admin.all(without)).items).toEqual([{ id: finance, displayName: "Money" }]);
  });

  it("tells of a deleted group that it is gone for good", async () => {
    const { admin } = await tenantOf();
    const id = await groupId(admin, "Vacant Positions");
    const link = await latest(admin, "groups");

    await admin.delete(`/v1.0/groups/${id}`);

    expect((await admin.all(link)).items).toEqual([{ id, "@removed": { reason: "deleted" } }]);
  });

  it("spreads a large group over pages, its own properties on the first only", async () => {
    const { admin, directory } = await tenantOf(2_600);
    const id = await groupId(admin, "Vacant Positions");
    for (const user of [...directory.users.values()]) directory.people.addMember(id, user.id);

    const { items, pages } = await admin.all(`/v1.0/groups/delta?$select=displayName,members&$filter=id eq '${id}'`);

    // Recorded: ten empty pages, and one with the delta link.
    expect(pages).toBe(3 + 10 + 1);
    expect(items.map((each) => each["displayName"])).toEqual(["Vacant Positions", undefined, undefined]);
    const members = items.flatMap((each) => (each["members@delta"] as Body[]).map((member) => member["id"]));
    expect(new Set(members).size).toBe(2_600);
  });

  it("spreads many changes of one group over pages", async () => {
    const { admin, directory } = await tenantOf(1_500);
    const id = await groupId(admin, "Vacant Positions");
    const link = await latest(admin, "groups", "&$select=members");
    for (const user of [...directory.users.values()]) directory.people.addMember(id, user.id);

    const { items, pages } = await admin.all(link);

    expect(pages).toBe(3);
    expect(items.flatMap((each) => each["members@delta"] as Body[])).toHaveLength(1_500);
  });
});

/** What a reader knows who does as documented: merge, never overwrite; take removals in whatever round they come. */
class Reader {
  readonly known = new Map<string, { properties: Record<string, unknown>; members: Set<string> }>();
  link: string;

  constructor(start: string) {
    this.link = start;
  }

  /** One page. True when the round is complete. */
  async step(admin: Client, size: number): Promise<boolean> {
    const { status, body } = await admin.get(this.link, { prefer: `odata.maxpagesize=${size}` });
    expect(status).toBe(200);
    for (const { id, "@removed": removed, "members@delta": members, ...properties } of body.value) {
      if (removed) {
        this.known.delete(id as string);
        continue;
      }
      const entry = this.known.get(id as string) ?? { properties: {}, members: new Set<string>() };
      this.known.set(id as string, entry);
      Object.assign(entry.properties, properties);
      for (const member of (members ?? []) as Body[]) {
        if (member["@removed"]) entry.members.delete(member["id"] as string);
        else entry.members.add(member["id"] as string);
      }
    }
    this.link = (body["@odata.nextLink"] ?? body["@odata.deltaLink"]) as string;
    return body["@odata.deltaLink"] !== undefined;
  }
}

type Step =
  | { do: "read"; who: "users" | "groups"; size: number }
  | { do: "hire" | "rename" | "leave" | "restore" | "purge"; who: number }
  | { do: "join" | "part"; who: number; group: number }
  | { do: "renameGroup" | "dropGroup"; group: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("read" as const),
    who: fc.constantFrom("users" as const, "groups" as const),
    size: fc.integer({ min: 6, max: 20 }),
  }),
  fc.record({
    do: fc.constantFrom("hire" as const, "rename" as const, "leave" as const, "restore" as const, "purge" as const),
    who: fc.nat(40),
  }),
  fc.record({ do: fc.constantFrom("join" as const, "part" as const), who: fc.nat(40), group: fc.nat(40) }),
  fc.record({ do: fc.constantFrom("renameGroup" as const, "dropGroup" as const), group: fc.nat(40) }),
);

function change({ users, groups, people, data }: Directory, step: Exclude<Step, { do: "read" }>, count: number): void {
  const pick = (list: string[], index: number) => list[index % Math.max(list.length, 1)];
  const idsOf = (values: Iterable<{ id: string }>) => [...values].map((each) => each.id);
  const deleted = data.deleted.map((each) => each.object.id);
  const user = "who" in step ? pick(idsOf(users.values()), step.who) : undefined;
  const buried = "who" in step ? pick(deleted, step.who) : undefined;
  const group = "group" in step ? pick(idsOf(groups.values()), step.group) : undefined;
  switch (step.do) {
    case "hire":
      return people.createUser({
        id: `new-user-${count}`,
        displayName: `Hire ${count}`,
        userPrincipalName: `h${count}@contoso.com`,
      });
    case "rename":
      return user
        ? people.update("users", users.get(user) ?? { id: user }, { displayName: `Renamed ${count}` })
        : undefined;
    case "leave":
      return user ? people.deleteUser(user) : undefined;
    case "restore":
      return buried ? void people.restoreUser(buried) : undefined;
    case "purge":
      return buried ? people.purgeUser(buried) : undefined;
    case "join":
      return user && group && !people.membersOf(group).has(user) ? people.addMember(group, user) : undefined;
    case "part":
      return user && group && people.membersOf(group).has(user) ? people.removeMember(group, user) : undefined;
    case "renameGroup":
      return group
        ? people.update("groups", groups.get(group) ?? { id: group }, { displayName: `Group ${count}` })
        : undefined;
    case "dropGroup":
      return group ? people.deleteGroup(group) : undefined;
  }
}

it("whoever follows the links ends up knowing exactly what is there, whatever happens between pages", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 80, size: "max" }), async (script) => {
      const { admin, directory } = await tenantOf(12);
      const readers = {
        users: new Reader("/v1.0/users/delta?$select=displayName,accountEnabled"),
        groups: new Reader("/v1.0/groups/delta?$select=displayName,members"),
      };
      for (const [count, step] of script.entries()) {
        if (step.do === "read") await readers[step.who].step(admin, step.size);
        else change(directory, step, count);
      }
      // The round under way is finished, and one more tells what happened during it.
      for (const reader of Object.values(readers)) {
        for (let rounds = 0; rounds < 2;) if (await reader.step(admin, 6)) rounds++;
      }

      const { users, groups, people } = directory;
      expect(new Map([...readers.users.known].map(([id, { properties }]) => [id, properties]))).toEqual(
        new Map(
          [...users.values()].map(({ id, displayName, accountEnabled = true }) => [
            id,
            { displayName, accountEnabled },
          ]),
        ),
      );
      expect(
        new Map([...readers.groups.known].map(([id, { properties, members }]) => [id, { ...properties, members }])),
      ).toEqual(
        new Map(
          [...groups.values()].map(({ id, displayName }) => [
            id,
            { displayName, members: new Set(people.membersOf(id)) },
          ]),
        ),
      );
    }),
    { numRuns: 40 },
  );
}, 60_000);
