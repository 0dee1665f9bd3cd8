/** `tenantwire drift`: what is changed by hand is told once more than nothing, at the cost of what changed. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import { assignDirectoryRole, directoryRoleAssignments } from "../../sandbox/directory/directory-roles.ts";
import { text } from "../../sandbox/directory/model.ts";
import { armData } from "../../sandbox/hosts/arm/data.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import type { Outputs, Registration } from "../../contract/outputs.ts";
import type { Drift } from "../../doctor/drift/index.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

let world: Deployed;
let registration: Registration;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  await world.stack.up();
  await world.writeOutputs((outputs: Outputs) => {
    const [only] = outputs.registrations;
    if (only === undefined) throw new Error("Nothing was deployed.");
    registration = structuredClone(only);
  });
}, 120_000);

afterAll(() => world.close());

function drift(...args: string[]): Promise<Ran> {
  const command = ["node", cli, "drift", "--outputs", world.outputsFile, "--state", world.stateFile, ...args];
  return run(command as [string, ...string[]], { cwd: world.stack.folder, env: world.env });
}

async function found(...args: string[]): Promise<Drift & { code: number | null; requests: number }> {
  const ran = await drift("--json", ...args);
  if (ran.stdout === "") throw new Error(ran.stderr);
  return { ...(JSON.parse(ran.stdout) as Drift & { requests: number }), code: ran.code };
}

/** Requests of Microsoft Graph, as the stand-in counts them. */
async function asked(what: () => Promise<unknown>): Promise<number> {
  world.sandbox.requests.mark();
  await what();
  return world.sandbox.requests.counts().hosts["graph.microsoft.com"] ?? 0;
}

const parts = () => {
  const { applications, servicePrincipals, registrations } = directory(world.sandbox.world);
  const application = applications.get(registration.objectId);
  const principal = servicePrincipals.get(registration.principalId);
  if (!application || !principal) throw new Error("It is gone.");
  return { application, principal, applications, servicePrincipals, registrations };
};

it("finds everything as declared, and then asks three times at most", async () => {
  const first = await drift();
  expect(first).toMatchObject({ code: 0, stdout: "Everything is as declared (the first look).\n" });

  for (const _ of [1, 2]) {
    const count = await asked(async () => expect(await found()).toMatchObject({ code: 0, drifted: [] }));
    expect(count).toBeLessThanOrEqual(3);
  }
}, 60_000);

it("tells a secret, who made it and when, and what takes it away", async () => {
  const made = await run(["node", "-e", addSecret], {
    cwd: world.stack.folder,
    env: world.env,
    input: registration.objectId,
  });
  expect(made).toMatchObject({ code: 0, stdout: "200" });
  const [password] = parts().application["passwordCredentials"] as unknown as { keyId: string }[];

  const result = await drift();
  const secret = `secret "by hand" (key id ${password?.keyId}) on the application`;
  expect(result.code).toBe(10);
  expect(result.stdout).toContain(`sync (tenantwire sync)\n  New: ${secret} was added, until 2099-12-31\n`);
  expect(result.stdout).toMatch(
    /^ {2}\d{4}-\d\d-\d\dT.+Z .+: Update application - certificates and secrets management$/m,
  );
  expect(result.stdout).toContain(
    `  There and not declared: ${secret}, until 2099-12-31.\n` +
      `    Take it away: az ad app credential delete --id ${registration.clientId} --key-id ${password?.keyId}\n` +
      `    Or keep it, and deploy (pulumi up): npx --no-install tenantwire credentials adopt sync ${password?.keyId} -s sandbox --note "who uses it"\n`,
  );
  expect(result.stdout).toMatch(/\n1 registration not as declared \(since .+\)\.\n$/);

  // It is not new any more, and still there.
  const again = await found();
  expect(again).toMatchObject({ code: 10, drifted: [{ since: [], differences: [{ kind: "surplus" }] }] });

  parts().applications.change(parts().application, { passwordCredentials: [] });
  expect(await found()).toMatchObject({ code: 0, drifted: [{ since: [{ kind: "missing" }], differences: [] }] });
}, 60_000);

it("tells what no delta query does: owners, trusts and granted permissions", async () => {
  const { registrations, servicePrincipals, application } = parts();
  const { users, appRoleAssignments } = directory(world.sandbox.world);
  const owners = [...registrations.ownersOf(registration.objectId)];
  const [eve] = [...users.values()].filter(({ id }) => !owners.includes(id));
  const graph = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
  if (!eve || !graph) throw new Error("There is nobody.");

  registrations.setOwners(registration.objectId, [...owners, eve.id]);
  const granted = registrations.addAssignment({
    appRoleId: "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    principalId: registration.principalId,
    resourceId: graph.id,
  });
  const trusts = structuredClone(application["federatedIdentityCredentials"] ?? []);
  parts().applications.change(application, { federatedIdentityCredentials: [] });

  const { drifted } = await found();
  expect(drifted[0]?.since.map(({ kind, aspect, label }) => `${kind} ${aspect} ${label}`)).toEqual([
    `surplus owner ${text(eve, "displayName")} <${text(eve, "userPrincipalName")}> (${eve.id})`,
    "missing trust sync",
    "surplus granted permission application Mail.Send",
  ]);

  registrations.setOwners(registration.objectId, owners);
  appRoleAssignments.remove(granted.id);
  parts().applications.change(application, { federatedIdentityCredentials: trusts });
  expect(await found()).toMatchObject({ code: 0 });
}, 60_000);

it("tells roles of Entra and of Azure, and groups that can have roles", async () => {
  const { world: tenant } = world.sandbox;
  const { groups, people } = directory(tenant);
  const { principalId } = registration;
  const role = assignDirectoryRole(tenant, principalId, "Application Administrator");
  const group = { id: crypto.randomUUID(), displayName: "Admins", isAssignableToRole: true };
  people.createGroup(group, [principalId]);
  const { roleAssignments } = armData(tenant);
  const [own] = roleAssignments.filter((each) => each.principalId === principalId);
  if (!own) throw new Error("It reads no vault.");
  const scope = `/subscriptions/${tenant.subscriptionId}`;
  const name = crypto.randomUUID();
  roleAssignments.push({ ...own, name, scope, writtenScope: scope });

  const { drifted, code } = await found();
  expect(code).toBe(10);
  expect(drifted[0]?.differences.map(({ kind, aspect, label, undo }) => [`${kind} ${aspect} ${label}`, undo])).toEqual([
    [
      "surplus directory role Application Administrator",
      `az rest --method DELETE --url https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments/${role}`,
    ],
    [
      `surplus role-assignable group "Admins" (${group.id})`,
      `az rest --method DELETE --url 'https://graph.microsoft.com/v1.0/groups/${group.id}/members/${principalId}/$ref'`,
    ],
    [
      `surplus Azure role Key Vault Secrets User on ${scope}`,
      `az role assignment delete --ids ${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    ],
  ]);

  directoryRoleAssignments(tenant).length = 0;
  people.leaveAll(principalId);
  groups.remove(group.id);
  roleAssignments.pop();
  expect(await found()).toMatchObject({ code: 0 });
}, 60_000);

it("says what it may not look at", async () => {
  const data = armData(world.sandbox.world);
  const before = data.roleAssignments;
  data.roleAssignments = before.filter(({ principalId }) => principalId !== world.sandbox.world.deployer.objectId);
  const ran = await drift();
  data.roleAssignments = before;
  const { drifted } = await found();

  expect(ran.stdout).toMatch(
    /^Everything is as declared \(since .+\)\.\nRoles of Azure were not looked at: who is signed in here may not read them: the role Reader on \/subscriptions\/.+ is enough\.\n$/,
  );
  // What was not seen in between is not new.
  expect(drifted).toEqual([]);
}, 60_000);

it("tells a delegated grant that came and one that went", async () => {
  const { registrations, servicePrincipals } = parts();
  const { oauth2PermissionGrants } = directory(world.sandbox.world);
  const graph = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
  const grant = registrations.addGrant({
    clientId: registration.principalId,
    resourceId: graph?.id ?? "",
    consentType: "AllPrincipals",
    scope: "openid Mail.Read",
  });
  const came = await found();
  expect(came.drifted[0]?.differences.map(({ kind, id }) => `${kind} ${id}`)).toEqual(["surplus delegated Mail.Read"]);

  oauth2PermissionGrants.remove(grant.id);
  const went = await found();
  expect(went).toMatchObject({ code: 0, drifted: [{ differences: [] }] });
  expect(went.drifted[0]?.since.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    "missing delegated openid",
    "missing delegated Mail.Read",
  ]);
}, 60_000);

it("begins anew where Graph has forgotten where it was", async () => {
  const { applications, application } = parts();
  applications.change(application, { isFallbackPublicClient: true });
  world.sandbox.faults.add({
    host: "graph.microsoft.com",
    method: "POST",
    path: "/v1.0/$batch",
    times: 1,
    then: { status: 410 },
  });

  expect(await found()).toMatchObject({
    code: 10,
    drifted: [{ since: [{ kind: "changed", label: "public client flows", before: "off", after: "on" }] }],
  });
  applications.change(application, { isFallbackPublicClient: null });
}, 60_000);

it("says which permission is missing", async () => {
  const { appRoleAssignments } = directory(world.sandbox.world);
  const principal = world.sandbox.world.deployer.objectId;
  const taken = [...appRoleAssignments.values()].filter((each) => each["principalId"] === principal);
  for (const { id } of taken) appRoleAssignments.remove(id);
  const ran = await drift();
  for (const each of taken) appRoleAssignments.put(each);

  expect(ran).toMatchObject({
    code: 1,
    stderr:
      "tenantwire: Who is signed in here may not read registrations: that needs the application permissions Application.Read.All and Directory.Read.All of Microsoft Graph.\n",
  });
}, 60_000);

const addSecret = `
  const { ARM_TENANT_ID: tenant, ARM_CLIENT_ID: client_id, ARM_CLIENT_SECRET: client_secret } = process.env;
  const id = require("node:fs").readFileSync(0, "utf8").trim();
  const form = { client_id, client_secret, grant_type: "client_credentials", scope: "https://graph.microsoft.com/.default" };
  (async () => {
    const signIn = await fetch("https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token", { method: "POST", body: new URLSearchParams(form) });
    const { access_token } = await signIn.json();
    const headers = { authorization: "Bearer " + access_token, "content-type": "application/json" };
    const passwordCredential = { displayName: "by hand", endDateTime: "2099-12-31T00:00:00Z" };
    const answer = await fetch("https://graph.microsoft.com/v1.0/applications/" + id + "/addPassword", { method: "POST", headers, body: JSON.stringify({ passwordCredential }) });
    process.stdout.write(String(answer.status));
  })();
`;
