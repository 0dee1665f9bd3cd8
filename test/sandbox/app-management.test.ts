import { describe, expect, it } from "@jest/globals";
import { restrictPasswords } from "../../sandbox/directory/app-management.ts";
import type { PasswordRestriction } from "../../sandbox/directory/app-management.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { newCertificate } from "./certificate.ts";
import { newTenant } from "./graph-client.ts";

const DAY = 24 * 60 * 60 * 1000;
const addition: PasswordRestriction = {
  restrictionType: "passwordAddition",
  state: "enabled",
  maxLifetime: null,
  restrictForAppsCreatedAfterDateTime: null,
};
const lifetime: PasswordRestriction = { ...addition, restrictionType: "passwordLifetime", maxLifetime: "P90D" };

async function scene() {
  const tenant = newTenant({ users: 5 });
  const client = await tenant.withRoles("Application.ReadWrite.All", "Policy.ReadWrite.ApplicationConfiguration");
  const { body } = await client.post("/v1.0/applications", { displayName: "app" });
  const path = `/v1.0/applications/${String(body["id"])}`;
  return {
    tenant,
    client,
    path,
    addPassword(days: number, of = path) {
      const endDateTime = new Date(tenant.world.now().getTime() + days * DAY).toISOString();
      return client.post(`${of}/addPassword`, { passwordCredential: { endDateTime } });
    },
  };
}

it("nothing is forbidden in a new tenant", async () => {
  const { client, addPassword } = await scene();

  expect((await client.get("/v1.0/policies/defaultAppManagementPolicy")).body).toMatchObject({
    isEnabled: false,
    applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
  });
  expect((await client.get("/v1.0/policies/appManagementPolicies")).body.value).toEqual([]);
  expect((await addPassword(700)).status).toBe(200);
});

const past = "2000-01-01T00:00:00Z";
const future = "2100-01-01T00:00:00Z";

describe("a secret", () => {
  it.each<[string, PasswordRestriction[], number, string | undefined]>([
    ["where no secret may be added", [addition], 1, "CredentialTypeNotAllowedAsPerAppPolicy"],
    ["where that is switched off", [{ ...addition, state: "disabled" }], 1, undefined],
    ["of 89 days where 90 are the most", [lifetime], 89, undefined],
    ["of 91 days where 90 are the most", [lifetime], 91, "CredentialInvalidLifetimeAsPerAppPolicy"],
    [
      "of an hour where half an hour is the most",
      [{ ...lifetime, maxLifetime: "PT30M" }],
      1 / 24,
      "CredentialInvalidLifetimeAsPerAppPolicy",
    ],
    [
      "of an application older than the rule",
      [{ ...addition, restrictForAppsCreatedAfterDateTime: future }],
      1,
      undefined,
    ],
    [
      "of an application younger than the rule",
      [{ ...addition, restrictForAppsCreatedAfterDateTime: past }],
      1,
      "CredentialTypeNotAllowedAsPerAppPolicy",
    ],
  ])("%s", async (_what, restrictions, days, code) => {
    const { tenant, addPassword } = await scene();
    restrictPasswords(tenant.world, restrictions);

    const { status, body } = await addPassword(days);

    expect([status, body.error?.code]).toEqual([code === undefined ? 200 : 400, code]);
  });

  it("is refused in Graph's words, which name the policy", async () => {
    const { tenant, addPassword } = await scene();
    restrictPasswords(tenant.world, [lifetime]);

    expect((await addPassword(91)).body.error.message).toBe(
      "Credential lifetime exceeds the max value allowed as per assigned policy '00000000-0000-0000-0000-000000000000'.",
    );
  });

  it("of a service principal has restrictions of its own", async () => {
    const { tenant, client, addPassword } = await scene();
    const servicePrincipalRestrictions = { passwordCredentials: [{ restrictionType: "passwordAddition" }] };
    const policy = "/v1.0/policies/defaultAppManagementPolicy";
    expect((await client.patch(policy, { isEnabled: true, servicePrincipalRestrictions })).status).toBe(204);
    const [principal] = [...directory(tenant.world).servicePrincipals.values()].slice(-1);

    expect((await addPassword(1)).status).toBe(200);
    expect((await addPassword(1, `/v1.0/servicePrincipals/${principal?.id ?? ""}`)).body.error.code).toBe(
      "CredentialTypeNotAllowedAsPerAppPolicy",
    );
  });
});

describe("a certificate", () => {
  const keyLifetime = { ...lifetime, restrictionType: "asymmetricKeyLifetime" as const };

  it.each<[string, object[], number, string | undefined]>([
    ["without a rule", [], 700, undefined],
    ["of 89 days where 90 are the most", [keyLifetime], 89, undefined],
    ["of 91 days where 90 are the most", [keyLifetime], 91, "CredentialInvalidLifetimeAsPerAppPolicy"],
    ["where that is switched off", [{ ...keyLifetime, state: "disabled" }], 700, undefined],
    [
      "of an application older than the rule",
      [{ ...keyLifetime, restrictForAppsCreatedAfterDateTime: future }],
      700,
      undefined,
    ],
  ])("%s", async (_what, keyCredentials, days, code) => {
    const { client, path } = await scene();
    const policy = { isEnabled: true, applicationRestrictions: { keyCredentials } };
    expect((await client.patch("/v1.0/policies/defaultAppManagementPolicy", policy)).status).toBe(204);
    const { key } = await newCertificate("policy", days);

    const changed = await client.patch(path, { keyCredentials: [{ key }] });
    const made = await client.post("/v1.0/applications", { displayName: "b", keyCredentials: [{ key }] });

    expect([changed.status, changed.body?.error.code]).toEqual([code === undefined ? 204 : 400, code]);
    expect([made.status, made.body.error?.code]).toEqual([code === undefined ? 201 : 400, code]);
  });
});

it("a policy of an application's own wins over the tenant's, restriction by restriction", async () => {
  const { tenant, client, path, addPassword } = await scene();
  restrictPasswords(tenant.world, [addition, lifetime]);
  const exempt = { passwordCredentials: [{ restrictionType: "passwordAddition", state: "disabled" }] };
  const { body } = await client.post("/v1.0/policies/appManagementPolicies", { restrictions: exempt });
  const reference = {
    "@odata.id": `https://graph.microsoft.com/v1.0/policies/appManagementPolicies/${String(body["id"])}`,
  };

  const manager = await tenant.withRoles("Application.Read.All", "Policy.ReadWrite.ApplicationConfiguration");
  expect((await manager.post(`${path}/appManagementPolicies/$ref`, reference)).status).toBe(204);

  expect((await manager.get(`${path}/appManagementPolicies`)).body.value).toMatchObject([{ id: body["id"] }]);
  expect((await addPassword(30)).status).toBe(200);
  expect((await addPassword(91)).body.error.code).toBe("CredentialInvalidLifetimeAsPerAppPolicy");
});

it.each([
  [{ applicationRestrictions: { passwordCredentials: [{ restrictionType: "teapot" }] } }],
  [{ applicationRestrictions: { passwordCredentials: [{ ...lifetime, maxLifetime: "P3M" }] } }],
  [{ displayName: "mine" }],
])("a policy that is none is refused: %j", async (change) => {
  const { client } = await scene();

  expect((await client.patch("/v1.0/policies/defaultAppManagementPolicy", change)).status).toBe(400);
});

it("notes are not searched", async () => {
  const { client } = await scene();

  const { status, body } = await client.get("/v1.0/applications?$filter=startswith(notes,'x')");

  expect([status, body.error.code]).toEqual([400, "Request_UnsupportedQuery"]);
});

it("the tenant's policy can be sent back as it was read; who it is cannot be changed", async () => {
  const { client } = await scene();
  const path = "/v1.0/policies/defaultAppManagementPolicy";
  const { "@odata.context": _, ...policy } = (await client.get(path)).body;

  expect((await client.patch(path, { ...policy, isEnabled: true })).status).toBe(204);
  expect((await client.get(path)).body).toMatchObject({ ...policy, isEnabled: true });
  for (const name of ["id", "displayName", "description"]) {
    const { status, body } = await client.patch(path, { [name]: "another" });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(`'${name}' is read-only`)]);
  }
});

it("restrictions that are not kept here are called so", async () => {
  const { client } = await scene();
  const { status, body } = await client.patch("/v1.0/policies/defaultAppManagementPolicy", {
    applicationRestrictions: { identifierUris: {} },
  });

  expect([status, body.error.message]).toEqual([
    501,
    expect.stringContaining("applicationRestrictions/identifierUris"),
  ]);
});
