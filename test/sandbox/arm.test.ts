import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";

const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

let sandbox: Sandbox;
let client: Client;
let token: string;
let subscription: string;

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

function arm(method: string, path: string, body?: unknown, bearer = token): Promise<Answer> {
  const url = `https://management.azure.com${path}${path.includes("?") ? "&" : "?"}api-version=2024-11-01`;
  return client.call(url, { method, headers: { authorization: `Bearer ${bearer}` }, body });
}

function errorOf(answer: Answer): [number, string] {
  return [answer.status, answer.json<{ error: { code: string } }>().error.code];
}

async function group(name: string): Promise<string> {
  const path = `${subscription}/resourceGroups/${name}`;
  expect((await arm("PUT", path, { location: "West Europe" })).status).toBe(201);
  return path;
}

function vaultBody(more: Record<string, unknown> = {}): Record<string, unknown> {
  const properties = {
    tenantId: sandbox.world.tenant.id,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
    ...more,
  };
  return { location: "westeurope", properties };
}

async function vault(groupPath: string, name: string, more: Record<string, unknown> = {}): Promise<string> {
  const path = `${groupPath}/providers/Microsoft.KeyVault/vaults/${name}`;
  const answer = await arm("PUT", path, vaultBody(more));
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return path;
}

describe("a call", () => {
  it("needs a token for ARM", async () => {
    const graphToken = await client.token(sandbox.world.deployer, "https://graph.microsoft.com/.default");
    const olderName = await client.token(sandbox.world.deployer, "https://management.core.windows.net/.default");

    const none = await client.call("https://management.azure.com/subscriptions?api-version=1");

    expect(errorOf(none)).toEqual([401, "AuthenticationFailed"]);
    expect(errorOf(await arm("GET", "/subscriptions", undefined, graphToken))).toEqual([
      401,
      "InvalidAuthenticationToken",
    ]);
    expect((await arm("GET", "/subscriptions", undefined, olderName)).status).toBe(200);
  });

  it("needs an api-version", async () => {
    const answer = await client.call("https://management.azure.com/subscriptions", {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(errorOf(answer)).toEqual([400, "MissingApiVersionParameter"]);
  });

  it("needs a role, and is refused in ARM's words without one", async () => {
    const stranger = await client.token(sandbox.world.administrator, "https://management.azure.com/.default");

    const answer = await arm("PUT", `${subscription}/resourceGroups/theirs`, { location: "westeurope" }, stranger);

    expect(answer.status).toBe(403);
    expect(answer.json()).toEqual({
      error: {
        code: "AuthorizationFailed",
        message: `The client '${sandbox.world.administrator.clientId}' with object id '${sandbox.world.administrator.objectId}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourceGroups/write' over scope '${subscription}/resourceGroups/theirs' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
      },
    });
    expect((await arm("GET", "/subscriptions", undefined, stranger)).json()).toMatchObject({ value: [] });
    expect((await arm("GET", "/subscriptions")).json()).toMatchObject({
      value: [{ subscriptionId: sandbox.world.subscriptionId }],
    });
  });

  it("is refused for another subscription", async () => {
    const answer = await arm("GET", "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/x");

    expect(errorOf(answer)).toEqual([404, "SubscriptionNotFound"]);
  });
});

describe("resource groups", () => {
  it("are created, changed, found in any letter case and deleted", async () => {
    const path = await group("Plain");

    const changed = await arm("PUT", path, { location: "westeurope", tags: { by: "test" } });
    expect([changed.status, changed.json()]).toEqual([
      200,
      expect.objectContaining({ id: path, tags: { by: "test" } }),
    ]);
    expect((await arm("GET", path.toUpperCase())).json()).toMatchObject({ name: "Plain", location: "westeurope" });
    expect((await arm("HEAD", path)).status).toBe(204);

    const deleted = await arm("DELETE", path);
    expect(deleted.status).toBe(202);
    const operation = await client.call(deleted.headers.get("location") ?? "", {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(operation.status).toBe(200);
    expect((await arm("HEAD", path)).status).toBe(404);
    expect(errorOf(await arm("GET", path))).toEqual([404, "ResourceGroupNotFound"]);
  });

  it("stay where they are", async () => {
    const path = await group("Anchored");

    expect(errorOf(await arm("PUT", path, { location: "northeurope" }))).toEqual([409, "InvalidResourceGroupLocation"]);
    expect(errorOf(await arm("PUT", `${subscription}/resourceGroups/Nowhere`, {}))).toEqual([400, "LocationRequired"]);
  });
});

describe("vaults", () => {
  it("are what was asked for", async () => {
    const path = await vault(await group("vaults-1"), "Kv-One", { softDeleteRetentionInDays: 7 });

    expect((await arm("GET", path)).json()).toMatchObject({
      id: path,
      name: "Kv-One",
      location: "westeurope",
      properties: {
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 7,
        vaultUri: "https://kv-one.vault.azure.net/",
        provisioningState: "Succeeded",
      },
    });
    expect((await arm("PUT", path, vaultBody({ softDeleteRetentionInDays: 7 }))).status).toBe(200);
  });

  it.each([
    ["a short name", "ab", {}, 400, "VaultNameNotValid"],
    ["a name with two hyphens", "a--b", {}, 400, "VaultNameNotValid"],
    ["another tenant", "other-tenant", { tenantId: "00000000-0000-0000-0000-000000000001" }, 400, "BadRequest"],
    ["purge protection taken back", "no-purge", { enablePurgeProtection: false }, 400, "BadRequest"],
    ["no soft delete", "no-soft", { enableSoftDelete: false }, 400, "BadRequest"],
    ["too short a retention", "short-keep", { softDeleteRetentionInDays: 3 }, 400, "BadRequest"],
    ["neither RBAC nor policies", "no-rbac", { enableRbacAuthorization: false }, 400, "BadRequest"],
  ])("are refused with %s", async (_, name, more, status, code) => {
    const groupPath = `${subscription}/resourceGroups/refusals`;
    await arm("PUT", groupPath, { location: "westeurope" });

    const answer = await arm("PUT", `${groupPath}/providers/Microsoft.KeyVault/vaults/${name}`, vaultBody(more));

    expect(errorOf(answer)).toEqual([status, code]);
  });

  it("keep their name when deleted, until purged or recovered", async () => {
    const groupPath = await group("vaults-2");
    const path = await vault(groupPath, "kv-kept");
    await arm("PUT", `${path}/secrets/one`, { properties: { value: "v1" } });
    await arm("DELETE", path);

    const taken = await arm("PUT", path, vaultBody());
    expect(errorOf(taken)).toEqual([409, "ConflictError"]);
    const listed = (await arm("GET", `${subscription}/providers/Microsoft.KeyVault/deletedVaults`)).json<{
      value: { name: string }[];
    }>();
    expect(listed.value.map((each) => each.name)).toContain("kv-kept");

    const recovered = await arm("PUT", path, {
      location: "westeurope",
      properties: { ...(vaultBody()["properties"] as object), createMode: "recover" },
    });
    expect(recovered.status).toBe(201);
    expect((await arm("GET", `${path}/secrets/one`)).status).toBe(200);

    await arm("DELETE", path);
    const purged = await arm(
      "POST",
      `${subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-kept/purge`,
    );
    expect(purged.status).toBe(202);
    expect((await arm("PUT", path, vaultBody())).status).toBe(201);
    expect(errorOf(await arm("GET", `${path}/secrets/one`))).toEqual([404, "ResourceNotFound"]);
  });

  it("with purge protection keep it for the whole retention", async () => {
    const path = await vault(await group("vaults-3"), "kv-protected", {
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 7,
    });
    await arm("DELETE", path);

    const purge = await arm(
      "POST",
      `${subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-protected/purge`,
    );
    expect(errorOf(purge)).toEqual([405, "MethodNotAllowed"]);

    await sandbox.advance(8 * 24 * 60 * 60 * 1000);
    token = await client.token(sandbox.world.deployer, "https://management.azure.com/.default");
    expect((await arm("PUT", path, vaultBody())).status).toBe(201);
  });

  it("go with their resource group, softly", async () => {
    const groupPath = await group("vaults-4");
    const path = await vault(groupPath, "kv-swept");
    await arm("DELETE", groupPath);
    await group("vaults-4");

    expect(errorOf(await arm("GET", path))).toEqual([404, "ResourceNotFound"]);
    expect(errorOf(await arm("PUT", path, vaultBody()))).toEqual([409, "ConflictError"]);
  });
});

describe("secrets by ARM", () => {
  it("take a value, never give it back, and have a new version for another value", async () => {
    const path = `${await vault(await group("secrets-1"), "kv-secrets")}/secrets/key`;
    const put = (value: string) => arm("PUT", path, { properties: { value, contentType: "text/plain" } });
    const versionOf = (answer: Answer) =>
      answer.json<{ properties: { secretUriWithVersion: string } }>().properties.secretUriWithVersion;

    const first = await put("value-one");
    const same = await put("value-one");
    const other = await put("value-two");

    expect(first.status).toBe(201);
    expect(versionOf(same)).toBe(versionOf(first));
    expect(versionOf(other)).not.toBe(versionOf(first));
    for (const answer of [first, same, other, await arm("GET", path)])
      expect(answer.text).not.toMatch(/value-(one|two)/);
    expect(errorOf(await arm("DELETE", path))).toEqual([405, "HttpMethodNotAllowed"]);
  });
});

describe("role assignments", () => {
  const assignments = (scope: string, name: string) =>
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const grant = (principalId: string, more: Record<string, unknown> = {}) => ({
    properties: {
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`,
      principalId,
      ...more,
    },
  });
  const NAMES = ["10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"] as const;

  it("are created once, under one name", async () => {
    const scope = await vault(await group("roles-1"), "kv-roles");
    const body = grant(sandbox.world.administrator.objectId, { principalType: "ServicePrincipal" });

    const created = await arm("PUT", assignments(scope, NAMES[0]), body);
    const again = await arm("PUT", assignments(scope, NAMES[0]), body);
    const otherName = await arm("PUT", assignments(scope, NAMES[1]), body);
    const otherPrincipal = await arm("PUT", assignments(scope, NAMES[0]), grant(sandbox.world.deployer.objectId));

    expect(created.status).toBe(201);
    expect(created.json()).toMatchObject({
      id: assignments(scope, NAMES[0]),
      properties: { scope, principalId: sandbox.world.administrator.objectId, principalType: "ServicePrincipal" },
    });
    expect([again.status, again.json()]).toEqual([200, created.json()]);
    expect(errorOf(otherName)).toEqual([409, "RoleAssignmentExists"]);
    expect(errorOf(otherPrincipal)).toEqual([400, "RoleAssignmentUpdateNotPermitted"]);
    expect((await arm("GET", assignments(scope, NAMES[0]))).json()).toEqual(created.json());

    const filter = encodeURIComponent(`principalId eq '${sandbox.world.administrator.objectId}'`);
    const listed = await arm("GET", `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=${filter}`);
    expect(listed.json()).toEqual({ value: [created.json()] });

    expect((await arm("DELETE", assignments(scope, NAMES[0]))).status).toBe(200);
    expect((await arm("DELETE", assignments(scope, NAMES[0]))).status).toBe(204);
    expect((await arm("GET", assignments(scope, NAMES[0]))).status).toBe(404);
  });

  it.each([
    ["an unknown principal", "20000000-0000-4000-8000-000000000001", {}, "PrincipalNotFound"],
    ["a principal that is no GUID", "somebody", {}, "InvalidPrincipalId"],
    [
      "a role that does not exist",
      undefined,
      { roleDefinitionId: "/providers/x/00000000-0000-0000-0000-000000000001" },
      "RoleDefinitionDoesNotExist",
    ],
    ["another type of principal", undefined, { principalType: "User" }, "UnmatchedPrincipalType"],
  ])("are refused for %s", async (_, principalId, more, code) => {
    const body = grant(principalId ?? sandbox.world.deployer.objectId, more);

    const answer = await arm("PUT", assignments(subscription, NAMES[0]), body);

    expect(answer.json<{ error: { code: string } }>().error.code).toBe(code);
  });

  it("need a scope that exists", async () => {
    const scope = `${await group("roles-2")}/providers/Microsoft.KeyVault/vaults/kv-none`;

    expect(errorOf(await arm("PUT", assignments(scope, NAMES[0]), grant(sandbox.world.deployer.objectId)))).toEqual([
      404,
      "ResourceNotFound",
    ]);
  });

  it("name the role that a display name means", async () => {
    const filter = encodeURIComponent("roleName eq 'Key Vault Secrets User'");

    const answer = await arm(
      "GET",
      `${subscription}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`,
    );

    expect(answer.json()).toMatchObject({ value: [{ name: SECRETS_USER }] });
  });
});
