/** Signing in and reading the vault, with the real client libraries, in a process of its own in the stand-in's world. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { fetch, ProxyAgent } from "undici";
import type { FaultRule } from "../../../sandbox/faults/index.ts";
import { commandEnvironment } from "../../../sandbox/environment.ts";
import { run } from "../../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import type { Outputs } from "../../../contract/outputs.ts";

const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
const VAULT = "tw-sign-in";
const program = join(import.meta.dirname, "programs", "sign-in.ts");

let sandbox: Sandbox;
let dispatcher: ProxyAgent;
let folder: string;
let outputs: Outputs;
let password: { secretText: string; keyId: string };
let applicationId: string;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  folder = mkdtempSync(join(tmpdir(), "tenantwire-sign-in-"));
  dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: readFileSync(sandbox.caFile) } });
  const { world } = sandbox;
  const { issuer, subject, audience } = world.workload;

  const application = await graph<{ id: string; appId: string }>("POST", "/applications", {
    displayName: "tenantwire sync",
  });
  applicationId = application.id;
  const principal = await graph<{ id: string }>("POST", "/servicePrincipals", { appId: application.appId });
  const trust = { name: "sync", issuer, subject, audiences: [audience] };
  await graph("POST", `/applications/${application.id}/federatedIdentityCredentials`, trust);
  password = await graph("POST", `/applications/${application.id}/addPassword`, {
    passwordCredential: { displayName: "a" },
  });

  await arm("PUT", "/resourceGroups/test", { location: "westeurope" });
  const sku = { family: "A", name: "standard" };
  const properties = { tenantId: world.tenant.id, sku, enableRbacAuthorization: true };
  await arm("PUT", `/${vaultPath}`, { location: "westeurope", properties });
  await putSecret("key", "the key's value");
  await putSecret("sync", password.secretText);
  // Both may read the vault: who runs the sync, and the sync identity.
  for (const principalId of [world.administrator.objectId, principal.id]) await allow(principalId);

  outputs = {
    version: 1,
    mark: "tenantwire/test",
    tenant: { id: world.tenant.id, domain: world.tenant.domain, cloud: "Microsoft" },
    vault: { name: VAULT, uri: `https://${VAULT}.vault.azure.net/` },
    syncIdentity: {
      clientId: application.appId,
      principalId: principal.id,
      permissions: [],
      signIn: { kind: "federated" },
    },
    credentials: {
      secrets: [],
      federated: [{ name: "sync", clientId: application.appId, issuer, subject, audience }],
      given: [],
    },
    registrations: [],
    consents: [],
    integrations: {},
  };
}, 60_000);

afterAll(async () => {
  await dispatcher.close();
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

afterEach(() => sandbox.faults.clear());

const vaultPath = `resourceGroups/test/providers/Microsoft.KeyVault/vaults/${VAULT}`;

async function call<T>(scope: string, method: string, url: string, body?: unknown): Promise<T> {
  const { tenant, deployer } = sandbox.world;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: deployer.clientId,
    client_secret: deployer.clientSecret,
    scope,
  });
  const signIn = `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`;
  const token = (await (await fetch(signIn, { method: "POST", body: form, dispatcher })).json()) as {
    access_token: string;
  };
  const answer = await fetch(url, {
    method,
    dispatcher,
    headers: { authorization: `Bearer ${token.access_token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

function graph<T>(method: string, path: string, body?: unknown): Promise<T> {
  return call("https://graph.microsoft.com/.default", method, `https://graph.microsoft.com/v1.0${path}`, body);
}

function arm(method: string, path: string, body?: unknown): Promise<unknown> {
  const subscription = `https://management.azure.com/subscriptions/${sandbox.world.subscriptionId}`;
  return call("https://management.azure.com/.default", method, `${subscription}${path}?api-version=2023-07-01`, body);
}

function putSecret(name: string, value: string): Promise<unknown> {
  return arm("PUT", `/${vaultPath}/secrets/${name}`, { properties: { value } });
}

async function allow(principalId: string): Promise<void> {
  const roleDefinitionId = `/subscriptions/${sandbox.world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`;
  const path = `/${vaultPath}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
  await arm("PUT", path, { properties: { principalId, roleDefinitionId, principalType: "ServicePrincipal" } });
}

interface SignedIn {
  readonly appid?: string;
  readonly value?: string;
  readonly name?: string;
  readonly message?: string;
}

/** Runs the program in the stand-in's world. */
async function signIn(given: Outputs, env: NodeJS.ProcessEnv = {}, secret?: string): Promise<SignedIn> {
  const file = join(folder, `${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(given));
  const environment: NodeJS.ProcessEnv = { ...commandEnvironment(process.env, sandbox.environment), ...env };
  delete environment["NODE_OPTIONS"];
  const ran = await run(["node", program, file, ...(secret === undefined ? [] : [secret])], {
    cwd: folder,
    env: environment,
  });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  // Each is another.
  return JSON.parse(ran.stdout.replace(/, trace [\w-]+/, "")) as SignedIn;
}

const identity = () => {
  if (outputs.syncIdentity === undefined) throw new TypeError();
  return outputs.syncIdentity;
};
const withIdentity = (change: object): Outputs => ({ ...outputs, syncIdentity: { ...identity(), ...change } });
const refused = (reason: string) => ({
  name: "CredentialError",
  message: `Entra does not sign the sync identity (client id ${identity().clientId}) in: ${reason}`,
});

describe("with a federated token", () => {
  it("is the identity of the outputs, and reads the vault", async () => {
    const env = { AZURE_CLIENT_ID: sandbox.world.deployer.clientId };
    expect(await signIn(outputs, env, "key")).toEqual({ appid: identity().clientId, value: "the key's value" });
  });

  it("of another subject is refused, and both are named", async () => {
    const { workload } = sandbox.world;
    const file = join(folder, "other-token");
    const real = readFileSync(String(sandbox.environment["AZURE_FEDERATED_TOKEN_FILE"]), "utf8");
    writeFileSync(file, real);
    const id = await graph<{ value: { id: string }[] }>(
      "GET",
      `/applications/${applicationId}/federatedIdentityCredentials`,
    );
    const trust = `/applications/${applicationId}/federatedIdentityCredentials/${id.value[0]?.id}`;
    await graph("PATCH", trust, { subject: "system:serviceaccount:Tenantwire:sync" });
    const declared = { ...outputs.credentials.federated[0], subject: "system:serviceaccount:Tenantwire:sync" };
    const given = { ...outputs, credentials: { ...outputs.credentials, federated: [declared] } } as Outputs;

    const answer = await signIn(given, { AZURE_FEDERATED_TOKEN_FILE: file });
    await graph("PATCH", trust, { subject: workload.subject });

    expect(answer).toEqual(
      refused(
        "it does not trust the federated token that was shown. Issuer and subject must be exactly the declared ones, letter case included. " +
          `It says issuer ${workload.issuer}, subject ${workload.subject}; declared is issuer ${workload.issuer}, subject system:serviceaccount:Tenantwire:sync. (AADSTS7002138)`,
      ),
    );
  });

  it("in another tenant has no such identity", async () => {
    const clientId = "11111111-2222-4333-8444-555555555555";
    const reason = `tenant ${sandbox.world.tenant.id} has no such application. The outputs are of another tenant, or the registration was deleted: deploy the stack again (pulumi up --refresh). (AADSTS700016)`;
    const { message } = await signIn(withIdentity({ clientId }));
    expect(message).toBe(`Entra does not sign the sync identity (client id ${clientId}) in: ${reason}`);
  });

  it("says in one sentence that nothing can be reached", async () => {
    const env = { HTTPS_PROXY: "http://somebody:secret@127.0.0.1:9" };
    const { name, message } = await signIn(outputs, env);
    expect(name).toBe("Unreachable");
    expect(message).toMatch(
      /^login\.microsoftonline\.com cannot be reached \(.*ECONNREFUSED.*\): check that the proxy in HTTPS_PROXY \(127\.0\.0\.1:9\) is running\.$/,
    );
  });
});

describe.each([407, 403, 502])("behind a proxy that answers %s", (status) => {
  let proxy: Server;
  beforeAll(async () => {
    proxy = createServer().on("connect", (_, socket) => {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => void proxy.close());

  it.each<[string, () => Outputs, () => NodeJS.ProcessEnv]>([
    ["with a federated token", () => outputs, () => ({})],
    ["with a secret from the vault", () => withIdentity({ signIn: { kind: "secret", vaultSecret: "sync" } }), runner],
  ])("says what the proxy wants: %s", async (_, given, env) => {
    const { port } = proxy.address() as AddressInfo;
    const { message } = await signIn(given(), { ...env(), HTTPS_PROXY: `http://me:hidden@127.0.0.1:${port}` });
    const name = `The proxy in HTTPS_PROXY (127.0.0.1:${port})`;
    expect(message).toContain(
      {
        407: `${name} wants a name and a password`,
        403: `${name} does not let us through to`,
        502: `${name} could not connect to`,
      }[status],
    );
    expect(message).not.toContain("hidden");
  });
});

/** Whoever runs the sync. */
function runner(): NodeJS.ProcessEnv {
  const { clientId, clientSecret } = sandbox.world.administrator;
  return { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret, AZURE_FEDERATED_TOKEN_FILE: "" };
}

describe("the vault", () => {
  it.each([
    [
      "a secret that is not there",
      "nothing",
      `Vault ${VAULT}.vault.azure.net has no secret "nothing": deploy the stack again (pulumi up --refresh).`,
    ],
  ])("names %s", async (_, secret, message) => {
    expect(await signIn(outputs, {}, secret)).toEqual({ name: "CredentialError", message });
  });

  it("names the role that is missing", async () => {
    await arm("PUT", `/${vaultPath.replace(VAULT, "tw-closed")}`, {
      location: "westeurope",
      properties: {
        tenantId: sandbox.world.tenant.id,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
      },
    });
    const closed = { ...outputs, vault: { name: "tw-closed", uri: "https://tw-closed.vault.azure.net/" } };
    expect(await signIn(closed, {}, "key")).toEqual({
      name: "PermissionError",
      message:
        'Vault tw-closed.vault.azure.net does not let this identity read the secret "key": it needs the role "Key Vault Secrets User" there. Deploy the stack again (pulumi up --refresh); a new role can take some minutes to work. It says: "Caller is not authorized to perform action on resource."',
    });
  });
});

describe("with a secret from the vault", () => {
  const secret = () => withIdentity({ signIn: { kind: "secret", vaultSecret: "sync" } });

  it("is the identity of the outputs, and not whoever runs the sync", async () => {
    expect(await signIn(secret(), runner(), "key")).toEqual({ appid: identity().clientId, value: "the key's value" });
  });

  it("takes the version before while Entra does not know the newest yet", async () => {
    await putSecret("sync", "not known yet");
    expect(await signIn(secret(), runner())).toEqual({ appid: identity().clientId });
  });

  it("says that the secret is wrong when none works", async () => {
    await putSecret("sync", "wrong too");
    const reason =
      "its client secret is wrong. Deploy the stack again (pulumi up --refresh), which stores the right one in the vault. (AADSTS7000215)";
    expect(await signIn(secret(), runner())).toEqual(refused(reason));
  });

  it("says that the secret has expired", async () => {
    const short = { displayName: "short", endDateTime: new Date(sandbox.world.now().getTime() + 1000).toISOString() };
    const { secretText } = await graph<{ secretText: string }>("POST", `/applications/${applicationId}/addPassword`, {
      passwordCredential: short,
    });
    await putSecret("sync", secretText);
    await sandbox.advance(2000);
    const reason =
      "its client secret has expired. Deploy the stack again (pulumi up), which renews it. (AADSTS7000222)";
    expect(await signIn(secret(), runner())).toEqual(refused(reason));
  });

  it("says when nobody is signed in who could read it", async () => {
    const env = { AZURE_FEDERATED_TOKEN_FILE: "", AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential" };
    expect(await signIn(secret(), env)).toEqual({
      name: "CredentialError",
      message: `Nobody is signed in here who could read the sync identity's secret from vault ${VAULT}: sign in (az login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of an identity that may. ARM_CLIENT_ID and what belongs to it are for deploying, and are not used for this.`,
    });
  });

  it.each([
    [
      "a wrong secret",
      { AZURE_CLIENT_SECRET: "wrong" },
      "its client secret is wrong. Correct AZURE_CLIENT_SECRET: the secret's value, not its id. (AADSTS7000215)",
    ],
    [
      "a client id that the tenant does not have",
      { AZURE_CLIENT_ID: "11111111-2222-4333-8444-555555555555" },
      "has no such application. Correct AZURE_CLIENT_ID, or the tenant in the settings (tenantwire:tenant.id). (AADSTS700016)",
    ],
  ])("names whoever runs the sync with %s", async (_, change, words) => {
    const { name, message } = await signIn(secret(), { ...runner(), ...change });
    expect(name).toBe("CredentialError");
    expect(message).toMatch(/^Entra does not sign the identity of AZURE_CLIENT_ID \(client id [\w-]+\) in: /);
    expect(message).toContain(words);
  });

  it("says that the network is down, and not that nobody is signed in", async () => {
    const env = { ...runner(), HTTPS_PROXY: "http://127.0.0.1:9" };
    expect((await signIn(secret(), env)).message).toMatch(
      /^[\w-]+\.(microsoftonline|vault\.azure)\.\w+ cannot be reached \(.*\): check that the proxy in HTTPS_PROXY \(127\.0\.0\.1:9\) is running\.$/,
    );
  });
});

describe('a vault\'s 403 by firewall, private link or a disabled secret: "needs the role, deploy again"', () => {
  it.each([
    [
      "ForbiddenByFirewall",
      "Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.7",
      `The firewall of vault ${VAULT}.vault.azure.net does not let this machine in`,
    ],
    [
      "ForbiddenByConnection",
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: x",
      `Vault ${VAULT}.vault.azure.net is open to private links alone`,
    ],
    [
      "SecretDisabled",
      "Operation get is not allowed on a disabled secret.",
      `The secret "key" in vault ${VAULT}.vault.azure.net is disabled`,
    ],
    [
      "ForbiddenByRbac",
      "Caller is not authorized to perform action on resource.\r\nIf role assignments were changed recently, wait.",
      'it needs the role "Key Vault Secrets User" there',
    ],
  ])("%s: which one it is, with the service's own first line", async (code, message, words) => {
    const body = { error: { code: "Forbidden", message, innererror: { code } } };
    sandbox.faults.add({ host: `${VAULT}.vault.azure.net`, then: { status: 403, body } });
    const outcome = await signIn(outputs, {}, "key");
    expect(outcome.message).toContain(words);
    expect(outcome.message).toContain(`It says: "${message.split("\r\n")[0]}"`);
    expect(outcome.message?.includes("deploy the stack again")).toBe(code === "SecretDisabled");
    expect(outcome.message?.includes("Key Vault Secrets User")).toBe(code === "ForbiddenByRbac");
  });
});

describe("a vault that is busy or drops connections was given up after four tries, in three seconds", () => {
  it.each<FaultRule["then"]>([
    { status: 503, retryAfter: 0 },
    { status: 429, retryAfter: 0 },
    { status: 500 },
    { reset: true },
    { cut: 20 },
  ])("%j", async (then) => {
    // More often than the library would try.
    const times = "retryAfter" in then ? 5 : 4;
    sandbox.faults.add({ host: `${VAULT}.vault.azure.net`, path: "/secrets/*", times, then });
    const outcome = await signIn(outputs, { PATIENCE_MS: "60000" }, "key");
    expect(outcome).toEqual({ appid: identity().clientId, value: "the key's value" });
  });
});

it.each([403, 404])(
  "a page of something in between (%i) was told as a role or a secret that is missing",
  async (status) => {
    const then = { status, body: "<html>Blocked</html>" };
    sandbox.faults.add({ host: `${VAULT}.vault.azure.net`, path: "/secrets/*", then });
    expect(await signIn(outputs, {}, "key")).toEqual({
      name: "ConnectionError",
      message: `Something between this machine and vault ${VAULT}.vault.azure.net answered ${status} when it was asked for the secret "key": look at the proxy or firewall on the way.`,
    });
  },
);

describe("an answer that ends in the middle was told with what was in it", () => {
  it.each([
    ["of the vault", `${VAULT}.vault.azure.net`, 30],
    ["of the vault, in the middle of the secret", `${VAULT}.vault.azure.net`, 20],
    ["of Entra, with a token", "login.microsoftonline.com", 200],
  ])("%s", async (_of, host, cut) => {
    sandbox.faults.add({ host, ...(host.startsWith("login") && { path: "*/token" }), then: { cut } });
    const outcome = await signIn(outputs, {}, "key");
    expect(outcome).toMatchObject({ name: expect.stringMatching(/^(Unreachable|Garbled)$/) as unknown });
    expect(outcome.message).not.toMatch(/key's|eyJ|access_token/);
  });
});
