/** Applications and what belongs to them, against the stand-in's own hosts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type Properties, records, text } from "../../sandbox/provider/json.ts";
import type { Recorded } from "../../sandbox/provider/resource.ts";
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

async function application(): Promise<Properties> {
  return azuread.session.graph.get(`/applications/${text(registration.state["objectId"])}`);
}

/** Requests that changed something since the last call. */
function writes(): string[] {
  const entries = azuread.sandbox.requests.entries();
  azuread.sandbox.requests.mark();
  const changing = entries.filter(({ method, host }) => method !== "GET" && !host.startsWith("login."));
  return changing.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/g, "*")}`);
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
    await azuread.create("ApplicationRedirectUris", {
      applicationId: registration.id,
      type: "Web",
      redirectUris: ["https://a.example/"],
    });
    await azuread.session.graph.patch(registration.id, { notes: "changed by somebody else" });

    const updated = await azuread.update("ApplicationRegistration", registration, {
      homepageUrl: "https://home.example/",
    });

    expect(updated.state).toMatchObject({ homepageUrl: "https://home.example/", notes: "changed by somebody else" });
    expect(await application()).toMatchObject({
      web: { homePageUrl: "https://home.example/", redirectUris: ["https://a.example/"] },
    });
  });

  it("says that what cannot be read after its creation is an orphan, in the plugin's words", async () => {
    azuread.sandbox.faults.add({ method: "GET", path: "/v1.0/applications/*", times: 1, then: { status: 404 } });

    await expect(azuread.create("ApplicationRegistration", { displayName: "orphan" })).rejects.toThrow(
      "expected non-nil error with nil state during Create",
    );
  });

  it("tells drift after a refresh in the inputs that the program gave, and no others", async () => {
    await azuread.session.graph.patch(registration.id, { displayName: "drifted", description: "new" });

    const now = await azuread.type("ApplicationRegistration").read(azuread.session, registration);

    const { __defaults: _, ...given } = registration.inputs;
    expect(now?.inputs).toEqual({ ...given, displayName: "drifted" });
    expect(now?.state).toMatchObject({ displayName: "drifted", description: "new" });
  });

  it("imports by id alone", async () => {
    const now = await azuread
      .type("ApplicationRegistration")
      .read(azuread.session, { id: registration.id, inputs: {}, state: {} });

    expect(now?.inputs).toEqual({ displayName: registration.inputs["displayName"], notes: "mark", __defaults: [] });
    expect(registration.state["groupMembershipClaims"]).toBeNull();
    expect(now?.state).toEqual({ ...registration.state, groupMembershipClaims: [] });
  });
});

describe("ApplicationApiAccess", () => {
  const other = "00000002-0000-0ff1-ce00-000000000000";

  it("leaves the accesses to other APIs alone", async () => {
    const first = await azuread.create("ApplicationApiAccess", {
      applicationId: registration.id,
      apiClientId: GRAPH,
      roleIds: [READ_ALL],
    });
    await azuread.create("ApplicationApiAccess", {
      applicationId: registration.id,
      apiClientId: other,
      scopeIds: [READ_ALL],
    });
    const changed = await azuread.update("ApplicationApiAccess", first, { scopeIds: [READ_ALL] });

    expect(first.id).toBe(`${registration.id}/apiAccess/${GRAPH}`);
    expect(changed.state).toMatchObject({ roleIds: [READ_ALL], scopeIds: [READ_ALL] });
    await azuread.type("ApplicationApiAccess").delete(azuread.session, changed);
    expect(records((await application())["requiredResourceAccess"])).toEqual([
      { resourceAppId: other, resourceAccess: [{ id: READ_ALL, type: "Scope" }] },
    ]);
    expect(await azuread.type("ApplicationApiAccess").read(azuread.session, changed)).toBeUndefined();
  });

  it("keeps them when two are written at once", async () => {
    await Promise.all([
      azuread.create("ApplicationApiAccess", {
        applicationId: registration.id,
        apiClientId: GRAPH,
        roleIds: [READ_ALL],
      }),
      azuread.create("ApplicationApiAccess", {
        applicationId: registration.id,
        apiClientId: other,
        roleIds: [READ_ALL],
      }),
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
    const made = await azuread.create("ApplicationRedirectUris", given);

    expect(made.id).toBe(`${registration.id}/redirectUris/${kind}`);
    expect((await application())[place]).toMatchObject({ redirectUris: ["https://a.example/"] });
    const changed = await azuread.update("ApplicationRedirectUris", made, { redirectUris: ["https://b.example/"] });
    expect(changed.state["redirectUris"]).toEqual(["https://b.example/"]);
    await azuread.type("ApplicationRedirectUris").delete(azuread.session, changed);
    expect(await azuread.type("ApplicationRedirectUris").read(azuread.session, changed)).toBeUndefined();
  });
});

describe("ApplicationPassword", () => {
  const given = { displayName: "slot", endDate: "2030-01-01T00:00:00.000Z", rotateWhenChanged: { key: "1" } };

  it("has a value that is told once, and dates as the state has them", async () => {
    const made = await azuread.create("ApplicationPassword", { applicationId: registration.id, ...given });

    expect(made.state).toMatchObject({
      endDate: "2030-01-01T00:00:00Z",
      startDate: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
      rotateWhenChanged: { key: "1" },
      value: expect.stringMatching(/.{20}/),
    });
    expect(made.id).toBe(`${text(registration.state["objectId"])}/password/${text(made.state["keyId"])}`);
    const { endDate, ...imported } =
      (await azuread.type("ApplicationPassword").read(azuread.session, { id: made.id, inputs: {}, state: {} }))
        ?.state ?? {};
    expect(endDate).toBe("2030-01-01T00:00:00Z");
    expect(imported).not.toHaveProperty("value");
    expect((await azuread.type("ApplicationPassword").read(azuread.session, made))?.state).toEqual(made.state);
  });

  it("works as a client secret until it is deleted", async () => {
    await azuread.create("ServicePrincipal", { clientId: registration.state["clientId"] });
    const made = await azuread.create("ApplicationPassword", { applicationId: registration.id, ...given });
    const credentials = { clientId: registration.state["clientId"], clientSecret: made.state["value"] };

    await azuread.sessionOf(credentials).graph.callerId();
    await azuread.type("ApplicationPassword").delete(azuread.session, made);

    await expect(azuread.sessionOf(credentials).graph.callerId()).rejects.toThrow(
      /^clientCredentialsToken: received HTTP status 401 with response: .*"AADSTS7000215: Invalid client secret provided\./,
    );
    expect(await azuread.type("ApplicationPassword").read(azuread.session, made)).toBeUndefined();
  });

  it("waits for a new key that has not arrived everywhere", async () => {
    azuread.sandbox.faults.add({
      method: "GET",
      path: "/v1.0/applications/*",
      after: 1,
      times: 2,
      then: { status: 404 },
    });

    expect(
      (await azuread.create("ApplicationPassword", { applicationId: registration.id, ...given })).state["keyId"],
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
    const made = await azuread.create("ApplicationFederatedIdentityCredential", given);

    expect(made.id).toBe(
      `${text(registration.state["objectId"])}/federatedIdentityCredential/${text(made.state["credentialId"])}`,
    );
    const changed = await azuread.update("ApplicationFederatedIdentityCredential", made, {
      subject: "t",
      description: "d",
    });
    expect(changed.state).toEqual({ ...made.state, subject: "t", description: "d" });
    await azuread.type("ApplicationFederatedIdentityCredential").delete(azuread.session, changed);
    expect(await azuread.type("ApplicationFederatedIdentityCredential").read(azuread.session, changed)).toBeUndefined();
  });
});

describe("whatever the type", () => {
  it.each([
    ["ApplicationOwner", () => ({ ownerObjectId: azuread.sandbox.world.ownerId }), "azuread_application_owner"],
    [
      "ApplicationRedirectUris",
      () => ({ type: "SPA", redirectUris: ["https://a.example/"] }),
      "azuread_application_redirect_uris",
    ],
    ["ApplicationApiAccess", () => ({ apiClientId: GRAPH, roleIds: [READ_ALL] }), "azuread_application_api_access"],
  ])("%s has to be imported when it exists already", async (name, given, terraform) => {
    const made = await azuread.create(name, { applicationId: registration.id, ...given() });

    await expect(azuread.create(name, { applicationId: registration.id, ...given() })).rejects.toThrow(
      `A resource with the ID "${made.id}" already exists - to be managed via Terraform this resource needs to be ` +
        `imported into the State. Please see the resource documentation for "${terraform}" for more information.`,
    );
    await azuread.type(name).delete(azuread.session, made);
    expect(await azuread.type(name).read(azuread.session, made)).toBeUndefined();
  });

  it("is gone, and deleted without a complaint, once its application is", async () => {
    const applicationId = registration.id;
    const children = [
      ["ApplicationOwner", { applicationId, ownerObjectId: azuread.sandbox.world.ownerId }],
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
    for (const [name, news] of children) made.push([name, await azuread.create(name, news)]);

    await azuread.type("ApplicationRegistration").delete(azuread.session, registration);

    for (const [name, old] of made) {
      expect(await azuread.type(name).read(azuread.session, old)).toBeUndefined();
      await azuread.type(name).delete(azuread.session, old);
    }
  });

  it("says who was refused what in the plugin's words", async () => {
    await azuread.create("ServicePrincipal", { clientId: registration.state["clientId"] });
    const password = await azuread.create("ApplicationPassword", { applicationId: registration.id, displayName: "p" });
    const nobody = azuread.sessionOf({
      clientId: registration.state["clientId"],
      clientSecret: password.state["value"],
    });

    await expect(azuread.type("ApplicationRegistration").create(nobody, { displayName: "x" })).rejects.toThrow(
      "creating application: unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges to complete the operation.",
    );
  });

  it("waits just as long as a throttled answer says", async () => {
    azuread.sandbox.faults.add({
      method: "PATCH",
      path: "/v1.0/applications/*",
      times: 2,
      then: { status: 429, retryAfter: 0.2 },
    });
    writes();
    const begun = performance.now();

    await azuread.update("ApplicationRegistration", registration, { notes: "later" });

    expect(performance.now() - begun).toBeGreaterThan(400);
    expect(writes()).toEqual(Array(3).fill("PATCH /v1.0/applications/*"));
  });
});

describe("Application", () => {
  const role = {
    ...{ id: "11111111-2222-4333-8444-555555555555", displayName: "Use", description: "Use it" },
    allowedMemberTypes: ["User", "Application"],
  };
  const scope = { id: "22222222-2222-4333-8444-555555555555", value: "act", adminConsentDisplayName: "Act" };
  const everything = () => ({
    ...{
      displayName: "whole",
      description: "d",
      notes: "n",
      identifierUris: [`api://${count}`],
      supportUrl: "https://a.example/",
    },
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ ...scope, adminConsentDescription: "Act for you" }],
    },
    appRoles: [role],
    featureTags: [{ enterprise: true }],
    groupMembershipClaims: ["SecurityGroup"],
    optionalClaims: { idTokens: [{ name: "email" }] },
    owners: [azuread.sandbox.world.deployer.objectId, azuread.sandbox.world.ownerId],
    publicClient: { redirectUris: ["myapp://auth"] },
    requiredResourceAccesses: [{ resourceAppId: GRAPH, resourceAccesses: [{ id: READ_ALL, type: "Role" }] }],
    singlePageApplication: { redirectUris: ["https://spa.example/"] },
    web: {
      homepageUrl: "https://a.example/",
      redirectUris: ["https://a.example/b"],
      implicitGrant: { idTokenIssuanceEnabled: true },
    },
  });
  const changesOf = (known: Recorded, news: Properties) =>
    azuread
      .type("Application")
      .diff(known, news, [])
      .changes.map(({ path }) => path);

  it("is what was declared, and the same again is no change", async () => {
    const made = await azuread.create("Application", everything());
    const now = await azuread.session.graph.get(`/applications/${text(made.state["objectId"])}`);

    expect(now).toMatchObject({
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ ...scope, isEnabled: true, type: "User" }] },
      appRoles: [{ ...role, isEnabled: true, value: null }],
      groupMembershipClaims: "SecurityGroup",
      optionalClaims: { idToken: [{ name: "email", essential: false }] },
      requiredResourceAccess: [{ resourceAppId: GRAPH, resourceAccess: [{ id: READ_ALL, type: "Role" }] }],
      spa: { redirectUris: ["https://spa.example/"] },
      tags: ["WindowsAzureActiveDirectoryIntegratedApp"],
      web: { homePageUrl: "https://a.example/", implicitGrantSettings: { enableIdTokenIssuance: true } },
    });
    expect(made.state).toMatchObject({ oauth2PermissionScopeIds: { act: scope.id }, appRoleIds: {} });
    expect(changesOf(made, made.inputs)).toEqual([]);
    const refreshed = { ...made, ...(await azuread.type("Application").read(azuread.session, made)) };
    expect(changesOf(refreshed, made.inputs)).toEqual([]);
  });

  it("with a name alone is the same again too, and drift shows", async () => {
    const owners = [azuread.sandbox.world.deployer.objectId];
    const made = await azuread.create("Application", { displayName: "bare", owners });
    expect(changesOf(made, made.inputs)).toEqual([]);
    expect((await azuread.session.graph.get(made.id))["api"]).toMatchObject({ requestedAccessTokenVersion: 1 });

    await azuread.session.graph.patch(made.id, { web: { redirectUris: ["https://evil.example/"] } });
    const drifted = { ...made, ...(await azuread.type("Application").read(azuread.session, made)) };
    expect(changesOf(drifted, made.inputs)).toEqual(["web"]);
    const mended = await azuread.update("Application", drifted, {});
    expect(changesOf(mended, made.inputs)).toEqual([]);
  });

  it("does not take a name that is there, where that is asked for", async () => {
    const owners = [azuread.sandbox.world.deployer.objectId];
    await azuread.create("Application", { displayName: "taken", owners });
    await expect(azuread.create("Application", { displayName: "taken", preventDuplicateNames: true })).rejects.toThrow(
      'resource documentation for "azuread_application"',
    );
  });
});
