/** `tenantwire review` of a stack on the real engine: what an approver would see, and nothing else. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { directory } from "../../sandbox/directory/index.ts";
import type { Review } from "../../review/index.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let world: Deployed;
const printed: string[] = [];

beforeAll(async () => {
  world = await deployable({ users: 20 });
  world.stack.env["TENANTWIRE_TODAY"] = day(0);
  setting(
    "oneconnect: { application: own, group: Sales, consent: grant, redirectUris: [https://my.oneconnect.ai/back], secret: { delivery: vault } }",
  );
  world.edit((settings) => settings.replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, "$1secret: {}\n"));
}, 60_000);

afterAll(() => world.close());

function day(number: number): string {
  return new Date(world.sandbox.world.now().getTime() + number * DAY_MS).toISOString().slice(0, 10);
}

/** Adds a setting, in the file's own indentation. */
function setting(text: string): void {
  world.edit((settings) => settings.replace(/^( +)tenantwire:owners:/m, `$1tenantwire:${text}\n$&`));
}

async function reviewed(...args: string[]): Promise<Ran> {
  const command = ["node", cli, "review", "-s", "sandbox", ...args];
  const ran = await run(command as [string, ...string[]], { cwd: world.stack.folder, env: world.stack.env });
  printed.push(ran.stdout, ran.stderr);
  return ran;
}

async function review(...args: string[]): Promise<Review> {
  const { code, stdout, stderr } = await reviewed("--format", "json", ...args);
  if (code !== 0) throw new Error(`review ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout) as Review;
}

it("of a stack that was never deployed shows everything that is made", async () => {
  const { firstDeployment, registrations, secrets, vaultSecrets, roleAssignments, destroyed } = await review();

  expect(firstDeployment).toBe(true);
  expect(registrations.map(({ name, change }) => [name, change])).toEqual([
    ["oneconnect", "created"],
    ["sync", "created"],
  ]);
  expect(registrations[1]?.permissions).toEqual(registrations[1]?.consent);
  expect(registrations[1]?.permissions.added.map(({ name }) => name)).toEqual([
    "GroupMember.Read.All",
    "User.Read.All",
  ]);
  expect(registrations[0]?.redirectUris.added).toEqual(["https://my.oneconnect.ai/back"]);
  expect(secrets.map(({ registration, change, made }) => [registration, change, made])).toEqual([
    ["oneconnect", "first", day(0)],
    ["sync", "first", day(0)],
  ]);
  expect(vaultSecrets.map(({ name, change }) => [name, change])).toEqual([
    ["oneconnect-client-secret", "created"],
    ["oneplan-key", "created"],
    ["sync-identity", "created"],
  ]);
  expect(roleAssignments).toEqual([
    {
      change: "added",
      role: "Key Vault Secrets User",
      principal: "tenantwire sync",
      scope: "Vault tw-contoso",
      reads: true,
    },
  ]);
  expect(destroyed).toEqual([]);
}, 60_000);

it("of an unchanged stack says that nothing changes", async () => {
  await world.stack.up();

  const { code, stdout } = await reviewed();
  const found = await review();

  expect(stdout).toContain("**Nothing changes.");
  expect(code).toBe(0);
  expect(found).toMatchObject({ firstDeployment: false, registrations: [], secrets: [], due: [], changes: [] });
}, 90_000);

it("has the rules judge what the tenant alone knows: grants and switches by hand", async () => {
  const { appRoleAssignments, applications, registrations, servicePrincipals } = directory(world.sandbox.world);
  const graph = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
  const application = [...applications.values()].find((each) => each["displayName"] === "OneConnect");
  const sync = [...servicePrincipals.values()].find((each) => each["displayName"] === "tenantwire sync");
  if (!graph || !application || !sync) throw new Error("Nothing was deployed.");
  const { web } = application;
  const mailSend = "b633e1c5-b582-4048-a93e-9f11b44c7e96";
  const granted = registrations.addAssignment({ appRoleId: mailSend, principalId: sync.id, resourceId: graph.id });
  applications.change(application, {
    web: {
      ...(web as object),
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: true },
    },
  });

  const { code, stdout } = await reviewed("--format", "json");
  const { findings, changes } = JSON.parse(stdout) as Review;
  appRoleAssignments.remove(granted.id);
  applications.change(application, { web: web ?? null });

  expect({ code, changes }).toEqual({ code: 10, changes: [] });
  expect(
    findings
      .filter(({ level }) => level === "mandatory")
      .map(({ rule, registration, subject }) => [rule, registration, subject]),
  ).toEqual([
    ["consent-beyond-declared", "sync", "Mail.Send"],
    ["implicit-grant", "oneconnect", undefined],
  ]);
  expect((await reviewed()).code).toBe(0);
}, 180_000);

it("judges by the rules of the base branch, and ends with 11 where the rules themselves change", async () => {
  const base = join(world.stack.folder, "base.yaml");
  world.edit((settings) => {
    writeFileSync(base, settings);
    return `${settings}# The same.\n`;
  });
  const unchanged = await reviewed("--rules", base);
  world.edit((settings) =>
    settings.replace(/^( +)tenantwire:rules:\n/m, "$&$1  mailbox-reach: { level: disabled, reason: we know }\n"),
  );
  const relaxed = await reviewed("--rules", base);
  const alone = await reviewed();
  writeFileSync(base, "config: [");
  const broken = await reviewed("--rules", base);
  world.edit((settings) => settings.replace(/^ *mailbox-reach: .*\n/m, ""));

  expect(unchanged).toMatchObject({ code: 0, stderr: "" });
  expect(relaxed).toMatchObject({ code: 11, stderr: "" });
  expect(relaxed.stdout).toContain(
    "The rules themselves change: `tenantwire:rules.mailbox-reach` was what is the default",
  );
  expect(alone).toMatchObject({ code: 0, stderr: "" });
  expect(broken).toMatchObject({ code: 2, stdout: "" });
  expect(broken.stderr).toContain("base.yaml");
  expect(await reviewed("--rules", "nowhere.yaml")).toMatchObject({
    ...{ code: 2, stdout: "", stderr: "tenantwire: nowhere.yaml cannot be read (ENOENT).\n" },
  });
}, 120_000);

it("of one added permission shows that and nothing else", async () => {
  world.edit((settings) => settings.replace(/^( +)(name: displayName)$/m, "$1$2\n$1leaveDate: employeeLeaveDateTime"));
  const permission = expect.objectContaining({
    kind: "application",
    name: "User-LifeCycleInfo.Read.All",
    id: "8556a004-db57-4d7a-8b82-97a13428e96f",
  });
  const nothing = { added: [], removed: [] };

  const found = await review();

  expect(found.registrations).toEqual([
    {
      kind: "registration",
      name: "sync",
      displayName: "tenantwire sync",
      change: "changed",
      consentMode: "grant",
      permissions: { added: [permission], removed: [] },
      consent: { added: [permission], removed: [] },
      redirectUris: nothing,
      newHosts: [],
      owners: nothing,
      trusts: nothing,
    },
  ]);
  expect(found).toMatchObject({
    secrets: [],
    due: [],
    vaultSecrets: [],
    roleAssignments: [],
    consentLinks: [],
    destroyed: [],
    others: [],
  });
  expect(found.changes.map(({ operation, name, properties }) => [operation, name, properties]).sort()).toEqual([
    ["create", "sync-consent-User-LifeCycleInfo.Read.All", []],
    ["update", "sync-registration-access-graph", [{ name: "roleIds" }]],
  ]);

  world.edit((settings) => settings.replace(/^ +leaveDate: .*\n/m, ""));
}, 60_000);

it("tells of secrets that fall due before the deployment may come, and of their renewal when it does", async () => {
  world.stack.env["TENANTWIRE_TODAY"] = day(80);
  const soon = await review();
  const notYet = await review("--within", "9");
  world.stack.env["TENANTWIRE_TODAY"] = day(90);
  const then = await review();
  world.stack.env["TENANTWIRE_TODAY"] = day(0);

  expect(soon.due.map(({ name, state, due }) => [name, state, due])).toEqual([
    ["sync-identity", "due soon", day(90)],
    ["oneconnect-client-secret", "due soon", day(90)],
  ]);
  expect(soon.changes).toEqual([]);
  expect(notYet.due).toEqual([]);
  expect(then.due).toEqual([]);
  expect(
    then.secrets.map(({ registration, change, made, endsCurrent }) => [registration, change, made, endsCurrent]),
  ).toEqual([
    ["oneconnect", "renewed", day(90), false],
    ["sync", "renewed", day(90), false],
  ]);
  expect(then.vaultSecrets.map(({ change }) => change)).toEqual(["new version", "new version"]);
  expect(then).toMatchObject({ registrations: [], destroyed: [], others: [] });
}, 120_000);

it("is loud about a registration that goes", async () => {
  world.edit((settings) =>
    settings
      .replace(/^ *tenantwire:oneconnect:.*\n/m, "")
      .replace(/^( +)displayName: tenantwire sync$/m, "$1displayName: tenantwire reader"),
  );

  const found = await review();
  const html = await reviewed("--format", "html");

  expect(found.registrations.map(({ name, change, renamedFrom }) => [name, change, renamedFrom])).toEqual([
    ["oneconnect", "deleted", undefined],
    ["sync", "changed", "tenantwire sync"],
  ]);
  expect(found.attention[0]?.text).toMatch(/^The registration `OneConnect` is deleted/);
  expect(found.destroyed.map(({ type }) => type.split(":").at(-1)).sort()).toEqual([
    "ApplicationRegistration",
    "Secret",
    "ServicePrincipal",
    // It was the last one of a vendor: their vault goes with it.
    "Vault",
  ]);
  expect(html).toMatchObject({ code: 0, stderr: "" });
  expect(html.stdout).toContain("<code>tenantwire reader</code>");
}, 90_000);

it("needs no engine where it is given a preview", async () => {
  const { stdout } = await world.stack.pulumi(["preview", "--json", "--show-sames", "--stack", "sandbox"]);
  const file = join(world.stack.folder, "preview.json");
  writeFileSync(file, stdout);

  const { ARM_CLIENT_ID, SANDBOX_CONTROL } = world.stack.env;
  const env = { TENANTWIRE_TODAY: day(0), ARM_CLIENT_ID, SANDBOX_CONTROL };
  const command = [process.execPath, cli, "review", "--preview", file] as const;
  const alone = await run(command, { cwd: world.stack.folder, env });

  expect(alone).toMatchObject({ code: 0, stderr: "" });
  expect(await reviewed()).toMatchObject({ code: 0, stdout: alone.stdout, stderr: "" });
}, 60_000);

it("shows what a mandatory rule refuses as a finding", async () => {
  world.edit((settings) => settings.replace(/(tenantwire:production: "?)false/, "$1true"));

  const { code, stdout, stderr } = await reviewed("--format", "json");

  world.edit((settings) => settings.replace(/(tenantwire:production: "?)true/, "$1false"));
  expect({ code, stderr }).toEqual({ code: 10, stderr: "" });
  const found = JSON.parse(stdout) as Review;
  expect(found).toMatchObject({ refused: true, firstDeployment: false, changes: [] });
  expect(found.findings).toContainEqual(expect.objectContaining({ rule: "purge-protection", level: "mandatory" }));
}, 60_000);

it.each([
  ["an unknown format", ["--format", "pdf"], 2, 'tenantwire: --format takes text, markdown, html, json, not "pdf".\n'],
  ["no days", ["--within", "soon"], 2, "tenantwire: --within takes whole days from 0 on, not NaN.\n"],
  ["no preview", ["--preview", "nowhere.json"], 2, "tenantwire: nowhere.json cannot be read (ENOENT).\n"],
])("refuses %s", async (_, args, code, message) => {
  expect(await reviewed(...args)).toMatchObject({ code, stdout: "", stderr: message });
});

it("tells the engine's own words where there is no preview", async () => {
  const nobody = await reviewed("-s", "nobody");
  world.edit((settings) => settings.replace("tenantwire:deployer:", "tenantwire:deploier:"));
  const misspelt = await reviewed();

  expect(nobody).toMatchObject({
    code: 1,
    stdout: "",
    stderr:
      "tenantwire: The preview of stack \"nobody\" failed. pulumi says: no stack named 'nobody' found\n" +
      "pulumi stack ls lists the stacks of the backend that pulumi whoami --verbose names: correct the name or the backend (PULUMI_BACKEND_URL), or make the stack (pulumi stack init).\n",
  });
  expect(misspelt).toMatchObject({ code: 2, stdout: "" });
  expect(misspelt.stderr).toMatch(/^tenantwire: tenantwire:deploier: not a setting; did you mean/);
  expect(misspelt.stderr).toMatch(/ \(stacks\/Pulumi\.sandbox\.yaml:\d+\)\n$/);
}, 60_000);

it("printed no secret in all of this", async () => {
  const { world: tenant } = world.sandbox;
  const { stdout } = await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox", "--show-secrets"]);
  const values = [...stdout.matchAll(/"plaintext": "\\"([^"\\]+)/g)].map(([, value]) => String(value));

  for (const secret of [tenant.oneplanKey.value, tenant.deployer.clientSecret, ...values]) {
    expect(printed.join("\n")).not.toContain(secret);
  }
  expect(values.length).toBeGreaterThan(1);
});
