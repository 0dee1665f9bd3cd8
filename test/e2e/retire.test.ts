/**
 * Secrets that end before their time: the one before the current on what Entra saw or on a word, and one that somebody
 * made by hand, of which nobody knows the value: found, adopted by what Entra tells of it, tracked, and retired.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { fetch, ProxyAgent } from "undici";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { list } from "../../sandbox/directory/model.ts";
import { currentVersion, findSecret } from "../../sandbox/hosts/vault/store.ts";
import { parse } from "yaml";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const BY_HAND = "3f8a1f0e-6a52-4f5e-9a53-0c3a6b8f2f11";

let world: Deployed;
let dispatcher: ProxyAgent;
let outputs: Outputs;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  const { proxyUrl, caFile } = world.sandbox;
  dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } });
  world.edit((settings) =>
    settings.replace(
      /^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m,
      "$1secret: { periodDays: 9, overlapDays: 3, latenessDays: 3 }\n",
    ),
  );
  await up(0);
  await up(10);
}, 120_000);

afterAll(async () => {
  await dispatcher.close();
  await world.close();
});

it("retires the one before only when Entra shows that nobody uses it, or on a word", async () => {
  const old = slots().find(({ slot }) => slot !== outputs.credentials.secrets[0]?.state.current);
  expect(passwords()).toHaveLength(2);

  const blind = await tenantwire("credentials", "retire", "sync-identity", "-s", "sandbox");
  expect(blind.stderr).toContain("Nothing shows here whether somebody still uses it");
  const { registrations, servicePrincipals } = directory(world.sandbox.world);
  registrations.addAssignment({
    appRoleId: applicationRole("AuditLog.Read.All"),
    principalId: world.sandbox.world.deployer.objectId,
    resourceId: servicePrincipals.byKey("00000003-0000-0000-c000-000000000000")?.id ?? "",
  });

  const unseen = await tenantwire("credentials", "retire", "sync-identity", "-s", "sandbox");
  expect(unseen).toMatchObject({ code: 1, stderr: expect.stringContaining("has not signed in yet") as unknown });
  await signIn();
  const shown = await tenantwire("credentials", "retire", "sync-identity", "-s", "sandbox");

  expect([shown.code, shown.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^Entra has seen no sign-in with it that counts\. tenantwire:syncIdentity\.secret\.retired is /,
    ),
  ]);
  await up(11);
  expect(passwords().map(({ keyId }) => keyId)).not.toContain(old?.keyId);
  expect(passwords()).toHaveLength(1);
  await world.stack.up("--expect-no-changes");

  const nothing = await tenantwire("credentials", "retire", "sync-identity", "-s", "sandbox", "--unused");
  expect(nothing.stderr).toContain('There is no other "sync-identity" than the current one');
}, 120_000);

it("adopts one that was made by hand, tracks it, and retires it", async () => {
  const application = registration();
  const now = world.sandbox.world.now();
  const endDateTime = new Date(now.getTime() + 120 * DAY_MS).toISOString();
  const added = { keyId: BY_HAND, displayName: "by hand", startDateTime: now.toISOString(), endDateTime };
  directory(world.sandbox.world).applications.change(application, {
    passwordCredentials: [...passwords(), { ...added, hint: "abc", secretHash: "of nobody knows what" }],
  });

  const found = await test();
  const keep =
    /Or keep it, and deploy \(pulumi up\): npx --no-install tenantwire (credentials adopt sync \S+ -s sandbox) --note/.exec(
      found,
    )?.[1];
  expect(found).toContain("There and not declared: secret");
  const adopted = await tenantwire(...(keep ?? "").split(" "), "--note", "the old report server");
  expect(adopted).toMatchObject({ code: 0, stderr: "" });
  await up(12);
  expect(await test()).not.toContain("not declared");
  const listed = await tenantwire("credentials", "-s", "sandbox", "--within", "130");
  expect(listed.code).toBe(10);
  expect(listed.stdout).toMatch(
    new RegExp(`${BY_HAND} +secret, made by hand +the old report server .*119 d.*expiring`),
  );

  const again = await tenantwire("credentials", "adopt", "sync", BY_HAND, "-s", "sandbox", "--note", "x");
  expect(again.stderr).toContain("is declared already");
  const early = await tenantwire("credentials", "retire", BY_HAND, "-s", "sandbox");
  expect(early).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/It is declared since .+ counts from/) as unknown,
  });
  await up(103);
  const silent = await tenantwire("credentials", "retire", BY_HAND, "-s", "sandbox");
  expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining("in the last 7 days") as unknown });
  await signIn();
  const retired = await tenantwire("credentials", "retire", BY_HAND, "-s", "sandbox");
  expect([retired.code, retired.stdout]).toEqual([0, expect.stringContaining("It is gone from Entra")]);
  expect(passwords().map(({ keyId }) => keyId)).not.toContain(BY_HAND);
  await up(103);
  expect(outputs.credentials.adopted).toBeUndefined();
  expect(await test()).not.toContain("not declared");
}, 300_000);

function registration() {
  const { objectId } = outputs.registrations.find(({ name }) => name === "sync") ?? {};
  const found = directory(world.sandbox.world).applications.get(objectId ?? "");
  if (!found) throw new Error("There is no application of the sync identity.");
  return found;
}

function passwords() {
  return list<{ keyId: string }>(registration(), "passwordCredentials");
}

function slots() {
  const { a, b } = outputs.credentials.secrets[0]?.state ?? {};
  return [...(a ? [{ slot: "a", ...a }] : []), ...(b ? [{ slot: "b", ...b }] : [])];
}

async function up(day: number): Promise<void> {
  await world.goTo(day);
  await world.stack.up();
  await world.writeOutputs();
  outputs = parseOutputs(JSON.parse(readFileSync(world.outputsFile, "utf8")), "the stack");
}

/** As the syncs do, with what the vault holds. */
async function signIn(): Promise<void> {
  const [credential] = outputs.credentials.secrets;
  const held = findSecret(world.sandbox.world, outputs.vault?.name ?? "", credential?.vaultSecret ?? "");
  if (!held || !credential) throw new Error("The vault has no secret.");
  const answer = await fetch(`https://login.microsoftonline.com/${world.sandbox.world.tenant.id}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: credential.clientId,
      client_secret: currentVersion(held).value,
      scope: "https://graph.microsoft.com/.default",
    }),
    dispatcher,
  });
  expect(answer.status).toBe(200);
}

async function test(): Promise<string> {
  return (await tenantwire("test", "-s", "sandbox")).stdout;
}

function tenantwire(...args: string[]): Promise<Ran> {
  return run(["node", cli, ...args], { cwd: world.stack.folder, env: world.stack.env });
}

it("tells an application that is there already as settings, with the names of its permissions", async () => {
  const { clientId } = outputs.registrations.find(({ name }) => name === "sync") ?? {};

  const result = await tenantwire("adopt", "--from-app", clientId ?? "", "--as", "sync", "-s", "sandbox");

  expect(result.code).toBe(0);
  expect(result.stdout).toContain(`# "tenantwire sync" (client id ${clientId}), as Entra has it.\n`);
  expect(result.stdout).toMatch(/^# application permissions: .*User\.Read\.All/m);
  expect(result.stdout).not.toContain("Not asked for by the settings");
  const { config } = parse(result.stdout) as { config: Record<string, unknown> };
  expect(config["tenantwire:syncIdentity"]).toEqual({ displayName: "tenantwire sync" });
  expect(config["tenantwire:owners"]).toEqual(["4c102969-7ee3-4871-9d3a-14a2add817c4"]);
  expect(config["tenantwire:adoptedCredentials"]).toHaveLength(passwords().length);

  const nobody = await tenantwire("adopt", "--from-app", BY_HAND, "--as", "sync", "-s", "sandbox");
  expect(nobody).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no registration with the client id") as unknown,
  });
}, 60_000);
