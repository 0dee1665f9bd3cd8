/** Service principals, consent and the data sources, against the stand-in's own hosts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type Properties, records, text } from "../../sandbox/provider/json.ts";
import { functionOf } from "../../sandbox/provider/registry.ts";
import { PartlyCreated, type Recorded } from "../../sandbox/provider/resource.ts";
import type { World } from "../../sandbox/world.ts";
import { type Azuread, startAzuread } from "./provider-azuread.ts";

const GRAPH = "00000003-0000-0000-c000-000000000000";
const READ_ALL = "df021288-bdef-4463-88db-98f22de89214";

let azuread: Azuread;
let registration: Recorded;
let count = 0;

beforeAll(async () => {
  azuread = await startAzuread();
});
afterAll(() => azuread.close());
beforeEach(async () => {
  azuread.sandbox.faults.clear();
  registration = await azuread.create("ApplicationRegistration", { displayName: `app ${(count += 1)}`, notes: "mark" });
});

describe("ServicePrincipal", () => {
  it.each([
    ["nobody", () => [], () => []],
    ["somebody else", () => [azuread.sandbox.world.ownerId], () => [azuread.sandbox.world.ownerId]],
    [
      "the caller too",
      () => [azuread.sandbox.world.deployer.objectId, azuread.sandbox.world.ownerId],
      () => [azuread.sandbox.world.deployer.objectId, azuread.sandbox.world.ownerId],
    ],
  ])("belongs to %s when that is listed: the caller does not stay by itself", async (_case, listed, expected) => {
    const owners = listed();
    const made = await azuread.create("ServicePrincipal", {
      clientId: registration.state["clientId"],
      ...(owners.length > 0 && { owners }),
    });

    const found = await azuread.session.graph.list(`${made.id}/owners`);
    expect(found.map((owner) => owner["id"]).toSorted()).toEqual(expected().toSorted());
    // What was never set is null until the first refresh.
    const expectedOwners = owners.length === 0 ? null : expect.arrayContaining(expected());
    expect(made.state["owners"]).toEqual(expectedOwners);
    const refreshed = await azuread.type("ServicePrincipal").read(azuread.session, made);
    expect(refreshed?.state["owners"]).toHaveLength(expected().length);
    expect(made.state["description"]).toBe("");
    expect(made.id).toBe(`/servicePrincipals/${text(made.state["objectId"])}`);
  });

  it("changes its owners and its tags, and shows no difference afterwards", async () => {
    const made = await azuread.create("ServicePrincipal", {
      clientId: registration.state["clientId"],
      owners: [azuread.sandbox.world.deployer.objectId],
      featureTags: [{ enterprise: true }],
    });
    expect(made.state["tags"]).toEqual(["WindowsAzureActiveDirectoryIntegratedApp"]);

    const changed = await azuread.update("ServicePrincipal", made, {
      owners: [azuread.sandbox.world.deployer.objectId, azuread.sandbox.world.ownerId],
      featureTags: [{ enterprise: true, hide: true }],
    });

    expect(changed.state["tags"]).toEqual(["WindowsAzureActiveDirectoryIntegratedApp", "HideApp"]);
    expect(changed.state["owners"]).toHaveLength(2);
    expect(azuread.type("ServicePrincipal").diff(changed, changed.inputs, []).changes).toEqual([]);
  });

  it("refuses one that exists, by its object id, unless it may use it; and deletes it then all the same", async () => {
    const clientId = registration.state["clientId"];
    // The deployer may change only what it owns.
    const owners = [azuread.sandbox.world.deployer.objectId];
    const made = await azuread.create("ServicePrincipal", { clientId, owners });

    await expect(azuread.create("ServicePrincipal", { clientId })).rejects.toThrow(
      `A resource with the ID "${text(made.state["objectId"])}" already exists - to be managed via Terraform this resource needs to be imported`,
    );
    const used = await azuread.create("ServicePrincipal", { clientId, owners, useExisting: true, notes: "used" });
    expect(used).toMatchObject({ id: made.id, state: { notes: "used" } });
    await azuread.type("ServicePrincipal").delete(azuread.session, used);
    expect(await azuread.type("ServicePrincipal").read(azuread.session, made)).toBeUndefined();
  });

  it("does not mind being refused when it deletes one that was there before it", async () => {
    const [found] = await azuread.session.graph.list(`/servicePrincipals?$filter=appId eq '${GRAPH}'`);
    const id = `/servicePrincipals/${text(found?.["id"])}`;
    const state = { clientId: GRAPH, useExisting: true };
    azuread.sandbox.requests.mark();

    await azuread.type("ServicePrincipal").delete(azuread.session, { id, inputs: state, state });

    expect(azuread.sandbox.requests.entries().at(-1)).toMatchObject({ method: "DELETE", status: 403 });
    expect(await azuread.session.graph.find(id)).toBeDefined();
  });

  it("stays in the state when only its description could not be written", async () => {
    azuread.sandbox.faults.add({ method: "PATCH", path: "/v1.0/servicePrincipals/*", times: 1, then: { status: 404 } });

    const failed = await azuread
      .create("ServicePrincipal", { clientId: registration.state["clientId"] })
      .catch((error: unknown) => error);

    expect(failed).toBeInstanceOf(PartlyCreated);
    const { id, message } = failed as PartlyCreated;
    expect(message).toMatch(
      /^Timed out whilst waiting for new service principal to be replicated in Azure AD: unexpected status 404/,
    );
    expect(await azuread.type("ServicePrincipal").read(azuread.session, { id, inputs: {}, state: {} })).toBeDefined();
  });
});

describe("consent", () => {
  let principalObjectId: string;
  let resourceObjectId: string;
  beforeEach(async () => {
    principalObjectId = text(
      (await azuread.create("ServicePrincipal", { clientId: registration.state["clientId"] })).state["objectId"],
    );
    const found = await functionOf("azuread:index/getServicePrincipal:getServicePrincipal").invoke(azuread.session, {
      clientId: GRAPH,
    });
    resourceObjectId = text(found["objectId"]);
  });

  it("assigns an application role, once", async () => {
    const given = { appRoleId: READ_ALL, principalObjectId, resourceObjectId };
    const made = await azuread.create("AppRoleAssignment", given);

    expect(made.id).toMatch(new RegExp(`^/servicePrincipals/${resourceObjectId}/appRoleAssignedTo/.+`));
    expect(made.state).toMatchObject({
      principalDisplayName: registration.inputs["displayName"],
      principalType: "ServicePrincipal",
      resourceDisplayName: "Microsoft Graph",
    });
    await expect(azuread.create("AppRoleAssignment", given)).rejects.toThrow(
      /^Could not create app role assignment: unexpected status 400 \(400 Bad Request\) with error: \w+: Permission being assigned already exists/,
    );
    const imported = await azuread
      .type("AppRoleAssignment")
      .read(azuread.session, { id: made.id, inputs: {}, state: {} });
    expect(imported?.inputs).toEqual({ ...given, __defaults: [] });
    await azuread.type("AppRoleAssignment").delete(azuread.session, made);
    expect(await azuread.type("AppRoleAssignment").read(azuread.session, made)).toBeUndefined();
  });

  it("waits for a principal that has not arrived everywhere", async () => {
    azuread.sandbox.faults.add({ method: "POST", path: "*/appRoleAssignedTo", times: 1, then: { status: 404 } });

    expect(
      (await azuread.create("AppRoleAssignment", { appRoleId: READ_ALL, principalObjectId, resourceObjectId })).id,
    ).toBeTruthy();
  });

  it("grants delegated permissions and changes them in place", async () => {
    const made = await azuread.create("ServicePrincipalDelegatedPermissionGrant", {
      servicePrincipalObjectId: principalObjectId,
      resourceServicePrincipalObjectId: resourceObjectId,
      claimValues: ["openid", "User.Read"],
    });
    const reordered = { ...made.inputs, claimValues: ["User.Read", "openid"] };
    expect(azuread.type("ServicePrincipalDelegatedPermissionGrant").diff(made, reordered, []).changes).toEqual([]);

    const changed = await azuread.update("ServicePrincipalDelegatedPermissionGrant", made, { claimValues: ["openid"] });

    expect(changed.state["claimValues"]).toEqual(["openid"]);
    await azuread.type("ServicePrincipalDelegatedPermissionGrant").delete(azuread.session, changed);
    expect(
      await azuread.type("ServicePrincipalDelegatedPermissionGrant").read(azuread.session, changed),
    ).toBeUndefined();
  });
});

describe("functions", () => {
  it("tell disabled roles too, and one name twice when it is a role and a scope", async () => {
    const found = await functionOf("azuread:index/getServicePrincipal:getServicePrincipal").invoke(azuread.session, {
      clientId: GRAPH,
    });

    const roles = found["appRoleIds"] as Properties;
    const scopes = found["oauth2PermissionScopeIds"] as Properties;
    expect(roles["User.Read.All"]).toBe(READ_ALL);
    expect(scopes["User.Read.All"]).not.toBe(READ_ALL);
    const disabled = records(found["appRoles"]).filter((role) => role["enabled"] === false);
    expect(disabled).not.toEqual([]);
    expect(Object.values(roles)).toEqual(expect.arrayContaining(disabled.map((role) => role["id"])));
  });

  it.each([
    ["nothing", {}, "one of `clientId`, `displayName` or `objectId` must be specified"],
    ["nobody", { displayName: "nobody's" }, `No service principal found matching filter: "displayName eq 'nobody''s'"`],
  ])("find %s", async (_case, args, message) => {
    const getServicePrincipal = functionOf("azuread:index/getServicePrincipal:getServicePrincipal");

    await expect(getServicePrincipal.invoke(azuread.session, args)).rejects.toThrow(message);
  });

  it("tell who is calling", async () => {
    const { tenant, deployer, subscriptionId } = azuread.sandbox.world;
    const who = { tenantId: tenant.id, clientId: deployer.clientId, objectId: deployer.objectId };

    expect(await functionOf("azuread:index/getClientConfig:getClientConfig").invoke(azuread.session, {})).toEqual({
      ...who,
      id: `${tenant.id}-${deployer.clientId}-${deployer.objectId}`,
    });
    expect(await functionOf("azure-native:authorization:getClientConfig").invoke(azuread.session, {})).toEqual({
      ...who,
      subscriptionId,
    });
  });

  it.each([
    ["every verified domain", {}, ({ domain, mailDomain }: World["tenant"]) => [domain, mailDomain]],
    ["just the initial one", { onlyInitial: true }, ({ domain }: World["tenant"]) => [domain]],
    ["just the default one", { onlyDefault: true }, ({ mailDomain }: World["tenant"]) => [mailDomain]],
  ])("tell %s", async (_case, args: Properties, expected) => {
    const { domains } = await functionOf("azuread:index/getDomains:getDomains").invoke(azuread.session, args);

    const names = records(domains).map((domain) => domain["domainName"]);
    expect(names).toEqual(expect.arrayContaining(expected(azuread.sandbox.world.tenant)));
    if (Object.keys(args).length > 0) expect(names).toHaveLength(1);
  });
});
