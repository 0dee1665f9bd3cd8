/** The bootstrap against Pulumi's mocks: the rights of each identity, whom it trusts, and what is handed over. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { BootstrapSettings } from "../../bootstrap/settings.ts";
import { builtInRoles } from "../../components/azure-role.ts";
import { ONLY_VAULT_READERS, type Purpose, rights } from "../../components/pipeline-identity/rights.ts";
import { type Declared, deploy, guidOf, mockPulumi } from "../components/deploy.ts";

const TENANT = guidOf("tenant");
const SUBSCRIPTION = `/subscriptions/${guidOf("subscription")}`;
const GROUP = `${SUBSCRIPTION}/resourceGroups/tenantwire-contoso`;
/** The mocks give every resource group this id. */
const STACK_GROUP = GROUP;
const STACKS = `${GROUP}/providers/Microsoft.Storage/storageAccounts/twcontosostack00c0ffee/blobServices/default/containers/pulumi`;
const SYNCS = `${GROUP}/providers/Microsoft.Storage/storageAccounts/twcontososync00c0ffee/blobServices/default/containers/sync`;
const GRANTS = `${GROUP}/providers/Microsoft.Storage/storageAccounts/twcontosogrant00c0ffee/blobServices/default/containers/pulumi`;
const GRANTS_KEY = `${GROUP}/providers/Microsoft.KeyVault/vaults/tw-contoso00c0ffee/keys/grants`;
const KEY = `${GROUP}/providers/Microsoft.KeyVault/vaults/tw-contoso00c0ffee/keys/stacks`;

const settings: BootstrapSettings = {
  tenant: { id: TENANT, domain: "contoso.com", cloud: "Microsoft" },
  stack: "contoso",
  azure: { location: "westeurope", resourceGroup: "tenantwire-contoso" },
  namePrefix: "tw-contoso",
  consent: true,
  github: { organization: "Contoso", repository: "integrations", branch: "main" },
  syncIdentities: [],
  protect: true,
};

const offered = [...new Set(Object.values(rights).flatMap(({ graph }) => graph))];
const calls = {
  "azuread:index/getClientConfig:getClientConfig": { tenantId: TENANT },
  "azuread:index/getDomains:getDomains": { domains: [{ domainName: "contoso.com" }] },
  "azuread:index/getServicePrincipal:getServicePrincipal": {
    displayName: "Microsoft Graph",
    objectId: guidOf("graph sp"),
    oauth2PermissionScopes: [],
    appRoles: offered.map((value) => {
      return { value, id: guidOf(`role ${value}`), enabled: true, allowedMemberTypes: ["Application"] };
    }),
  },
  "azure-native:authorization:getClientConfig": { subscriptionId: guidOf("subscription") },
};

let declareBootstrap: typeof import("../../bootstrap/declare.ts").declareBootstrap;

beforeAll(async () => {
  await mockPulumi();
  ({ declareBootstrap } = await import("../../bootstrap/declare.ts"));
});

const declared = (changed: Partial<BootstrapSettings> = {}) =>
  deploy(
    () => declareBootstrap({ ...settings, ...changed }, { mark: "tenantwire-bootstrap/contoso", stack: "contoso" }),
    {
      calls,
    },
  );

/** Everything that is given to the principal of an identity: permissions of Graph, and roles with their scope. */
function givenTo(resources: readonly Declared[], principalId: string): string[] {
  const graph = resources
    .filter(({ type, inputs }) => type.endsWith(":AppRoleAssignment") && inputs["principalObjectId"] === principalId)
    .map(({ inputs }) => offered.find((name) => guidOf(`role ${name}`) === inputs["appRoleId"]) ?? "?");
  const azure = resources
    .filter(({ type, inputs }) => type.endsWith(":RoleAssignment") && inputs["principalId"] === principalId)
    .map(({ inputs }) => `${roleName(String(inputs["roleDefinitionId"]))} on ${String(inputs["scope"])}`);
  return [...graph.toSorted(), ...azure.toSorted()];
}

function roleName(definitionId: string): string {
  const [name] = Object.entries(builtInRoles).find(([, id]) => definitionId.endsWith(`/${id}`)) ?? [definitionId];
  return name;
}

const DECRYPTER = guidOf("state-decrypter-definition");

describe("rights", () => {
  it.each<[Purpose, string[]]>([
    [
      "preview",
      [
        "Application.Read.All",
        "AuditLog.Read.All",
        "Directory.Read.All",
        "Policy.Read.All",
        `${DECRYPTER} on ${KEY}`,
        `Reader on ${STACK_GROUP}`,
        `Storage Blob Data Reader on ${STACKS}`,
        `${DECRYPTER} on ${GRANTS_KEY}`,
        `Storage Blob Data Reader on ${GRANTS}`,
      ],
    ],
    [
      "deploy",
      [
        "Application.ReadWrite.OwnedBy",
        "Directory.Read.All",
        `${DECRYPTER} on ${KEY}`,
        `Contributor on ${STACK_GROUP}`,
        `Key Vault Secrets Officer on ${STACK_GROUP}`,
        `Role Based Access Control Administrator on ${STACK_GROUP}`,
        `Storage Blob Data Contributor on ${STACKS}`,
      ],
    ],
    [
      "consent",
      [
        "AppRoleAssignment.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.Read.All",
        `${DECRYPTER} on ${GRANTS_KEY}`,
        `Storage Blob Data Contributor on ${GRANTS}`,
      ],
    ],
  ])("of %s are exactly these", async (purpose, expected) => {
    const { resources } = await declared();

    expect(givenTo(resources, guidOf(`${purpose}-identity`)).toSorted()).toEqual(expected.toSorted());
  });

  it("decrypting is all that the role for the key allows", async () => {
    const { resources } = await declared();

    const role = resources.find(({ name }) => name === "state-decrypter-definition");
    expect(role?.inputs).toMatchObject({
      permissions: [
        {
          actions: [],
          dataActions: ["Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/decrypt/action"],
        },
      ],
      assignableScopes: [GROUP],
    });
  });

  it("to give roles are those that stacks need, under Azure's own condition", async () => {
    const { resources } = await declared();

    const conditions = resources.flatMap(({ inputs }) => (inputs["condition"] === undefined ? [] : [inputs]));
    expect(conditions).toEqual([expect.objectContaining({ condition: ONLY_VAULT_READERS, conditionVersion: "2.0" })]);
    expect(ONLY_VAULT_READERS).toBe(
      "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR " +
        "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {4633458b-17de-408a-b874-0445c86b69e6} AND " +
        "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal', 'User'})) AND " +
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR " +
        "(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {4633458b-17de-408a-b874-0445c86b69e6} AND " +
        "@Resource[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal', 'User'}))",
    );
  });

  it("hold for the resource groups that are named, and not for the subscription", async () => {
    const { resources } = await declared({ deployTo: ["one", "two"] });

    const scopes = resources.flatMap(({ type, inputs }) => (type.endsWith(":RoleAssignment") ? [inputs["scope"]] : []));
    expect(scopes).not.toContain(SUBSCRIPTION);
    expect(scopes).toEqual(
      expect.arrayContaining(["one", "two"].map((name) => `${SUBSCRIPTION}/resourceGroups/${name}`)),
    );
  });

  it("of a sync identity are its blobs only", async () => {
    const { resources } = await declared({ syncIdentities: [guidOf("sync identity")] });

    expect(givenTo(resources, guidOf("sync identity"))).toEqual([`Storage Blob Data Contributor on ${SYNCS}`]);
  });
});

it("makes the group that the stack is deployed into, apart from that of the identities", async () => {
  const { resources } = await declared({ azure: { location: "westeurope", resourceGroup: "pipelines" } });

  const groups = resources.filter(({ type }) => type.endsWith(":ResourceGroup"));
  expect(groups.map(({ inputs }) => inputs["resourceGroupName"])).toEqual(["pipelines", "tenantwire-contoso"]);
  const scopes = resources.flatMap(({ type, inputs }) => (type.endsWith(":RoleAssignment") ? [inputs["scope"]] : []));
  expect(scopes).not.toContain(SUBSCRIPTION);
});

it("makes no identity that grants where nothing is granted", async () => {
  const { resources } = await declared({ consent: false });

  const identities = resources.filter(({ type }) => type.endsWith(":UserAssignedIdentity"));
  expect(identities.map(({ inputs }) => inputs["resourceName"])).toEqual([
    "tenantwire-contoso-preview",
    "tenantwire-contoso-deploy",
  ]);
  const roles = resources.flatMap(({ type, inputs }) =>
    type.endsWith(":AppRoleAssignment") ? [inputs["appRoleId"]] : [],
  );
  expect(roles).not.toContain(guidOf("role AppRoleAssignment.ReadWrite.All"));
});

it("trusts exactly the jobs of each identity, one after another", async () => {
  const { resources } = await declared();

  const trusts = resources.filter(({ type }) => type.endsWith(":FederatedIdentityCredential"));
  const issuer = "https://token.actions.githubusercontent.com";
  const audiences = ["api://AzureADTokenExchange"];
  expect(trusts.map(({ name, inputs, dependsOn }) => [name, inputs["subject"], dependsOn])).toEqual([
    ["preview-github-contoso-preview", "repo:Contoso/integrations:environment:contoso-preview", ["preview-identity"]],
    ["deploy-github-contoso-deploy", "repo:Contoso/integrations:environment:contoso-deploy", ["deploy-identity"]],
    ["consent-github-contoso-consent", "repo:Contoso/integrations:environment:contoso-consent", ["consent-identity"]],
  ]);
  for (const { inputs } of trusts) expect(inputs).toMatchObject({ issuer, audiences });
});

it("has no secret, and makes state and key that cannot be deleted by haste", async () => {
  const { resources } = await declared();

  expect(resources.filter(({ type }) => /Password|Certificate|keyvault:Secret/.test(type))).toEqual([]);
  const kept = resources.filter(({ protect }) => protect).map(({ type }) => type.split(":").at(-1));
  expect(kept).toEqual([
    "Key",
    "StorageAccount",
    "BlobContainer",
    "StorageAccount",
    "BlobContainer",
    "Key",
    "StorageAccount",
    "BlobContainer",
    "ResourceGroup",
  ]);
});

it("is a tree of components, each child named after its parent", async () => {
  const { resources } = await declared();

  for (const { name, parent, type } of resources) {
    // What the names of a vault and of accounts begin with has to be the resource's own name.
    if (parent !== undefined && !/:(Vault|StorageAccount)$/.test(type.replace("tenantwire:", ""))) {
      expect(name.startsWith(`${parent}-`)).toBe(true);
    }
    if (!/^(azuread|azure-native):/.test(type)) expect(type).toMatch(/^tenantwire:[a-z-]+:[A-Z]\w+$/);
  }
});

it("hands over what the pipelines and the stack are told", async () => {
  const { outputs } = await declared();

  expect(outputs).toMatchObject({
    tenantId: TENANT,
    subscriptionId: guidOf("subscription"),
    backendUrl: "azblob://pulumi?storage_account=twcontosostack00c0ffee",
    secretsProvider: "azurekeyvault://tw-contoso00c0ffee.vault.azure.net/keys/stacks/0123456789abcdef",
    stateAddress: "https://twcontososync00c0ffee.blob.core.windows.net/sync/contoso.sqlite",
    azureDevOps: "",
  });
  expect(outputs.stackSettings).toBe(`  tenantwire:deployer: ${guidOf("deploy-identity")}
  tenantwire:azure:
    location: westeurope
    resourceGroup: tenantwire-contoso
    existing: true
  tenantwire:syncIdentity:
    displayName: tenantwire sync
    federated:
      - name: github-contoso-sync
        issuer: https://token.actions.githubusercontent.com
        subject: "repo:Contoso/integrations:environment:contoso-sync"
`);
});

it("refuses another tenant before anything is made", async () => {
  const tenant = { id: guidOf("other"), domain: "contoso.com", cloud: "Microsoft" } as const;
  const { failure, resources } = await declared({ tenant });

  expect(failure?.message).toContain(`The deploying credential is of tenant ${TENANT}`);
  expect(resources).toEqual([]);
});
