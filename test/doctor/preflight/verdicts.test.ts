/** What a deployment needs, and what is in its way, word for word. */
import { describe, expect, it } from "@jest/globals";
import { ASSIGNMENT } from "../../../doctor/preflight/stack-state.ts";
import { grantImports, grantsVerdict, grantsApartVerdict } from "../../../doctor/preflight/grants.ts";
import { policyVerdict, planWithin } from "../../../doctor/preflight/policy.ts";
import { permissionVerdict, neededPermissions } from "../../../doctor/preflight/rights.ts";
import { deletedVaultsVerdict } from "../../../doctor/preflight/vaults.ts";
import { imported, withIds } from "../../../doctor/orphans/import-file.ts";
import type { DeclaredRegistration } from "../../../contract/registrations.ts";
import { allows, type Role } from "../../../sync/connectors/arm/index.ts";

const registration = (changes: Partial<DeclaredRegistration> = {}): DeclaredRegistration => ({
  name: "ones",
  component: "OnesApplicationPermission",
  setting: ["ones", "microsoft365"],
  usedBy: "a form",
  displayName: "ONES",
  audience: "singleTenant",
  permissions: { application: ["Place.Read.All"], delegated: ["User.Read"] },
  consent: "grant",
  redirectUris: [],
  ...changes,
});

describe("permissions of the deployer", () => {
  it.each<[string, Partial<DeclaredRegistration>, string[]]>([
    [
      "everything is granted",
      {},
      [
        "Application.ReadWrite.OwnedBy",
        "Directory.Read.All",
        "AppRoleAssignment.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
      ],
    ],
    [
      "no delegated ones",
      { permissions: { application: ["Place.Read.All"], delegated: [] } },
      ["Application.ReadWrite.OwnedBy", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All"],
    ],
    ["granted by a link", { consent: "link" }, ["Application.ReadWrite.OwnedBy", "Directory.Read.All"]],
  ])("%s", (_, changes, expected) => {
    expect(neededPermissions([registration(changes)]).map(({ permission }) => permission)).toEqual(expected);
  });

  it("are none where nothing is registered", () => {
    expect(neededPermissions([])).toEqual([]);
  });

  it("a wider one is enough", () => {
    const [make] = neededPermissions([registration()]);
    if (!make) throw new Error("Nothing is needed.");

    expect(permissionVerdict(make, ["Application.ReadWrite.All"])).toEqual({
      status: "ok",
      text: "It has Application.ReadWrite.All.",
    });
  });
});

describe("rights in Azure", () => {
  const contributor = {
    actions: ["*"],
    notActions: ["Microsoft.Authorization/*/Write"],
    dataActions: [],
    notDataActions: [],
  };
  const officer = {
    actions: [],
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
    notDataActions: [],
  };
  const writeRoles = "Microsoft.Authorization/roleAssignments/write";

  it.each<[readonly Role[], string, "control" | "data", boolean]>([
    [[contributor], "Microsoft.KeyVault/vaults/write", "control", true],
    [[contributor], writeRoles, "control", false],
    // What one role takes away another gives: each is judged by itself (documented).
    [[contributor, { ...contributor, actions: [writeRoles], notActions: [] }], writeRoles, "control", true],
    [[contributor], "Microsoft.KeyVault/vaults/secrets/delete", "data", false],
    [[officer], "microsoft.keyvault/vaults/secrets/delete", "data", true],
    [[], "Microsoft.KeyVault/vaults/write", "control", false],
  ])("%j %s", (roles, action, plane, expected) => {
    expect(allows(roles, action, plane)).toBe(expected);
  });
});

const AT = { created: "2026-01-01T00:00:00Z", stack: "contoso" };

describe("the tenant's policy about secrets", () => {
  const secret = { periodDays: 90, overlapDays: 30, latenessDays: 30 };
  const policy = (restrictionType: string, changes: object = {}) => ({
    isEnabled: true,
    applicationRestrictions: {
      passwordCredentials: [{ restrictionType, state: "enabled", ...changes }],
      keyCredentials: [],
    },
  });
  const OK = "ok: The tenant's policy allows it.";

  it.each([
    ["no secret", undefined, policy("passwordAddition"), OK],
    ["a policy that is off", secret, { ...policy("passwordAddition"), isEnabled: false }, OK],
    ["a rule that is off", secret, policy("passwordAddition", { state: "disabled" }), OK],
    ["a life that is short enough", secret, policy("passwordLifetime", { maxLifetime: "P151D" }), OK],
    ["a length of months", secret, policy("passwordLifetime", { maxLifetime: "P6M" }), OK],
    ["a length of years", secret, policy("passwordLifetime", { maxLifetime: "P1Y" }), OK],
    ["a rule about secrets that people choose", secret, policy("customPasswordAddition"), OK],
    [
      "a rule for what is made later",
      secret,
      policy("passwordAddition", { restrictForAppsCreatedAfterDateTime: "2026-06-01T00:00:00Z" }),
      OK,
    ],
    [
      "a rule for what was made since",
      secret,
      policy("passwordLifetime", { restrictForAppsCreatedAfterDateTime: "2025-06-01T00:00:00Z", maxLifetime: "P1D" }),
      "failed: The tenant's app management policy allows secrets of 1 day, and one of ONES lives 151: no rotation fits into that. " +
        "Sign in without a secret (federated), or ask an administrator for an exception (Entra > Application management policies).",
    ],
    [
      "months that are too few, the shortest of them",
      secret,
      policy("passwordLifetime", { maxLifetime: "P1M" }),
      "failed: The tenant's app management policy allows secrets of 28 days, and one of ONES lives 151. Plan it within that:\n" +
        "pulumi config set --stack contoso --plaintext --path tenantwire:ones.microsoft365.secret.periodDays 17\n" +
        "pulumi config set --stack contoso --plaintext --path tenantwire:ones.microsoft365.secret.overlapDays 5\n" +
        "pulumi config set --stack contoso --plaintext --path tenantwire:ones.microsoft365.secret.latenessDays 5",
    ],
    [
      "a length that is none",
      secret,
      policy("passwordLifetime", { maxLifetime: "six months" }),
      'warning: The tenant\'s app management policy says something about secrets that is not known here: their longest life, "six months". ' +
        "Look whether it allows that of ONES (Entra > Application management policies).",
    ],
    [
      "a rule that nobody knew of",
      secret,
      policy("unknownFutureValue"),
      'warning: The tenant\'s app management policy says something about secrets that is not known here: the rule "unknownFutureValue". ' +
        "Look whether it allows that of ONES (Entra > Application management policies).",
    ],
    [
      "a rule that leaves somebody out",
      secret,
      policy("passwordAddition", { excludeActors: { customSecurityAttributes: [] } }),
      "warning: The tenant's app management policy refuses secrets, and ONES has one. " +
        "Sign in without a secret (federated), or ask an administrator for an exception (Entra > Application management policies).\n" +
        "The rule leaves out who has a security attribute (excludeActors). Whether the deploying identity has it is not looked up: with it, nothing needs to be done.",
    ],
    [
      "no secrets at all",
      secret,
      policy("passwordAddition"),
      "failed: The tenant's app management policy refuses secrets, and ONES has one. " +
        "Sign in without a secret (federated), or ask an administrator for an exception (Entra > Application management policies).",
    ],
    [
      "a life that is too long",
      secret,
      policy("passwordLifetime", { maxLifetime: "P90DT12H" }),
      "failed: The tenant's app management policy allows secrets of 90 days, and one of ONES lives 151. Plan it within that:\n" +
        "pulumi config set --stack contoso --plaintext --path tenantwire:ones.microsoft365.secret.periodDays 55\n" +
        "pulumi config set --stack contoso --plaintext --path tenantwire:ones.microsoft365.secret.overlapDays 17\n" +
        "pulumi config set --stack contoso --plaintext --path tenantwire:ones.microsoft365.secret.latenessDays 17",
    ],
  ])("%s", (_, of, rules, said) => {
    const { status, text } = policyVerdict(
      { displayName: "ONES", setting: ["ones", "microsoft365"], secret: of },
      rules,
      AT,
    );

    expect(`${status}: ${text}`).toBe(said);
  });
});

it("a certificate has a longest life of its own, and a policy of the registration counts alone", () => {
  const rotation = { periodDays: 90, overlapDays: 30, latenessDays: 30 };
  const of = { displayName: "tenantwire sync", setting: ["syncIdentity"], certificate: rotation };
  const restriction = { restrictionType: "asymmetricKeyLifetime", maxLifetime: "P100D" };
  const lists = { passwordCredentials: [], keyCredentials: [restriction] };

  expect(policyVerdict(of, { isEnabled: true, applicationRestrictions: lists }, AT).text).toContain(
    "allows certificates of 100 days, and one of tenantwire sync lives 151.",
  );
  const own = { passwordCredentials: [], keyCredentials: [] };
  expect(policyVerdict(of, { isEnabled: true, applicationRestrictions: lists, restrictions: own }, AT).status).toBe(
    "ok",
  );
  const authorities = { passwordCredentials: [], keyCredentials: [{ restrictionType: "trustedCertificateAuthority" }] };
  expect(policyVerdict(of, { isEnabled: true, applicationRestrictions: authorities }, AT)).toMatchObject({
    status: "failed",
    text: expect.stringContaining(
      "refuses certificates that no authority of its own list issued, and tenantwire sync has one of its own.",
    ),
  });
  expect(planWithin(1, rotation)).toBeUndefined();
});

it.each([2, 3, 10, 90, 181])("a rotation within %d days uses all of them", (most) => {
  const within = planWithin(most, { periodDays: 90, overlapDays: 30, latenessDays: 30 });
  expect((within?.periodDays ?? 0) + (within?.overlapDays ?? 0) + (within?.latenessDays ?? 0) + 1).toBe(most);
  expect(within?.periodDays).toBeGreaterThan(within?.overlapDays ?? Infinity);
});

describe("grants that were given by hand", () => {
  const graph = { id: "graph", name: "", roles: new Map([["role", "Place.Read.All"]]), scopes: new Map() };
  const given = {
    graph,
    assignments: [{ id: "one", appRoleId: "role", resourceId: "graph" }],
    grants: [{ id: "two", resourceId: "graph", consentType: "AllPrincipals", scope: "User.Read" }],
  };

  it("are imported, each by a command", () => {
    const { status, text } = grantsVerdict(grantImports(registration(), given, []), [], "contoso");

    expect(`${status}: ${text}`).toBe(
      "failed: Permissions were granted already, by hand, and the deployment would fail on them. Take them in first:\n" +
        "pulumi import --stack contoso azuread:index/appRoleAssignment:AppRoleAssignment ones-consent-Place.Read.All /servicePrincipals/graph/appRoleAssignedTo/one\n" +
        "pulumi import --stack contoso azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant ones-consent-delegated /oauth2PermissionGrants/two",
    );
  });

  it.each<[string, Partial<DeclaredRegistration>, string[]]>([
    ["that are not declared", { permissions: { application: [], delegated: [] } }, []],
    ["that the state knows", {}, ["/servicePrincipals/graph/appRoleAssignedTo/one", "/oauth2PermissionGrants/two"]],
  ])("%s are in nobody's way", (_, changes, known) => {
    const state = known.map((id) => ({ urn: "urn", type: "type", id }));

    expect(grantImports(registration(changes), given, state)).toEqual([]);
  });
});

it("grants that another project is to give are handed over before this stack takes them away", () => {
  const grant = { urn: "urn:x::ones-consent-Place.Read.All", type: ASSIGNMENT, id: "/one" };
  const imports = [{ type: ASSIGNMENT, name: "ones-consent-Place.Read.All", id: "/one" }];

  expect(grantsApartVerdict(registration(), [], [grant], "contoso")).toEqual({
    status: "failed",
    text:
      "This stack granted ONES what another project is to grant now (consent: apart): the deployment would take it away, and until the other one gives it again nothing works that needs it. Hand it over instead:\n" +
      "npx --no-install tenantwire grants release -s contoso\npulumi up --stack contoso\nnpx --no-install tenantwire grants adopt -s contoso --apart",
  });
  expect(grantsApartVerdict(registration(), [], [], "contoso").status).toBe("ok");
  expect(grantsApartVerdict(registration(), imports, [], "contoso").text).toContain(
    "npx --no-install tenantwire grants adopt -s contoso --apart",
  );
});

it("a deleted vault with purge protection cannot be purged", () => {
  const properties = {
    location: "westeurope",
    scheduledPurgeDate: "2026-06-30T08:00:00Z",
    purgeProtectionEnabled: true,
    tags: { tenantwire: "tenantwire/contoso" },
  };

  expect(deletedVaultsVerdict([{ name: "tw-1", properties }], "tenantwire/other").status).toBe("ok");
  expect(deletedVaultsVerdict([{ name: "tw-1", properties }], "tenantwire/contoso")).toEqual({
    status: "warning",
    text:
      "Of this stack, deleted and not purged: tw-1 (until 2026-06-30; it cannot be purged before). " +
      "The next vault gets another name, so nothing has to be done; recover one if its secrets are missed.\n" +
      "Recover: az keyvault recover --name tw-1",
  });
});

it("an import file keeps what has an id, and the components that it is in", () => {
  const file = withIds(
    {
      nameTable: { stack: "urn" },
      resources: [
        { type: "c", name: "sync", component: true },
        { type: "c", name: "sync-registration", parent: "sync", component: true },
        { type: "c", name: "vault", component: true },
        { type: "r", name: "application", parent: "sync-registration", id: "<PLACEHOLDER>" },
        { type: "r", name: "group", parent: "vault", id: "<PLACEHOLDER>" },
      ],
    },
    new Map([
      ["application", "/applications/1"],
      ["no longer declared", "/x"],
    ]),
  );

  expect(file.resources).toEqual([
    { type: "c", name: "sync", component: true },
    { type: "c", name: "sync-registration", parent: "sync", component: true },
    { type: "r", name: "application", parent: "sync-registration", id: "/applications/1" },
  ]);
  expect(imported(file).map(({ name }) => name)).toEqual(["application"]);
});
