import { beforeAll, describe, expect, it } from "@jest/globals";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { gate } from "../../sandbox/hosts/graph/permissions.ts";
import { routes } from "../../sandbox/hosts/graph/routes.ts";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import { client, newTenant } from "./graph-client.ts";
import type { Client, Tenant } from "./graph-client.ts";

let tenant: Tenant;
let nobody: Client;

beforeAll(async () => {
  tenant = newTenant({ users: 5 });
  nobody = await tenant.withRoles();
});

const calls = Object.keys(gate).map((entry) => {
  const [method = "", path = ""] = entry.split(" ");
  const id = "11111111-2222-4333-8444-555555555555";
  return { entry, method: method.toLowerCase() as "get", path: `/v1.0${path.replace(/:\w+/g, id)}` };
});

/** Rooms and calendars live in Exchange, which says it in its own way. */
function wordsOf(path: string): [code: string, message: string] {
  if (path.startsWith("/v1.0/places")) {
    const message =
      "place.read.all permission is required to read company places, scopes/roles provided:  IsAppOnly:True";
    return ["UnknownError", JSON.stringify({ code: "invalid_permissions", message })];
  }
  if (/\/(getSchedule|sendMail)$/.test(path))
    return ["ErrorAccessDenied", "Access is denied. Check credentials and try again."];
  return ["Authorization_RequestDenied", "Insufficient privileges to complete the operation."];
}

it("has an entry for every route, and a route for every entry", () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(gate).sort());
});

describe("the gate", () => {
  it.each(calls)("$entry: refused without permission, in Graph's words", async ({ method, path }) => {
    const { status, body } = await nobody[method](path);

    const [code, message] = wordsOf(path);
    expect(status).toBe(403);
    expect(body).toMatchObject({
      error: {
        code,
        message,
        innerError: {
          date: expect.any(String),
          "request-id": expect.any(String),
          "client-request-id": expect.any(String),
        },
      },
    });
  });

  it.each(calls)(
    "$entry: let through with each of its permissions, refused with one list unmet",
    async ({ entry, method, path }) => {
      const needs = gate[entry] ?? [];
      for (const [index, anyOf] of needs.entries()) {
        const others = needs.filter((_, other) => other !== index).map((list) => list[0] as string);
        for (const permission of anyOf) {
          const { status } = await (await tenant.withRoles(permission, ...others))[method](path);
          expect({ permission, status }).not.toEqual({ permission, status: 403 });
        }
        if (others.length > 0 && !others.some((each) => anyOf.includes(each))) {
          expect((await (await tenant.withRoles(...others))[method](path)).status).toBe(403);
        }
      }
    },
  );
});

describe("who asks", () => {
  it.each([
    ["no token", async () => ""],
    ["no JWT", async () => "abc"],
    [
      "a token for ARM",
      async () =>
        (await issueAccessToken(tenant.world, tenant.world.deployer, "https://management.azure.com")).access_token,
    ],
    [
      "a token of another tenant",
      async () => {
        const other = newTenant({ users: 5 });
        return (await issueAccessToken(other.world, other.world.deployer, "https://graph.microsoft.com")).access_token;
      },
    ],
  ])("%s: 401", async (_what, token) => {
    const { status, body } = await client(tenant.graph, await token()).get("/v1.0/users");

    expect({ status, code: body.error.code }).toEqual({ status: 401, code: "InvalidAuthenticationToken" });
  });

  it("uses the permissions of the token, not those granted since", async () => {
    const { deployer } = tenant.world;
    const before = await tenant.as(deployer);
    const found = await before.get("/v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'");
    const resourceId = String(found.body.value[0]?.["id"]);
    const grant = { principalId: deployer.objectId, resourceId, appRoleId: applicationRole("Group.ReadWrite.All") };
    const group = { displayName: "New", mailNickname: "new", mailEnabled: false, securityEnabled: true };

    expect((await before.post(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, grant)).status).toBe(201);

    expect((await before.post("/v1.0/groups", group)).status).toBe(403);
    expect((await (await tenant.as(deployer)).post("/v1.0/groups", group)).status).toBe(201);
  });
});

describe("what Graph does not have", () => {
  it.each([
    ["/v1.0/teapots", "Resource not found for the segment 'teapots'."],
    ["/v2.0/users", "Resource not found for the segment 'users'."],
  ])("%s: 400", async (path, message) => {
    expect(await nobody.get(path)).toMatchObject({ status: 400, body: { error: { code: "BadRequest", message } } });
  });

  it("a body that is no JSON: 400", async () => {
    const deployer = await issueAccessToken(tenant.world, tenant.world.deployer, "https://graph.microsoft.com");
    const response = await tenant.graph.inject({
      method: "POST",
      url: "/v1.0/applications",
      headers: { authorization: `Bearer ${deployer.access_token}`, "content-type": "application/json" },
      payload: "{displayName:",
    });

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: "BadRequest" } });
  });

  it("every JSON answer says that it is JSON, errors too", async () => {
    const reader = await tenant.withRoles("User.Read.All");

    for (const path of ["/v1.0/users", "/v1.0/users/nobody", "/v1.0/teapots"]) {
      expect((await reader.get(path)).headers["content-type"]).toMatch(/^application\/json/);
    }
  });

  it("gives the client's own request id back", async () => {
    const { headers, body } = await nobody.get("/v1.0/users", { "client-request-id": "mine" });

    expect(headers["client-request-id"]).toBe("mine");
    expect(body.error).toMatchObject({ innerError: { "client-request-id": "mine" } });
  });
});
