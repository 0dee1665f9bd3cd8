/**
 * What the credentials of a deployed stack can and cannot reach, tried with real tokens: the syncs' vault and the
 * vendors', trusts that get another name, and a stack of a version that did not count renewals.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { fetch, ProxyAgent } from "undici";
import { type Outputs, parseOutputs, type SecretCredential } from "../../contract/outputs.ts";
import { currentVersion, findSecret } from "../../sandbox/hosts/vault/store.ts";
import { type Deployed, deployable } from "../e2e/deployed.ts";

const ONES = "{ microsoft365: { mode: applicationResourceOnly, consent: none, secret: {} } }";

let world: Deployed;
let dispatcher: ProxyAgent;
let outputs: Outputs;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  const { proxyUrl, caFile } = world.sandbox;
  dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } });
  world.edit((settings) => settings.replace(/^config:\n(?: *#.*\n)*( +)/m, `config:\n$1tenantwire:ones: ${ONES}\n$1`));
  await up();
}, 120_000);

afterAll(async () => {
  await dispatcher.close();
  await world.close();
});

it("the sync reads what its syncs need, and no secret that a vendor signs in with", async () => {
  const token = await syncToken("https://vault.azure.net/.default");
  const key = outputs.credentials.given.find(({ name }) => name === "oneplan-key");
  const ones = onesSecret();

  expect(ones.vault).toBe("vendors");
  expect(outputs.vendorVault?.name).not.toBe(outputs.vault?.name);
  expect(await statusOf(`${outputs.vault?.uri}secrets/${key?.vaultSecret}`, token)).toBe(200);
  expect(await statusOf(`${outputs.vendorVault?.uri}secrets/${ones.vaultSecret}`, token)).toBe(403);
  expect(await statusOf(`${outputs.vault?.uri}secrets/${ones.vaultSecret}`, token)).toBe(404);
  const secrets = await fetch(`${outputs.vendorVault?.uri}secrets?api-version=7.4`, bearer(token));
  expect(secrets.status).toBe(403);
}, 60_000);

it("a trust gets another name in one deployment", async () => {
  world.edit((settings) => settings.replace("      - name: sync\n", "      - name: kubernetes\n"));

  await up();

  expect(outputs.credentials.federated.map(({ name }) => name)).toEqual(["kubernetes"]);
  expect(await syncToken("https://graph.microsoft.com/.default")).toEqual(expect.any(String));
  await world.stack.up("--expect-no-changes");
}, 120_000);

it("a trust gets another subject under its name", async () => {
  world.edit((settings) => settings.replace("serviceaccount:tenantwire:sync", "serviceaccount:tenantwire:other"));

  await up();

  expect(outputs.credentials.federated.map(({ subject }) => subject)).toEqual([
    "system:serviceaccount:tenantwire:other",
  ]);
}, 60_000);

it("a stack of a version that did not count renewals keeps its secrets", async () => {
  const before = onesSecret();
  const made = before.state.a?.key ?? "";
  await rewrite((state) =>
    state
      .replaceAll(/"rotateWhenChanged": \{\s*"generation": "1"\s*\}/g, `"rotateWhenChanged": { "key": "${made}" }`)
      .replaceAll(/,\s*"generation": 1\b/g, "")
      .replaceAll(/"generation": "1",\s*/g, ""),
  );

  const inVault = findSecret(world.sandbox.world, outputs.vendorVault?.name ?? "", before.vaultSecret);
  if (!inVault) throw new Error("The vault does not hold it.");
  delete (currentVersion(inVault).tags as Record<string, string>)["generation"];

  await up("--expect-no-changes");
  const kept = onesSecret();
  expect(kept.state).toEqual({
    current: "a",
    a: { key: made, end: before.state.a?.end, keyId: before.state.a?.keyId },
  });
}, 120_000);

async function up(...args: string[]): Promise<void> {
  await world.stack.up(...args);
  outputs = parseOutputs(await world.stack.outputs(), "the stack");
}

function onesSecret(): SecretCredential {
  const found = outputs.credentials.secrets.find(({ name }) => name === "ones-client-secret");
  if (!found) throw new Error("There is no secret of ONES.");
  return found;
}

async function rewrite(change: (state: string) => string): Promise<void> {
  const { stdout } = await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox"]);
  const after = change(stdout);
  expect(after).not.toBe(stdout);
  await world.stack.mustPulumi(["stack", "import", "--stack", "sandbox"], after);
}

async function syncToken(scope: string): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: outputs.syncIdentity?.clientId ?? "",
    client_assertion: readFileSync(world.env["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8"),
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    scope,
  };
  const answer = await fetch(`https://login.microsoftonline.com/${outputs.tenant.id}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
    dispatcher,
  });
  const body = (await answer.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(JSON.stringify(body));
  return body.access_token;
}

function bearer(token: string) {
  return { headers: { authorization: `Bearer ${token}` }, dispatcher };
}

async function statusOf(secret: string, token: string): Promise<number> {
  return (await fetch(`${secret}?api-version=7.4`, bearer(token))).status;
}
