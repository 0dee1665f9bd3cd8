/** Requests to Azure Resource Manager, Key Vault and Entra as clients and people send them who did not read their code. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Client } from "./client.ts";

let sandbox: Sandbox;
let client: Client;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  client = clientOf(sandbox);
  for (const host of ["https://management.azure.com", "https://vault.azure.net"]) {
    tokens[host] = await client.token(sandbox.world.deployer, `${host}/.default`);
  }
  await send("PUT", "{arm}/{sub}/resourceGroups/g?api-version=2022-09-01", {
    location: "westeurope",
    tags: { a: "b" },
  });
  await send("PUT", "{vaults}/kv-strange?api-version=2024-11-01", {
    location: "westeurope",
    properties: {
      ...{ tenantId: sandbox.world.tenant.id, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
    },
  });
  await send("PUT", "{kv}/secrets/a?api-version=7.5", { value: "1" });
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

async function send(method: string, path: string, body?: unknown) {
  const { subscriptionId, tenant, deployer } = sandbox.world;
  const names: Record<string, string> = {
    arm: "https://management.azure.com",
    sub: `subscriptions/${subscriptionId}`,
    vaults: `https://management.azure.com/subscriptions/${subscriptionId}/resourceGroups/g/providers/Microsoft.KeyVault/vaults`,
    kv: "https://kv-strange.vault.azure.net",
    entra: `https://login.microsoftonline.com/${tenant.id}`,
    deployer: deployer.objectId,
  };
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? "?");
  const token = tokens[url.includes(".vault.") ? "https://vault.azure.net" : "https://management.azure.com"] ?? "";
  const isEntra = path.startsWith("{entra}");
  return client.call(url, { method, ...(!isEntra && { headers: { authorization: `Bearer ${token}` } }), body });
}

const RG = "api-version=2022-09-01";
const ROLES = "api-version=2022-04-01";

it.each<[string, string, number, (string | undefined)?, unknown?]>([
  ["GET", `{arm}/{sub}//resourceGroups/g/?${RG}`, 200],
  ["GET", `{arm}/{sub}/resourceGroups?${RG}&$filter=tagName eq 'A' and tagValue eq 'b'`, 200],
  ["GET", `{arm}/{sub}/resourceGroups?${RG}&$filter=name eq 'g'`, 400, "BadRequest"],
  ["GET", `{arm}/{sub}/resourceGroups?api-version=banana`, 400, "InvalidApiVersionParameter"],
  ["GET", `{arm}/{sub}/resourceGroups?api-version=2022-09-01-preview`, 200],
  ["PATCH", `{arm}/{sub}/resourceGroups/g?${RG}`, 200, undefined, { tags: { a: "b", c: "d" } }],
  ["PATCH", `{arm}/{sub}/resourceGroups/nope?${RG}`, 404, "ResourceGroupNotFound", { tags: {} }],
  ["PATCH", `{vaults}/kv-strange?${RG}`, 501, "NotImplemented", { tags: {} }],
  ["HEAD", `{vaults}/kv-strange?${RG}`, 501],
  ["DELETE", `{arm}/{sub}?${RG}`, 405, "HttpMethodNotAllowed"],
  ["GET", `{vaults}?${RG}&$filter=name eq 'x'`, 501, "NotImplemented"],
  [
    "GET",
    `{arm}/{sub}/providers/Microsoft.Authorization/roleAssignments?${ROLES}&$filter=assignedTo('{deployer}')`,
    200,
  ],
  [
    "GET",
    `{arm}/{sub}/providers/Microsoft.Authorization/roleAssignments?${ROLES}&$filter=roleName eq 'x'`,
    400,
    "BadRequest",
  ],
  ["GET", `{arm}/{sub}/providers/Microsoft.Authorization/roleDefinitions?${ROLES}&$filter=roleName eq 'Reader'`, 200],
  [
    "GET",
    `{arm}/{sub}/providers/Microsoft.Authorization/roleDefinitions?${ROLES}&$filter=id eq 'x'`,
    501,
    "NotImplemented",
  ],
  ["GET", "{kv}//secrets/a/?api-version=7.5", 200],
  ["GET", "{kv}/Secrets/A?api-version=2025-07-01", 200],
  ["GET", "{kv}/secrets/a?api-version=9.9", 400, "BadParameter"],
  ["PUT", "{kv}/secrets/b?api-version=7.5", 400, "BadParameter", { value: "1", attributes: { exp: "tomorrow" } }],
  ["PUT", "{kv}/secrets/b?api-version=7.5", 400, "BadParameter", { value: "1", tags: { a: 1 } }],
  ["GET", "{entra}/v2.0/.well-known/openid-configuration/", 200],
  ["GET", "{entra}//v2.0/.well-known/openid-configuration", 200],
])("%s %s: %i", async (method, path, status, code = undefined, body = undefined) => {
  const answer = await send(method, path, body);
  const said = code === undefined ? undefined : answer.json<{ error: { code: string } }>().error.code;
  expect([answer.status, said]).toEqual([status, code]);
});
