/** How the two packages differ: what is compared, what a preview tells, what a refresh makes of the inputs. */
import { describe, expect, it } from "@jest/globals";
import { uniqueName, uniqueUuid } from "../../sandbox/provider/azure-native/autonaming.ts";
import { patchInputs } from "../../sandbox/provider/azure-native/refresh.ts";
import { resourceOf } from "../../sandbox/provider/registry.ts";
import type { Session } from "../../sandbox/provider/session.ts";
import { UNKNOWN } from "../../sandbox/provider/wire.ts";

const password = resourceOf("azuread:index/applicationPassword:ApplicationPassword");
const registration = resourceOf("azuread:index/applicationRegistration:ApplicationRegistration");
const roleAssignment = resourceOf("azure-native:authorization:RoleAssignment");
const vault = resourceOf("azure-native:keyvault:Vault");

const applicationId = "/applications/11111111-1111-4111-8111-111111111111";
const tenantId = "22222222-2222-4222-8222-222222222222";
/** Nothing here may reach an API. */
const offline = { location: "westeurope" } as Session;
const seed = new Uint8Array([1, 2, 3]);

describe("azuread", () => {
  const state = {
    applicationId,
    displayName: "a",
    startDate: "2026-01-01T00:00:00Z",
    endDate: "2026-06-01T00:00:00Z",
    rotateWhenChanged: { key: "2026-01-01" },
    keyId: "k",
    value: "v",
  };
  const old = { id: "x", inputs: {}, state };
  const news = { applicationId, displayName: "a", endDate: state.endDate, rotateWhenChanged: state.rotateWhenChanged };

  it.each([
    ["the same", {}, [], []],
    ["another end", { endDate: "2026-07-01T00:00:00Z" }, [], ["endDate"]],
    ["the same end with fractions", { endDate: "2026-06-01T00:00:00.000Z" }, [], ["endDate"]],
    ["the same end with an offset", { endDate: "2026-06-01T00:00:00+00:00" }, [], ["endDate"]],
    ["another end that is ignored", { endDate: "2026-07-01T00:00:00Z" }, ["endDate"], []],
    ["another key", { rotateWhenChanged: { key: "2026-04-01" } }, ["endDate"], ["rotateWhenChanged"]],
  ])("compares a password's inputs with the state: %s", (_case, change, ignored, replaced) => {
    const { changes, deleteBeforeReplace } = password.diff(old, { ...news, ...change }, ignored);

    expect(changes.filter((each) => each.replaces).map((each) => each.property)).toEqual(replaced);
    expect(changes).toHaveLength(replaced.length);
    expect(deleteBeforeReplace).toBe(false);
  });

  it("knows the drift that the inputs do not", () => {
    const drifted = { displayName: "somebody else's", signInAudience: "AzureADMyOrg", requestedAccessTokenVersion: 2 };
    const inputs = { displayName: "a", signInAudience: "AzureADMyOrg", requestedAccessTokenVersion: 2 };

    const { changes } = registration.diff({ id: "x", inputs, state: drifted }, inputs, []);

    expect(changes).toEqual([{ path: "displayName", property: "displayName", kind: "update", replaces: false }]);
  });

  it("keeps the names of defaults among the inputs", async () => {
    const { inputs, failures } = await registration.check(offline, {
      name: "app",
      olds: {},
      news: { displayName: "a" },
      randomSeed: seed,
    });

    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      displayName: "a",
      requestedAccessTokenVersion: 2,
      signInAudience: "AzureADMyOrg",
      __defaults: ["requestedAccessTokenVersion", "signInAudience"],
    });
  });

  it.each([
    [
      "azuread:index/applicationApiAccess:ApplicationApiAccess",
      { apiClientId: tenantId, applicationId },
      "one of 'roleIds' and 'scopeIds' must be given",
    ],
    [
      "azuread:index/applicationPassword:ApplicationPassword",
      { applicationId, endDate: "2026-01-01T00:00:00Z", endDateRelative: "240h" },
      "'endDate' conflicts with 'endDateRelative'",
    ],
    [
      "azuread:index/servicePrincipal:ServicePrincipal",
      { clientId: tenantId, tags: ["a"], featureTags: [{ hide: true }] },
      "'tags' conflicts with 'featureTags'",
    ],
  ])("refuses combinations: %s", async (token, news, failure) => {
    const { failures } = await resourceOf(token).check(offline, { name: "x", olds: {}, news, randomSeed: seed });

    expect(failures).toEqual([failure]);
  });

  it("tells in the preview of a creation what is given, and that the rest is unknown", () => {
    expect(password.preview({ ...news, __defaults: [] })).toEqual({
      ...news,
      startDate: UNKNOWN,
      keyId: UNKNOWN,
      value: UNKNOWN,
    });
  });

  it("keeps what is computed in the preview of an update", () => {
    const before = { displayName: "a", description: "d", clientId: "c" };

    expect(registration.preview({ displayName: "b" }, { id: "x", inputs: {}, state: before })).toEqual({
      displayName: "b",
      clientId: "c",
    });
  });
});

describe("azure-native", () => {
  const properties = { tenantId, sku: { family: "A", name: "standard" } };

  it("makes up a name from the seed, keeps it, and says that a replacement can be created first", async () => {
    const request = { name: "kv", olds: {}, news: { resourceGroupName: "rg", properties }, randomSeed: seed };

    const first = await vault.check(offline, request);
    const second = await vault.check(offline, { ...request, olds: first.inputs, randomSeed: new Uint8Array([9]) });

    expect(first).toEqual({
      inputs: {
        resourceGroupName: "rg",
        properties,
        location: "westeurope",
        vaultName: expect.stringMatching(/^kv[0-9a-f]{8}$/),
        azureApiVersion: "2024-11-01",
        __createBeforeDelete: true,
      },
      failures: [],
    });
    expect(second.inputs).toEqual(first.inputs);
  });

  it.each([
    ["a made-up name", { __createBeforeDelete: true }, false],
    ["a given name", {}, true],
  ])("deletes before it replaces only with %s that is taken", (_case, flag, deleteBeforeReplace) => {
    const inputs = { scope: "/a", principalId: "p", roleDefinitionId: "r", roleAssignmentName: "n", ...flag };

    const difference = roleAssignment.diff({ id: "x", inputs, state: {} }, { ...inputs, principalId: "q" }, []);

    expect(difference.changes.map(({ path, replaces }) => [path, replaces])).toEqual([["principalId", true]]);
    expect(difference.deleteBeforeReplace).toBe(deleteBeforeReplace);
    expect(difference.ofInputs).toBe(true);
  });

  it.each([
    ["the last inputs, not the state", { tags: { a: "1" } }, { tags: { a: "1" } }, { tags: { a: "drifted" } }, []],
    ["a location, whatever its writing", { location: "West Europe" }, { location: "westeurope" }, {}, []],
    ["another location", { location: "westeurope" }, { location: "northeurope" }, {}, ["location!"]],
    ["a name", { vaultName: "a" }, { vaultName: "b" }, {}, ["vaultName!"]],
    ["a location that now says what is", {}, { location: "westeurope" }, { location: "westeurope" }, ["location"]],
    [
      "an inner value",
      { properties: { sku: { name: "standard" } } },
      { properties: { sku: { name: "premium" } } },
      {},
      ["properties.sku.name"],
    ],
  ])("compares %s", (_case, inputs, news, state, expected) => {
    const { changes } = vault.diff({ id: "x", inputs, state }, news, []);

    expect(changes.map(({ path, replaces }) => `${path}${replaces ? "!" : ""}`)).toEqual(expected);
  });

  it("tells in a preview that only the service knows the rest", () => {
    expect(vault.preview({ resourceGroupName: "rg", vaultName: "kv", location: "westeurope", properties })).toEqual({
      location: "westeurope",
      properties: {
        ...properties,
        hsmPoolResourceId: UNKNOWN,
        privateEndpointConnections: UNKNOWN,
        provisioningState: UNKNOWN,
        vaultUri: UNKNOWN,
      },
      azureApiVersion: "2024-11-01",
      name: UNKNOWN,
      type: UNKNOWN,
      systemData: UNKNOWN,
    });
  });

  it.each([
    ["nothing", { a: "1" }, { a: "1", chosen: "x" }, { a: "1", chosen: "x" }, { a: "1" }],
    ["a value", { a: "1" }, { a: "1" }, { a: "2" }, { a: "2" }],
    [
      "a value that the service had chosen",
      { a: "1" },
      { a: "1", chosen: "x" },
      { a: "1", chosen: "y" },
      { a: "1", chosen: "y" },
    ],
    ["a value that went", { a: "1", b: "2" }, { a: "1", b: "2" }, { a: "1" }, { a: "1" }],
    [
      "an inner value, beside one that is never told",
      { p: { value: "s", on: true } },
      { p: { on: true } },
      { p: { on: false } },
      { p: { value: "s", on: false } },
    ],
    [
      "an item",
      { l: [{ a: "1", s: "x" }] },
      { l: [{ a: "1" }] },
      { l: [{ a: "2" }, { a: "3" }] },
      { l: [{ a: "2", s: "x" }, { a: "3" }] },
    ],
  ])("puts into the inputs what changed: %s", (_case, inputs, before, now, expected) => {
    expect(patchInputs(inputs, before, now)).toEqual(expected);
  });

  it("makes names and UUIDs that follow from the seed", () => {
    expect(uniqueName("rg", seed)).toBe(uniqueName("rg", seed));
    expect(uniqueName("rg", seed)).not.toBe(uniqueName("rg", new Uint8Array([4])));
    expect(uniqueUuid(seed)).toBe(uniqueUuid(seed));
    expect(uniqueUuid(seed)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
