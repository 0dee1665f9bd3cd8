/**
 * A tenant as its pipelines leave it: the bootstrap by an administrator, the stack by `deploy`, its grants by `consent`,
 * each with the token of its own job. And what each identity of docs/trust.md can show at the door.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetch, ProxyAgent } from "undici";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { findSecret, currentVersion } from "../../sandbox/hosts/vault/store.ts";
import { addMember } from "../../sandbox/hosts/azure-devops/organization.ts";
import { run } from "../../sandbox/run.ts";
import { issueUserToken } from "../../sandbox/user-tokens.ts";
import { container, keyUrl, mailboxes, secretOf } from "./addresses.ts";
import { type Identity, isRegistered, registered, type Trust } from "./types.ts";
import {
  type BootstrapOutputs,
  type Bootstrapped,
  bootstrappable,
  grantsProject,
  jobToken,
  tenantProject,
} from "../e2e/bootstrapped.ts";

/**
 * What people bring along: for the syncs, and for a form of a vendor's; and what signs in by itself.
 *
 * @param mailbox that alerts are sent from
 * @param administrator object id of a person
 */
const declared = (mailbox: string, administrator: string) => `
  tenantwire:alerts:
    graph: { mailbox: ${mailbox}, secret: {} }
    channels:
      night: { on: [failure], mail: { host: smtp.contoso.com, from: a@contoso.com, to: [b@contoso.com], user: a, secret: smtpPassword } }
      day: { on: [failure], graph: { to: [b@contoso.com] } }
  tenantwire:access: { name: Contoso, id: contoso, administrators: [${administrator}] }
  tenantwire:console: { displayName: tenantwire console, consent: apart, secret: {} }
  tenantwire:azureDevOps: { organizations: [{ name: contoso, token: { secret: devOpsToken, expires: "2027-11-20" } }] }
`;
const ONES = "{ microsoft365: { mode: applicationResourceOnly, consent: apart, secret: {} } }";

export async function trustWorld(): Promise<Trust> {
  const made = await bootstrappable();
  const { world } = made.sandbox;
  made.makeAdministrator("Owner");
  await made.pulumi("up", "--yes", "--skip-preview");
  const bootstrap = await made.outputs();
  const outputs = await deployTenant(made, bootstrap);
  await made.pulumi(
    ...["config", "set", "--plaintext", "--path", "tenantwire:syncIdentities[0]"],
    outputs.syncIdentity?.principalId ?? "",
  );
  await made.pulumi("up", "--yes", "--skip-preview");
  // As an administrator of the organization adds it where plans are synced.
  addMember(world, outputs.syncIdentity?.principalId ?? "");

  const { proxyUrl, caFile } = made.sandbox;
  const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } });
  const tokenUrl = `https://login.microsoftonline.com/${world.tenant.id}/oauth2/v2.0/token`;
  // As an Exchange administrator lets it.
  const { principalId = "" } = outputs.registrations.find(({ name }) => name === "mail") ?? {};
  directory(world).rooms.scopeMail(principalId, [mailboxes(world)[0]]);
  const encrypted = await prepare();
  const clientIds = {
    preview: bootstrap.identities.preview.clientId,
    deploy: bootstrap.identities.deploy.clientId,
    consent: bootstrap.identities.consent.clientId,
    sync: outputs.syncIdentity?.clientId ?? "",
    ...Object.fromEntries(registered.map((each) => [each, secretOf(outputs, each).clientId])),
  } as Readonly<Record<Exclude<Identity, "vendorReaders">, string>>;

  async function proofOf(identity: Exclude<Identity, "vendorReaders">): Promise<Record<string, string>> {
    if (isRegistered(identity)) {
      const { vault, vaultSecret } = secretOf(outputs, identity);
      const stored = findSecret(world, vault?.name ?? "", vaultSecret);
      if (!stored) throw new Error(`No vault holds the secret of ${identity}.`);
      return { client_secret: currentVersion(stored).value };
    }
    const assertion = await jobToken(made.sandbox, identity);
    return {
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    };
  }

  /** An administrator leaves a state in each container, and something that each key has encrypted. */
  async function prepare(): Promise<Trust["encrypted"]> {
    made.makeAdministrator("Key Vault Crypto User");
    made.makeAdministrator("Storage Blob Data Contributor");
    const { clientId, clientSecret } = world.deployer;
    const tokenFor = async (resource: string) => {
      const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
      const body = new URLSearchParams({ ...form, scope: `${resource}/.default` });
      const answer = await send("POST", tokenUrl, { body });
      return (JSON.parse(answer.body) as { access_token: string }).access_token;
    };
    const authorization = `Bearer ${await tokenFor("https://storage.azure.com")}`;
    for (const use of ["stack", "grant", "sync"] as const) {
      const headers = { authorization, "content-type": "application/octet-stream", "x-ms-blob-type": "BlockBlob" };
      await send("PUT", `${container({ made }, use)}/state.json`, { headers, body: "a state" });
    }
    const token = await tokenFor("https://vault.azure.net");
    const gone = `${outputs.vendorVault?.uri}secrets/gone?api-version=7.4`;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    await send("PUT", gone, { headers, body: JSON.stringify({ value: "of a registration that is gone" }) });
    await send("DELETE", gone, { headers: { authorization: headers.authorization } });
    const encrypt = async (key: "stacks" | "grants") => {
      const body = JSON.stringify({ alg: "RSA-OAEP-256", value: Buffer.from("a secret").toString("base64url") });
      const answer = await send("POST", `${keyUrl({ bootstrap }, key)}/encrypt?api-version=7.4`, { headers, body });
      return (JSON.parse(answer.body) as { value: string }).value;
    };
    return { stacks: await encrypt("stacks"), grants: await encrypt("grants") };
  }

  async function send(
    method: string,
    url: string,
    init: { headers?: Record<string, string>; body?: string | URLSearchParams },
  ) {
    const answer = await fetch(url, { method, dispatcher, ...init });
    return { status: answer.status, body: await answer.text() };
  }

  async function signIn(
    clientId: string,
    proof: Readonly<Record<string, string>>,
    resource = "https://graph.microsoft.com",
  ) {
    const form = { grant_type: "client_credentials", client_id: clientId, scope: `${resource}/.default` };
    return send("POST", tokenUrl, { body: new URLSearchParams({ ...form, ...proof }) });
  }

  async function fetchToken(identity: Identity, resource: string): Promise<string> {
    if (identity === "vendorReaders") return personToken(made, outputs, resource);
    const { body } = await signIn(clientIds[identity], await proofOf(identity), resource);
    const { access_token: token, error_description: why } = JSON.parse(body) as Record<string, string | undefined>;
    if (token === undefined) throw new Error(`${identity}: ${why}`);
    return token;
  }

  const tokens = new Map<string, Promise<string>>();
  const token = (identity: Identity, resource: string) => {
    const key = `${identity} ${resource}`;
    const known = tokens.get(key) ?? fetchToken(identity, resource);
    tokens.set(key, known);
    return known;
  };

  return {
    ...{ made, bootstrap, outputs, encrypted, token, signIn, proof: proofOf },
    async call(identity, method, url, body) {
      const headers = {
        authorization: `Bearer ${await token(identity, resourceOf(url))}`,
        ...(typeof body === "object" && {
          "content-type": Array.isArray(body) ? "application/json-patch+json" : "application/json",
        }),
        ...(typeof body === "string" && { "content-type": "application/octet-stream", "x-ms-blob-type": "BlockBlob" }),
      };
      return send(method, url, { headers, ...(body !== undefined && { body: textOf(body) }) });
    },
    async close() {
      await dispatcher.close();
      await made.close();
    },
  };
}

const textOf = (body: object | string) => (typeof body === "string" ? body : JSON.stringify(body));

/** What tokens for Azure DevOps are for (documented). */
const AZURE_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798";

function resourceOf(url: string): string {
  const { hostname, origin } = new URL(url);
  if (hostname.endsWith(".vault.azure.net")) return "https://vault.azure.net";
  if (hostname.endsWith(".blob.core.windows.net")) return "https://storage.azure.com";
  if (hostname === "dev.azure.com") return AZURE_DEVOPS;
  return origin;
}

/** A person that the settings name, signed in by an application that acts for whoever sits in front of it. */
function personToken({ sandbox: { world } }: Bootstrapped, outputs: Outputs, audience: string): Promise<string> {
  const { users, applications } = directory(world);
  const user = users.get(world.ownerId);
  const client = applications.byKey(outputs.syncIdentity?.clientId ?? "");
  if (!user || !client) throw new Error("There is no such person, or no application.");
  return issueUserToken(world, { user, client, proof: "none", audience, scopes: ["user_impersonation"] });
}

/** @returns the outputs of the tenant's stack, made by `deploy`, with its grants, made by `consent` */
async function deployTenant(made: Bootstrapped, bootstrap: BootstrapOutputs): Promise<Outputs> {
  const { world } = made.sandbox;
  const more = `  tenantwire:ones: ${ONES}${declared(mailboxes(world)[0], world.ownerId)}`;
  const folder = tenantProject(made, bootstrap, more);
  const engine = async (
    as: "deploy" | "consent",
    cwd: string,
    args: readonly string[],
    { env = {}, input }: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
  ) => {
    const signedIn = {
      ...made.env,
      ARM_CLIENT_ID: bootstrap.identities[as].clientId,
      ARM_CLIENT_SECRET: undefined,
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN: await jobToken(made.sandbox, as),
    };
    const ran = await run(["pulumi", ...args, "--stack", "sandbox", "--non-interactive"] as [string, ...string[]], {
      ...{ cwd, env: { ...signedIn, ...env } },
      ...(input !== undefined && { input }),
    });
    if (ran.code !== 0) throw new Error(`${as}: pulumi ${args.join(" ")}: ${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  };
  await run(["pulumi", "stack", "init", "sandbox", "--non-interactive"], { cwd: folder, env: made.env });
  for (const [name, input] of Object.entries({
    oneplanKey: made.env["ONEPLAN_KEY"] ?? "",
    smtpPassword: "of-the-mail-server",
    devOpsToken: "of-azure-devops",
  })) {
    await engine("deploy", folder, ["config", "set", "--secret", name], { input });
  }
  await engine("deploy", folder, ["up", "--yes", "--skip-preview"]);
  const deployed = await engine("deploy", folder, ["stack", "output", "--json"]);

  const grants = grantsProject(folder);
  const file = join(folder, "outputs.json");
  writeFileSync(file, deployed);
  await run(["pulumi", "stack", "init", "sandbox", "--non-interactive"], { cwd: grants, env: made.env });
  await engine("consent", grants, ["up", "--yes", "--skip-preview"], { env: { TENANTWIRE_OUTPUTS: file } });
  return parseOutputs(JSON.parse(deployed) as unknown, "the stack");
}
