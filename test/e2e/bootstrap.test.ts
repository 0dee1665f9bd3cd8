/** The bootstrap on the real engine: up, unchanged, what its identities can and cannot do, destroy. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Purpose } from "../../components/pipeline-identity/index.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { armData } from "../../sandbox/hosts/arm/data.ts";
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";
import { type BootstrapOutputs, type Bootstrapped, bootstrappable, jobToken } from "./bootstrapped.ts";

const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

let made: Bootstrapped;
let outputs: BootstrapOutputs;

beforeAll(async () => {
  made = await bootstrappable();
  made.makeAdministrator("Owner");
}, 60_000);

afterAll(() => made.close());

const up = (...args: string[]) => made.pulumi("up", "--yes", "--skip-preview", ...args);
const call: Bootstrapped["call"] = (...args) => made.call(...args);

/** An access token of an identity, by default for its own job. */
const tokenOf = (purpose: Purpose, job: string | undefined, resource: string) =>
  made.token(outputs.identities[purpose].clientId, job ?? purpose, resource);

it("deploys, and nothing that it hands over is secret", async () => {
  await up();

  outputs = await made.outputs();
  expect(Object.keys(outputs.identities).toSorted()).toEqual(["consent", "deploy", "preview"]);
  expect(outputs.backendUrl).toMatch(/^azblob:\/\/pulumi\?storage_account=twcontosostack[0-9a-f]{8}$/);
  expect(outputs.secretsProvider).toMatch(
    /^azurekeyvault:\/\/tw-contoso[0-9a-f]{8}\.vault\.azure\.net\/keys\/stacks\/[0-9a-f]{32}$/,
  );
  expect(outputs.stateAddress).toMatch(
    /^https:\/\/twcontososync[0-9a-f]{8}\.blob\.core\.windows\.net\/sync\/sandbox\.sqlite$/,
  );
}, 120_000);

it("changes nothing when nothing changed, and finds nothing to refresh", async () => {
  await up("--expect-no-changes");
  await made.pulumi("preview", "--refresh", "--expect-no-changes");
}, 120_000);

it("keeps versions of the stacks, and none of the syncs' blobs", () => {
  const accounts = Object.values(armData(made.sandbox.world).storageAccounts);
  const byName = Object.fromEntries(accounts.map((account) => [account.name.replace(/[0-9a-f]{8}$/, ""), account]));

  expect(byName["twcontosostack"]?.blobService).toMatchObject({
    isVersioningEnabled: true,
    deleteRetentionPolicy: { enabled: true, days: 30 },
  });
  expect(byName["twcontososync"]?.blobService).toBeUndefined();
  for (const { properties } of accounts) {
    expect(properties).toMatchObject({
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      minimumTlsVersion: "TLS1_2",
    });
  }
});

it("is reviewed by a command before it is deployed again", async () => {
  const ran = await run(["node", join(repository, "cli", "index.ts"), "review", "-s", "sandbox"], {
    cwd: made.folder,
    env: made.env,
  });

  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  expect(ran.stdout).toMatch(/Nothing changes/);
}, 60_000);

describe("an identity", () => {
  it.each(["preview", "deploy", "consent"] as const)(
    "%s signs in with the token of its own job only",
    async (purpose) => {
      expect(await tokenOf(purpose, purpose, "https://graph.microsoft.com")).toEqual(expect.any(String));
      await expect(tokenOf(purpose, "sync", "https://graph.microsoft.com")).rejects.toThrow("AADSTS700213");
    },
  );

  it("preview reads, and changes nothing: not in Entra, not in Azure, not the key", async () => {
    const graph = await tokenOf("preview", undefined, "https://graph.microsoft.com");
    expect(await call("GET", "https://graph.microsoft.com/v1.0/applications", graph)).toBe(200);
    expect(await call("POST", "https://graph.microsoft.com/v1.0/applications", graph, { displayName: "x" })).toBe(403);
    const arm = await tokenOf("preview", undefined, "https://management.azure.com");
    expect(await call("GET", groupUrl("tenantwire-sandbox"), arm)).toBe(200);
    expect(await call("GET", groupUrl("tenantwire-pipelines"), arm)).toBe(403);
    expect(await call("PUT", groupUrl("other"), arm, { location: "westeurope" })).toBe(403);
    const vault = await tokenOf("preview", undefined, "https://vault.azure.net");
    const key = outputs.secretsProvider.replace("azurekeyvault:", "https:").replace(/\/[0-9a-f]{32}$/, "");
    expect(await call("DELETE", `${key}?api-version=7.5`, vault)).toBe(403);
  });

  it("deploy makes applications and what is in its group, and grants nothing", async () => {
    const graph = await tokenOf("deploy", undefined, "https://graph.microsoft.com");
    expect(await call("POST", "https://graph.microsoft.com/v1.0/applications", graph, { displayName: "x" })).toBe(201);
    const own = `https://graph.microsoft.com/v1.0/servicePrincipals/${outputs.identities.deploy.principalId}`;
    expect(await call("POST", `${own}/appRoleAssignments`, graph, grantTo("deploy"))).toBe(403);
    const arm = await tokenOf("deploy", undefined, "https://management.azure.com");
    expect(await call("PUT", groupUrl("tenantwire-sandbox"), arm, { location: "westeurope" })).toBe(200);
    expect(await call("PUT", groupUrl("tenantwire-contoso"), arm, { location: "westeurope" })).toBe(403);
  });

  it("deploy lets service principals read secrets, and makes nobody an owner", async () => {
    const arm = await tokenOf("deploy", undefined, "https://management.azure.com");

    expect(await call("PUT", assignmentUrl("one"), arm, assignment(SECRETS_USER, "preview"))).toBe(201);
    expect(await call("PUT", assignmentUrl("two"), arm, assignment(OWNER, "deploy"))).toBe(403);
    expect(await call("DELETE", assignmentUrl("one"), arm)).toBe(200);
  });

  it("nobody changes another one: not by a trust, not by a role, not by its group", async () => {
    const group = `${subscription()}/resourceGroups/tenantwire-pipelines`;
    const identities = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;
    const trust = { properties: { issuer: "https://evil.example.com", subject: "s", audiences: ["a"] } };
    for (const purpose of ["preview", "deploy", "consent"] as const) {
      const arm = await tokenOf(purpose, undefined, "https://management.azure.com");
      for (const victim of ["preview", "deploy", "consent"]) {
        const identity = `${identities}/tenantwire-sandbox-${victim}`;
        const url = `${identity}/federatedIdentityCredentials/evil?api-version=2023-01-31`;
        expect([purpose, victim, await call("PUT", url, arm, trust)]).toEqual([purpose, victim, 403]);
      }
      const role = `${group}/providers/Microsoft.Authorization/roleAssignments/${made.sandbox.world.guid("evil", purpose)}`;
      expect(await call("PUT", `${role}?api-version=2022-04-01`, arm, assignment(SECRETS_USER, purpose))).toBe(403);
    }
  });

  it("consent grants, and makes no application and no resource group", async () => {
    const graph = await tokenOf("consent", undefined, "https://graph.microsoft.com");
    const other = `https://graph.microsoft.com/v1.0/servicePrincipals/${outputs.identities.preview.principalId}`;
    expect(await call("POST", `${other}/appRoleAssignments`, graph, grantTo("preview"))).toBe(201);
    expect(await call("POST", "https://graph.microsoft.com/v1.0/applications", graph, { displayName: "x" })).toBe(403);
    const arm = await tokenOf("consent", undefined, "https://management.azure.com");
    expect(await call("PUT", groupUrl("other"), arm, { location: "westeurope" })).toBe(403);
  });
});

describe("the key, as the engine's secrets provider", () => {
  /** The engine in a project of its own, signed in by the variables of Azure's libraries. */
  const engine = (identity: NodeJS.ProcessEnv, ...args: string[]) =>
    run(["pulumi", ...args, "--non-interactive"] as [string, ...string[]], {
      cwd: join(made.folder, "tenant"),
      env: { ...made.env, PULUMI_CONFIG_PASSPHRASE: undefined, AZURE_FEDERATED_TOKEN_FILE: undefined, ...identity },
    });

  async function identityOf(purpose: Purpose): Promise<NodeJS.ProcessEnv> {
    const file = join(made.folder, `token-of-${purpose}`);
    writeFileSync(file, await jobToken(made.sandbox, purpose));
    return { AZURE_CLIENT_ID: outputs.identities[purpose].clientId, AZURE_FEDERATED_TOKEN_FILE: file };
  }

  beforeAll(() => {
    mkdirSync(join(made.folder, "tenant"));
    writeFileSync(join(made.folder, "tenant", "Pulumi.yaml"), "name: tenant\nruntime: nodejs\n");
    // As docs/bootstrap.md tells an administrator to, for as long as the stack is made.
    made.makeAdministrator("Key Vault Crypto User");
  });

  it("encrypts the secrets of a stack that an administrator makes", async () => {
    const { clientId, clientSecret } = made.sandbox.world.deployer;
    const administrator = { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret };
    const init = await engine(administrator, "stack", "init", "contoso", "--secrets-provider", outputs.secretsProvider);
    expect([init.code, init.stderr.trim()]).toEqual([0, "Created stack 'contoso'"]);
    const set = await engine(administrator, "config", "set", "--stack", "contoso", "--secret", "key", "of-oneplan");

    expect(set.code).toBe(0);
    const settings = readFileSync(join(made.folder, "tenant", "Pulumi.contoso.yaml"), "utf8");
    expect(settings).toContain(`secretsprovider: ${outputs.secretsProvider}`);
    expect(settings).not.toContain("of-oneplan");
  }, 60_000);

  it("consent does not open them", async () => {
    const refused = await engine(await identityOf("consent"), "config", "get", "--stack", "contoso", "key");

    expect(refused.code).not.toBe(0);
    expect(refused.stdout).not.toContain("of-oneplan");
  }, 60_000);

  it.each(["preview", "deploy"] as const)(
    "%s opens them",
    async (purpose) => {
      const read = await engine(await identityOf(purpose), "config", "get", "--stack", "contoso", "key");

      expect([read.code, read.stdout.trim()]).toEqual([0, "of-oneplan"]);
    },
    60_000,
  );

  it("preview encrypts nothing with it", async () => {
    const identity = await identityOf("preview");
    const refused = await engine(identity, "stack", "init", "other", "--secrets-provider", outputs.secretsProvider);

    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("Forbidden");
  }, 60_000);
});

it("lets a sync identity use the state of the syncs and nothing else, once it is told of it", async () => {
  const { principalId } = outputs.identities.preview;
  await made.pulumi("config", "set", "--plaintext", "--path", "tenantwire:syncIdentities[0]", principalId);
  const before = armData(made.sandbox.world).roleAssignments.length;
  await up();

  const [added, ...more] = armData(made.sandbox.world).roleAssignments.slice(before);
  expect(more).toEqual([]);
  expect(added).toMatchObject({ principalId, roleId: "ba92f5b4-2d11-453d-a403-e96b0029c9fe" });
  expect(added?.scope).toMatch(/\/twcontososync[0-9a-f]{8}\/blobservices\/default\/containers\/sync$/);
}, 60_000);

it("is destroyed completely", async () => {
  await made.pulumi("destroy", "--yes", "--skip-preview");

  const data = armData(made.sandbox.world);
  expect(data.ownRoles).toEqual([]);
  expect(data.storageAccounts).toEqual({});
  expect(data.identities).toEqual({});
}, 60_000);

const subscription = () => `https://management.azure.com/subscriptions/${made.sandbox.world.subscriptionId}`;
const groupUrl = (name: string) => `${subscription()}/resourceGroups/${name}?api-version=2024-03-01`;
const assignmentUrl = (name: string) =>
  `${subscription()}/resourceGroups/tenantwire-sandbox/providers/Microsoft.Authorization/roleAssignments/` +
  `${made.sandbox.world.guid("assignment of a test", name)}?api-version=2022-04-01`;

function assignment(roleId: string, purpose: Purpose): object {
  const roleDefinitionId = `/subscriptions/${made.sandbox.world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
  const { principalId } = outputs.identities[purpose];
  return { properties: { roleDefinitionId, principalId, principalType: "ServicePrincipal" } };
}

/** User.Read.All of Microsoft Graph, for one of the identities. */
function grantTo(purpose: Purpose): object {
  const graph = directory(made.sandbox.world).servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
  return {
    principalId: outputs.identities[purpose].principalId,
    resourceId: graph?.id,
    appRoleId: "df021288-bdef-4463-88db-98f22de89214",
  };
}
