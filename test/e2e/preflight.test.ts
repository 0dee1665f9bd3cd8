/** `tenantwire test --deploy`: what a deployment would fail on is named before anything changes. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckResult } from "../../doctor/checks/index.ts";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { appManagement } from "../../sandbox/directory/app-management.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { armData } from "../../sandbox/hosts/arm/data.ts";
import { run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 20 });
}, 120_000);

afterAll(() => world.close());

async function preflight(env: NodeJS.ProcessEnv = {}) {
  const ran = await run(["node", cli, "test", "--deploy", "-s", "sandbox", "--json"], {
    cwd: world.stack.folder,
    env: { ...world.env, ...env },
  });
  if (ran.stdout === "") throw new Error(ran.stderr);
  const { checks } = JSON.parse(ran.stdout) as { checks: CheckResult[] };
  return { ...ran, checks: new Map(checks.map((check) => [check.id, check])) };
}

async function said(id: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { checks } = await preflight(env);
  const { status, text } = checks.get(id) ?? { status: "no such check", text: [...checks.keys()].join(" ") };
  return `${status}: ${text}`;
}

/** Of the first line with this in it. */
function lineOf(text: string): number {
  const settings = readFileSync(join(world.stack.folder, "stacks", "Pulumi.sandbox.yaml"), "utf8");
  return settings.split("\n").findIndex((line) => line.includes(text)) + 1;
}

describe("before the first deployment", () => {
  it("finds nothing in the way of an identity with the documented rights", async () => {
    const { code, checks } = await preflight();

    expect([...checks.values()].filter(({ status }) => status !== "ok")).toEqual([]);
    expect(code).toBe(0);
    expect([...checks.keys()]).toEqual(
      expect.arrayContaining([
        "identity",
        "right/Application.ReadWrite.OwnedBy",
        "right/AppRoleAssignment.ReadWrite.All",
        "azure/Microsoft.KeyVault/vaults/write",
        "deleted-vaults",
        "name/sync",
        "grants/sync",
      ]),
    );
  });

  it("names the permission that is missing, for what, and what can be done without it", async () => {
    const { appRoleAssignments } = directory(world.sandbox.world);
    const { objectId } = world.sandbox.world.deployer;
    const taken = [...appRoleAssignments.values()].find(
      (each) =>
        each["principalId"] === objectId && each["appRoleId"] === applicationRole("AppRoleAssignment.ReadWrite.All"),
    );
    if (!taken) throw new Error("The deployer cannot grant.");
    appRoleAssignments.remove(taken.id);

    const { code, checks } = await preflight();
    appRoleAssignments.put(taken);

    expect(code).toBe(10);
    expect(checks.get("right/AppRoleAssignment.ReadWrite.All")?.text).toBe(
      "The deploying identity lacks the application permission AppRoleAssignment.ReadWrite.All of Microsoft Graph, to grant application permissions to tenantwire sync. " +
        "An administrator grants it (Entra > App registrations > the deploying identity > API permissions), or write consent: link for them.",
    );
  });

  it("names the role that is missing in Azure", async () => {
    const data = armData(world.sandbox.world);
    const { objectId } = world.sandbox.world.deployer;
    const before = [...data.roleAssignments];
    data.roleAssignments.splice(
      0,
      before.length,
      ...before.filter((each) => each.principalId !== objectId || !each.roleId.startsWith("f58310d9")),
    );

    const found = await said("azure/Microsoft.Authorization/roleAssignments/write");
    data.roleAssignments.splice(0, data.roleAssignments.length, ...before);

    expect(found).toBe(
      `failed: The deploying identity may not let the sync identity read the vault: it lacks Microsoft.Authorization/roleAssignments/write at /subscriptions/${world.sandbox.world.subscriptionId}. ` +
        'Give it the role "Role Based Access Control Administrator" there (Azure > Subscriptions > Access control).',
    );
  });

  it("says when somebody else is signed in", async () => {
    const { administrator, deployer } = world.sandbox.world;

    const found = await said("identity", {
      ARM_CLIENT_ID: administrator.clientId,
      ARM_CLIENT_SECRET: administrator.clientSecret,
    });

    expect(found).toBe(
      `failed: Who is signed in has the object id ${administrator.objectId}, and the settings say ${deployer.objectId} (tenantwire:deployer, stacks/Pulumi.sandbox.yaml:${lineOf("tenantwire:deployer:")}): what it makes it could not change again. ` +
        "Sign in as the deployer, or correct the setting.",
    );
  });

  describe("who cannot sign in is told why, with what mends it", () => {
    const UNKNOWN = "00000000-0000-4000-8000-000000000000";
    const refusal = async (env: NodeJS.ProcessEnv) => {
      const ran = await run(["node", cli, "test", "--deploy", "-s", "sandbox"], {
        cwd: world.stack.folder,
        env: { ...world.env, ...env },
      });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      // Nothing was deployed yet, so that no deployment and no vault can be at fault.
      expect(ran.stderr).not.toMatch(/vault|pulumi up|^\s+at /m);
      return ran.stderr.replace(/, trace [\w-]+/, "");
    };

    it.each([
      [
        "a wrong secret",
        { ARM_CLIENT_SECRET: "wrong" },
        "its client secret is wrong. Correct ARM_CLIENT_SECRET: the secret's value, not its id. (AADSTS7000215)",
      ],
      [
        "a client id that the tenant does not have",
        { ARM_CLIENT_ID: UNKNOWN },
        "has no such application. Correct ARM_CLIENT_ID, or the tenant in the settings (tenantwire:tenant.id). (AADSTS700016)",
      ],
      [
        "a federated token that is none",
        { ARM_CLIENT_SECRET: "", ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "none" },
        "the federated token that was shown is not a token. Get a new one from its issuer. (AADSTS50027)",
      ],
    ])("%s", async (_, env, words) => {
      const output = await refusal(env);
      expect(output).toContain("tenantwire: Entra does not sign the deploying identity (client id ");
      expect(output).toContain(words);
    });

    it("a client id and nothing that proves it", async () => {
      const output = await refusal({ ARM_CLIENT_SECRET: "", AZURE_FEDERATED_TOKEN_FILE: "" });
      expect(output).toContain(
        "tenantwire: Nobody is signed in here who could deploy: sign in (az login). ARM_CLIENT_ID is set, and nothing that proves it: set ARM_CLIENT_SECRET, or ARM_USE_OIDC=true",
      );
    });

    it("a tenant that does not exist, here and in a preview", async () => {
      const { id } = world.sandbox.world.tenant;
      world.edit((settings) => settings.replace(`id: ${id}`, `id: ${UNKNOWN}`));
      const output = await refusal({});
      const preview = await world.stack.pulumi(["preview", "--stack", "sandbox", "--color", "never"]);
      world.edit((settings) => settings.replace(`id: ${UNKNOWN}`, `id: ${id}`));

      expect(output).toContain(
        `in: there is no tenant ${UNKNOWN} in this cloud: it is another one, or it was deleted. Correct tenantwire:tenant.id or tenantwire:tenant.cloud in the settings. (AADSTS90002)`,
      );
      expect((preview.stdout + preview.stderr).replaceAll(/\s+/g, " ")).toContain(
        `The deploying credential is of tenant ${id}, the settings of stack "sandbox" are for tenant ${UNKNOWN} (tenantwire:tenant.id, stacks/Pulumi.sandbox.yaml:${lineOf("id: ")}): sign in to ${UNKNOWN} (ARM_TENANT_ID, or az login --tenant), correct the setting, or choose another stack.`,
      );
    });
  });

  it("finds what a killed deployment left, and a registration of the same name", async () => {
    const { registrations, applications } = directory(world.sandbox.world);
    const orphan = registrations.createApplication({ displayName: "tenantwire sync", notes: "tenantwire/sandbox" }, []);
    const appId = text(orphan, "appId");
    const own = await said("name/sync");
    applications.change(orphan, { notes: "made by hand" });
    const byHand = await said("name/sync");
    registrations.deleteApplication(orphan.id);

    expect(own).toBe(
      `failed: An earlier deployment of tenantwire/sandbox made tenantwire sync (client id ${appId}), and the state does not know it: the next one would make it twice. ` +
        "How to take it in or away: npx --no-install tenantwire orphans -s sandbox",
    );
    expect(byHand).toBe(
      `warning: The tenant has a registration called tenantwire sync already (client id ${appId}), and the deployment makes another one. ` +
        "If it is the same, take it in: npx --no-install tenantwire orphans adopt <client id> -s sandbox --as sync",
    );
  });
});

describe("what the settings name", () => {
  it("is there: the owners and the groups", async () => {
    const { checks } = await preflight();
    expect(checks.get("names/owners")).toMatchObject({ status: "ok" });
    expect(checks.get("names/groups")).toMatchObject({ status: "ok", text: "It has OnePlan Users." });
  });

  describe("is told by its place where it is not:", () => {
    const UNKNOWN = "00000000-0000-4000-8000-000000000000";
    const OWNER = "4c102969-7ee3-4871-9d3a-14a2add817c4";
    const nobody = (place: string) =>
      `${place}: the tenant has nobody with the object id ${UNKNOWN}. Take it away, or correct it (Entra > Users > Object ID).`;
    let found: Awaited<ReturnType<typeof preflight>>;
    let byName: string;

    beforeAll(async () => {
      const { rooms, registrations, servicePrincipals, users } = directory(world.sandbox.world);
      rooms.addRoom({ displayName: "Aquarium", emailAddress: "aquarium@contoso.com", building: "Berlin 1" });
      rooms.addRoomList({ displayName: "Berlin", emailAddress: "berlin@contoso.com" });
      const assignment = registrations.addAssignment({
        appRoleId: applicationRole("Place.Read.All"),
        principalId: world.sandbox.world.deployer.objectId,
        resourceId: servicePrincipals.byKey("00000003-0000-0000-c000-000000000000")?.id ?? "",
      });
      const owner = users.get(OWNER);
      const mail = owner === undefined ? "" : text(owner, "mail");
      let before = "";
      world.edit((settings) => {
        before = settings;
        return settings
          .replace(
            "groups: [OnePlan Users]",
            `groups: [Oneplan Users, Nobody, OnePlan Users]
      excludedGroups: [Leavers]
      protectedGroups: [Directors]
      administrativeUnits: [Atlantis]`,
          )
          .replace(/^( +- )4c102969-.*$/m, `$&\n$1${UNKNOWN}`)
          .replace("namePrefix: tw-contoso", `$&\n    vendorReaders: [${OWNER}, ${UNKNOWN}]`)
          .replace(
            "config:\n",
            `config:
  tenantwire:access: { name: Contoso, id: contoso, administrators: [${OWNER}, ${UNKNOWN}] }
  tenantwire:alerts:
    graph:
      mailbox: alerts@contoso.com
      federated: [{ name: mail, issuer: https://workloads.contoso.com, subject: mail }]
    channels:
      leads: { on: [staged], graph: { to: [${mail}, Leads@Contoso.com, leads@elsewhere.example] } }
  tenantwire:files:
    rooms:
      path: rooms.csv
      format: csv
      scope: specified
      addresses: [aquarium@contoso.com, attic@contoso.com]
      lists: [berlin@contoso.com, somewhere-else@contoso.com]
      buildings: [Berlin 1, Berlin 2]
  tenantwire:sync:
    users:
      protected: [${OWNER}, ${UNKNOWN}, ${mail}, nobody@contoso.com]
      targets: { oneplan: { protected: [nobody.else@contoso.com] } }
`,
          );
      });
      found = await preflight();
      world.edit((settings) => settings.replace("attic@contoso.com]", "Aquarium]"));
      byName = await said("names/rooms");
      world.edit(() => before);
      directory(world.sandbox.world).appRoleAssignments.remove(assignment.id);
    }, 60_000);

    it("says by its exit code that something is wrong", () => {
      expect(found.code).toBe(10);
    });

    it.each([
      ["owners", [nobody("tenantwire:owners[1]")]],
      ["administrators", [nobody("tenantwire:access.administrators[1]")]],
      ["vendor-readers", [nobody("tenantwire:vault.vendorReaders[1]")]],
      [
        "protected-accounts",
        [
          `tenantwire:sync.users.protected[1]: nobody in the tenant is "${UNKNOWN}", so nobody is protected by it. Correct it.`,
          'tenantwire:sync.users.protected[3]: nobody in the tenant is "nobody@contoso.com", so nobody is protected by it. Correct it.',
          'tenantwire:sync.users.targets.oneplan.protected[0]: nobody in the tenant is "nobody.else@contoso.com", so nobody is protected by it. Correct it.',
        ],
      ],
      [
        "senders",
        [
          'tenantwire:alerts.graph.mailbox: the tenant has no mailbox "alerts@contoso.com": write its primary address (Exchange > Recipients).',
        ],
      ],
      [
        "recipients",
        [
          'tenantwire:alerts.channels.leads.graph.to[1]: the tenant has nobody and no group with the address "Leads@Contoso.com". Correct it.',
        ],
      ],
      [
        "groups",
        [
          'tenantwire:oneplan.users.groups[0]: the tenant has no group called "Oneplan Users": it is written "OnePlan Users".',
          'tenantwire:oneplan.users.groups[1]: the tenant has no group called "Nobody": write its name as Entra shows it.',
          'tenantwire:oneplan.users.excludedGroups[0]: the tenant has no group called "Leavers": write its name as Entra shows it.',
          'tenantwire:oneplan.users.protectedGroups[0]: the tenant has no group called "Directors": write its name as Entra shows it.',
        ],
      ],
      [
        "administrative-units",
        [
          'tenantwire:oneplan.users.administrativeUnits[0]: the tenant has no administrative unit called "Atlantis": write its name as Entra shows it.',
        ],
      ],
      [
        "rooms",
        [
          'tenantwire:files.rooms.addresses[1]: the tenant has no room "attic@contoso.com": nothing that Microsoft Graph lists is called like it.',
        ],
      ],
      [
        "room-lists",
        [
          'tenantwire:files.rooms.lists[1]: the tenant has no room list "somewhere-else@contoso.com": nothing that Microsoft Graph lists is called like it.',
        ],
      ],
      [
        "buildings",
        ['tenantwire:files.rooms.buildings[1]: the tenant has no building "Berlin 2": did you mean "Berlin 1"?'],
      ],
    ])("%s", (kind, lines) => {
      expect(found.checks.get(`names/${kind}`)).toMatchObject({ status: "failed", text: lines.join("\n") });
    });

    it("a room that is named by its name", () => {
      expect(byName).toBe(
        'failed: tenantwire:files.rooms.addresses[1]: "Aquarium" is no mail address, and a room is named by its address (Exchange > Resources).',
      );
    });

    it("and there is no other kind", () => {
      expect([...found.checks.keys()].filter((id) => id.startsWith("names/"))).toHaveLength(11);
    });
  });
});

it("reads the policy about secrets, or says who could", async () => {
  world.edit((settings) =>
    settings.replace(
      /^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m,
      "$1secret: { periodDays: 90, overlapDays: 30, latenessDays: 30 }\n",
    ),
  );
  expect(await said("policy/sync")).toBe(
    "skipped: It may not be read: that needs the application permission Policy.Read.All of Microsoft Graph.",
  );

  const { registrations } = directory(world.sandbox.world);
  const { deployer } = world.sandbox.world;
  const graph = directory(world.sandbox.world).servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
  registrations.addAssignment({
    appRoleId: applicationRole("Policy.Read.All"),
    principalId: deployer.objectId,
    resourceId: graph?.id ?? "",
  });
  const { tenant } = appManagement(world.sandbox.world);
  Object.assign(tenant, {
    isEnabled: true,
    applicationRestrictions: {
      passwordCredentials: [
        {
          restrictionType: "passwordLifetime",
          state: "enabled",
          maxLifetime: "P120D",
          restrictForAppsCreatedAfterDateTime: null,
        },
      ],
      keyCredentials: [],
    },
  });
  const found = await said("policy/sync");
  Object.assign(tenant, { isEnabled: false });

  expect(found).toBe(
    [
      "failed: The tenant's app management policy allows secrets of 120 days, and one of tenantwire sync lives 151. Plan it within that:",
      "pulumi config set --stack sandbox --plaintext --path tenantwire:syncIdentity.secret.periodDays 73",
      "pulumi config set --stack sandbox --plaintext --path tenantwire:syncIdentity.secret.overlapDays 23",
      "pulumi config set --stack sandbox --plaintext --path tenantwire:syncIdentity.secret.latenessDays 23",
    ].join("\n"),
  );
}, 60_000);

it("prints the import of a grant that was given by hand; with it the deployment goes through", async () => {
  await world.stack.up();
  const { servicePrincipals, registrations } = directory(world.sandbox.world);
  const principal = [...servicePrincipals.values()].find((each) => each["displayName"] === "tenantwire sync");
  const graph = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
  registrations.addAssignment({
    appRoleId: applicationRole("User-LifeCycleInfo.Read.All"),
    principalId: principal?.id ?? "",
    resourceId: graph?.id ?? "",
    principalDisplayName: "tenantwire sync",
    principalType: "ServicePrincipal",
    resourceDisplayName: "Microsoft Graph",
  });
  world.edit((settings) => settings.replace(/^( +)(name: displayName)$/m, "$1$2\n$1leaveDate: employeeLeaveDateTime"));

  const found = await said("grants/sync");
  const [first = "", command = ""] = found.split("\n");
  expect(first).toBe(
    "failed: A permission was granted already, by hand, and the deployment would fail on it. Take it in first:",
  );
  expect(command).toMatch(
    /^pulumi import --stack sandbox --parent 'parent=urn:pulumi:[^']+::sync-consent' azuread:index\/appRoleAssignment:AppRoleAssignment sync-consent-User-LifeCycleInfo\.Read\.All \/servicePrincipals\/[0-9a-f-]{36}\/appRoleAssignedTo\/[\w-]{43}$/,
  );

  const imported = await run(
    ["bash", "-c", `${command} --yes --non-interactive --protect=false --generate-code=false`],
    {
      cwd: world.stack.folder,
      env: world.env,
    },
  );
  expect(imported.stdout + imported.stderr).toContain("1 imported");
  await world.stack.up();
  expect(await said("grants/sync")).toBe("ok: Nothing that it would grant is granted already.");
}, 120_000);

it("finds a service principal that a killed deployment left: with its import the deployment goes through", async () => {
  const file = join(world.stack.folder, "state.json");
  const exported = await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox"]);
  const state = JSON.parse(exported.stdout) as {
    deployment: { resources: { urn: string; type: string; parent?: string }[] };
  };
  state.deployment.resources = state.deployment.resources.filter(
    ({ urn }) => !urn.endsWith("::sync-registration-principal"),
  );
  for (const each of state.deployment.resources as {
    dependencies?: string[];
    propertyDependencies?: Record<string, string[]>;
  }[]) {
    const kept = (urns: readonly string[] = []) => urns.filter((urn) => !urn.endsWith("::sync-registration-principal"));
    if (each.dependencies) each.dependencies = kept(each.dependencies);
    for (const name of Object.keys(each.propertyDependencies ?? {})) {
      if (each.propertyDependencies) each.propertyDependencies[name] = kept(each.propertyDependencies[name]);
    }
  }
  writeFileSync(file, JSON.stringify(state));
  await world.stack.mustPulumi(["stack", "import", "--stack", "sandbox", "--file", file]);

  const found = await said("principal/sync");
  const [first = "", command = ""] = found.split("\n");
  expect(first).toMatch(
    /^failed: tenantwire sync has a service principal \([0-9a-f-]{36}\) that the state does not know: a deployment that was killed left it, and the next one fails on it\. Take it in first:$/,
  );
  const imported = await run(["bash", "-c", `${command} --yes --non-interactive`], {
    cwd: world.stack.folder,
    env: world.env,
  });
  expect(imported.stdout + imported.stderr).toContain("1 imported");
  await world.stack.up();
  expect(await said("principal/sync")).toMatch(/^no such check/);
}, 120_000);

it("tells of vaults of this stack that were destroyed", async () => {
  await world.stack.mustPulumi(["destroy", "--stack", "sandbox", "--yes", "--skip-preview"]);

  expect(await said("deleted-vaults")).toMatch(
    /^warning: Of this stack, deleted and not purged: (tw-contoso\w{8}) \(until \d{4}-\d\d-\d\d\)\. The next vault gets another name, so nothing has to be done; recover one if its secrets are missed\.\nRecover: az keyvault recover --name \1\nPurge: az keyvault purge --name \1$/,
  );
}, 120_000);
