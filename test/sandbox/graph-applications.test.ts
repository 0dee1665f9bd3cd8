import { beforeAll, describe, expect, it } from "@jest/globals";
import { ACQUIRED_DOMAIN } from "../../sandbox/directory/seed.ts";
import { graphFaults } from "../../sandbox/directory/faults.ts";
import { GRAPH, newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

let tenant: Tenant;
let deployer: Client;

beforeAll(async () => {
  tenant = newTenant();
  deployer = await tenant.as(tenant.world.deployer);
});

async function newApplication(properties: Record<string, unknown> = {}): Promise<Body & { id: string; appId: string }> {
  const { status, body } = await deployer.post("/v1.0/applications", { displayName: "sync", ...properties });
  expect(status).toBe(201);
  return body as Body & { id: string; appId: string };
}

function link(id: string): Record<string, string> {
  return { "@odata.id": `${GRAPH}/v1.0/directoryObjects/${id}` };
}

describe("applications", () => {
  it("come with their defaults and an id that is not the appId", async () => {
    const app = await newApplication();

    expect(app).toMatchObject({
      displayName: "sync",
      signInAudience: "AzureADMyOrg",
      identifierUris: [],
      passwordCredentials: [],
      requiredResourceAccess: [],
      spa: { redirectUris: [] },
      api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [] },
    });
    expect(app.id).not.toBe(app.appId);
    expect(app).not.toHaveProperty("oauth2RequirePostResponse");
  });

  it("are found at once by id, appId, and filter, in both versions and under the alias", async () => {
    const { id, appId } = await newApplication({ displayName: "findable" });

    for (const path of [
      `/v1.0/applications/${id}`,
      `/v1.0/applications(appId='${appId}')`,
      `/v1.0/applications(appId=%27${appId}%27)?$select=id`,
      `/v1.0/myorganization/applications/${id}`,
      `/beta/applications/${id}?$select=id,oauth2RequirePostResponse`,
    ]) {
      expect(await deployer.get(path)).toMatchObject({ status: 200, body: { id } });
    }
    for (const filter of [`appId+eq+%27${appId}%27`, "startswith(displayName,'finda')", "displayName eq 'findable'"]) {
      const { body } = await deployer.get(`/v1.0/applications?%24filter=${filter}`);
      expect(body.value.map((each) => each["id"])).toEqual([id]);
    }
  });

  it("are changed by merging complex properties; null sets back; 204 without body", async () => {
    const { id } = await newApplication({ notes: "x", web: { homePageUrl: "https://a", redirectUris: ["https://b"] } });

    const answer = await deployer.patch(`/v1.0/applications/${id}`, {
      "@odata.type": "#microsoft.graph.application",
      notes: null,
      web: { homePageUrl: null, logoutUrl: "https://c" },
    });

    expect(answer).toMatchObject({ status: 204, body: undefined });
    const { body } = await deployer.get(`/v1.0/applications/${id}`);
    expect(body["notes"]).toBeNull();
    expect(body["web"]).toMatchObject({ homePageUrl: null, logoutUrl: "https://c", redirectUris: ["https://b"] });
  });

  it.each([
    [{ displayNme: "x" }, "displayNme"],
    [{ appId: "11111111-2222-4333-8444-555555555555" }, "appId"],
    [{ identifierUris: "api://x" }, "identifierUris"],
    [{ web: { redirects: [] } }, "web/redirects"],
    [{ "manager@odata.bind": "x" }, "manager@odata.bind"],
    [{ web: { redirectUris: ["http://contoso.com"] } }, "redirectUris"],
    [{ web: { redirectUris: ["https://contoso.com/a;b"] } }, "redirectUris"],
    [{ web: { redirectUris: ["contoso.com"] } }, "redirectUris"],
    [{ spa: { redirectUris: [`https://contoso.com/${"a".repeat(240)}`] } }, "redirectUris"],
    [{ publicClient: { redirectUris: ["https://contoso.com/a b"] } }, "redirectUris"],
  ])("refuse %j", async (change, named) => {
    const { id } = await newApplication();

    const { status, body } = await deployer.patch(`/v1.0/applications/${id}`, change);

    expect(status).toBe(400);
    expect(body.error.code).toBe("Request_BadRequest");
    expect(body.error.message).toContain(named);
  });

  it("hold their identifier URIs even when they are deleted", async () => {
    const { id } = await newApplication({ identifierUris: ["api://taken"] });
    const second = () => deployer.post("/v1.0/applications", { displayName: "two", identifierUris: ["api://taken"] });

    expect((await second()).body.error.message).toContain("identifierUris already exists");
    await deployer.delete(`/v1.0/applications/${id}`);
    expect((await second()).status).toBe(400);
  });

  it("give up no enabled permission", async () => {
    const role = {
      id: "9c0f5e3a-4d5b-4d6e-8a2f-1f2e3d4c5b6a",
      allowedMemberTypes: ["Application"],
      displayName: "r",
      description: "r",
      isEnabled: true,
      value: "r",
    };
    const { id } = await newApplication({ appRoles: [role] });
    const removeAll = () => deployer.patch(`/v1.0/applications/${id}`, { appRoles: [] });

    expect((await removeAll()).body.error.code).toBe("CannotDeleteOrUpdateEnabledEntitlement");
    await deployer.patch(`/v1.0/applications/${id}`, { appRoles: [{ ...role, isEnabled: false }] });
    expect((await removeAll()).status).toBe(204);
  });

  it("take their service principal, assignments and grants with them, and go to the deleted items", async () => {
    const app = await newApplication();
    const { body: principal } = await deployer.post("/v1.0/servicePrincipals", { appId: app.appId });
    const { body: found } = await deployer.get("/v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'");
    const resourceId = found.value[0]?.["id"] as string;
    const appRoleId = "df021288-bdef-4463-88db-98f22de89214";
    const assignments = `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`;
    const { body: assignment } = await deployer.post(assignments, {
      appRoleId,
      principalId: principal["id"],
      resourceId,
    });
    const { body: grant } = await deployer.post("/v1.0/oauth2PermissionGrants", {
      clientId: principal["id"],
      resourceId,
      consentType: "AllPrincipals",
      scope: "User.Read",
    });

    expect(await deployer.delete(`/v1.0/applications/${app.id}`)).toMatchObject({ status: 204, body: undefined });

    for (const path of [
      `/v1.0/applications/${app.id}`,
      `/v1.0/servicePrincipals/${String(principal["id"])}`,
      `${assignments}/${String(assignment["id"])}`,
      `/v1.0/oauth2PermissionGrants/${String(grant["id"])}`,
    ]) {
      expect((await deployer.get(path)).body.error.code).toBe("Request_ResourceNotFound");
    }
    const { body: deleted } = await deployer.get("/v1.0/directory/deletedItems/microsoft.graph.application");
    expect(deleted.value.map((each) => each["id"])).toContain(app.id);
  });
});

describe("owners", () => {
  const owners = async (path: string) =>
    (await deployer.get(`${path}/owners`)).body.value.map((each) => [each["@odata.type"], each["id"]]);

  it("are the creating application and those that the body binds", async () => {
    const { ownerId, deployer: caller } = tenant.world;
    const { id } = await newApplication({
      "owners@odata.bind": [link(ownerId)["@odata.id"], link(caller.objectId)["@odata.id"]],
    });

    expect(await owners(`/v1.0/applications/${id}`)).toEqual([
      ["#microsoft.graph.servicePrincipal", caller.objectId],
      ["#microsoft.graph.user", ownerId],
    ]);
  });

  it("are added and removed one by one, and found by filter", async () => {
    const { id } = await newApplication();
    const path = `/v1.0/applications/${id}/owners`;
    const { ownerId } = tenant.world;

    expect((await deployer.post(`${path}/$ref`, link(ownerId))).status).toBe(204);
    expect((await deployer.post(`${path}/$ref`, link(ownerId))).body.error.message).toBe(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
    expect((await deployer.get(`${path}?$filter=id eq '${ownerId}'`)).body.value).toHaveLength(1);
    expect((await deployer.delete(`${path}/${ownerId}/$ref`)).status).toBe(204);
    expect((await deployer.delete(`${path}/${ownerId}/$ref`)).status).toBe(404);
    expect((await deployer.get(`${path}?$filter=id eq '${ownerId}'`)).body.value).toEqual([]);
  });

  it("must exist", async () => {
    const { id } = await newApplication();

    const { status } = await deployer.post(
      `/v1.0/applications/${id}/owners/$ref`,
      link("11111111-2222-4333-8444-555555555555"),
    );

    expect(status).toBe(404);
  });

  it("decide what Application.ReadWrite.OwnedBy may change", async () => {
    const stranger = await tenant.withRoles("Application.ReadWrite.OwnedBy", "Application.Read.All");
    const { id, appId } = await newApplication();

    expect((await stranger.get(`/v1.0/applications/${id}`)).status).toBe(200);
    for (const attempt of [
      stranger.patch(`/v1.0/applications/${id}`, { notes: "mine" }),
      stranger.delete(`/v1.0/applications/${id}`),
      stranger.post(`/v1.0/applications/${id}/addPassword`, {}),
      stranger.post(`/v1.0/applications/${id}/owners/$ref`, link(tenant.world.ownerId)),
      stranger.post("/v1.0/servicePrincipals", { appId }),
    ]) {
      expect((await attempt).body.error.code).toBe("Authorization_RequestDenied");
    }
    await deployer.delete(`/v1.0/applications/${id}/owners/${tenant.world.deployer.objectId}/$ref`);
    expect((await deployer.patch(`/v1.0/applications/${id}`, { notes: "lost" })).status).toBe(403);
  });
});

describe("passwords", () => {
  it("show their secret once, keep Graph's form of a date, and go when they are removed", async () => {
    const { id } = await newApplication();
    const passwordCredential = {
      displayName: "slot a",
      startDateTime: "2020-01-01T02:00:00.123+02:00",
      endDateTime: "2038-01-01T00:00:00.000Z",
    };

    const { status, body } = await deployer.post(`/v1.0/applications/${id}/addPassword`, { passwordCredential });

    const secret = body["secretText"] as string;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      displayName: "slot a",
      startDateTime: "2020-01-01T00:00:00Z",
      endDateTime: "2038-01-01T00:00:00Z",
    });
    expect(secret).toMatch(/^.{3}8Q~.{34}$/);
    expect(body["hint"]).toBe(secret.slice(0, 3));
    const read = async () => (await deployer.get(`/v1.0/applications/${id}`)).body["passwordCredentials"] as Body[];
    expect(await read()).toEqual(
      [{ ...body, "@odata.context": undefined, secretText: null }].map(({ "@odata.context": _, ...rest }) => rest),
    );
    expect(JSON.stringify(await read())).not.toContain("secretHash");

    expect((await deployer.post(`/v1.0/applications/${id}/removePassword`, { keyId: body["keyId"] })).status).toBe(204);
    expect(await read()).toEqual([]);
    expect((await deployer.post(`/v1.0/applications/${id}/removePassword`, { keyId: body["keyId"] })).status).toBe(400);
  });

  it("live two years when nothing is said", async () => {
    const { id } = await newApplication();

    const { body } = await deployer.post(`/v1.0/applications/${id}/addPassword`, {});

    const [start, end] = [body["startDateTime"] as string, body["endDateTime"] as string];
    expect(Number(end.slice(0, 4)) - Number(start.slice(0, 4))).toBe(2);
    expect(end.slice(4)).toBe(start.slice(4));
  });

  it.each([["2001-01-01T00:00:00Z"], ["tomorrow"]])("cannot end at %s", async (endDateTime) => {
    const { id } = await newApplication();

    expect(
      (await deployer.post(`/v1.0/applications/${id}/addPassword`, { passwordCredential: { endDateTime } })).status,
    ).toBe(400);
  });
});

describe("federated credentials", () => {
  const credential = {
    name: "workload",
    issuer: "https://workloads.contoso.com",
    subject: "system:serviceaccount:tenantwire:sync",
    audiences: ["api://AzureADTokenExchange"],
  };

  async function withCredential() {
    const { id } = await newApplication();
    const path = `/v1.0/applications/${id}/federatedIdentityCredentials`;
    const { status, body } = await deployer.post(path, credential);
    expect(status).toBe(201);
    return { path, body };
  }

  it("are read by id and by name, changed and deleted", async () => {
    const { path, body } = await withCredential();

    for (const key of [body["id"] as string, "workload"]) {
      expect((await deployer.get(`${path}/${key}`)).body).toMatchObject({ ...credential, description: null });
    }
    await deployer.patch(`${path}/workload`, { subject: "other" });
    expect((await deployer.get(path)).body.value).toMatchObject([{ ...credential, subject: "other" }]);
    expect((await deployer.delete(`${path}/workload`)).status).toBe(204);
    expect((await deployer.get(`${path}/workload`)).status).toBe(404);
  });

  it.each([
    ["a name twice", { ...credential, subject: "other" }, 409, "Request_MultipleObjectsWithSameKeyValue"],
    ["issuer with subject twice", { ...credential, name: "b" }, 400, "InvalidFederatedIdentityCredentialValue"],
    [
      "two audiences",
      { ...credential, name: "b", subject: "c", audiences: ["a", "b"] },
      400,
      "InvalidFederatedIdentityCredentialValue",
    ],
    ["no subject", { ...credential, name: "b", subject: "" }, 400, "Request_BadRequest"],
  ])("refuse %s", async (_what, body, status, code) => {
    const { path } = await withCredential();

    expect(await deployer.post(path, body)).toMatchObject({ status, body: { error: { code } } });
  });

  it("are no more than 20", async () => {
    const { path } = await withCredential();
    for (let index = 2; index <= 20; index++) {
      expect((await deployer.post(path, { ...credential, name: `n${index}`, subject: `s${index}` })).status).toBe(201);
    }

    expect((await deployer.post(path, { ...credential, name: "n21", subject: "s21" })).status).toBe(400);
  });
});

describe("service principals", () => {
  it("follow their application", async () => {
    const { id, appId } = await newApplication();
    const { body } = await deployer.post("/v1.0/servicePrincipals", {
      appId,
      description: "made by a test",
      tags: ["a"],
    });

    await deployer.patch(`/v1.0/applications/${id}`, { displayName: "renamed", identifierUris: ["api://renamed"] });

    expect((await deployer.get(`/v1.0/servicePrincipals(appId='${appId}')`)).body).toMatchObject({
      id: body["id"],
      displayName: "renamed",
      appDisplayName: "renamed",
      description: "made by a test",
      servicePrincipalNames: [appId, "api://renamed"],
      servicePrincipalType: "Application",
      tags: ["a"],
    });
    expect(body["id"]).not.toBe(appId);
  });

  it("exist once, and only with an application", async () => {
    const { appId } = await newApplication();
    await deployer.post("/v1.0/servicePrincipals", { appId });

    expect(await deployer.post("/v1.0/servicePrincipals", { appId })).toMatchObject({
      status: 409,
      body: { error: { code: "Request_MultipleObjectsWithSameKeyValue" } },
    });
    expect(
      await deployer.post("/v1.0/servicePrincipals", { appId: "11111111-2222-4333-8444-555555555555" }),
    ).toMatchObject({ status: 400, body: { error: { code: "NoBackingApplicationObject" } } });
  });

  it("of Microsoft Graph lists roles, one of them disabled, and scopes", async () => {
    const { body } = await deployer.get(
      "/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq 'https://graph.microsoft.com')",
    );

    const [graph] = body.value as unknown as { appId: string; appRoles: Body[]; oauth2PermissionScopes: Body[] }[];
    expect(graph?.appId).toBe("00000003-0000-0000-c000-000000000000");
    expect(graph?.appRoles).toContainEqual(
      expect.objectContaining({ value: "User.Read.All", id: "df021288-bdef-4463-88db-98f22de89214", isEnabled: true }),
    );
    expect(graph?.appRoles.filter((role) => role["isEnabled"] === false)).toHaveLength(1);
    expect(graph?.oauth2PermissionScopes).toContainEqual(
      expect.objectContaining({ value: "User.Read.All", id: "a154be20-db9c-4678-8ab7-66f6cc099a59", type: "Admin" }),
    );
  });

  it("answer beta's samlMetadataUrl, which v1.0 has not", async () => {
    const { objectId } = tenant.world.deployer;
    const path = `/servicePrincipals/${objectId}?$select=samlMetadataUrl`;

    expect((await deployer.get(`/beta${path}`)).body["samlMetadataUrl"]).toBeNull();
    expect((await deployer.get(`/v1.0${path}`)).status).toBe(400);
  });
});

describe("tenant", () => {
  it("has its two domains and one that was taken over", async () => {
    const { body } = await deployer.get("/v1.0/domains");

    expect(body.value).toMatchObject([
      { id: "contoso.com", isDefault: true, isVerified: true },
      { id: "contoso.onmicrosoft.com", isInitial: true },
      { id: ACQUIRED_DOMAIN, isDefault: false },
    ]);
  });

  it("is the only organization", async () => {
    const reader = await tenant.withRoles("Organization.Read.All");

    const { body } = await reader.get("/v1.0/organization");

    expect(body.value).toMatchObject([{ id: tenant.world.tenant.id, displayName: "Contoso" }]);
    expect((await reader.get(`/v1.0/organization/${tenant.world.tenant.id}`)).status).toBe(200);
  });
});

describe("lag", () => {
  it("hides a new object from so many requests", async () => {
    const { world, as } = newTenant();
    const caller = await as(world.deployer);
    graphFaults(world).lagReads = 2;

    const { body } = await caller.post("/v1.0/applications", { displayName: "late" });

    const statuses = [];
    for (let read = 0; read < 4; read++)
      statuses.push((await caller.get(`/v1.0/applications/${String(body["id"])}`)).status);
    expect(statuses).toEqual([404, 404, 200, 200]);
  });

  it("hides a new object for so long, also from lists and from what would build on it", async () => {
    const { world, as } = newTenant();
    const caller = await as(world.deployer);
    graphFaults(world).lagMilliseconds = 60_000;
    const { body } = await caller.post("/v1.0/applications", { displayName: "late" });
    const listed = async () => (await caller.get("/v1.0/applications?$filter=displayName eq 'late'")).body.value.length;
    const principal = () => caller.post("/v1.0/servicePrincipals", { appId: body["appId"] });

    expect(await listed()).toBe(0);
    expect((await principal()).body.error.code).toBe("NoBackingApplicationObject");
    world.advance(60_001);
    expect(await listed()).toBe(1);
    expect((await principal()).status).toBe(201);
  });
});
