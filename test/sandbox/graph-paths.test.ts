import { beforeAll, describe, expect, it } from "@jest/globals";
import { newTenant } from "./graph-client.ts";
import type { Client, Tenant } from "./graph-client.ts";

const GRAPH_APP = "00000003-0000-0000-c000-000000000000";

let tenant: Tenant;
let client: Client;
let group: string;

beforeAll(async () => {
  tenant = newTenant({ users: 20 });
  client = await tenant.withRoles(
    ...["Directory.Read.All", "Place.Read.All", "AdministrativeUnit.ReadWrite.All", "Application.ReadWrite.All"],
  );
  group = String((await client.get("/v1.0/groups")).body.value[0]?.["id"]);
});

describe("paths are read as Graph reads them", () => {
  it.each([
    ["empty segments", () => "/v1.0//users"],
    ["a slash at the end", () => "/v1.0/users/"],
    ["any letter case", () => "/V1.0/Users"],
    ["the tenant's alias", () => "/v1.0/myorganization/users"],
    ["a key in parentheses", () => `/v1.0/users('${tenant.world.ownerId}')`],
    ["a named key", () => `/v1.0/users(id='${tenant.world.ownerId}')`],
    ["an encoded key", () => `/v1.0/users(%27${tenant.world.ownerId}%27)`],
    ["an alternate key", () => `/v1.0/applications(appId='${tenant.world.deployer.clientId}')`],
    ["a name in place of a key", () => "/v1.0/users?$filter=userPrincipalName eq 'x'"],
    ["a cast with the namespace", () => "/v1.0/places/microsoft.graph.room"],
    ["a cast with the alias", () => "/v1.0/places/graph.room"],
    ["a cast in another letter case", () => "/v1.0/places/microsoft.graph.roomlist"],
    ["a cast in a chain", () => "/v1.0/places/roomlist-001@contoso.com/graph.roomlist/rooms"],
    ["an operation by its name", () => "/v1.0/users/delta"],
    ["an operation with parentheses", () => "/v1.0/users/delta()"],
    ["an operation with the namespace", () => "/v1.0/users/microsoft.graph.delta"],
    ["an operation with alias and parentheses", () => "/v1.0/users/graph.delta()"],
  ])("%s", async (_what, path) => {
    expect(await client.get(path())).toMatchObject({ status: 200 });
  });

  it("casts of members with the alias", async () => {
    const eventual = { consistencylevel: "eventual" };
    const { body } = await client.get(`/v1.0/groups/${group}/members/graph.user?$count=true`, eventual);

    expect(body.value.length).toBeGreaterThan(0);
    expect((await client.get(`/v1.0/groups/${group}/members/graph.user/$count`, eventual)).body).toBe(
      String(body.value.length),
    );
  });

  it("links to further pages lead on, however the first was written", async () => {
    expect((await client.all("/v1.0//users/?$top=7")).items).toHaveLength(20);
  });

  it("an apostrophe in a key is doubled", async () => {
    const { status, body } = await client.get("/v1.0/users('o''brien@contoso.com')");

    expect(status).toBe(404);
    expect(body.error.message).toContain("o'brien@contoso.com");
  });

  it("administrative units at the root of beta, where clients delete them", async () => {
    const { body } = await client.post("/beta/administrativeUnits", { displayName: "One" });

    expect((await client.delete(`/beta/administrativeUnits/${String(body["id"])}`)).status).toBe(204);
    expect((await client.get("/v1.0/administrativeUnits")).status).toBe(400);
  });
});

describe("what is not here says so, and is no missing object", () => {
  it.each([
    ["a set", "GET", "/v1.0/teams"],
    ["the service document", "GET", "/v1.0/"],
    ["the model itself", "GET", "/v1.0/$metadata"],
    ["something of an object", "GET", "/v1.0/users/me@contoso.com/messages"],
    ["something of what is not here", "GET", "/v1.0/sites/root/lists/1"],
    ["a property by itself", "GET", `/v1.0/servicePrincipals(appId='${GRAPH_APP}')/displayName`],
    ["a function that another set has", "GET", "/v1.0/directoryObjects/delta"],
    ["a count", "GET", "/v1.0/domains/$count"],
    ["a raw value", "GET", "/v1.0/users/me@contoso.com/photo/$value"],
    ["an action", "POST", "/v1.0/users/me@contoso.com/revokeSignInSessions"],
    ["an action with the namespace", "POST", "/v1.0/groups/1/microsoft.graph.renew"],
    ["another method", "POST", "/v1.0/organization"],
    ["an alternate key", "GET", "/v1.0/groups(uniqueName='x')"],
    ["a cast of people", "GET", "/v1.0/users/microsoft.graph.user"],
    ["what only beta may have", "GET", "/beta/teapots"],
    ["what only beta may have of an object", "GET", "/beta/users/me@contoso.com/teapot"],
  ])("%s", async (_what, method, path) => {
    const { status, body } = await (method === "GET" ? client.get(path) : client.post(path, {}));

    expect({ status, code: body.error.code }).toEqual({ status: 501, code: "NotImplemented" });
    expect(body.error.message).toContain("The stand-in tenant does not have");
  });

  it.each([
    ["/v1.0/teapots", "teapots"],
    ["/v1.0/users/me@contoso.com/teapot", "teapot"],
    ["/v1.0/users/me@contoso.com/delta", "delta"],
    ["/v1.0/users/$teapot", "$teapot"],
  ])("%s, which Graph does not have either: 400", async (path, segment) => {
    expect(await client.get(path)).toMatchObject({
      status: 400,
      body: { error: { code: "BadRequest", message: `Resource not found for the segment '${segment}'.` } },
    });
  });
});
