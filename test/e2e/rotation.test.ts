/**
 * Secrets are renewed by deploying, and nobody notices: three cycles on the stand-in's clock, one deployment as late as
 * it may be, one that fails half way, one after which the period is doubled, and later one that makes it short. Every day three readers sign in: one that
 * asks the vault, one that still has what the vault said some days ago, and a vendor whose form somebody fills in.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { fetch, ProxyAgent } from "undici";
import { run } from "../../sandbox/run.ts";
import { type Outputs, parseOutputs, vaultOf } from "../../contract/outputs.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const OVERLAP = 3;
const LATENESS = 3;
const secret = `{ periodDays: 9, overlapDays: ${OVERLAP}, latenessDays: ${LATENESS} }`;
const ones = `{ microsoft365: { mode: applicationResourceOnly, consent: none, secret: ${secret} } }`;

let world: Deployed;
let dispatcher: ProxyAgent;
let outputs: Outputs;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  const { proxyUrl, caFile } = world.sandbox;
  dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } });
  world.edit((settings) =>
    settings
      .replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, `$1secret: ${secret}\n`)
      .replace(/^config:\n(?: *#.*\n)*( +)/m, `config:\n$1tenantwire:ones: ${ones}\n$1`),
  );
}, 60_000);

afterAll(async () => {
  await dispatcher.close();
  await world.close();
});

it("gives every reader a token on every day", async () => {
  /** What was read, by the day on which it was. */
  const vaulted: string[] = [];
  let pasted: string | undefined;
  const events = new Map<number, () => Promise<unknown>>([
    [0, () => up()],
    [1, () => paste()],
    // Due on day 9.
    [9 + LATENESS, () => up()],
    [14, () => paste()],
    [21, () => failingUp()],
    [22, () => up()],
    [23, () => doublePeriod()],
    [24, () => paste()],
    [32, () => up()],
    [34, () => paste()],
    // Due on day 50, since the period was doubled.
    [50 + LATENESS, () => up()],
  ]);
  const unable: string[] = [];

  for (let day = 0; day <= 55; day++) {
    await world.goTo(day);
    await events.get(day)?.();
    vaulted[day] = await read("sync-identity");
    const readers = [
      ["asks the vault", "sync", vaulted[day]],
      [`asked ${OVERLAP} days ago`, "sync", vaulted[day - OVERLAP] ?? vaulted[0]],
      ["has what was pasted", "ones", pasted],
    ] as const;
    for (const [who, registration, value] of readers) {
      if (value !== undefined && !(await signsIn(registration, value))) unable.push(`${who}, day ${day}`);
    }
  }

  expect(unable).toEqual([]);
  expect(new Set(vaulted).size).toBe(5);
  const [sync] = outputs.credentials.secrets;
  expect(sync?.state[sync.state.current]).toMatchObject({
    key: world.dateOf(53),
    end: `${world.dateOf(53 + 18 + 7)}T00:00:00Z`,
    generation: 5,
  });

  async function paste(): Promise<void> {
    pasted = await read("ones-client-secret");
    const ran = await run(["node", cli, "credentials", "ack", "ones-client-secret", "-s", "sandbox"], {
      cwd: world.stack.folder,
      env: world.stack.env,
    });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("tenantwire:ones.microsoft365.secret.acknowledged is ");
  }
}, 300_000);

it("changes nothing on the day after", async () => {
  await world.stack.up("--expect-no-changes");
}, 60_000);

it("renews at once when it is told to, and takes what is older away when it has to", async () => {
  const state = () => outputs.credentials.secrets[0]?.state;
  const current = () => state()?.[state()?.current ?? "a"]?.key;
  await world.goTo(60);
  await set("syncIdentity.secret.rotateOn", world.dateOf(60));
  await up();
  expect(current()).toBe(world.dateOf(60));
  const before = await read("sync-identity");

  await world.goTo(61);
  await set("syncIdentity.secret.revokeBefore", world.dateOf(61));
  const { stdout, stderr } = await up();

  expect(`${stdout}${stderr}`).toContain(
    `tenantwire:syncIdentity.secret: revokeBefore ${world.dateOf(61)} ends copies of `,
  );
  expect(current()).toBe(world.dateOf(61));
  // The slots before are gone, and so is the one that was made a day ago.
  expect(Object.keys(state() ?? {})).toHaveLength(2);
  expect(await signsIn("sync", before)).toBe(false);
  expect(await signsIn("sync", await read("sync-identity"))).toBe(true);
}, 120_000);

it("refuses an order that would end copies in use, before anything is made", async () => {
  await world.goTo(62);
  await set("syncIdentity.secret.rotateOn", world.dateOf(62));
  // Nothing but the current secret is left, so that no copy of another can be in use.
  await up();
  await world.goTo(63);
  await set("syncIdentity.secret.rotateOn", world.dateOf(63));

  const refused = await world.stack.pulumi(["preview", "--stack", "sandbox", "--color", "never"]);

  expect(refused.code).not.toBe(0);
  expect(`${refused.stdout}${refused.stderr}`).toMatch(
    /tenantwire:syncIdentity\.secret: rotateOn \S+: copies of the secret made on \S+ may be in use/,
  );
}, 120_000);

it("tells of a shorter policy before it makes what ends by it", async () => {
  await world.goTo(67);
  await set("syncIdentity.secret.rotateOn", world.dateOf(62));
  for (const [setting, days] of Object.entries({ periodDays: "4", overlapDays: "1", latenessDays: "1" })) {
    await set(`syncIdentity.secret.${setting}`, days);
  }
  const before = await read("sync-identity");

  const { stdout, stderr } = await up();

  expect(`${stdout}${stderr}`).toMatch(
    /tenantwire:syncIdentity\.secret: The secret is due by what was changed here, and is renewed by the deployment after this one/,
  );
  expect(await read("sync-identity")).toBe(before);
  const ran = await run(["node", cli, "credentials", "-s", "sandbox"], {
    cwd: world.stack.folder,
    env: world.stack.env,
  });
  expect(ran.stdout).toContain(`sync-identity: Deploy by ${world.dateOf(85)} at the latest (pulumi up).`);

  await up();

  expect(await read("sync-identity")).not.toBe(before);
  const { state } = outputs.credentials.secrets.find(({ name }) => name === "sync-identity") ?? {};
  expect(state?.[state.current]).toMatchObject({ key: world.dateOf(67), end: `${world.dateOf(74)}T00:00:00Z` });
}, 120_000);

/** As a person does who does not like editors. */
async function set(setting: string, value: string): Promise<void> {
  const place = ["--plaintext", "--path", `tenantwire:${setting}`];
  await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", ...place, value]);
}

async function up() {
  const ran = await world.stack.up();
  outputs = parseOutputs(await world.stack.outputs(), "the stack");
  return ran;
}

/** The password is made, the vault refuses it: nothing of the renewal may be believed. */
async function failingUp(): Promise<void> {
  const before = outputs.credentials;
  world.sandbox.faults.add({
    host: "management.azure.com",
    method: "PUT",
    path: "*/secrets/sync-identity-*",
    then: { status: 403 },
  });
  const args = ["up", "--stack", "sandbox", "--yes", "--skip-preview", "--color", "never"];
  const ran = await world.stack.pulumi(args);
  world.sandbox.faults.clear();
  expect(ran.code).not.toBe(0);
  outputs = parseOutputs(await world.stack.outputs(), "the stack");
  expect(outputs.credentials).toEqual(before);
}

async function doublePeriod(): Promise<void> {
  await set("syncIdentity.secret.periodDays", "18");
  await set("ones.microsoft365.secret.periodDays", "18");
  const before = outputs.credentials.secrets.map(({ state }) => state);
  await up();
  expect(outputs.credentials.secrets.map(({ state }) => state)).toEqual(before);
}

/** The newest version, as who deploys may read it. */
async function read(name: string): Promise<string> {
  const { deployer } = world.sandbox.world;
  const token = await tokenOf(deployer.clientId, deployer.clientSecret, "https://vault.azure.net/.default");
  const credential = outputs.credentials.secrets.find((each) => each.name === name);
  const answer = await fetch(`${vaultOf(outputs, credential)?.uri}secrets/${credential?.vaultSecret}?api-version=7.4`, {
    headers: { authorization: `Bearer ${token}` },
    dispatcher,
  });
  if (!answer.ok) throw new Error(`The vault answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { value: string }).value;
}

async function signsIn(registration: string, value: string): Promise<boolean> {
  const { clientId } = outputs.registrations.find(({ name }) => name === registration) ?? {};
  return (await tokenOf(clientId ?? "", value, "https://graph.microsoft.com/.default")) !== undefined;
}

async function tokenOf(client: string, value: string, scope: string): Promise<string | undefined> {
  const form = { grant_type: "client_credentials", client_id: client, client_secret: value, scope };
  const answer = await fetch(`https://login.microsoftonline.com/${world.sandbox.world.tenant.id}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
    dispatcher,
  });
  const body = (await answer.json()) as { access_token?: string; error_codes?: number[] };
  // Invalid or expired secret; anything else is a defect of the test.
  if (!answer.ok) expect([7000215, 7000222]).toContain(body.error_codes?.[0]);
  return body.access_token;
}
