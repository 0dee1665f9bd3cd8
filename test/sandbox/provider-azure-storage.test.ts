/** Storage, keys and federated identities as the azure-native plugin would make them, without an engine. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createHttp, type Http } from "../../sandbox/provider/http.ts";
import { type Properties, text } from "../../sandbox/provider/json.ts";
import { resourceOf } from "../../sandbox/provider/registry.ts";
import type { Recorded, Resource } from "../../sandbox/provider/resource.ts";
import { createSession, type Session } from "../../sandbox/provider/session.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";

let sandbox: Sandbox;
let http: Http;
let session: Session;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  http = createHttp(sandbox.proxyUrl, readFileSync(sandbox.caFile, "utf8"));
  session = createSession({ location: "westeurope" }, sandbox.environment, http, sandbox.world);
  await create("resources:ResourceGroup", { resourceGroupName: "rg" });
  const tenantId = sandbox.world.tenant.id;
  const vault = { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true };
  await create("keyvault:Vault", { ...inGroup, vaultName: "kv-more", properties: vault });
  await create("managedidentity:UserAssignedIdentity", { ...inGroup, resourceName: "sync" });
  await create("storage:StorageAccount", { ...inGroup, accountName: "more", kind: "StorageV2", sku });
});
afterAll(async () => {
  await http.close();
  await sandbox.stop();
});

const inGroup = { resourceGroupName: "rg" };
const sku = { name: "Standard_LRS" };

/** Checks and creates, as the engine does. */
async function create(type: string, news: Properties): Promise<Recorded & { readonly of: Resource }> {
  const of = resourceOf(`azure-native:${type}`);
  const randomSeed = new Uint8Array([1]);
  const { inputs, failures } = await of.check(session, { name: "x", olds: {}, news, randomSeed });
  expect(failures).toEqual([]);
  return { of, inputs, ...(await of.create(session, inputs)) };
}

it.each<[string, Properties, string, Properties]>([
  [
    "storage:StorageAccount",
    {
      ...inGroup,
      accountName: "other",
      kind: "StorageV2",
      sku,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
    },
    "/Microsoft.Storage/storageAccounts/other",
    {
      name: "other",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      primaryEndpoints: { blob: "https://other.blob.core.windows.net/" },
    },
  ],
  [
    "storage:BlobContainer",
    { ...inGroup, accountName: "more", containerName: "state", publicAccess: "None" },
    "/Microsoft.Storage/storageAccounts/more/blobServices/default/containers/state",
    { name: "state", publicAccess: "None", hasLegalHold: false },
  ],
  [
    "managedidentity:FederatedIdentityCredential",
    {
      ...inGroup,
      resourceName: "sync",
      federatedIdentityCredentialResourceName: "pipeline",
      issuer: "https://i",
      subject: "s",
      audiences: ["a"],
    },
    "/Microsoft.ManagedIdentity/userAssignedIdentities/sync/federatedIdentityCredentials/pipeline",
    { name: "pipeline", issuer: "https://i", subject: "s", audiences: ["a"] },
  ],
  [
    "keyvault:Key",
    {
      ...inGroup,
      vaultName: "kv-more",
      keyName: "state",
      properties: { kty: "RSA", attributes: { expires: 4_000_000_000 } },
    },
    "/Microsoft.KeyVault/vaults/kv-more/keys/state",
    {
      name: "state",
      kty: "RSA",
      keySize: 2048,
      attributes: { expires: 4_000_000_000 },
      keyUri: "https://kv-more.vault.azure.net/keys/state",
    },
  ],
])("%s is made, tells its outputs, and shows no difference after a refresh", async (type, news, id, outputs) => {
  const made = await create(type, news);

  expect(made.id).toBe(`/subscriptions/${sandbox.world.subscriptionId}/resourceGroups/rg/providers${id}`);
  expect(made.state).toMatchObject(outputs);
  const now = await made.of.read(session, made);
  expect(now).toEqual({ id: made.id, inputs: made.inputs, state: made.state });
  expect(made.of.diff(made, made.inputs, []).changes).toEqual([]);
  const previewed = made.of.preview(made.inputs);
  expect(Object.keys(made.state).filter((name) => !(name in previewed))).toEqual([]);
  if (type === "keyvault:Key") return;
  await made.of.delete(session, made);
  expect(await made.of.read(session, made)).toBeUndefined();
});

it("an identity has its ids from Azure", async () => {
  const { state } = await create("managedidentity:UserAssignedIdentity", { ...inGroup, resourceName: "other" });

  expect(text(state["clientId"])).toMatch(/^[0-9a-f-]{36}$/);
  expect(text(state["principalId"])).not.toBe(text(state["clientId"]));
  expect(state).toMatchObject({ name: "other", location: "westeurope", tenantId: sandbox.world.tenant.id });
});
