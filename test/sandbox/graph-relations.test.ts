import { beforeEach, describe, expect, it } from "@jest/globals";
import { graphFaults } from "../../sandbox/directory/faults.ts";
import { newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

const eventual = { consistencylevel: "eventual" };
const GRAPH_APP = "00000003-0000-0000-c000-000000000000";

let tenant: Tenant;
let client: Client;
let people: string[];

beforeEach(async () => {
  tenant = newTenant({ users: 20 });
  client = await tenant.withRoles(
    ...["Application.ReadWrite.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Directory.Read.All"],
    ...["AppRoleAssignment.ReadWrite.All", "AdministrativeUnit.ReadWrite.All"],
  );
  people = (await client.get("/v1.0/users?$select=id")).body.value.map(({ id }) => String(id));
});

const link = (id: unknown) => ({ "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${String(id)}` });
const idsOf = (body: Body) => body.value.map(({ id }) => id);

async function create(set: string, body: object): Promise<string> {
  const made = await client.post(`/v1.0/${set}`, body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return String(made.body["id"]);
}

const newGroup = (displayName: string) =>
  create("groups", { displayName, mailNickname: displayName, mailEnabled: false, securityEnabled: true });

async function newPrincipal(properties: object = {}): Promise<string> {
  const { body } = await client.post("/v1.0/applications", { displayName: "tool", ...properties });
  return create("servicePrincipals", { appId: body["appId"] });
}

describe("a manager", () => {
  it("is read, and found from both sides", async () => {
    const [boss, one, other] = people;
    for (const id of [one, other]) await client.put(`/v1.0/users/${id}/manager/$ref`, link(boss));

    expect((await client.get(`/v1.0/users/${one}/manager?$select=id`)).body).toMatchObject({
      "@odata.type": "#microsoft.graph.user",
      id: boss,
    });
    expect(idsOf((await client.get(`/v1.0/users/${boss}/directReports`)).body)).toEqual([one, other]);
  });

  it("that nobody has: 404", async () => {
    const loner = await create("users", {
      ...{ displayName: "L", mailNickname: "l", userPrincipalName: "l@contoso.com", accountEnabled: true },
      passwordProfile: { password: "P@ssw0rd-of-a-test" },
    });

    const { status, body } = await client.get(`/v1.0/users/${loner}/manager`);

    expect({ status, code: body.error.code }).toEqual({ status: 404, code: "Request_ResourceNotFound" });
  });
});

describe("app roles of people and groups", () => {
  const role = (id: string, allowedMemberTypes: string[]) => ({
    ...{ id, displayName: id, description: id, value: id, allowedMemberTypes },
  });
  const forPeople = "11111111-2222-4333-8444-555555555555";
  const forApplications = "21111111-2222-4333-8444-555555555555";

  it("are assigned from either side, by what the role is for", async () => {
    const resourceId = await newPrincipal({
      appRoles: [role(forPeople, ["User"]), role(forApplications, ["Application"])],
    });
    const group = await newGroup("team");
    const body = { principalId: people[1], resourceId, appRoleId: forPeople };

    const ofPerson = await client.post(`/v1.0/users/${people[1]}/appRoleAssignments`, body);
    const ofGroup = await client.post(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, {
      ...body,
      principalId: group,
    });
    const wrong = await client.post(`/v1.0/users/${people[1]}/appRoleAssignments`, {
      ...body,
      appRoleId: forApplications,
    });

    expect([ofPerson.status, ofGroup.status, wrong.status]).toEqual([201, 201, 400]);
    expect([ofPerson.body["principalType"], ofGroup.body["principalType"]]).toEqual(["User", "Group"]);
    expect((await client.get(`/v1.0/groups/${group}/appRoleAssignments`)).body.value).toHaveLength(1);
    const path = `/v1.0/users/${people[1]}/appRoleAssignments/${String(ofPerson.body["id"])}`;
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
  });
});

describe("memberships", () => {
  it("service principals are members, and leave when they are deleted", async () => {
    const [group, principal] = [await newGroup("robots"), await newPrincipal()];
    const { body } = await client.get("/v1.0/groups/delta?$deltatoken=latest&$select=members");
    await client.post(`/v1.0/groups/${group}/members/$ref`, link(principal));
    const members = `/v1.0/groups/${group}/members`;

    expect((await client.get(members)).body.value).toMatchObject([
      { "@odata.type": "#microsoft.graph.servicePrincipal", id: principal },
    ]);
    expect((await client.get(`${members}/graph.servicePrincipal/$count`, eventual)).body).toBe("1");
    const joined = await client.all(String(body["@odata.deltaLink"]));
    await client.delete(`/v1.0/servicePrincipals/${principal}`);
    const left = await client.all(String(joined.last["@odata.deltaLink"]));

    const change = { "@odata.type": "#microsoft.graph.servicePrincipal", id: principal };
    expect(joined.items).toEqual([{ id: group, "members@delta": [change] }]);
    expect(left.items).toEqual([{ id: group, "members@delta": [{ ...change, "@removed": { reason: "deleted" } }] }]);
    expect((await client.get(members)).body.value).toEqual([]);
  });

  it("are listed in part, and counted late or not at all, where that is switched on", async () => {
    const group = await newGroup("cut");
    const unit = await create("directory/administrativeUnits", { displayName: "cut" });
    const path = `/v1.0/directory/administrativeUnits/${unit}/members`;
    for (const id of people.slice(0, 3)) {
      await client.post(`${path}/$ref`, link(id));
      await client.post(`/v1.0/groups/${group}/members/$ref`, link(id));
    }
    const faults = graphFaults(tenant.world);
    const counting = "microsoft.graph.user?$count=true&$top=2";
    for (const members of [path, `/v1.0/groups/${group}/members`]) {
      const counted = async () => {
        const { items } = await client.all(`${members}/${counting}`, eventual);
        return [items.length, (await client.get(`${members}/${counting}`, eventual)).body["@odata.count"]];
      };
      Object.assign(faults, { membersListed: 1, countedMembers: "whole" });
      expect((await client.all(members)).items).toHaveLength(1);
      expect(await counted()).toEqual([3, 3]);
      faults.countedMembers = "short";
      expect(await counted()).toEqual([1, 3]);
      expect((await client.get(`${members}/$count`)).body.error.code).toBe("Request_BadRequest");
      faults.countedMembers = 403;
      for (const each of [`${members}/${counting}`, `${members}/$count`]) {
        expect((await client.get(each, eventual)).status).toBe(403);
      }
    }
    const delta = `/v1.0/groups/delta?$filter=id eq '${group}'&$select=members`;
    expect((await client.all(delta)).items).toMatchObject([{ "members@delta": [{ id: people[0] }] }]);

    Object.assign(faults, { membersListed: null, countedMembers: "whole", memberIndexBehind: 1 });
    expect((await client.get(`/v1.0/groups/${group}/members/$count`, eventual)).body).toBe("2");
    await client.delete(`/v1.0/groups/${group}/members/${people[0]}/$ref`);
    expect((await client.get(`/v1.0/groups/${group}/members/$count`, eventual)).body).toBe("3");
    expect((await client.all(`/v1.0/groups/${group}/members`)).items).toHaveLength(2);
  });

  it("are told directly and through nesting, with units", async () => {
    const [inner, outer, other] = [await newGroup("inner"), await newGroup("outer"), await newGroup("other")];
    const unit = await create("directory/administrativeUnits", { displayName: "unit" });
    const person = await create("users", {
      ...{ displayName: "P", mailNickname: "p", userPrincipalName: "p@contoso.com", accountEnabled: true },
      passwordProfile: { password: "P@ssw0rd-of-a-test" },
    });
    await client.post(`/v1.0/groups/${inner}/members/$ref`, link(person));
    await client.post(`/v1.0/groups/${outer}/members/$ref`, link(inner));
    await client.post(`/v1.0/groups/${inner}/members/$ref`, link(outer));
    await client.post(`/v1.0/directory/administrativeUnits/${unit}/members/$ref`, link(person));
    const path = `/v1.0/users/${person}`;

    expect(idsOf((await client.get(`${path}/memberOf`)).body)).toEqual([inner, unit]);
    expect(idsOf((await client.get(`${path}/transitiveMemberOf`)).body)).toEqual([inner, outer, unit]);
    const groups = await client.get(`${path}/transitiveMemberOf/microsoft.graph.group?$count=true`, eventual);
    expect(idsOf(groups.body)).toEqual([inner, outer]);
    const valuesOf = async (action: string, body: object) =>
      [...((await client.post(`${path}/${action}`, body)).body.value as unknown[])].sort();
    expect(await valuesOf("getMemberGroups", { securityEnabledOnly: true })).toEqual([inner, outer].sort());
    expect(await valuesOf("getMemberObjects", { securityEnabledOnly: false })).toEqual([inner, outer, unit].sort());
    expect(await valuesOf("microsoft.graph.checkMemberGroups", { groupIds: [outer, other] })).toEqual([outer]);
    expect(await valuesOf("checkMemberObjects", { ids: [unit, other] })).toEqual([unit]);
  });

  it("at most 20 are checked at once", async () => {
    const groupIds = Array.from({ length: 21 }, (_, at) => `11111111-2222-4333-8444-5555555555${at + 10}`);

    expect((await client.post(`/v1.0/users/${people[0]}/checkMemberGroups`, { groupIds })).status).toBe(400);
  });
});

describe("owners of groups", () => {
  it("come with the group or later, and the last person stays", async () => {
    const group = await create("groups", {
      ...{ displayName: "owned", mailNickname: "owned", mailEnabled: false, securityEnabled: true },
      "owners@odata.bind": [link(people[1])["@odata.id"]],
    });
    const path = `/v1.0/groups/${group}/owners`;

    expect((await client.post(`${path}/$ref`, link(people[2]))).status).toBe(204);
    expect((await client.post(`${path}/$ref`, link(people[2]))).status).toBe(400);
    expect((await client.get(`${path}/$ref`)).body.value).toEqual([people[1], people[2]].map(link));
    expect((await client.delete(`${path}/${people[1]}/$ref`)).status).toBe(204);
    const last = await client.delete(`${path}/${people[2]}/$ref`);
    expect(last.body.error.message).toContain("must have at least one owner");
    expect(idsOf((await client.get(path)).body)).toEqual([people[2]]);
  });
});

describe("objects by their ids", () => {
  it("come with their types; what is not there is left out", async () => {
    const group = await newGroup("one");
    const ids = [people[3], group, "11111111-2222-4333-8444-555555555555"];

    const all = await client.post("/v1.0/directoryObjects/getByIds", { ids });
    const people_ = await client.post("/v1.0/directoryObjects/microsoft.graph.getByIds", { ids, types: ["user"] });

    expect(all.body.value.map((each) => [each["@odata.type"], each["id"]])).toEqual([
      ["#microsoft.graph.user", people[3]],
      ["#microsoft.graph.group", group],
    ]);
    expect(idsOf(people_.body)).toEqual([people[3]]);
  });
});

describe("$search and $orderby", () => {
  it("find by words, with AND and OR, and need the header", async () => {
    for (const name of ["Sales Team East", "Sales Team West", "Salad Bar"]) {
      await create("groups", {
        ...{ displayName: name, mailNickname: name.replaceAll(" ", ""), mailEnabled: false, securityEnabled: true },
      });
    }
    const names = async (search: string) => {
      const path = `/v1.0/groups?$select=displayName&$search=${encodeURIComponent(search)}`;
      return (await client.get(path, eventual)).body.value.map((each) => each["displayName"]);
    };

    expect(await names('"displayName:sales eas"')).toEqual(["Sales Team East"]);
    expect(await names('"displayName:sal" AND "displayName:team"')).toEqual(["Sales Team East", "Sales Team West"]);
    expect(await names('"displayName:salad" OR ("displayName:team" AND "displayName:west")')).toEqual([
      "Sales Team West",
      "Salad Bar",
    ]);
    expect(await names('"displayName:alad"')).toEqual([]);
    expect((await client.get('/v1.0/groups?$search="displayName:a"')).body.error.message).toContain("ConsistencyLevel");
    expect((await client.get("/v1.0/groups?$search=team", eventual)).status).toBe(400);
  });

  it("sort over all pages", async () => {
    const { items } = await client.all("/v1.0/users?$select=displayName&$orderby=displayName desc&$top=7");
    const names = items.map((each) => String(each["displayName"]));

    expect(names).toHaveLength(20);
    expect(names).toEqual(names.toSorted((one, other) => other.localeCompare(one, "en", { sensitivity: "base" })));
    const both = "/v1.0/users?$filter=accountEnabled eq true&$orderby=displayName";
    expect((await client.get(both)).body.error.code).toBe("Request_UnsupportedQuery");
    expect((await client.get(`${both}&$count=true`, eventual)).status).toBe(200);
  });
});

it("whoever may not read or write is refused at every one of them", async () => {
  const nobody = await tenant.withRoles("Place.Read.All");
  const principal = `/v1.0/servicePrincipals(appId='${GRAPH_APP}')`;

  for (const path of [`/v1.0/users/${people[0]}/manager`, `${principal}/memberOf`, `${principal}/owners/$ref`]) {
    expect((await nobody.get(path)).status).toBe(403);
  }
});

describe("a reference that cannot be made", () => {
  const MODIFIED = (relation: string) =>
    `An invalid operation was included in the following modified references: '${relation}'.`;

  it.each([
    ["PUT", (id: string) => `/v1.0/users/${id}/manager/$ref`, "manager"],
    ["POST", (_: string, group: string) => `/v1.0/groups/${group}/members/$ref`, "members"],
  ] as const)(
    "%s: to something of another kind is told by the relation, to nothing by 404",
    async (method, path, relation) => {
      const [one = ""] = people;
      const group = await newGroup("G");
      const { body: application } = await client.post("/v1.0/applications", { displayName: "tool" });
      const send = (id: unknown) => (method === "PUT" ? client.put : client.post)(path(one, group), link(id));

      const wrong = await send(application["id"]);
      const missing = await send("11111111-2222-4333-8444-555555555555");

      expect({ status: wrong.status, message: wrong.body.error.message }).toEqual({
        status: 400,
        message: MODIFIED(relation),
      });
      expect(missing.status).toBe(404);
    },
  );
});

it("answers say what they cost", async () => {
  const units = async (path: string) => (await client.get(path)).headers["x-ms-resource-unit"];

  expect(await units("/v1.0/users")).toBe("2");
  expect(await units("/v1.0/users?$select=id")).toBe("1");
  expect(await units("/v1.0/users?$expand=manager")).toBe("3");
});
