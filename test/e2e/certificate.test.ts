/**
 * A certificate instead of a secret, on the stand-in: made by a deployment, kept in the vault, renewed in turn, and the
 * syncs sign in with it on every day, also where an update failed before or after the vault had the new key.
 */
import { createHash, createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { SignJWT } from "jose";
import { fetch, ProxyAgent } from "undici";
import { run } from "../../sandbox/run.ts";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { keyCredentialsOf } from "../../sandbox/directory/certificates.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const rotation = "{ periodDays: 9, overlapDays: 3, latenessDays: 3 }";
const ones = `{ microsoft365: { mode: applicationResourceOnly, consent: none, secret: { delivery: vault, ${rotation.slice(1)} } }`;

let world: Deployed;
let outputs: Outputs;
let dispatcher: ProxyAgent;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  const { proxyUrl, caFile } = world.sandbox;
  dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } });
  world.edit((settings) =>
    settings
      .replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, `$1certificate: ${rotation}\n`)
      .replace(/^config:\n(?: *#.*\n)*( +)/m, `config:\n$1tenantwire:ones: ${ones}\n$1`),
  );
  // Whoever runs the sync reads the vault.
  Object.assign(world.env, {
    AZURE_CLIENT_ID: world.sandbox.world.deployer.clientId,
    AZURE_CLIENT_SECRET: world.sandbox.world.deployer.clientSecret,
  });
}, 60_000);

afterAll(async () => {
  await dispatcher.close();
  await world.close();
});

it("signs the sync in, and Entra has the certificate without its key", async () => {
  await world.goTo(0);
  await up();

  const [credential] = outputs.credentials.secrets;
  const slot = credential?.state.a;
  expect(credential).toMatchObject({ name: "sync-identity-certificate", kind: "certificate" });
  expect(outputs.syncIdentity?.signIn).toEqual({ kind: "certificate", vaultSecret: credential?.vaultSecret });
  const [key] = keysInEntra();
  const certificate = new X509Certificate(Buffer.from(key?.key ?? "", "base64"));
  expect(slot).toEqual({
    key: world.dateOf(0),
    end: `${world.dateOf(9 + 3 + 3 + 1)}T00:00:00Z`,
    generation: 1,
    keyId: key?.keyId,
    thumbprint: certificate.fingerprint.replaceAll(":", ""),
  });
  expect(certificate.subject).toBe("O=tenantwire/sandbox\nCN=a 1");
  expect(Buffer.from(key?.key ?? "", "base64").toString()).not.toContain("PRIVATE");
  expect((await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox"])).stdout).not.toContain("PRIVATE");
  await signsIn();
  const { stderr, report } = await world.sync("--dry-run");
  expect([report.failure, stderr.split("\n")[0]]).toEqual([undefined, "reading Entra: 20"]);

  expect(await test()).toMatchObject({
    "sign-in/sync": { status: "ok" },
    "certificate/sync-identity-certificate": { status: "ok" },
    "credentials/sync": { status: "ok", text: "1 credential, as declared." },
  });
}, 120_000);

it("changes nothing on the day after", async () => {
  await world.goTo(1);
  await world.stack.up("--expect-no-changes");
}, 60_000);

it("makes a renewal anew that never came into the vault: nobody has got its key", async () => {
  await world.goTo(10);
  await failing("*/secrets/sync-identity-certificate-*");
  const lost = keysInEntra().map(({ keyId }) => keyId);
  expect(lost).toHaveLength(2);
  await signsIn();

  await world.goTo(11);
  await up();

  expect(current()).toMatchObject({ key: world.dateOf(11), generation: 2 });
  expect(keysInEntra().map(({ keyId }) => keyId)).toEqual([lost[0], current()?.keyId]);
  await signsIn();
}, 120_000);

it("finishes a renewal that the vault has, whatever failed after it, and makes no key twice", async () => {
  await world.goTo(21);
  await failing("*/secrets/ones-client-secret-*");
  const made = keysInEntra().at(-1)?.keyId;
  await signsIn();

  for (const later of [22, 23]) {
    await world.goTo(later);
    await up();
    expect(current()).toMatchObject({ key: world.dateOf(21), generation: 3, keyId: made });
    await signsIn();
  }
}, 180_000);

it("is compared by tenantwire test, and what was put in its place is told", async () => {
  expect(await test()).toMatchObject({ "credentials/sync": { status: "ok", text: "2 credentials, as declared." } });

  // The same key id, and another key behind it.
  const application = directory(world.sandbox.world).applications.get(registration().objectId);
  const [one, two] = keysInEntra();
  const now = keysInEntra().find(({ keyId }) => keyId === current()?.keyId);
  const other = now === one ? two : one;
  Object.assign(application ?? {}, {
    keyCredentials: keysInEntra().map((key) => (key === now ? { ...key, key: other?.key ?? "" } : key)),
  });

  const found = await test();
  expect(found["credentials/sync"]).toMatchObject({ status: "failed" });
  expect(found["credentials/sync"]?.text).toContain(`thumbprint ${current()?.thumbprint} is declared, and it is `);
}, 120_000);

function registration() {
  const found = outputs.registrations.find(({ name }) => name === "sync");
  if (!found) throw new Error("The outputs have no sync identity.");
  return found;
}

function current() {
  const state = outputs.credentials.secrets.find(({ kind }) => kind === "certificate")?.state;
  return state?.[state.current];
}

function keysInEntra() {
  const application = directory(world.sandbox.world).applications.get(registration().objectId);
  return application ? [...keyCredentialsOf(application)] : [];
}

async function up(): Promise<void> {
  await world.stack.up();
  outputs = parseOutputs(await world.stack.outputs(), "the stack");
  await world.writeOutputs();
}

/** An update that ends at a vault secret, and tells nothing in its outputs. */
async function failing(path: string): Promise<void> {
  world.sandbox.faults.add({ host: "management.azure.com", method: "PUT", path, then: { status: 403 } });
  // What does not need that secret is made all the same: otherwise the engine's order of that day would decide.
  const args = ["--stack", "sandbox", "--yes", "--skip-preview", "--continue-on-error", "--color", "never"];
  const ran = await world.stack.pulumi(["up", ...args]);
  world.sandbox.faults.clear();
  expect(ran.code).not.toBe(0);
}

/** With what the vault holds, on the day that it is in the stand-in: the libraries go by the machine's own clock. */
async function signsIn(): Promise<void> {
  const bundle = await heldInVault();
  const certificate = new X509Certificate(bundle);
  const { clientId } = registration();
  const { world: stand } = world.sandbox;
  const endpoint = `https://login.microsoftonline.com/${stand.tenant.id}/oauth2/v2.0/token`;
  const now = Math.floor(stand.now().getTime() / 1000);
  const assertion = await new SignJWT({ jti: randomUUID(), iss: clientId, sub: clientId, aud: endpoint })
    .setProtectedHeader({
      alg: "RS256",
      "x5t#S256": createHash("sha256").update(certificate.raw).digest("base64url"),
    })
    .setNotBefore(now)
    .setExpirationTime(now + 600)
    .sign(createPrivateKey(bundle));
  expect(
    await tokenOf({
      client_id: clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope: "https://graph.microsoft.com/.default",
    }),
  ).toEqual({ access_token: expect.stringContaining(".") as unknown });
}

async function heldInVault(): Promise<string> {
  const { deployer } = world.sandbox.world;
  const { access_token: token } = await tokenOf({
    client_id: deployer.clientId,
    client_secret: deployer.clientSecret,
    scope: "https://vault.azure.net/.default",
  });
  const [credential] = outputs.credentials.secrets;
  const answer = await fetch(`${outputs.vault?.uri}secrets/${credential?.vaultSecret}?api-version=7.4`, {
    headers: { authorization: `Bearer ${token}` },
    dispatcher,
  });
  return ((await answer.json()) as { value: string }).value;
}

async function tokenOf(form: Record<string, string>): Promise<{ access_token?: string; error_description?: string }> {
  const answer = await fetch(`https://login.microsoftonline.com/${world.sandbox.world.tenant.id}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", ...form }),
    dispatcher,
  });
  const { access_token, error_description } = (await answer.json()) as Awaited<ReturnType<typeof tokenOf>>;
  return { ...(access_token && { access_token }), ...(error_description && { error_description }) };
}

async function test(): Promise<Record<string, { status: string; text: string }>> {
  const ran = await run(["node", cli, "test", "--outputs", world.outputsFile, "--json"], {
    cwd: world.stack.folder,
    env: world.stack.env,
  });
  const { checks } = JSON.parse(ran.stdout) as { checks: { id: string; status: string; text: string }[] };
  return Object.fromEntries(checks.map((each) => [each.id, each]));
}
