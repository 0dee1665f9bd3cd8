/** Identities, storage, keys, and what is asked before a deployment: by ARM, through the proxy. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { decodeJwt } from "jose";
import { directory } from "../../sandbox/directory/index.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { issueWorkloadToken } from "../../sandbox/tokens.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";
import { browserOf } from "./sign-in.ts";

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

let sandbox: Sandbox;
let client: Client;
let token: string;
let subscription: string;
let group: string;
let count = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  client = clientOf(sandbox);
  token = await client.token(sandbox.world.deployer, "https://management.azure.com/.default");
  subscription = `/subscriptions/${sandbox.world.subscriptionId}`;
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});
beforeEach(async () => {
  group = `${subscription}/resourceGroups/group-${++count}`;
  await arm("PUT", group, { location: "westeurope" });
});

function arm(method: string, path: string, body?: unknown, bearer = token): Promise<Answer> {
  const url = `https://management.azure.com${path}?api-version=2024-11-01`;
  return client.call(url, { method, headers: { authorization: `Bearer ${bearer}` }, body });
}

function codeOf(answer: Answer): [number, string] {
  return [answer.status, answer.json<{ error: { code: string } }>().error.code];
}

async function identity(name = "sync") {
  const path = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  const answer = await arm("PUT", path, { location: "West Europe", tags: { by: "us" } });
  expect(answer.status).toBe(201);
  return { path, body: answer.json<{ properties: { principalId: string; clientId: string; tenantId: string } }>() };
}

const trust = () => ({
  properties: {
    issuer: sandbox.world.workload.issuer,
    subject: sandbox.world.workload.subject,
    audiences: [sandbox.world.workload.audience],
  },
});

describe("a user-assigned identity", () => {
  it("is a service principal without a registration, with the ids that its answer tells", async () => {
    const { path, body } = await identity();

    expect(body).toMatchObject({ id: path, location: "westeurope", tags: { by: "us" } });
    const { principalId, clientId, tenantId } = body.properties;
    expect(tenantId).toBe(sandbox.world.tenant.id);
    expect(directory(sandbox.world).servicePrincipals.get(principalId)).toMatchObject({
      appId: clientId,
      servicePrincipalType: "ManagedIdentity",
    });
    expect(directory(sandbox.world).applications.byKey(clientId)).toBeUndefined();
    const again = await arm("PUT", path, { location: "westeurope", tags: {} });
    expect([again.status, again.json()]).toMatchObject([200, { properties: body.properties, tags: {} }]);
    expect((await arm("GET", path.toUpperCase())).json()).toMatchObject({ name: "sync" });
    expect((await arm("GET", path.replace(/\/sync$/, ""))).json()).toMatchObject({ value: [{ name: "sync" }] });
  });

  it("gets a token by the outside token that it trusts, and by no other", async () => {
    const { path, body } = await identity();
    const browser = browserOf(sandbox);
    const form = {
      grant_type: "client_credentials",
      client_id: body.properties.clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await issueWorkloadToken(sandbox.world),
      scope: "https://management.azure.com/.default",
    };
    expect((await browser.token(form)).body["error_description"]).toMatch(/^AADSTS70025: /);

    expect((await arm("PUT", `${path}/federatedIdentityCredentials/runtime`, trust())).status).toBe(201);

    const { body: answer } = await browser.token(form);
    expect(decodeJwt(answer["access_token"] ?? "")).toMatchObject({ oid: body.properties.principalId, idtyp: "app" });
    await browser.close();
  });

  it("can be given a role, and is gone with its group", async () => {
    const { path, body } = await identity();
    const assignment = `${group}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${READER}`;
    const properties = { principalId: body.properties.principalId, roleDefinitionId };
    expect((await arm("PUT", assignment, { properties })).status).toBe(201);

    expect((await arm("DELETE", group)).status).toBe(202);

    const { servicePrincipals, data } = directory(sandbox.world);
    expect(servicePrincipals.get(body.properties.principalId)).toBeUndefined();
    expect(data.deleted.some(({ object }) => object.id === body.properties.principalId)).toBe(false);
    expect(codeOf(await arm("GET", path))).toEqual([404, "ResourceGroupNotFound"]);
  });

  it("is deleted once, and again without a complaint", async () => {
    const { path } = await identity();

    expect((await arm("DELETE", path)).status).toBe(200);
    expect((await arm("DELETE", path)).status).toBe(204);
    expect(codeOf(await arm("GET", path))).toEqual([404, "ResourceNotFound"]);
  });
});

describe("federated credentials of an identity", () => {
  it("are made, listed, changed and deleted", async () => {
    const { path } = await identity();
    const one = `${path}/federatedIdentityCredentials/one`;
    await arm("PUT", one, trust());

    expect((await arm("PUT", one, { properties: { ...trust().properties, subject: "other" } })).status).toBe(200);
    expect((await arm("GET", one)).json()).toMatchObject({ id: one, properties: { subject: "other" } });
    expect((await arm("GET", `${path}/federatedIdentityCredentials`)).json<{ value: [] }>().value).toHaveLength(1);
    expect((await arm("DELETE", one)).status).toBe(200);
    expect((await arm("DELETE", one)).status).toBe(204);
    expect(codeOf(await arm("GET", one))).toEqual([404, "ResourceNotFound"]);
  });

  it("are refused twice, and without issuer, subject or just one audience", async () => {
    const { path } = await identity();
    const at = (name: string) => `${path}/federatedIdentityCredentials/${name}`;
    await arm("PUT", at("one"), trust());

    expect(codeOf(await arm("PUT", at("two"), trust()))).toEqual([409, "Conflict"]);
    for (const change of [{ issuer: "" }, { subject: "" }, { audiences: [] }, { audiences: ["a", "b"] }]) {
      const body = { properties: { ...trust().properties, subject: "new", ...change } };
      expect(codeOf(await arm("PUT", at("three"), body))).toEqual([400, "BadRequest"]);
    }
  });
});

async function account(name: string, more: object = {}) {
  const path = `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const body = { location: "westeurope", sku: { name: "Standard_LRS" }, kind: "StorageV2", ...more };
  return { path, answer: await arm("PUT", path, body) };
}

describe("storage", () => {
  it("an account has its addresses and keeps what it was asked for", async () => {
    const { path, answer } = await account("state1", { properties: { allowSharedKeyAccess: false } });

    expect(answer.status).toBe(200);
    expect((await arm("GET", path)).json()).toMatchObject({
      id: path,
      kind: "StorageV2",
      sku: { name: "Standard_LRS", tier: "Standard" },
      properties: {
        allowSharedKeyAccess: false,
        provisioningState: "Succeeded",
        primaryEndpoints: { blob: "https://state1.blob.core.windows.net/" },
      },
    });
  });

  it("a container is made, found and deleted", async () => {
    const { path } = await account("state2");
    const container = `${path}/blobServices/default/containers/state`;

    expect((await arm("PUT", container, { properties: {} })).status).toBe(201);
    expect((await arm("PUT", container, { properties: { publicAccess: "None" } })).status).toBe(200);
    expect((await arm("GET", container)).json()).toMatchObject({ id: container, properties: { publicAccess: "None" } });
    expect((await arm("GET", path + "/blobServices/default/containers")).json()).toMatchObject({
      value: [{ name: "state" }],
    });
    expect((await arm("DELETE", container)).status).toBe(200);
    expect(codeOf(await arm("GET", container))).toEqual([404, "ContainerNotFound"]);
    expect(codeOf(await arm("PUT", `${path}/blobServices/default/containers/No`, {}))[1]).toBe("ContainerNameInvalid");
  });

  it("names are of small letters and taken worldwide, and free again when the account is gone", async () => {
    const { path } = await account("state3");
    const home = group;
    group = `${subscription}/resourceGroups/elsewhere`;
    await arm("PUT", group, { location: "westeurope" });

    expect(codeOf((await account("state3")).answer)).toEqual([409, "StorageAccountAlreadyTaken"]);
    expect(codeOf((await account("State")).answer)).toEqual([400, "AccountNameInvalid"]);
    expect((await arm("DELETE", home)).status).toBe(202);
    expect(codeOf(await arm("GET", path))).toEqual([404, "ResourceGroupNotFound"]);
    expect((await account("state3")).answer.status).toBe(200);
  });
});

describe("keys of a vault", () => {
  it("are made once by ARM, deleted by the vault, and hold their name then", async () => {
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-keys`;
    const properties = { tenantId: sandbox.world.tenant.id, sku: { family: "A", name: "standard" } };
    await arm("PUT", vault, { location: "westeurope", properties: { ...properties, enableRbacAuthorization: true } });
    const key = `${vault}/keys/state`;

    const made = await arm("PUT", key, { properties: { kty: "RSA" } });

    const uri = "https://kv-keys.vault.azure.net/keys/state";
    expect(made.json()).toMatchObject({ id: key, properties: { kty: "RSA", keySize: 2048, keyUri: uri } });
    expect((await arm("PUT", key, { properties: { kty: "EC" } })).json()).toEqual(made.json());
    const bearer = await client.token(sandbox.world.deployer, "https://vault.azure.net/.default");
    const remove = () =>
      client.call(`${uri}?api-version=7.5`, { method: "DELETE", headers: { authorization: `Bearer ${bearer}` } });
    expect((await remove()).status).toBe(403);
    const officer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    const assignment = `${vault}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${officer}`;
    await arm("PUT", assignment, { properties: { principalId: sandbox.world.deployer.objectId, roleDefinitionId } });
    expect((await remove()).status).toBe(200);
    expect((await remove()).status).toBe(404);
    expect(codeOf(await arm("GET", key))).toEqual([404, "ResourceNotFound"]);
    expect(codeOf(await arm("PUT", key, { properties: { kty: "RSA" } }))).toEqual([409, "Conflict"]);
  });
});

describe("before a deployment", () => {
  const vaults = { type: "Microsoft.KeyVault/vaults" };
  const accounts = { type: "Microsoft.Storage/storageAccounts" };

  it("a vault's name is free, taken, held by a deleted vault, or none at all", async () => {
    const path = `${group}/providers/Microsoft.KeyVault/vaults/kv-held`;
    const properties = { tenantId: sandbox.world.tenant.id, sku: {}, enableRbacAuthorization: true };
    const ask = async (name: string) =>
      (
        await arm("POST", `${subscription}/providers/Microsoft.KeyVault/checkNameAvailability`, { ...vaults, name })
      ).json();
    expect(await ask("kv-held")).toEqual({ nameAvailable: true });

    await arm("PUT", path, { location: "westeurope", properties });
    expect(await ask("KV-held")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
    await arm("DELETE", path);

    expect(await ask("kv-held")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
    expect(await ask("1")).toMatchObject({ nameAvailable: false, reason: "AccountNameInvalid" });
    sandbox.world.advance(91 * 24 * 60 * 60 * 1000);
    token = await client.token(sandbox.world.deployer, "https://management.azure.com/.default");
    expect(await ask("kv-held")).toEqual({ nameAvailable: true });
  });

  it("a storage account's name likewise", async () => {
    const path = `${subscription}/providers/Microsoft.Storage/checkNameAvailability`;
    const ask = async (name: string) => (await arm("POST", path, { ...accounts, name })).json();
    await account("state9");

    expect(await ask("state8")).toEqual({ nameAvailable: true });
    expect(await ask("state9")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
    expect(await ask("State-9")).toMatchObject({ nameAvailable: false, reason: "AccountNameInvalid" });
    expect(codeOf(await arm("POST", path, { ...vaults, name: "x" }))).toEqual([400, "BadRequest"]);
  });

  it("everybody learns their own permissions at a scope", async () => {
    const path = `${group}/providers/Microsoft.Authorization/permissions`;

    expect((await arm("GET", path)).json()).toEqual({
      value: expect.arrayContaining([
        expect.objectContaining({
          actions: ["*"],
          notActions: expect.arrayContaining(["Microsoft.Authorization/*/Write"]),
        }),
        expect.objectContaining({ dataActions: ["Microsoft.KeyVault/vaults/secrets/*"] }),
      ]),
    });
    const stranger = await client.token(sandbox.world.administrator, "https://management.azure.com/.default");
    expect(codeOf(await arm("GET", path, undefined, stranger))).toEqual([403, "AuthorizationFailed"]);
  });
});

describe("a value that none of the published ones is", () => {
  const account = { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };
  it.each([
    ["kind", { kind: "Blub" }],
    ["sku.name", { sku: { name: "Blub" } }],
    ["minimumTlsVersion", { properties: { minimumTlsVersion: "TLS9" } }],
    ["networkAcls.defaultAction", { properties: { networkAcls: { defaultAction: "Blub" } } }],
    ["allowSharedKeyAccess", { properties: { allowSharedKeyAccess: "no" } }],
  ])("of a storage account: %s", async (name, body) => {
    const answer = await arm("PUT", `${group}/providers/Microsoft.Storage/storageAccounts/odd`, {
      ...account,
      ...body,
    });

    expect([...codeOf(answer), answer.text]).toEqual([
      400,
      "InvalidValuesForRequestParameters",
      expect.stringContaining(`invalid: ${name}.`),
    ]);
  });

  it.each([
    ["sku.name", { sku: { family: "A", name: "blub" } }],
    ["publicNetworkAccess", { publicNetworkAccess: "Blub" }],
    ["enableRbacAuthorization", { enableRbacAuthorization: "yes" }],
  ])("of a key vault: %s", async (name, properties) => {
    const answer = await arm("PUT", `${group}/providers/Microsoft.KeyVault/vaults/kv-odd-values`, {
      location: "westeurope",
      properties: {
        ...{ tenantId: sandbox.world.tenant.id, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
        ...properties,
      },
    });

    expect([...codeOf(answer), answer.text]).toEqual([400, "BadRequest", expect.stringContaining(name)]);
  });
});

describe("all resources of the subscription", () => {
  it("are listed without their properties, by type, group and name", async () => {
    const { path } = await identity("listed");
    const list = async (filter = "") => {
      const url = `https://management.azure.com${subscription}/resources?api-version=2021-04-01${filter && `&$filter=${encodeURIComponent(filter)}`}`;
      return client.call(url, { headers: { authorization: `Bearer ${token}` } });
    };

    const wanted = `resourceType eq 'Microsoft.ManagedIdentity/userAssignedIdentities' and resourceGroup eq 'group-${count}'`;

    expect((await list(wanted)).json()).toEqual({
      value: [
        {
          ...{ id: path, name: "listed", type: "Microsoft.ManagedIdentity/userAssignedIdentities" },
          ...{ location: "westeurope", tags: { by: "us" } },
        },
      ],
    });
    expect((await list()).json<{ value: unknown[] }>().value.length).toBeGreaterThan(0);
    expect((await list("colour eq 'red'")).status).toBe(400);
  });
});
