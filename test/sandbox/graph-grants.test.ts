import { beforeAll, describe, expect, it } from "@jest/globals";
import { decodeJwt } from "jose";
import { disabledRole } from "../../sandbox/data/permissions.ts";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import { GRAPH, newTenant } from "./graph-client.ts";
import type { Client, Tenant } from "./graph-client.ts";

const USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214";
const GROUP_READ_ALL = "5b567255-7703-4780-807c-7be8301ae99b";

let tenant: Tenant;
let deployer: Client;
/** Object id of Microsoft Graph's own service principal. */
let resourceId: string;

beforeAll(async () => {
  tenant = newTenant();
  deployer = await tenant.as(tenant.world.deployer);
  const { body } = await deployer.get("/v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'&$select=id");
  resourceId = body.value[0]?.["id"] as string;
});

async function newPrincipal(): Promise<{ principalId: string; clientId: string }> {
  const { body: app } = await deployer.post("/v1.0/applications", { displayName: "sync" });
  const { body: principal } = await deployer.post("/v1.0/servicePrincipals", { appId: app["appId"] });
  return { principalId: principal["id"] as string, clientId: app["appId"] as string };
}

describe("app role assignments", () => {
  const assign = (
    principalId: string,
    appRoleId: string,
    path = `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`,
  ) => deployer.post(path, { principalId, appRoleId, resourceId });

  it("are exactly the roles of the next token", async () => {
    const { principalId, clientId } = await newPrincipal();
    const roles = async () => {
      const subject = { displayName: "sync", clientId, objectId: principalId };
      return decodeJwt((await issueAccessToken(tenant.world, subject, GRAPH)).access_token)["roles"];
    };

    expect(await roles()).toBeUndefined();
    const { status, body } = await assign(principalId, USER_READ_ALL);
    expect(status).toBe(201);
    await assign(principalId, GROUP_READ_ALL);
    expect(await roles()).toEqual(["User.Read.All", "Group.Read.All"]);
    const removed = await deployer.delete(
      `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo/${String(body["id"])}`,
    );
    expect(removed.status).toBe(204);
    expect(await roles()).toEqual(["Group.Read.All"]);
  });

  it("are seen from the resource and from the principal, with both names", async () => {
    const { principalId } = await newPrincipal();
    const { body } = await assign(principalId, USER_READ_ALL);
    const expected = {
      id: body["id"],
      appRoleId: USER_READ_ALL,
      principalId,
      principalType: "ServicePrincipal",
      principalDisplayName: "sync",
      resourceId,
      resourceDisplayName: "Microsoft Graph",
    };

    const id = String(body["id"]);
    expect((await deployer.get(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo/${id}`)).body).toMatchObject(
      expected,
    );
    expect((await deployer.get(`/v1.0/servicePrincipals/${principalId}/appRoleAssignments`)).body.value).toMatchObject([
      expected,
    ]);
    const all = await deployer.all(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo?$top=3`);
    expect(all.items).toContainEqual(expect.objectContaining({ id }));
    expect(all.pages).toBeGreaterThan(1);
  });

  it("exist once", async () => {
    const { principalId } = await newPrincipal();
    await assign(principalId, USER_READ_ALL);

    const second = await assign(
      principalId,
      USER_READ_ALL,
      `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`,
    );

    expect(second).toMatchObject({
      status: 400,
      body: {
        error: { code: "Request_BadRequest", message: "Permission being assigned already exists on the object" },
      },
    });
  });

  it.each([
    ["a role that nobody offers", "11111111-2222-4333-8444-555555555555"],
    ["a delegated permission", "a154be20-db9c-4678-8ab7-66f6cc099a59"],
    ["a disabled role", disabledRole.role as string],
  ])("refuse %s", async (_what, appRoleId) => {
    const { principalId } = await newPrincipal();

    const { status, body } = await assign(principalId, appRoleId);

    expect(status).toBe(400);
    expect(body.error.message).toContain("Permission being assigned was not found on application");
  });

  it("answer 404 for a principal that is not there", async () => {
    expect((await assign("11111111-2222-4333-8444-555555555555", USER_READ_ALL)).status).toBe(404);
  });

  it("need a right to read applications beside the right to grant", async () => {
    const { principalId } = await newPrincipal();
    const half = await tenant.withRoles("AppRoleAssignment.ReadWrite.All");

    const { status, body } = await half.post(`/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, {
      principalId,
      appRoleId: USER_READ_ALL,
      resourceId,
    });

    expect({ status, code: body.error.code }).toEqual({ status: 403, code: "Authorization_RequestDenied" });
  });
});

describe("delegated grants", () => {
  const path = "/v1.0/oauth2PermissionGrants";

  it("are made, found, changed in their scope only, and deleted", async () => {
    const { principalId: clientId } = await newPrincipal();
    const grant = { clientId, resourceId, consentType: "AllPrincipals", scope: "User.Read" };
    const { status, body } = await deployer.post(path, { ...grant, principalId: null });
    const id = String(body["id"]);
    expect(status).toBe(201);

    expect((await deployer.get(`${path}?$filter=clientId eq '${clientId}'`)).body.value).toMatchObject([
      { id, ...grant },
    ]);
    expect((await deployer.post(path, grant)).body.error).toMatchObject({
      code: "Request_MultipleObjectsWithSameKeyValue",
      message: "Permission entry already exists.",
    });
    expect((await deployer.patch(`${path}/${id}`, { scope: "User.Read Calendars.Read" })).status).toBe(204);
    expect((await deployer.get(`${path}/${id}`)).body["scope"]).toBe("User.Read Calendars.Read");
    expect((await deployer.patch(`${path}/${id}`, { id, scope: "User.Read Calendars.Read" })).status).toBe(204);
    expect((await deployer.patch(`${path}/${id}`, { id: "x", scope: "User.Read" })).status).toBe(400);
    expect((await deployer.patch(`${path}/${id}`, { consentType: "Principal" })).status).toBe(400);
    expect((await deployer.delete(`${path}/${id}`)).status).toBe(204);
    expect((await deployer.get(`${path}/${id}`)).status).toBe(404);
  });

  it.each([
    ["one person without naming him", { consentType: "Principal" }],
    ["everybody and one person", { consentType: "AllPrincipals", principalId: "11111111-2222-4333-8444-555555555555" }],
    ["an unknown kind of consent", { consentType: "Everybody" }],
  ])("refuse %s", async (_what, changes) => {
    const { principalId: clientId } = await newPrincipal();

    expect((await deployer.post(path, { clientId, resourceId, scope: "User.Read", ...changes })).status).toBe(400);
  });
});
