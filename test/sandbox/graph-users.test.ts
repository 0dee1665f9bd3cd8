import { beforeAll, describe, expect, it } from "@jest/globals";
import { ACQUIRED_DOMAIN } from "../../sandbox/directory/seed.ts";
import { userProperties } from "../../contract/user-properties.ts";
import { newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

const EVENTUAL = { consistencylevel: "eventual" };

let tenant: Tenant;
let admin: Client;

beforeAll(async () => {
  tenant = newTenant({ users: 250 });
  admin = await tenant.as(tenant.world.administrator);
});

function newUser(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    displayName: name,
    mailNickname: name,
    userPrincipalName: `${name}@contoso.com`,
    accountEnabled: true,
    passwordProfile: { password: "P@ssw0rd-of-a-test" },
    ...changes,
  };
}

async function hire(name: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await admin.post("/v1.0/users", newUser(name, changes));
  expect({ status, body }).toMatchObject({ status: 201 });
  return body["id"] as string;
}

describe("what a user shows", () => {
  it("without $select: Graph's eleven default properties", async () => {
    const { body } = await admin.get(`/v1.0/users/${tenant.world.ownerId}`);

    expect(Object.keys(body).sort()).toEqual([
      "@odata.context",
      "businessPhones",
      "displayName",
      "givenName",
      "id",
      "jobTitle",
      "mail",
      "mobilePhone",
      "officeLocation",
      "preferredLanguage",
      "surname",
      "userPrincipalName",
    ]);
  });

  it("with $select: what is named and nothing else, in that order", async () => {
    const { body } = await admin.get("/v1.0/users?$select=mail,department&$top=1");

    expect(Object.keys(body.value[0] ?? {})).toEqual(["mail", "department"]);
    expect(body["@odata.context"]).toBe("https://graph.microsoft.com/v1.0/$metadata#users(mail,department)");
  });

  it("every property that settings can map, the leave date with its own permission only", async () => {
    const select = [
      ...new Set([...userProperties.values()].filter((each) => !each.relation).map((each) => each.select)),
    ];
    const withLeave = await tenant.withRoles("User.Read.All", "User-LifeCycleInfo.Read.All");

    const { status, body } = await withLeave.get(`/v1.0/users?$select=${select.join(",")}`);
    expect(status).toBe(200);
    expect(Object.keys(body.value[0] ?? {})).toEqual(select);
    expect(Object.keys(body.value[0]?.["onPremisesExtensionAttributes"] ?? {})).toHaveLength(15);

    expect((await admin.get("/v1.0/users?$select=employeeLeaveDateTime")).body.error.code).toBe(
      "Authorization_RequestDenied",
    );
  });

  it("is refused for a property that users have not", async () => {
    expect(await admin.get("/v1.0/users?$select=id,pager")).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "BadRequest",
          message: "Could not find a property named 'pager' on type 'microsoft.graph.user'.",
        },
      },
    });
  });
});

describe("pages", () => {
  it.each([
    ["", 3, 100],
    ["?$top=999", 1, 250],
    ["?$top=249", 2, 249],
    ["?$top=250&$select=id", 1, 250],
    ["?$top=7&$filter=accountEnabled eq true&$select=id,accountEnabled", 35, 7],
  ])("/users%s: %i pages, the first of %i", async (query, pages, size) => {
    const first = await admin.get(`/v1.0/users${query}`);
    const all = await admin.all(`/v1.0/users${query}`);

    expect(first.body.value).toHaveLength(size);
    expect(all.pages).toBe(pages);
    const expected = query.includes("$filter") ? 7 * (pages - 1) + all.last.value.length : 250;
    expect(new Set(all.items.map((each) => each["id"])).size).toBe(expected);
  });

  it("the link names the caller's host and repeats the query", async () => {
    const { body } = await admin.get(
      "/v1.0/users?%24top=5&%24select=id,mail&%24filter=startswith(displayName,%27a%27)",
    );

    const link = new URL(body["@odata.nextLink"] as string);
    expect(link.origin + link.pathname).toBe("https://graph.microsoft.com/v1.0/users");
    expect(link.searchParams.get("$select")).toBe("id,mail");
    expect(link.searchParams.get("$filter")).toBe("startswith(displayName,'a')");
    expect(link.searchParams.get("$top")).toBe("5");
  });

  it("nobody is skipped or shown twice when others leave between two pages", async () => {
    const { as, world } = newTenant({ users: 30 });
    const caller = await as(world.administrator);
    const first = (await caller.get("/v1.0/users?$top=10&$select=id")).body;
    const ids = first.value.map((each) => each["id"] as string);
    await caller.delete(`/v1.0/users/${ids[3]}`);
    await caller.delete(`/v1.0/users/${ids[9]}`);

    const rest = await caller.all(first["@odata.nextLink"] as string);

    expect(rest.items).toHaveLength(20);
    expect(rest.items.filter((each) => ids.includes(each["id"] as string))).toEqual([]);
  });

  it.each([
    ["$top=1000"],
    ["$top=0"],
    ["$top=x"],
    ["$skiptoken=x"],
    ["$skip=10"],
    ["$expand=displayName"],
    ["$expand=teapot"],
    ["$orderby=mail"],
  ])("refuse %s", async (query) => {
    expect((await admin.get(`/v1.0/users?${query}`)).status).toBe(400);
  });
});

describe("advanced queries", () => {
  it("count on the first page only, with the header only", async () => {
    const path = "/v1.0/users?$count=true&$top=200&$select=id";

    const first = await admin.get(path, EVENTUAL);
    expect(first.body["@odata.count"]).toBe(250);
    expect((await admin.get(first.body["@odata.nextLink"] as string, EVENTUAL)).body).not.toHaveProperty(
      "@odata.count",
    );
    expect((await admin.get(path)).body).not.toHaveProperty("@odata.count");
  });

  it("/$count is plain text, and needs the header", async () => {
    expect(await admin.get("/v1.0/users/$count", EVENTUAL)).toMatchObject({
      status: 200,
      body: "250",
      headers: { "content-type": expect.stringMatching(/^text\/plain/) },
    });
    expect((await admin.get("/v1.0/users/$count")).status).toBe(400);
  });

  it.each([["accountEnabled ne true"], ["endswith(mail,'.com')"], ["not (accountEnabled eq true)"]])(
    "%s needs header and $count",
    async (filter) => {
      expect((await admin.get(`/v1.0/users?$filter=${filter}`)).body.error.code).toBe("Request_UnsupportedQuery");
      expect((await admin.get(`/v1.0/users?$filter=${filter}&$count=true`, EVENTUAL)).status).toBe(200);
    },
  );

  it.each([["nickname eq 'x'"], ["mail eq"], ["contains(mail,'x')"]])("%s is refused, not ignored", async (filter) => {
    expect((await admin.get(`/v1.0/users?$filter=${filter}`)).status).toBe(400);
  });
});

describe("changes", () => {
  it("a new user is found by id and by user principal name", async () => {
    const id = await hire("ada.new", {
      mail: "ada.new@contoso.com",
      onPremisesExtensionAttributes: { extensionAttribute3: "x" },
    });

    expect((await admin.get("/v1.0/users/ADA.NEW@contoso.com?$select=id")).body["id"]).toBe(id);
    const { body } = await admin.get(`/v1.0/users/${id}?$select=passwordProfile,onPremisesExtensionAttributes`);
    expect(body["passwordProfile"]).toBeNull();
    expect(body["onPremisesExtensionAttributes"]).toMatchObject({
      extensionAttribute1: null,
      extensionAttribute3: "x",
    });
  });

  it("a renamed user is found by the new name only", async () => {
    const id = await hire("before");

    const userPrincipalName = `after@${ACQUIRED_DOMAIN}`;
    expect((await admin.patch(`/v1.0/users/${id}`, { userPrincipalName, mail: userPrincipalName })).status).toBe(204);

    expect((await admin.get(`/v1.0/users/${userPrincipalName}`)).body).toMatchObject({ id, mail: userPrincipalName });
    expect((await admin.get("/v1.0/users/before@contoso.com")).status).toBe(404);
  });

  it.each([
    ["a name that is taken", { userPrincipalName: "TAKEN@contoso.com" }, "userPrincipalName already exists"],
    ["a domain that is not verified", { userPrincipalName: "x@fabrikam.com" }, "verified domain"],
    ["no password", { passwordProfile: undefined }, "password"],
    ["no display name", { displayName: undefined }, "displayName"],
    ["an id", { id: "11111111-2222-4333-8444-555555555555" }, "read-only"],
  ])("refuse %s", async (_what, changes, message) => {
    await admin.post("/v1.0/users", newUser("taken"));

    const { status, body } = await admin.post("/v1.0/users", newUser("fresh", changes));

    expect(status).toBe(400);
    expect(body.error.message).toContain(message);
  });

  it("a deleted user waits among the deleted items, can be restored with its groups, or go for good", async () => {
    const id = await hire("leaver");
    const groupId = (await admin.get("/v1.0/groups?$filter=displayName eq 'Finance'")).body.value[0]?.["id"] as string;
    const isMember = async () =>
      (await admin.all(`/v1.0/groups/${groupId}/members?$select=id`)).items.some((each) => each["id"] === id);
    await admin.post(`/v1.0/groups/${groupId}/members/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/users/${id}`,
    });
    const deleted = async () =>
      (await admin.get("/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime")).body.value;

    expect((await admin.delete(`/v1.0/users/${id}`)).status).toBe(204);
    expect((await admin.get(`/v1.0/users/${id}`)).status).toBe(404);
    expect(await isMember()).toBe(false);
    expect(await deleted()).toContainEqual({ id, deletedDateTime: expect.stringMatching(/Z$/) });
    expect((await admin.get(`/v1.0/directory/deletedItems/${id}`)).body).toMatchObject({ id, displayName: "leaver" });

    expect((await admin.post(`/v1.0/directory/deletedItems/${id}/restore`)).body).toMatchObject({ id });
    expect((await admin.get(`/v1.0/users/${id}?$select=deletedDateTime`)).body["deletedDateTime"]).toBeNull();
    expect(await isMember()).toBe(true);

    await admin.delete(`/v1.0/users/${id}`);
    expect((await admin.delete(`/v1.0/directory/deletedItems/${id}`)).status).toBe(204);
    expect(await deleted()).not.toContainEqual(expect.objectContaining({ id }));
    expect((await admin.post(`/v1.0/directory/deletedItems/${id}/restore`)).status).toBe(404);
  });

  it("a deleted user is not restored over somebody with the same name", async () => {
    const id = await hire("namesake");
    await admin.delete(`/v1.0/users/${id}`);
    await hire("namesake");

    expect((await admin.post(`/v1.0/directory/deletedItems/${id}/restore`)).status).toBe(400);
  });
});

describe("groups", () => {
  const byName = async (name: string, client = admin): Promise<Body[]> =>
    (await client.get(`/v1.0/groups?$filter=displayName eq '${name}'&$select=id,displayName`)).body.value;
  const idOf = async (name: string) =>
    (await byName(name)).find((each) => each["displayName"] === name)?.["id"] as string;

  it("are found without regard to letter case, and can share a name", async () => {
    expect((await byName("ENGINEERING")).map((each) => each["displayName"]).sort()).toEqual([
      "Engineering",
      "engineering",
    ]);
    expect(await byName("Duplicates")).toHaveLength(2);
  });

  it("show direct members of both types, each with its own properties", async () => {
    const { items } = await admin.all(`/v1.0/groups/${await idOf("OnePlan Users")}/members`);

    const projects = items.find((each) => each["displayName"] === "Projects");
    expect(projects).toMatchObject({ "@odata.type": "#microsoft.graph.group", securityEnabled: true });
    expect(projects).not.toHaveProperty("userPrincipalName");
    const people = items.filter((each) => each["@odata.type"] === "#microsoft.graph.user");
    expect(people.length).toBeGreaterThan(0);
    expect(people[0]).not.toHaveProperty("securityEnabled");
  });

  it("show everybody once through all nesting", async () => {
    const path = `/v1.0/groups/${await idOf("OnePlan Users")}/transitiveMembers`;
    const { items } = await admin.all(
      `${path}/microsoft.graph.user?$count=true&$select=id,department&$top=20`,
      EVENTUAL,
    );
    const everything = await admin.all(`${path}?$select=id&$top=999`);

    const projectDepartments = ["Engineering", "Consulting", "Project Management", "Product", "Research & Development"];
    const staff = (await admin.all("/v1.0/users?$select=id,department&$top=999")).items.filter((each) =>
      projectDepartments.includes(each["department"] as string),
    );
    const ids = items.map((each) => each["id"]);
    expect(ids).toHaveLength(new Set(ids).size);
    for (const person of staff) expect(ids).toContain(person["id"]);
    expect(everything.items.filter((each) => each["@odata.type"] === "#microsoft.graph.user")).toHaveLength(ids.length);
    expect((await admin.get(`${path}/microsoft.graph.user/$count`, EVENTUAL)).body).toBe(String(ids.length));
  });

  it("need an advanced query for a cast", async () => {
    const path = `/v1.0/groups/${await idOf("Projects")}/members/microsoft.graph.user`;

    expect((await admin.get(path)).body.error.code).toBe("Request_UnsupportedQuery");
    expect((await admin.get(`${path}?$count=true`, EVENTUAL)).status).toBe(200);
  });

  it("bear being inside each other", async () => {
    const make = async (name: string) =>
      (
        await admin.post("/v1.0/groups", {
          displayName: name,
          mailNickname: name,
          mailEnabled: false,
          securityEnabled: true,
        })
      ).body["id"] as string;
    const [one, other] = [await make("one"), await make("other")];
    const join = (group: string, member: string) =>
      admin.post(`/v1.0/groups/${group}/members/$ref`, {
        "@odata.id": `https://graph.microsoft.com/v1.0/groups/${member}`,
      });
    await join(one, other);

    expect((await join(other, one)).status).toBe(204);
    expect((await join(one, other)).body.error.message).toContain("already exist");
    expect((await join(one, one)).status).toBe(400);

    const { body } = await admin.get(`/v1.0/groups/${one}/transitiveMembers?$select=id`);
    expect(body.value.map((each) => each["id"]).sort()).toEqual([one, other].sort());
  });

  it("are created with members, renamed, and gone for good when they are deleted", async () => {
    const member = tenant.world.ownerId;
    const { status, body } = await admin.post("/v1.0/groups", {
      displayName: "short-lived",
      mailNickname: "short-lived",
      mailEnabled: false,
      securityEnabled: true,
      "members@odata.bind": [`https://graph.microsoft.com/v1.0/users/${member}`],
    });
    const path = `/v1.0/groups/${String(body["id"])}`;
    expect(status).toBe(201);
    expect((await admin.get(`${path}/members?$select=id`)).body.value).toMatchObject([{ id: member }]);

    expect((await admin.patch(path, { displayName: "renamed" })).status).toBe(204);
    expect((await admin.get(`${path}?$select=displayName`)).body["displayName"]).toBe("renamed");
    expect((await admin.delete(`${path}/members/${member}/$ref`)).status).toBe(204);
    expect((await admin.delete(`${path}/members/${member}/$ref`)).status).toBe(404);
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.get(`/v1.0/directory/deletedItems/${String(body["id"])}`)).status).toBe(404);
  });

  it("are security groups", async () => {
    const unified = {
      displayName: "u",
      mailNickname: "u",
      mailEnabled: true,
      securityEnabled: false,
      groupTypes: ["Unified"],
    };

    expect((await admin.post("/v1.0/groups", unified)).status).toBe(501);
    expect((await admin.post("/v1.0/groups", { ...unified, groupTypes: [] })).status).toBe(400);
  });
});

it("directoryObjects tell what an id is", async () => {
  const { deployer, ownerId } = tenant.world;

  expect((await admin.get(`/v1.0/directoryObjects/${ownerId}`)).body["@odata.type"]).toBe("#microsoft.graph.user");
  expect((await admin.get(`/v1.0/directoryObjects/${deployer.objectId}`)).body["@odata.type"]).toBe(
    "#microsoft.graph.servicePrincipal",
  );
});
