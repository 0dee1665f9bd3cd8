import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";
import { runNode } from "./child.ts";

let sandbox: Sandbox;
let client: Client;
let token: string;
let vaultPath: string;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  client = clientOf(sandbox);
  token = await client.token(sandbox.world.deployer, "https://vault.azure.net/.default");
  const subscription = `/subscriptions/${sandbox.world.subscriptionId}`;
  vaultPath = `${subscription}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-test`;
  await arm("PUT", `${subscription}/resourceGroups/g`, { location: "westeurope" });
  const properties = {
    tenantId: sandbox.world.tenant.id,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
  };
  expect((await arm("PUT", vaultPath, { location: "westeurope", properties })).status).toBe(201);
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

async function arm(method: string, path: string, body?: unknown): Promise<Answer> {
  const bearer = await client.token(sandbox.world.deployer, "https://management.azure.com/.default");
  const url = `https://management.azure.com${path}?api-version=2024-11-01`;
  return client.call(url, { method, headers: { authorization: `Bearer ${bearer}` }, body });
}

function vault(method: string, path: string, body?: unknown, bearer = token): Promise<Answer> {
  const url = `https://kv-test.vault.azure.net${path}${path.includes("?") ? "&" : "?"}api-version=7.5`;
  return client.call(url, { method, headers: { authorization: `Bearer ${bearer}` }, body });
}

interface VaultFailure {
  error: { code: string; message: string; innererror?: { code: string } };
}

function failure(answer: Answer): [number, string, string | undefined] {
  const { error } = answer.json<VaultFailure>();
  return [answer.status, error.code, error.innererror?.code];
}

let name: string;
let count = 0;
beforeEach(() => {
  name = `secret-${(count += 1)}`;
});

const REAL_CLIENT = `
  import { SecretClient } from "@azure/keyvault-secrets";
  import { ClientSecretCredential } from "@azure/identity";
  const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = process.env;
  const client = new SecretClient("https://kv-test.vault.azure.net", new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET));
  const first = await client.setSecret("from-sdk", "one");
  const second = await client.setSecret("from-sdk", "two", { contentType: "text/plain", expiresOn: new Date("2030-01-01T00:00:00Z") });
  const read = await client.getSecret("from-sdk");
  const before = await client.getSecret("from-sdk", { version: first.properties.version });
  const versions = [];
  for await (const version of client.listPropertiesOfSecretVersions("from-sdk")) versions.push(version.version);
  const names = [];
  for await (const properties of client.listPropertiesOfSecrets()) names.push(properties.name);
  const deletion = await client.beginDeleteSecret("from-sdk", { intervalInMs: 1 });
  await deletion.pollUntilDone();
  const missing = await client.getSecret("from-sdk").catch((error) => [error.statusCode, error.code]);
  await client.purgeDeletedSecret("from-sdk");
  const again = await client.setSecret("from-sdk", "three");
  console.log(JSON.stringify({
    read: read.value, expires: read.properties.expiresOn, before: before.value, names: names.includes("from-sdk"),
    versions: versions.length, isNewest: versions.at(-1) === second.properties.version, missing, again: again.value,
  }));
`;

it("serves @azure/keyvault-secrets with @azure/identity, unmodified", async () => {
  const ran = await runNode(REAL_CLIENT, sandbox);

  expect(ran.stderr).toBe("");
  expect(JSON.parse(ran.stdout)).toEqual({
    read: "two",
    expires: "2030-01-01T00:00:00.000Z",
    before: "one",
    names: true,
    versions: 2,
    isNewest: true,
    missing: [404, "SecretNotFound"],
    again: "three",
  });
}, 30_000);

describe("signing in", () => {
  it("is challenged with the tenant and the resource to ask for", async () => {
    const answer = await client.call("https://kv-test.vault.azure.net/secrets/x?api-version=7.5", {
      method: "PUT",
      headers: { "content-type": "application/json" },
    });

    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(
      `Bearer authorization="https://login.microsoftonline.com/${sandbox.world.tenant.id}", resource="https://vault.azure.net"`,
    );
    expect(failure(answer)).toEqual([401, "Unauthorized", undefined]);
  });

  it("needs a token for Key Vault", async () => {
    const other = await client.token(sandbox.world.deployer, "https://management.azure.com/.default");

    expect((await vault("GET", "/secrets", undefined, other)).status).toBe(401);
  });

  it("needs an api-version", async () => {
    const answer = await client.call("https://kv-test.vault.azure.net/secrets", {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(failure(answer)).toEqual([400, "BadParameter", undefined]);
  });
});

describe("roles", () => {
  it("are asked for at the vault and above, in Key Vault's words", async () => {
    const { administrator } = sandbox.world;
    const bearer = await client.token(administrator, "https://vault.azure.net/.default");
    await vault("PUT", `/secrets/${name}`, { value: "v" });

    const refused = await vault("GET", `/secrets/${name}`, undefined, bearer);

    expect(failure(refused)).toEqual([403, "Forbidden", "ForbiddenByRbac"]);
    expect(refused.json<VaultFailure>().error.message).toContain(
      `Caller: appid=${administrator.clientId};oid=${administrator.objectId};iss=https://sts.windows.net/${sandbox.world.tenant.id}/\r\n` +
        `Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '${vaultPath.toLowerCase()}/secrets/${name}'`,
    );

    const roleDefinitionId = "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6";
    const assignment = `${vaultPath}/providers/Microsoft.Authorization/roleAssignments/10000000-0000-4000-8000-000000000001`;
    await arm("PUT", assignment, { properties: { roleDefinitionId, principalId: administrator.objectId } });

    expect((await vault("GET", `/secrets/${name}`, undefined, bearer)).json()).toMatchObject({ value: "v" });
    expect((await vault("PUT", `/secrets/${name}`, { value: "w" }, bearer)).status).toBe(403);
  });
});

describe("secrets", () => {
  it("are written by either plane and read by the data plane, newest version first asked", async () => {
    await arm("PUT", `${vaultPath}/secrets/${name}`, { properties: { value: "by ARM" } });
    const first = (await vault("GET", `/secrets/${name}`)).json<{ id: string; value: string }>();
    await vault("PUT", `/secrets/${name}`, { value: "by data plane", tags: { a: "b" } });

    const second = (await vault("GET", `/secrets/${name}`)).json<{ id: string; value: string; tags: object }>();
    const old = await vault("GET", `/secrets/${name}/${first.id.split("/").at(-1)}`);

    expect(first.value).toBe("by ARM");
    expect(second).toMatchObject({ value: "by data plane", tags: { a: "b" } });
    expect(old.json()).toEqual(first);
  });

  it("are listed in pages without values", async () => {
    for (let number = 0; number < 30; number++)
      await vault("PUT", `/secrets/${name}-${number}`, { value: "hidden-value" });

    const ids: string[] = [];
    let next: string | null = "https://kv-test.vault.azure.net/secrets?api-version=7.5&maxresults=25";
    let pages = 0;
    while (next !== null) {
      const answer = await client.call(next, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.text).not.toContain("hidden-value");
      const page: { value: { id: string }[]; nextLink: string | null } = answer.json();
      ids.push(...page.value.map((each) => each.id));
      next = page.nextLink;
      pages += 1;
    }

    expect(pages).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.includes(`${name}-`))).toHaveLength(30);
  });

  it("cannot be read while disabled", async () => {
    await vault("PUT", `/secrets/${name}`, { value: "v", attributes: { enabled: false } });

    expect(failure(await vault("GET", `/secrets/${name}`))).toEqual([403, "Forbidden", "SecretDisabled"]);
  });

  it.each([
    ["no value", "valid-name", {}],
    ["a name with other characters", "not_valid", { value: "v" }],
  ])("are refused with %s", async (_, secret, body) => {
    expect(failure(await vault("PUT", `/secrets/${secret}`, body))).toEqual([400, "BadParameter", undefined]);
  });

  it("keep their name when deleted; recovering brings every version back", async () => {
    await vault("PUT", `/secrets/${name}`, { value: "one" });
    await vault("PUT", `/secrets/${name}`, { value: "two" });
    await vault("DELETE", `/secrets/${name}`);

    expect(failure(await vault("GET", `/secrets/${name}`))).toEqual([404, "SecretNotFound", undefined]);
    expect(failure(await vault("PUT", `/secrets/${name}`, { value: "x" }))).toEqual([
      409,
      "Conflict",
      "ObjectIsDeletedButRecoverable",
    ]);
    expect((await arm("PUT", `${vaultPath}/secrets/${name}`, { properties: { value: "x" } })).status).toBe(409);
    expect((await vault("GET", `/deletedsecrets/${name}`)).status).toBe(200);

    await vault("POST", `/deletedsecrets/${name}/recover`);

    expect((await vault("GET", `/secrets/${name}`)).json()).toMatchObject({ value: "two" });
    expect((await vault("GET", `/secrets/${name}/versions`)).json<{ value: unknown[] }>().value).toHaveLength(2);
  });
});

it("knows only the vaults that exist", async () => {
  const answer = await client.call("https://kv-other.vault.azure.net/secrets?api-version=7.5", {
    headers: { authorization: `Bearer ${token}` },
  });

  expect(failure(answer)).toEqual([404, "VaultNotFound", undefined]);
});

it("what is said about a secret is changed without a new version", async () => {
  const made = (await vault("PUT", `/secrets/${name}`, { value: "v", tags: { a: "1" } })).json<{ id: string }>();

  const changed = await vault("PATCH", `/secrets/${name}`, {
    contentType: "text/plain",
    attributes: { enabled: false },
  });

  expect(changed.status).toBe(200);
  expect(changed.json()).toMatchObject({
    ...{ id: made.id, contentType: "text/plain", tags: { a: "1" } },
    attributes: { enabled: false },
  });
  expect(changed.json()).not.toHaveProperty("value");
  expect((await vault("PATCH", `/secrets/${name}`, { attributes: { enabled: "no" } })).status).toBe(400);
  expect((await vault("PATCH", `/secrets/${name}/${"0".repeat(32)}`, {})).status).toBe(404);
});

it("a backup brings a secret back with its versions, and not over one that is there", async () => {
  for (const value of ["one", "two"]) await vault("PUT", `/secrets/${name}`, { value });
  const { value } = (await vault("POST", `/secrets/${name}/backup`)).json<{ value: string }>();

  expect(failure(await vault("POST", "/secrets/restore", { value }))[0]).toBe(409);
  await vault("DELETE", `/secrets/${name}`);
  await vault("DELETE", `/deletedsecrets/${name}`);

  expect((await vault("POST", "/secrets/restore", { value })).status).toBe(200);
  expect((await vault("GET", `/secrets/${name}`)).json()).toMatchObject({ value: "two" });
  expect((await vault("GET", `/secrets/${name}/versions`)).json<{ value: unknown[] }>().value).toHaveLength(2);
  expect(failure(await vault("POST", "/secrets/restore", { value: "made up" }))[0]).toBe(400);
});

describe("is refused in Key Vault's own words", () => {
  it.each<[string, string, string, unknown]>([
    ["a secret that is too long", "PUT", "/secrets/long", { value: "x".repeat(25_601) }],
    ["a text for a time", "PUT", "/secrets/odd", { value: "x", attributes: { exp: "soon" } }],
    ["a page that is too long", "GET", "/secrets?maxresults=26", undefined],
    ["a page of nothing", "GET", "/secrets?maxresults=0", undefined],
    ["a page of text", "GET", "/deletedsecrets?maxresults=all", undefined],
  ])("%s", async (_what, method, path, body) => {
    const answer = await vault(method, path, body);

    expect([...failure(answer), answer.json<VaultFailure>().error.message]).toEqual([
      400,
      "BadParameter",
      undefined,
      expect.stringMatching(/^[^\n]+\.$/),
    ]);
  });
});
