import { beforeAll, describe, expect, it } from "@jest/globals";
import { type Declared, deploy, guidOf, marked, mockPulumi, PASSWORD } from "../components/deploy.ts";
import type { Deployment } from "../../stacks/tenant.ts";
import { OUTPUTS_VERSION, type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { parseWritten } from "./agreement.ts";
import { changed, DEPLOYER, everything, OTHER_OWNER, OWNER, TENANT, type Written } from "./written.ts";

/** The name of a vault secret is new whenever it is made. */
const ONEPLAN_KEY = expect.stringMatching(/^oneplan-key-[0-9a-f]{8}$/) as unknown as string;
const KEY = "the-key-of-oneplan";
const CLIENT = "azuread:index/getClientConfig:getClientConfig";
const DOMAINS = "azuread:index/getDomains:getDomains";
const GRAPH = "azuread:index/getServicePrincipal:getServicePrincipal";

const calls = {
  [CLIENT]: { tenantId: TENANT, clientId: guidOf("deployer"), objectId: DEPLOYER, id: "x" },
  [DOMAINS]: { domains: [{ domainName: "contoso.com" }, { domainName: "contoso.onmicrosoft.com" }] },
  [GRAPH]: {
    displayName: "Microsoft Graph",
    objectId: guidOf("graph"),
    appRoles: ["User.Read.All", "GroupMember.Read.All", "User-LifeCycleInfo.Read.All"].map((value) => {
      return { value, id: guidOf(value), enabled: true, allowedMemberTypes: ["Application"] };
    }),
    oauth2PermissionScopes: [],
  },
};
const withSecret = changed(everything(), ["syncIdentity"], { displayName: "tenantwire sync", secret: {} });

let rejectAccessPolicies: typeof import("../../components/vault/vault.ts").rejectAccessPolicies;
let declareTenant: typeof import("../../stacks/tenant.ts").declareTenant;

beforeAll(async () => {
  await mockPulumi();
  ({ declareTenant } = await import("../../stacks/tenant.ts"));
  ({ rejectAccessPolicies } = await import("../../components/vault/vault.ts"));
});

describe("a deployed tenant", () => {
  it("tells its syncs everything, and nothing secret", async () => {
    const { outputs } = await up(everything());

    expect(parseOutputs(outputs, "here")).toEqual({
      version: OUTPUTS_VERSION,
      mark: "tenantwire/contoso",
      tenant: { id: TENANT, domain: "contoso.onmicrosoft.com", cloud: "Microsoft" },
      vault: {
        ...{ name: "tw-contoso00c0ffee", uri: "https://tw-contoso00c0ffee.vault.azure.net/" },
        id: expect.stringMatching(/^\/subscriptions\/.+\/vaults\/tw-contoso00c0ffee$/) as unknown as string,
      },
      syncIdentity: {
        clientId: guidOf("sync-registration-application client"),
        principalId: guidOf("sync-registration-principal"),
        permissions: ["GroupMember.Read.All", "User.Read.All"],
        signIn: { kind: "federated" },
      },
      credentials: {
        secrets: [],
        federated: [
          {
            name: "sync",
            clientId: guidOf("sync-registration-application client"),
            issuer: "https://workloads.contoso.com",
            subject: "sync",
            audience: "api://AzureADTokenExchange",
          },
        ],
        given: [{ name: "oneplan-key", product: "OnePlan", keyName: "tenantwire", vaultSecret: ONEPLAN_KEY }],
      },
      registrations: [
        {
          name: "sync",
          setting: "syncIdentity",
          displayName: "tenantwire sync",
          clientId: guidOf("sync-registration-application client"),
          objectId: guidOf("sync-registration-application"),
          principalId: guidOf("sync-registration-principal"),
          permissions: { application: ["GroupMember.Read.All", "User.Read.All"], delegated: [] },
          consent: { mode: "grant" },
          redirectUris: [],
          audience: "singleTenant",
          owners: [DEPLOYER, OWNER, OTHER_OWNER],
        },
      ],
      consents: [],
      integrations: {
        oneplan: {
          baseUrl: "https://my.oneplan.ai",
          keyName: "tenantwire",
          keyVaultSecret: ONEPLAN_KEY,
          users: { groups: ["OnePlan Users"], fields: { name: "displayName", mail: "mail" } },
        },
      },
      sync: { users: { fullEveryDays: 7 } },
    } satisfies Outputs);
    expect(JSON.stringify(outputs)).not.toMatch(new RegExp(`${KEY}|${PASSWORD}`));
  });

  it("keeps the key of OnePlan in the vault", async () => {
    const { resources } = await up(everything());

    expect(resources.find(({ name }) => name === "oneplan-key-secret")?.inputs).toMatchObject({
      vaultName: "tw-contoso00c0ffee",
      secretName: ONEPLAN_KEY,
      properties: marked({ value: KEY }),
    });
  });

  it("uses a vault that is there, and makes none", async () => {
    const { outputs, resources } = await up(changed(everything(), ["vault", "existing"], { syncs: "kv-shared" }), {
      calls: { ...calls, ...sharedVault() },
    });

    const made = resources
      .map(({ type }) => type)
      .filter((type) => /^azure-native:.*:(Vault|ResourceGroup)$/.test(type));
    expect(made).toEqual([]);
    expect(outputs.vault).toMatchObject({ name: "kv-shared", uri: "https://kv-shared.vault.azure.net/" });
    expect(resources.find(({ name }) => name === "oneplan-key-secret")).toMatchObject({
      inputs: { vaultName: "kv-shared", resourceGroupName: "tenantwire-contoso" },
      deletedWith: undefined,
    });
    expect(resources.find(({ type }) => type.endsWith(":RoleAssignment"))?.inputs).toMatchObject({
      scope: expect.stringMatching(/\/vaults\/kv-shared$/) as unknown,
    });
  });

  it("refuses a vault that access policies open", () => {
    const refuse = (enableRbacAuthorization?: boolean) => () =>
      rejectAccessPolicies({ enableRbacAuthorization }, "kv-shared");

    expect(refuse(true)).not.toThrow();
    for (const open of [refuse(false), refuse()]) {
      expect(open).toThrow("The vault kv-shared is read by access policies: switch it to Azure roles");
    }
  });

  it("refuses one vault for what syncs read and what vendors sign in with", async () => {
    const existing = { syncs: "kv-shared", vendors: "KV-Shared" };
    expect(() => parseWritten(changed(everything(), ["vault", "existing"], existing), { oneplanKey: "k" })).toThrow(
      "tenantwire:vault.existing.vendors: the vault of the syncs; name another one",
    );
  });

  it("is nothing but outputs without integration, vault and identity", async () => {
    const { tenant, deployer, owners } = everything();

    const { outputs, resources } = await up({ tenant, deployer, owners }, { secrets: {} });

    expect(resources).toEqual([]);
    expect(Object.keys(outputs).sort()).toEqual([
      "consents",
      "credentials",
      "integrations",
      "mark",
      "registrations",
      "tenant",
      "version",
    ]);
    expect(() => parseOutputs(outputs, "here")).not.toThrow();
  });

  it.each([
    ["Microsoft", "api://AzureADTokenExchange"],
    ["USGovernment", "api://AzureADTokenExchangeUSGov"],
    ["21Vianet", "api://AzureADTokenExchangeChina"],
  ])("trusts outside identities for the audience of the cloud %s", async (cloud, audience) => {
    const written = changed(everything(), ["tenant", "cloud"], cloud);

    const { outputs } = await up(changed(written, ["syncIdentity", "federated", 0, "audience"], undefined));

    expect(outputs.credentials.federated[0]?.audience).toBe(audience);
  });

  it("grants one permission more for a property that needs it", async () => {
    const { resources } = await up(
      changed(everything(), ["oneplan", "users", "fields", "left"], "employeeLeaveDateTime"),
    );

    const granted = resources.filter(({ type }) => type.endsWith(":AppRoleAssignment"));
    expect(granted.map(({ inputs }) => inputs["appRoleId"]).sort()).toEqual(
      ["GroupMember.Read.All", "User-LifeCycleInfo.Read.All", "User.Read.All"].map(guidOf).sort(),
    );
  });
});

describe("a secret that is renewed", () => {
  it("is made once, with the current slot in the vault and its state in the outputs", async () => {
    const { outputs, resources } = await up(withSecret, { today: "2026-01-01" });

    const state = { current: "a", a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z" } };
    const clientId = guidOf("sync-registration-application client");
    expect(parseOutputs(outputs, "here")).toMatchObject({
      syncIdentity: {
        signIn: {
          kind: "secret",
          vaultSecret: expect.stringMatching(/^sync-identity-[0-9a-f]{8}$/) as unknown as string,
        },
      },
      credentials: {
        secrets: [
          {
            name: "sync-identity",
            clientId,
            vaultSecret: expect.stringMatching(/^sync-identity-[0-9a-f]{8}$/) as unknown as string,
            state,
          },
        ],
        federated: [],
      },
    });
    expect(passwords(resources)).toEqual(["sync-secret-a"]);
    expect(vaulted(resources)).toEqual(
      marked({ value: `${PASSWORD} of sync-secret-a`, attributes: { expires: seconds("2026-06-01") } }),
    );
    expect(JSON.stringify(outputs)).not.toContain(PASSWORD);
  });

  it("follows the outputs of the last deployment", async () => {
    const before = await up(withSecret, { today: "2026-01-01" });
    const unchanged = await up(withSecret, { today: "2026-03-31", previous: before.outputs });
    const renewed = await up(withSecret, { today: "2026-04-01", previous: unchanged.outputs });

    expect(unchanged.outputs.credentials.secrets[0]?.state).toEqual(before.outputs.credentials.secrets[0]?.state);
    expect(vaulted(unchanged.resources)).toEqual(
      marked({ value: `${PASSWORD} of sync-secret-a`, attributes: { expires: seconds("2026-06-01") } }),
    );
    expect(renewed.outputs.credentials.secrets[0]?.state).toMatchObject({
      current: "b",
      a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z", generation: 1 },
      b: { key: "2026-04-01", end: "2026-08-30T00:00:00Z", generation: 2 },
    });
    expect(passwords(renewed.resources)).toEqual(["sync-secret-a", "sync-secret-b"]);
    expect(vaulted(renewed.resources)).toEqual(
      marked({ value: `${PASSWORD} of sync-secret-b`, attributes: { expires: seconds("2026-08-30") } }),
    );
  });

  it("is not renewed when the last outputs hide it, or lost it", async () => {
    const hidden = await up(withSecret, { previous: { credentials: marked({ secrets: [] }) } });
    const lost = await up(withSecret, { previous: { version: 1, mark: "tenantwire/contoso" } });

    expect(hidden.failure?.message).toMatch(/^The last outputs of \S+ hold credentials that are marked as secret, so /);
    expect(lost.failure?.message).toMatch(/^The last outputs of \S+ hold no credentials, but mark, version: /);
    for (const { resources } of [hidden, lost]) {
      expect(resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:StackReference"]);
    }
  });

  it("is not renewed when the last outputs are not understood", async () => {
    const previous = { credentials: { secrets: [{ name: "sync-identity", state: "?" }] } };

    const { failure, resources } = await up(withSecret, { previous });

    expect(failure?.message).toBe(
      "The last outputs of organization/tenantwire/contoso hold credentials that this version does not understand " +
        "(secrets.0.clientId): deploy with the version that made them.",
    );
    expect(resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:StackReference"]);
  });
});

describe("hosts that keys are sent to", () => {
  const KEEPS = { credentials: { secrets: [] }, integrations: { oneplan: {} } };

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "their places are hidden",
      { ...KEEPS, integrations: marked(KEEPS.integrations) },
      /^The last outputs of \S+ hold integrations that are marked as secret, so that nobody can tell which hosts /,
    ],
    [
      "their places were lost",
      { mark: "tenantwire/contoso", credentials: { secrets: [] } },
      /^The last outputs of \S+ hold no integrations, but credentials, mark: /,
    ],
    [
      "those that wait are hidden",
      { ...KEEPS, newHosts: marked([{ product: "oneplan", host: "oneplan.example" }]) },
      /^The last outputs of \S+ hold newHosts that are marked as secret, so that nobody can tell which hosts /,
    ],
    [
      "those that wait are not understood",
      { ...KEEPS, newHosts: [{ product: "oneplan", address: "oneplan.example" }] },
      /^The last outputs of \S+ hold newHosts that this version does not understand \(0\S*\): deploy with /,
    ],
  ])("are taken for known by no deployment where %s", async (_, previous, text) => {
    const { failure, resources } = await up(withSecret, { previous });

    expect(failure?.message).toMatch(text);
    expect(resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:StackReference"]);
  });

  it("are as new at the next deployment where they waited", async () => {
    const first = await up(everything());
    const moved = await up(everything(), { previous: { ...first.outputs, integrations: {} } });
    const next = await up(everything(), { previous: { ...moved.outputs } });

    expect(first.outputs.newHosts).toBeUndefined();
    expect(moved.outputs.newHosts).toContainEqual(expect.objectContaining({ product: "oneplan" }));
    expect(next.outputs.newHosts).toEqual(moved.outputs.newHosts);
  });
});

describe("the company's rules", () => {
  it("refuse what is mandatory before anything is looked up", async () => {
    const { failure, looked, resources } = await up({ ...everything(), owners: [OWNER] });

    expect(failure?.message).toMatch(/^tenantwire:owners: .* \(rule two-owners\)$/);
    expect([looked, resources]).toEqual([[], []]);
  });

  it("warn of what is advisory", async () => {
    const { warnings } = await up(everything());

    expect(warnings).toContainEqual(expect.stringMatching(/^tenantwire:protect: .* \(rule protected-registrations\)$/));
  });

  it("let pass what has a reason", async () => {
    const rules = { "two-owners": { exceptions: [{ reason: "one administrator" }] } };

    const { failure } = await up({ ...everything(), owners: [OWNER], rules });

    expect(failure).toBeUndefined();
  });
});

it("says what is written of the vendors' vault where there is none, and says nothing where there is one", async () => {
  const readers = { namePrefix: "tw-contoso", vendorReaders: [guidOf("reader")] };
  const organizations = [{ name: "contoso", token: { secret: "devOpsToken", expires: "2027-11-20" } }];
  const none = await up({ ...everything(), vault: readers });
  const azureDevOps = { organizations };
  const secrets = { oneplanKey: "a-secret", devOpsToken: "b-secret" };
  const there = await up({ ...everything(), vault: readers, azureDevOps }, { secrets });
  const ofVault = ({ warnings }: typeof none) => warnings.filter((text) => text.startsWith("tenantwire:vault"));

  expect(none.failure).toBeUndefined();
  expect(ofVault(none)).toEqual([
    expect.stringMatching(
      /^tenantwire:vault\.vendorReaders has no effect: .* there is no vendors' vault\. Take it away,/,
    ),
  ]);
  expect([there.failure, ofVault(there)]).toEqual([undefined, []]);
});

describe("before anything is made", () => {
  const other = guidOf("another tenant");
  it.each<[string, Written, Record<string, unknown>, RegExp, string[]]>([
    [
      "another tenant's credential is refused",
      everything(),
      { ...calls, [CLIENT]: { ...calls[CLIENT], tenantId: other } },
      new RegExp(
        `^The deploying credential is of tenant ${other}, the settings of stack "contoso" are for tenant ${TENANT} `,
      ),
      [CLIENT],
    ],
    [
      "another tenant's domain is refused",
      changed(everything(), ["tenant", "domain"], "fabrikam.com"),
      calls,
      /^Tenant \S+ has no verified domain fabrikam\.com, /,
      [CLIENT, DOMAINS, GRAPH],
    ],
    [
      "a permission that the tenant does not offer is refused",
      everything(),
      { ...calls, [GRAPH]: { ...calls[GRAPH], appRoles: [] } },
      /^Microsoft Graph has no application permission "GroupMember\.Read\.All": /,
      [CLIENT, DOMAINS, GRAPH],
    ],
    [
      "a tenant that cannot be read is reported in the provider's words",
      everything(),
      { [CLIENT]: calls[CLIENT], [GRAPH]: calls[GRAPH] },
      /^The tenant's domains could not be read: Nothing is known of azuread:index\/getDomains:getDomains\.$/,
      [CLIENT, DOMAINS, GRAPH],
    ],
  ])("%s", async (_, written, answers, text, looked) => {
    const deployed = await up(written, { calls: answers });

    expect(deployed.failure?.message).toMatch(text);
    expect([...deployed.looked].sort()).toEqual([...looked].sort());
    expect(deployed.resources).toEqual([]);
  });
});

it("declares the deployer and the people as owners", async () => {
  const { resources } = await up(everything());

  expect(resources.find(({ type }) => type.endsWith(":ServicePrincipal"))?.inputs["owners"]).toEqual([
    DEPLOYER,
    OWNER,
    OTHER_OWNER,
  ]);
  const owners = resources.filter(({ type }) => type.endsWith(":ApplicationOwner"));
  expect(owners.map(({ inputs }) => inputs["ownerObjectId"])).toEqual([OWNER, OTHER_OWNER]);
});

interface Given {
  readonly today?: string;
  readonly secrets?: Record<string, string>;
  readonly previous?: Record<string, unknown>;
  readonly calls?: Record<string, unknown>;
}

/** Deploys the stack `contoso` with these settings. */
/** A vault that somebody else made, as Azure tells it. */
function sharedVault() {
  const id = `/subscriptions/${guidOf("subscription")}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-shared`;
  const properties = { enableRbacAuthorization: true, vaultUri: "https://kv-shared.vault.azure.net/" };
  return { "azure-native:keyvault:getVault": { id, name: "kv-shared", properties } };
}

async function up(written: Written, given: Given = {}) {
  const settings = parseWritten(written, given.secrets);
  const deployment: Deployment = {
    organization: "organization",
    project: "tenantwire",
    stack: "contoso",
    today: given.today ?? "2026-01-01",
    secret: () => KEY,
  };
  const mocked = { calls: given.calls ?? calls, previous: given.previous ?? {} };
  return deploy(() => declareTenant(settings, deployment), mocked);
}

function passwords(resources: readonly Declared[]): string[] {
  return resources.filter(({ type }) => type.endsWith(":ApplicationPassword")).map(({ name }) => name);
}

/** What the vault is given as the identity's secret. */
function vaulted(resources: readonly Declared[]): unknown {
  return resources.find(({ name }) => name === "sync-secret-vault-secret")?.inputs["properties"];
}

/** As Key Vault counts: since 1970. */
function seconds(day: string): number {
  return Date.parse(day) / 1000;
}
