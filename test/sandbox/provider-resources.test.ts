/** Every azuread type against the stand-in's own hosts, without an engine. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createHttp, type Http } from "../../sandbox/provider/http.ts";
import { type Properties, records, text } from "../../sandbox/provider/json.ts";
import { functionOf, resourceOf } from "../../sandbox/provider/registry.ts";
import { PartlyCreated, type Recorded } from "../../sandbox/provider/resource.ts";
import { createSession, type Session } from "../../sandbox/provider/session.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import type { World } from "../../sandbox/world.ts";

const GRAPH = "00000003-0000-0000-c000-000000000000";
const READ_ALL = "df021288-bdef-4463-88db-98f22de89214";

let sandbox: Sandbox;
let http: Http;
let session: Session;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  http = createHttp(sandbox.proxyUrl, readFileSync(sandbox.caFile, "utf8"));
  session = createSession({}, http, sandbox.world);
});
afterAll(async () => {
  await http.close();
  await sandbox.stop();
});
beforeEach(() => sandbox.faults.clear());

function type(name: string) {
  return resourceOf(`azuread:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`);
}

/** Checks and creates, as the engine does. */
async function create(name: string, news: Properties): Promise<Recorded> {
  const request = { name: "x", olds: {}, news, randomSeed: new Uint8Array([1]) };
  const { inputs, failures } = await type(name).check(session, request);
  expect(failures).toEqual([]);
  return { inputs, ...(await type(name).create(session, inputs)) };
}

async function update(name: string, old: Recorded, change: Properties): Promise<Recorded> {
  const inputs = { ...old.inputs, ...change };
  const { changes } = type(name).diff(old, inputs, []);
  expect(changes.some((each) => each.replaces)).toBe(false);
  return { id: old.id, inputs, state: await type(name).update(session, old, inputs, []) };
}

let registration: Recorded;
let count = 0;
beforeEach(async () => {
  registration = await create("ApplicationRegistration", { displayName: `app ${(count += 1)}`, notes: "mark" });
});

async function application(): Promise<Properties> {
  return session.graph.get(`/applications/${text(registration.state["objectId"])}`);
}

/** Requests that changed something since the last call. */
function writes(): string[] {
  const entries = sandbox.requests
    .entries()
    .filter(({ method, host }) => method !== "GET" && !host.startsWith("login."));
  sandbox.requests.mark();
  return entries.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/g, "*")}`);
}

describe("ApplicationRegistration", () => {
  it("has the plugin's id and outputs", () => {
    const { id, state } = registration;

    expect(id).toBe(`/applications/${text(state["objectId"])}`);
    expect(state).toMatchObject({
      displayName: expect.stringMatching(/^app/),
      description: "",
      notes: "mark",
      requestedAccessTokenVersion: 2,
      signInAudience: "AzureADMyOrg",
      publisherDomain: expect.stringContaining("."),
    });
    expect(state["clientId"]).not.toBe(state["objectId"]);
  });

  it("sends only what changed", async () => {
    await create("ApplicationRedirectUris", {
      applicationId: registration.id,
      type: "Web",
      redirectUris: ["https://a.example/"],
    });
    await session.graph.patch(registration.id, { notes: "changed by somebody else" });

    const updated = await update("ApplicationRegistration", registration, { homepageUrl: "https://home.example/" });

    expect(updated.state).toMatchObject({ homepageUrl: "https://home.example/", notes: "changed by somebody else" });
    expect(await application()).toMatchObject({
      web: { homePageUrl: "https://home.example/", redirectUris: ["https://a.example/"] },
    });
  });

  it("says that what cannot be read after its creation is an orphan, in the plugin's words", async () => {
    sandbox.faults.add({ method: "GET", path: "/v1.0/applications/*", times: 1, then: { status: 404 } });

    await expect(create("ApplicationRegistration", { displayName: "orphan" })).rejects.toThrow(
      "expected non-nil error with nil state during Create",
    );
  });

  it("tells drift after a refresh in the inputs that the program gave, and no others", async () => {
    await session.graph.patch(registration.id, { displayName: "drifted", description: "new" });

    const now = await type("ApplicationRegistration").read(session, registration);

    expect(now?.inputs).toEqual({ ...registration.inputs, displayName: "drifted" });
    expect(now?.state).toMatchObject({ displayName: "drifted", description: "new" });
  });

  it("imports by id alone", async () => {
    const now = await type("ApplicationRegistration").read(session, { id: registration.id, inputs: {}, state: {} });

    expect(now?.inputs).toEqual({ displayName: registration.inputs["displayName"], notes: "mark", __defaults: [] });
    expect(now?.state).toEqual(registration.state);
  });
});

describe("ApplicationApiAccess", () => {
  const other = "00000002-0000-0ff1-ce00-000000000000";

  it("leaves the accesses to other APIs alone", async () => {
    const first = await create("ApplicationApiAccess", {
      applicationId: registration.id,
      apiClientId: GRAPH,
      roleIds: [READ_ALL],
    });
    await create("ApplicationApiAccess", { applicationId: registration.id, apiClientId: other, scopeIds: [READ_ALL] });
    const changed = await update("ApplicationApiAccess", first, { scopeIds: [READ_ALL] });

    expect(first.id).toBe(`${registration.id}/apiAccess/${GRAPH}`);
    expect(changed.state).toMatchObject({ roleIds: [READ_ALL], scopeIds: [READ_ALL] });
    await type("ApplicationApiAccess").delete(session, changed);
    expect(records((await application())["requiredResourceAccess"])).toEqual([
      { resourceAppId: other, resourceAccess: [{ id: READ_ALL, type: "Scope" }] },
    ]);
    expect(await type("ApplicationApiAccess").read(session, changed)).toBeUndefined();
  });

  it("keeps them when two are written at once", async () => {
    await Promise.all([
      create("ApplicationApiAccess", { applicationId: registration.id, apiClientId: GRAPH, roleIds: [READ_ALL] }),
      create("ApplicationApiAccess", { applicationId: registration.id, apiClientId: other, roleIds: [READ_ALL] }),
    ]);

    expect(records((await application())["requiredResourceAccess"])).toHaveLength(2);
  });
});

describe("ApplicationRedirectUris", () => {
  it.each([
    ["Web", "web"],
    ["SPA", "spa"],
    ["PublicClient", "publicClient"],
  ])("keeps those of type %s", async (kind, place) => {
    const given = { applicationId: registration.id, type: kind, redirectUris: ["https://a.example/"] };
    const made = await create("ApplicationRedirectUris", given);

    expect(made.id).toBe(`${registration.id}/redirectUris/${kind}`);
    expect((await application())[place]).toMatchObject({ redirectUris: ["https://a.example/"] });
    const changed = await update("ApplicationRedirectUris", made, { redirectUris: ["https://b.example/"] });
    expect(changed.state["redirectUris"]).toEqual(["https://b.example/"]);
    await type("ApplicationRedirectUris").delete(session, changed);
    expect(await type("ApplicationRedirectUris").read(session, changed)).toBeUndefined();
  });
});

describe("ApplicationPassword", () => {
  const given = { displayName: "slot", endDate: "2030-01-01T00:00:00.000Z", rotateWhenChanged: { key: "1" } };

  it("has a value that is told once, and dates as the state has them", async () => {
    const made = await create("ApplicationPassword", { applicationId: registration.id, ...given });

    expect(made.state).toMatchObject({
      endDate: "2030-01-01T00:00:00Z",
      startDate: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
      rotateWhenChanged: { key: "1" },
      value: expect.stringMatching(/.{20}/),
    });
    expect(made.id).toBe(`${text(registration.state["objectId"])}/password/${text(made.state["keyId"])}`);
    const { endDate, ...imported } =
      (await type("ApplicationPassword").read(session, { id: made.id, inputs: {}, state: {} }))?.state ?? {};
    expect(endDate).toBe("2030-01-01T00:00:00Z");
    expect(imported).not.toHaveProperty("value");
    expect((await type("ApplicationPassword").read(session, made))?.state).toEqual(made.state);
  });

  it("works as a client secret until it is deleted", async () => {
    await create("ServicePrincipal", { clientId: registration.state["clientId"] });
    const made = await create("ApplicationPassword", { applicationId: registration.id, ...given });
    const credentials = { clientId: registration.state["clientId"], clientSecret: made.state["value"] };

    await createSession(credentials, http, sandbox.world).graph.callerId();
    await type("ApplicationPassword").delete(session, made);

    await expect(createSession(credentials, http, sandbox.world).graph.callerId()).rejects.toThrow(
      /^Signing in to tenant \S+ as client \S+ was refused: AADSTS7000215: Invalid client secret provided\.[^\n]*'\.$/,
    );
    expect(await type("ApplicationPassword").read(session, made)).toBeUndefined();
  });

  it("waits for a new key that has not arrived everywhere", async () => {
    sandbox.faults.add({ method: "GET", path: "/v1.0/applications/*", after: 1, times: 2, then: { status: 404 } });

    expect(
      (await create("ApplicationPassword", { applicationId: registration.id, ...given })).state["keyId"],
    ).toBeTruthy();
  });
});

describe("ApplicationFederatedIdentityCredential", () => {
  it("is made, changed and deleted", async () => {
    const given = {
      applicationId: registration.id,
      displayName: "job",
      audiences: ["a"],
      issuer: "https://i.example",
      subject: "s",
    };
    const made = await create("ApplicationFederatedIdentityCredential", given);

    expect(made.id).toBe(
      `${text(registration.state["objectId"])}/federatedIdentityCredential/${text(made.state["credentialId"])}`,
    );
    const changed = await update("ApplicationFederatedIdentityCredential", made, { subject: "t", description: "d" });
    expect(changed.state).toEqual({ ...made.state, subject: "t", description: "d" });
    await type("ApplicationFederatedIdentityCredential").delete(session, changed);
    expect(await type("ApplicationFederatedIdentityCredential").read(session, changed)).toBeUndefined();
  });
});

describe("ServicePrincipal", () => {
  it.each([
    ["nobody", () => [], () => []],
    ["somebody else", () => [sandbox.world.ownerId], () => [sandbox.world.ownerId]],
    [
      "the caller too",
      () => [sandbox.world.deployer.objectId, sandbox.world.ownerId],
      () => [sandbox.world.deployer.objectId, sandbox.world.ownerId],
    ],
  ])("belongs to %s when that is listed: the caller does not stay by itself", async (_case, listed, expected) => {
    const owners = listed();
    const made = await create("ServicePrincipal", {
      clientId: registration.state["clientId"],
      ...(owners.length > 0 && { owners }),
    });

    const found = await session.graph.list(`${made.id}/owners`);
    expect(found.map((owner) => owner["id"]).toSorted()).toEqual(expected().toSorted());
    expect(made.state["owners"]).toHaveLength(expected().length);
    expect(made.state["description"]).toBe("");
    expect(made.id).toBe(`/servicePrincipals/${text(made.state["objectId"])}`);
  });

  it("changes its owners and its tags, and shows no difference afterwards", async () => {
    const made = await create("ServicePrincipal", {
      clientId: registration.state["clientId"],
      owners: [sandbox.world.deployer.objectId],
      featureTags: [{ enterprise: true }],
    });
    expect(made.state["tags"]).toEqual(["WindowsAzureActiveDirectoryIntegratedApp"]);

    const changed = await update("ServicePrincipal", made, {
      owners: [sandbox.world.deployer.objectId, sandbox.world.ownerId],
      featureTags: [{ enterprise: true, hide: true }],
    });

    expect(changed.state["tags"]).toEqual(["WindowsAzureActiveDirectoryIntegratedApp", "HideApp"]);
    expect(changed.state["owners"]).toHaveLength(2);
    expect(type("ServicePrincipal").diff(changed, changed.inputs, []).changes).toEqual([]);
  });

  it("refuses one that exists, unless it may use it; and then leaves it there", async () => {
    const clientId = registration.state["clientId"];
    // The deployer may change only what it owns.
    const owners = [sandbox.world.deployer.objectId];
    const made = await create("ServicePrincipal", { clientId, owners });

    await expect(create("ServicePrincipal", { clientId })).rejects.toThrow(
      `A resource with the ID "${made.id}" already exists - to be managed via Terraform this resource needs to be imported`,
    );
    const used = await create("ServicePrincipal", { clientId, owners, useExisting: true, notes: "used" });
    expect(used).toMatchObject({ id: made.id, state: { notes: "used" } });
    await type("ServicePrincipal").delete(session, used);
    expect(await type("ServicePrincipal").read(session, made)).toBeDefined();
  });

  it("stays in the state when only its description could not be written", async () => {
    sandbox.faults.add({ method: "PATCH", path: "/v1.0/servicePrincipals/*", times: 1, then: { status: 404 } });

    const failed = await create("ServicePrincipal", { clientId: registration.state["clientId"] }).catch(
      (error: unknown) => error,
    );

    expect(failed).toBeInstanceOf(PartlyCreated);
    const { id, message } = failed as PartlyCreated;
    expect(message).toMatch(
      /^Timed out whilst waiting for new service principal to be replicated in Azure AD: unexpected status 404/,
    );
    expect(await type("ServicePrincipal").read(session, { id, inputs: {}, state: {} })).toBeDefined();
  });
});

describe("consent", () => {
  let principalObjectId: string;
  let resourceObjectId: string;
  beforeEach(async () => {
    principalObjectId = text(
      (await create("ServicePrincipal", { clientId: registration.state["clientId"] })).state["objectId"],
    );
    const found = await functionOf("azuread:index/getServicePrincipal:getServicePrincipal").invoke(session, {
      clientId: GRAPH,
    });
    resourceObjectId = text(found["objectId"]);
  });

  it("assigns an application role, once", async () => {
    const given = { appRoleId: READ_ALL, principalObjectId, resourceObjectId };
    const made = await create("AppRoleAssignment", given);

    expect(made.id).toMatch(new RegExp(`^/servicePrincipals/${resourceObjectId}/appRoleAssignedTo/.+`));
    expect(made.state).toMatchObject({
      principalDisplayName: registration.inputs["displayName"],
      principalType: "ServicePrincipal",
      resourceDisplayName: "Microsoft Graph",
    });
    await expect(create("AppRoleAssignment", given)).rejects.toThrow(
      /^Could not create app role assignment: unexpected status 400 \(400 Bad Request\) with error: \w+: Permission being assigned already exists/,
    );
    const imported = await type("AppRoleAssignment").read(session, { id: made.id, inputs: {}, state: {} });
    expect(imported?.inputs).toEqual({ ...given, __defaults: [] });
    await type("AppRoleAssignment").delete(session, made);
    expect(await type("AppRoleAssignment").read(session, made)).toBeUndefined();
  });

  it("waits for a principal that has not arrived everywhere", async () => {
    sandbox.faults.add({ method: "POST", path: "*/appRoleAssignedTo", times: 1, then: { status: 404 } });

    expect(
      (await create("AppRoleAssignment", { appRoleId: READ_ALL, principalObjectId, resourceObjectId })).id,
    ).toBeTruthy();
  });

  it("grants delegated permissions and changes them in place", async () => {
    const made = await create("ServicePrincipalDelegatedPermissionGrant", {
      servicePrincipalObjectId: principalObjectId,
      resourceServicePrincipalObjectId: resourceObjectId,
      claimValues: ["openid", "User.Read"],
    });
    const reordered = { ...made.inputs, claimValues: ["User.Read", "openid"] };
    expect(type("ServicePrincipalDelegatedPermissionGrant").diff(made, reordered, []).changes).toEqual([]);

    const changed = await update("ServicePrincipalDelegatedPermissionGrant", made, { claimValues: ["openid"] });

    expect(changed.state["claimValues"]).toEqual(["openid"]);
    await type("ServicePrincipalDelegatedPermissionGrant").delete(session, changed);
    expect(await type("ServicePrincipalDelegatedPermissionGrant").read(session, changed)).toBeUndefined();
  });
});

describe("whatever the type", () => {
  it.each([
    ["ApplicationOwner", () => ({ ownerObjectId: sandbox.world.ownerId }), "azuread_application_owner"],
    [
      "ApplicationRedirectUris",
      () => ({ type: "SPA", redirectUris: ["https://a.example/"] }),
      "azuread_application_redirect_uris",
    ],
    ["ApplicationApiAccess", () => ({ apiClientId: GRAPH, roleIds: [READ_ALL] }), "azuread_application_api_access"],
  ])("%s has to be imported when it exists already", async (name, given, terraform) => {
    const made = await create(name, { applicationId: registration.id, ...given() });

    await expect(create(name, { applicationId: registration.id, ...given() })).rejects.toThrow(
      `A resource with the ID "${made.id}" already exists - to be managed via Terraform this resource needs to be ` +
        `imported into the State. Please see the resource documentation for "${terraform}" for more information.`,
    );
    await type(name).delete(session, made);
    expect(await type(name).read(session, made)).toBeUndefined();
  });

  it("is gone, and deleted without a complaint, once its application is", async () => {
    const applicationId = registration.id;
    const children = [
      ["ApplicationOwner", { applicationId, ownerObjectId: sandbox.world.ownerId }],
      ["ApplicationRedirectUris", { applicationId, type: "Web", redirectUris: ["https://a.example/"] }],
      ["ApplicationApiAccess", { applicationId, apiClientId: GRAPH, roleIds: [READ_ALL] }],
      ["ApplicationPassword", { applicationId, displayName: "p" }],
      [
        "ApplicationFederatedIdentityCredential",
        { applicationId, displayName: "f", audiences: ["a"], issuer: "https://i.example", subject: "s" },
      ],
      ["ServicePrincipal", { clientId: registration.state["clientId"] }],
    ] as const;
    const made: [string, Recorded][] = [["ApplicationRegistration", registration]];
    for (const [name, news] of children) made.push([name, await create(name, news)]);

    await type("ApplicationRegistration").delete(session, registration);

    for (const [name, old] of made) {
      expect(await type(name).read(session, old)).toBeUndefined();
      await type(name).delete(session, old);
    }
  });

  it("says who was refused what in the plugin's words", async () => {
    await create("ServicePrincipal", { clientId: registration.state["clientId"] });
    const password = await create("ApplicationPassword", { applicationId: registration.id, displayName: "p" });
    const nobody = createSession(
      { clientId: registration.state["clientId"], clientSecret: password.state["value"] },
      http,
      sandbox.world,
    );

    await expect(type("ApplicationRegistration").create(nobody, { displayName: "x" })).rejects.toThrow(
      "creating application: unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges to complete the operation.",
    );
  });

  it("waits just as long as a throttled answer says", async () => {
    sandbox.faults.add({
      method: "PATCH",
      path: "/v1.0/applications/*",
      times: 2,
      then: { status: 429, retryAfter: 0.2 },
    });
    writes();
    const begun = performance.now();

    await update("ApplicationRegistration", registration, { notes: "later" });

    expect(performance.now() - begun).toBeGreaterThan(400);
    expect(writes()).toEqual(Array(3).fill("PATCH /v1.0/applications/*"));
  });
});

describe("functions", () => {
  it("tell disabled roles too, and one name twice when it is a role and a scope", async () => {
    const found = await functionOf("azuread:index/getServicePrincipal:getServicePrincipal").invoke(session, {
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

    await expect(getServicePrincipal.invoke(session, args)).rejects.toThrow(message);
  });

  it("tell who is calling", async () => {
    const { tenant, deployer, subscriptionId } = sandbox.world;
    const who = { tenantId: tenant.id, clientId: deployer.clientId, objectId: deployer.objectId };

    expect(await functionOf("azuread:index/getClientConfig:getClientConfig").invoke(session, {})).toEqual({
      ...who,
      id: `${tenant.id}-${deployer.clientId}-${deployer.objectId}`,
    });
    expect(await functionOf("azure-native:authorization:getClientConfig").invoke(session, {})).toEqual({
      ...who,
      subscriptionId,
    });
  });

  it.each([
    ["every verified domain", {}, ({ domain, mailDomain }: World["tenant"]) => [domain, mailDomain]],
    ["just the initial one", { onlyInitial: true }, ({ domain }: World["tenant"]) => [domain]],
    ["just the default one", { onlyDefault: true }, ({ mailDomain }: World["tenant"]) => [mailDomain]],
  ])("tell %s", async (_case, args: Properties, expected) => {
    const { domains } = await functionOf("azuread:index/getDomains:getDomains").invoke(session, args);

    const names = records(domains).map((domain) => domain["domainName"]);
    expect(names).toEqual(expect.arrayContaining(expected(sandbox.world.tenant)));
    if (Object.keys(args).length > 0) expect(names).toHaveLength(1);
  });
});
