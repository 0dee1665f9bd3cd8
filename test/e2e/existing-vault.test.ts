/**
 * A tenant where others decide: a resource group and a vault that are there, rights that end at that group, and a policy
 * that says how long a secret may live. From the settings to a sync.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import type { CheckResult } from "../../doctor/checks/index.ts";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { appManagement } from "../../sandbox/directory/app-management.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { type ArmData, armData } from "../../sandbox/hosts/arm/data.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const GROUP = "shared-integrations";
const VAULT = "kv-contoso-syncs";

let world: Deployed;
let arm: ArmData;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  const tenant = world.sandbox.world;
  arm = armData(tenant);
  arm.resourceGroups[GROUP] = { name: GROUP, location: "westeurope", tags: { owner: "platform" } };
  arm.vaults[VAULT] = vault({});
  const scope = `/subscriptions/${tenant.subscriptionId}/resourceGroups/${GROUP}`;
  arm.roleAssignments = arm.roleAssignments.map((each) => ({ ...each, scope, writtenScope: scope }));
  world.edit((settings) =>
    settings
      .replace(/^( +)resourceGroup: .*$/m, `$1resourceGroup: ${GROUP}\n$1existing: true`)
      .replace(/^( +)namePrefix: .*$/m, `$&\n$1existing: { syncs: ${VAULT} }`),
  );
}, 120_000);

afterAll(() => world?.close());

function vault(properties: Partial<ArmData["vaults"][string]["properties"]>): ArmData["vaults"][string] {
  return {
    ...{ name: VAULT, resourceGroup: GROUP, location: "westeurope", tags: { owner: "platform" } },
    properties: {
      ...{ tenantId: world.sandbox.world.tenant.id, sku: { family: "A", name: "standard" } },
      ...{ enableRbacAuthorization: true, softDeleteRetentionInDays: 90, publicNetworkAccess: "Enabled" },
      ...{ enablePurgeProtection: true as const, accessPolicies: [] },
      ...properties,
    },
  };
}

function tenantwire(...args: string[]): Promise<Ran> {
  return run(["node", cli, ...args, "-s", "sandbox"], { cwd: world.stack.folder, env: world.env });
}

async function checks(...args: string[]): Promise<Map<string, CheckResult>> {
  const { stdout, stderr } = await tenantwire("test", ...args, "--json");
  if (stdout === "") throw new Error(stderr);
  return new Map((JSON.parse(stdout) as { checks: CheckResult[] }).checks.map((check) => [check.id, check]));
}

const notOk = (found: ReadonlyMap<string, CheckResult>) =>
  [...found.values()].filter(({ status, id }) => status !== "ok" && !id.startsWith("assumption/"));

describe("a vault that is there", () => {
  it("needs no right to make one, and none outside of its group", async () => {
    const found = await checks("--deploy");

    expect(notOk(found)).toEqual([]);
    expect([...found.keys()].filter((id) => id.startsWith("azure/"))).toEqual([
      "azure/Microsoft.KeyVault/vaults/secrets/write",
      "azure/Microsoft.Authorization/roleAssignments/write",
      "azure/Microsoft.KeyVault/vaults/secrets/delete",
    ]);
  }, 60_000);

  it("names what is missing in the group, and where it is given", async () => {
    const all = arm.roleAssignments;
    arm.roleAssignments = all.filter(({ roleId }) => !roleId.startsWith("f58310d9"));
    const found = await checks("--deploy");
    arm.roleAssignments = all;

    expect(notOk(found).map(({ status, text }) => `${status}: ${text}`)).toEqual([
      "failed: The deploying identity may not let the sync identity read the vault: it lacks Microsoft.Authorization/roleAssignments/write at " +
        `/subscriptions/${world.sandbox.world.subscriptionId}/resourceGroups/${GROUP}. ` +
        'Give it the role "Role Based Access Control Administrator" there (Azure > Resource groups > Access control).',
    ]);
  }, 60_000);

  it("is refused where access policies decide who reads it", async () => {
    arm.vaults[VAULT] = vault({ enableRbacAuthorization: false });
    const { code, stdout, stderr } = await world.stack.pulumi(["preview", "--stack", "sandbox"]);
    arm.vaults[VAULT] = vault({});

    expect([code === 0, stdout + stderr]).toEqual([
      false,
      expect.stringContaining(`The vault ${VAULT} is read by access policies: switch it to Azure roles`),
    ]);
  }, 60_000);

  it("is named by the review, which makes none", async () => {
    const { stdout } = await tenantwire("review");

    expect(stdout).toContain(`gets the role \`Key Vault Secrets User\` on \`vaults/${VAULT}\``);
    expect(stdout).not.toMatch(/keyvault:Vault\b|`Vault`|ResourceGroup/);
  }, 60_000);

  it("holds the key, and the sync reads it there", async () => {
    await world.stack.up();
    const outputs = await outputsNow();
    await world.writeOutputs();

    expect(outputs.vault).toEqual({
      ...{ name: VAULT, uri: `https://${VAULT}.vault.azure.net/` },
      id: `/subscriptions/${world.sandbox.world.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.KeyVault/vaults/${VAULT}`,
    });
    expect([Object.keys(arm.vaults), Object.keys(arm.resourceGroups)]).toEqual([[VAULT], [GROUP]]);
    expect(arm.vaults[VAULT]).toEqual(vault({}));
    const { report } = await world.sync();
    expect(report.failure).toBeUndefined();
    expect(report.counts.create).toBeGreaterThan(0);
    expect(notOk(await checks())).toEqual([]);
  }, 120_000);
});

describe("a policy for secrets of 120 days", () => {
  const restriction = {
    ...{ restrictionType: "passwordLifetime" as const, state: "enabled" as const, maxLifetime: "P120D" },
    restrictForAppsCreatedAfterDateTime: null,
  };

  beforeAll(() => {
    const { tenant } = appManagement(world.sandbox.world);
    tenant.isEnabled = true;
    tenant.applicationRestrictions = { passwordCredentials: [restriction], keyCredentials: [] };
    world.edit((settings) =>
      settings.replace(
        /^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m,
        "$1secret: { periodDays: 90, overlapDays: 30, latenessDays: 30 }\n",
      ),
    );
  });

  it("counts as not checked where nobody may read it, and that as a failure where it is meant strictly", async () => {
    const asked = await tenantwire("test", "--deploy");
    const strictly = await tenantwire("test", "--deploy", "--strict");

    expect([asked.code, asked.stdout, asked.stderr.includes("--strict")]).toEqual([
      0,
      expect.stringContaining("policy/sync"),
      false,
    ]);
    expect([strictly.code, strictly.stdout, strictly.stderr]).toEqual([
      10,
      asked.stdout,
      expect.stringContaining("tenantwire: --strict: 1 check not made: policy/sync.\n"),
    ]);
  }, 60_000);

  it("refuses the deployment; with what the test says it is planned within the policy, and goes through", async () => {
    const { registrations, servicePrincipals } = directory(world.sandbox.world);
    registrations.addAssignment({
      appRoleId: applicationRole("Policy.Read.All"),
      principalId: world.sandbox.world.deployer.objectId,
      resourceId: servicePrincipals.byKey("00000003-0000-0000-c000-000000000000")?.id ?? "",
    });
    const before = (await checks("--deploy")).get("policy/sync");
    const refused = await world.stack.pulumi(["up", "--yes", "--skip-preview", "--stack", "sandbox"]);
    const [, ...commands] = before?.text.split("\n") ?? [];
    for (const command of commands) await world.stack.mustPulumi(command.split(" ").slice(1));
    const after = (await checks("--deploy")).get("policy/sync");
    await world.stack.up();

    expect(before?.status).toBe("failed");
    expect([refused.code === 0, refused.stdout + refused.stderr]).toEqual([
      false,
      expect.stringContaining("CredentialInvalidLifetimeAsPerAppPolicy"),
    ]);
    expect(after?.status).toBe("ok");
    const [secret] = (await outputsNow()).credentials.secrets;
    expect(secret?.policy).toEqual({ period: 73, overlap: 23, lateness: 23 });
    const left = Date.parse(secret?.state.a?.end ?? "") - world.sandbox.world.now().getTime();
    expect(left / 86_400_000).toBeLessThanOrEqual(120);
    expect(left / 86_400_000).toBeGreaterThan(118);
    // Whoever may read the vault signs in, as a person would.
    const { tenant, deployer } = world.sandbox.world;
    const person = { AZURE_TENANT_ID: tenant.id, AZURE_CLIENT_ID: deployer.clientId };
    Object.assign(world.env, person, { AZURE_CLIENT_SECRET: deployer.clientSecret });
    expect(notOk(await checks())).toEqual([]);
  }, 180_000);

  it("goes, and leaves the vault as it was", async () => {
    await world.stack.mustPulumi(["destroy", "--yes", "--skip-preview", "--stack", "sandbox"]);

    expect(arm.vaults[VAULT]).toEqual(vault({}));
    expect(arm.resourceGroups[GROUP]?.tags).toEqual({ owner: "platform" });
  }, 60_000);
});

async function outputsNow(): Promise<Outputs> {
  return parseOutputs(await world.stack.outputs(), "the stack");
}
