import { beforeAll, describe, expect, it } from "@jest/globals";
import { onesPermissions } from "../../components/ones/permissions.ts";
import { onesComponents } from "../../components/ones/types.ts";
import { type Declared, deploy, guidOf, mockPulumi, PASSWORD } from "./deploy.ts";

const DEPLOYER = guidOf("deployer");
const OWNERS = [guidOf("one owner"), guidOf("other owner")];
const MARK = "tenantwire/contoso";
const permissions = {
  application: { "Group.Read.All": guidOf("role 1"), "User.Read.All": guidOf("role 2") },
  delegated: { "User.Read": guidOf("scope 1"), openid: guidOf("scope 2") },
};

/** What every integration is told. */
const integration = {
  displayName: "An integration",
  mark: MARK,
  deployer: DEPLOYER,
  owners: OWNERS,
  tenant: { id: guidOf("tenant"), cloud: "Microsoft" },
  graph: graphOffering({
    application: [
      "Calendars.ReadWrite",
      "Group.Read.All",
      "GroupMember.Read.All",
      "Mail.Send",
      "Place.Read.All",
      "User.Read.All",
    ],
    delegated: [
      "Calendars.ReadWrite.Shared",
      "User.Read",
      "User.Read.All",
      "email",
      "offline_access",
      "openid",
      "profile",
    ],
  }),
  consent: "grant",
} as const;

/** Microsoft Graph of a tenant; ids follow from the names. */
function graphOffering(names: { application: readonly string[]; delegated: readonly string[] }) {
  return {
    displayName: "Microsoft Graph",
    objectId: guidOf("graph sp"),
    appRoles: names.application.map((value) => {
      return { value, id: guidOf(`role ${value}`), enabled: true, allowedMemberTypes: ["Application"] };
    }),
    oauth2PermissionScopes: names.delegated.map((value) => ({ value, id: guidOf(`scope ${value}`), enabled: true })),
  };
}

let AppRegistration: typeof import("../../components/app-registration/index.ts").AppRegistration;
let Consent: typeof import("../../components/consent/index.ts").Consent;
let credentials: typeof import("../../components/credentials/index.ts");
let Integration: typeof import("../../components/integration/index.ts").Integration;
let vaults: typeof import("../../components/vault/index.ts");

beforeAll(async () => {
  await mockPulumi();
  ({ AppRegistration } = await import("../../components/app-registration/index.ts"));
  ({ Consent } = await import("../../components/consent/index.ts"));
  credentials = await import("../../components/credentials/index.ts");
  ({ Integration } = await import("../../components/integration/index.ts"));
  vaults = await import("../../components/vault/index.ts");
});

describe("AppRegistration", () => {
  it("is one chain of children, which go with the registration", async () => {
    const { resources } = await deploy(() => ({ id: registration().clientId }));

    const children = resources.filter(({ parent }) => parent === "app");
    expect(children.map(({ name, dependsOn, deletedWith }) => [name, dependsOn, deletedWith])).toEqual([
      ["app-application", [], undefined],
      ["app-principal", ["app-application"], "app-application"],
      [`app-owner-${OWNERS[0]}`, ["app-principal"], "app-application"],
      [`app-owner-${OWNERS[1]}`, [`app-owner-${OWNERS[0]}`], "app-application"],
      ["app-access-graph", [`app-owner-${OWNERS[1]}`], "app-application"],
      ["app-redirects", ["app-access-graph"], "app-application"],
    ]);
  });

  it("is for its own tenant, carries the mark, and asks for what it was told to", async () => {
    const { resources } = await deploy(() => ({ id: registration().clientId }));

    expect(inputsOf(resources, "app-application")).toEqual({
      displayName: "An application",
      signInAudience: "AzureADMyOrg",
      notes: MARK,
    });
    expect(inputsOf(resources, "app-access-graph")).toEqual({
      applicationId: `/applications/${guidOf("app-application")}`,
      apiClientId: guidOf("graph"),
      roleIds: [guidOf("role 1"), guidOf("role 2")],
      scopeIds: [guidOf("scope 1"), guidOf("scope 2")],
    });
    expect(inputsOf(resources, "app-redirects")).toMatchObject({
      type: "Web",
      redirectUris: ["https://contoso.com/back"],
    });
  });

  it("says of itself what it is told, is listed, and asks for an assignment where it should", async () => {
    const about = { description: "Plans and rooms", serviceManagementReference: "CMDB-4711" };
    const { resources } = await deploy(() => ({ id: registration({ about, assignmentRequired: true }).clientId }));

    expect(inputsOf(resources, "app-application")).toMatchObject({ notes: MARK, ...about });
    expect(inputsOf(resources, "app-principal")).toMatchObject({
      featureTags: [{ enterprise: true }],
      appRoleAssignmentRequired: true,
    });
  });

  it("lists the deployer among the principal's owners only, even when it is among the people", async () => {
    const { resources } = await deploy(() => ({ id: registration({ owners: [DEPLOYER, ...OWNERS] }).clientId }));

    expect(inputsOf(resources, "app-principal")["owners"]).toEqual([DEPLOYER, ...OWNERS]);
    const owners = resources.filter(({ type }) => type.endsWith(":ApplicationOwner"));
    expect(owners.map(({ inputs }) => inputs["ownerObjectId"])).toEqual(OWNERS);
  });

  it("asks nothing of an API that it needs no permission of", async () => {
    const apis = [{ name: "graph", clientId: guidOf("graph"), permissions: { application: {}, delegated: {} } }];

    const { resources } = await deploy(() => ({ id: registration({ apis }).clientId }));

    expect(resources.map(({ name }) => name)).not.toContain("app-access-graph");
  });

  it("makes nothing when a redirect URI cannot be one", async () => {
    const { failure, resources } = await deploy(() => ({
      id: registration({ redirectUris: ["contoso.com"] }).clientId,
    }));

    expect(failure?.message).toBe(
      'The redirect URI "contoso.com" must begin with https:// (http:// only on localhost).',
    );
    expect(resources).toEqual([]);
  });
});

describe("Consent", () => {
  it("grants exactly what was asked for, one role at a time and the scopes together", async () => {
    const { resources } = await deploy(() => {
      const consent = new Consent("consent", {
        registration: registration(),
        apiPrincipalId: guidOf("graph sp"),
        permissions,
      });
      return { urn: consent.urn };
    });

    const granted = resources.filter(({ parent }) => parent === "consent");
    const principalObjectId = guidOf("app-principal");
    expect(granted.map(({ name, inputs, deletedWith }) => ({ name, deletedWith, ...inputs }))).toEqual([
      ...Object.entries(permissions.application).map(([name, appRoleId]) => ({
        name: `consent-${name}`,
        deletedWith: "app-application",
        appRoleId,
        principalObjectId,
        resourceObjectId: guidOf("graph sp"),
      })),
      {
        name: "consent-delegated",
        deletedWith: "app-application",
        claimValues: ["User.Read", "openid"],
        servicePrincipalObjectId: principalObjectId,
        resourceServicePrincipalObjectId: guidOf("graph sp"),
      },
    ]);
  });
});

describe("SecretCredential", () => {
  const output = { delivery: "pasted", policy: { period: 90, overlap: 30, lateness: 30 }, usedBy: "a form" } as const;
  const a = { key: "2026-01-01", end: "2026-06-01T00:00:00Z", generation: 1 };
  const b = { key: "2026-04-01", end: "2026-08-30T00:00:00Z", generation: 2 };
  const fresh = { key: "2026-04-01", end: "2026-08-30T00:00:00Z", generation: 2 };

  it.each([
    ["a", { state: { current: "a", a }, renewed: "a", fresh: a } as const, ["secret-a"]],
    ["b", { state: { current: "b", a, b }, renewed: "b", fresh } as const, ["secret-a", "secret-b"]],
  ])("makes the slots that there are and keeps %s in the vault", async (current, plan, names) => {
    const { outputs, resources } = await deploy(() => secret(plan));

    const passwords = resources.filter(({ type }) => type.endsWith(":ApplicationPassword"));
    expect(passwords.map(({ name }) => name)).toEqual(names);
    const inVault = inputsOf(resources, "secret-vault-secret");
    expect(JSON.stringify(inVault)).toContain(`"${PASSWORD} of secret-${current}"`);
    expect(inVault["tags"]).toEqual({ tenantwire: MARK, generation: String(plan.fresh.generation) });
    expect(outputs.description).toMatchObject({
      name: "an-application",
      clientId: guidOf("app-application client"),
      vaultSecret: expect.stringMatching(/^an-application-[0-9a-f]{8}$/) as unknown as string,
      state: plan.state,
      ...output,
    });
  });

  it("lets nothing but a renewal replace a password, one after another", async () => {
    const { resources } = await deploy(() => secret({ state: { current: "b", a, b }, renewed: "b", fresh }));

    expect(resources.find(({ name }) => name === "secret-a")).toMatchObject({
      ignoreChanges: ["endDate", "displayName", "rotateWhenChanged"],
    });
    expect(resources.find(({ name }) => name === "secret-b")).toMatchObject({
      inputs: {
        rotateWhenChanged: { generation: "2" },
        endDate: "2026-08-30T00:00:00Z",
        displayName: "tenantwire/contoso b",
      },
      ignoreChanges: ["endDate", "displayName"],
      dependsOn: ["secret-a"],
      deletedWith: "app-application",
    });
  });

  it("makes nothing when the current slot is missing", async () => {
    const { failure, resources } = await deploy(() => secret({ state: { current: "b", a }, fresh }));

    expect(failure?.message).toBe("secret: slot b is said to be current, but there is none.");
    expect(resources.filter(({ type }) => type.endsWith(":ApplicationPassword"))).toEqual([]);
  });

  function secret(plan: ConstructorParameters<typeof credentials.SecretCredential>[1]["plan"]) {
    const args = {
      registration: registration(),
      mark: MARK,
      plan,
      vault: vault(),
      credential: "an-application",
      output,
    };
    return { description: new credentials.SecretCredential("secret", args).description };
  }
});

describe("Vault", () => {
  it.each([
    [true, { enablePurgeProtection: true }],
    [false, {}],
  ])("with purge protection %s is opened by roles only", async (purgeProtection, written) => {
    const { outputs, resources } = await deploy(() => ({ uri: vault(purgeProtection).uri }));

    expect(outputs.uri).toBe("https://tw-contoso00c0ffee.vault.azure.net/");
    expect(inputsOf(resources, "tw-contoso")).toMatchObject({
      resourceGroupName: "tenantwire-contoso",
      location: "westeurope",
      tags: { tenantwire: MARK },
      properties: {
        tenantId: guidOf("tenant"),
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        ...written,
      },
    });
    // A written `false` is refused by Azure.
    expect(JSON.stringify(inputsOf(resources, "tw-contoso"))).not.toContain('"enablePurgeProtection":false');
  });
});

it("a vault with a network lets in what is named, and Azure's own deployments", async () => {
  const network = { allowedIps: ["203.0.113.0/24"], allowedSubnets: ["/subnets/one"] };
  const args = {
    namePrefix: "tw",
    mark: MARK,
    tenantId: guidOf("tenant"),
    location: "westeurope",
    resourceGroup: "rg",
  };
  const { resources } = await deploy(() => ({
    id: new vaults.Vault("kept", { ...args, purgeProtection: true, network }).vaultId,
  }));

  const made = resources.find(({ type }) => type === "azure-native:keyvault:Vault");
  expect(made?.inputs["properties"]).toMatchObject({
    networkAcls: {
      bypass: "AzureServices",
      defaultAction: "Deny",
      ipRules: [{ value: "203.0.113.0/24" }],
      virtualNetworkRules: [{ id: "/subnets/one" }],
    },
  });
});

describe("VaultReader", () => {
  it("gives one principal the reading of secrets, under a name that stays", async () => {
    const read = () => {
      const reader = new vaults.VaultReader("reader", { vault: vault(), principalId: guidOf("principal") });
      return { urn: reader.urn };
    };

    const [first, second] = [await deploy(read), await deploy(read)];

    const role = first.resources.find(({ name }) => name === "reader-role");
    const subscription = `/subscriptions/${guidOf("subscription")}`;
    expect(role).toMatchObject({
      deleteBeforeReplace: true,
      inputs: {
        scope: `${subscription}/resourceGroups/tenantwire-contoso/providers/Microsoft.KeyVault/vaults/tw-contoso00c0ffee`,
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
        principalId: guidOf("principal"),
        principalType: "ServicePrincipal",
      },
    });
    expect(inputsOf(second.resources, "reader-role")).toEqual(role?.inputs);
  });
});

describe("Integration", () => {
  it.each(["federated", "secret"])("is a tree of components, each child named after its parent: %s", async (kind) => {
    const { resources } = await deploy(() => {
      const trust = { name: "sync", issuer: "https://workloads.contoso.com", subject: "s", audience: "a" };
      const fresh = { key: "2026-01-01", end: "2026-06-01T00:00:00Z", generation: 1 };
      const plan = { state: { current: "a", a: fresh }, renewed: "a", fresh } as const;
      const output = { delivery: "vault", policy: { period: 90, overlap: 30, lateness: 30 }, usedBy: "syncs" } as const;
      const itsVault = vault();
      const args = {
        ...integration,
        readsVault: itsVault,
        permissions: { application: ["User.Read.All"], delegated: [] },
      };
      const signIn =
        kind === "federated" ? { trusts: [trust] } : { secret: { plan, vault: itsVault, credential: "sync", output } };
      return { urn: new Integration({ component: "SyncIdentity" }, "sync", { ...args, ...signIn }).urn };
    });

    for (const { name, parent, type } of resources) {
      if (parent === undefined) expect(["sync", "vault"]).toContain(name);
      // The one exception: what a vault's name begins with has to be the resource's own name.
      else if (name !== "tw-contoso") expect(name.startsWith(`${parent}-`)).toBe(true);
      if (!/^(azuread|azure-native):/.test(type)) expect(type).toMatch(/^tenantwire:index:[A-Z]\w+$/);
    }
    const ownType = kind === "federated" ? "FederatedCredential" : "SecretCredential";
    expect(resources.map(({ type }) => type)).toContain(`tenantwire:index:${ownType}`);
    expect(resources.some(({ type }) => type.endsWith(":ApplicationPassword"))).toBe(kind === "secret");
  });
});

describe("Integration", () => {
  const asking = { ...integration, permissions: onesPermissions({ mode: "delegatedPermission", mailSend: false }) };
  const redirectUris = ["https://ones.contoso.com/back"];

  it.each([
    ["grant", true, undefined],
    [
      "link",
      false,
      `https://login.microsoftonline.com/${guidOf("tenant")}/adminconsent?client_id=${guidOf("ones-registration-application client")}`,
    ],
    ["none", false, undefined],
  ] as const)("with the consent %s", async (consent, granted, link) => {
    const { outputs, resources } = await deploy(() => {
      return {
        link: new Integration({ component: "OnesDelegatedPermission" }, "ones", { ...asking, redirectUris, consent })
          .consentLink,
      };
    });

    expect(resources.some(({ type }) => type.endsWith(":ServicePrincipalDelegatedPermissionGrant"))).toBe(granted);
    expect(outputs.link).toBe(link);
  });

  it("sends administrators to the portal where the consent page could send nobody back", async () => {
    const { outputs } = await deploy(() => {
      return { link: new Integration({ component: "Ones" }, "ones", { ...asking, consent: "link" }).consentLink };
    });

    expect(outputs.link).toBe(
      `https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/${guidOf("ones-registration-application client")}`,
    );
  });

  it("has no link where it asks for nothing", async () => {
    const { outputs } = await deploy(() => {
      return {
        link: new Integration({ component: "AzureDevOpsPrincipal" }, "ado", {
          ...asking,
          permissions: { application: [], delegated: [] },
          consent: "link",
        }).consentLink,
      };
    });

    expect(outputs.link).toBeUndefined();
  });

  it("makes nothing when the tenant does not offer a permission", async () => {
    const graph = graphOffering({ application: ["Place.Read.All"], delegated: [] });

    const { failure, resources } = await deploy(() => {
      return {
        urn: new Integration({ component: "OnesApplicationResourceOnly" }, "ones", {
          ...asking,
          permissions: onesPermissions({ mode: "applicationResourceOnly", mailSend: false }),
          graph,
        }).urn,
      };
    });

    expect(failure?.message).toMatch(/^Microsoft Graph has no application permission "Calendars\.ReadWrite": /);
    expect(resources).toEqual([]);
  });

  it("keeps its registration when the mode changes: each mode goes by the type tokens of all others, too", () => {
    const { singleSignOn: _, ...byMode } = onesComponents;
    const modes = Object.values(byMode);
    for (const { component, aliases } of modes) {
      const others = modes.filter((other) => other.component !== component);
      expect(aliases).toEqual([
        "tenantwire:ones:Microsoft365",
        ...others.map((other) => `tenantwire:index:${other.component}`),
      ]);
    }
  });

  it("can be for other tenants, and protected", async () => {
    const { resources } = await deploy(() => {
      const args = { ...asking, multipleTenants: true, protect: true };
      return { urn: new Integration({ component: "OnesApplicationPermission" }, "ones", args).urn };
    });

    expect(inputsOf(resources, "ones-registration-application")["signInAudience"]).toBe("AzureADMultipleOrgs");
    expect(resources.filter(({ protect }) => protect).map(({ name }) => name)).toEqual([
      "ones-registration-application",
      "ones-registration-principal",
    ]);
  });
});

function registration(more: Partial<ConstructorParameters<typeof AppRegistration>[1]> = {}) {
  return new AppRegistration("app", {
    displayName: "An application",
    mark: MARK,
    deployer: DEPLOYER,
    owners: OWNERS,
    apis: [{ name: "graph", clientId: guidOf("graph"), permissions }],
    redirectUris: ["https://contoso.com/back"],
    ...more,
  });
}

function vault(purgeProtection = true) {
  return new vaults.Vault("vault", {
    namePrefix: "tw-contoso",
    mark: MARK,
    tenantId: guidOf("tenant"),
    location: "westeurope",
    resourceGroup: "tenantwire-contoso",
    purgeProtection,
  });
}

function inputsOf(resources: readonly Declared[], wanted: string): Readonly<Record<string, unknown>> {
  const found = resources.find(({ name }) => name === wanted);
  if (!found) throw new Error(`There is no ${wanted}.`);
  return found.inputs;
}
