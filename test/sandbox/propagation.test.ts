import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { changeBehaviours } from "../../sandbox/behaviours.ts";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { grantedRoles } from "../../sandbox/directory/roles.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";
import { GRAPH, newTenant } from "./graph-client.ts";

const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
const MINUTE = 60_000;

let sandbox: Sandbox;
let client: Client;
let subscription: string;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  client = clientOf(sandbox);
  subscription = `/subscriptions/${sandbox.world.subscriptionId}`;
  await arm("PUT", `${subscription}/resourceGroups/g`, { location: "westeurope" });
  const properties = { tenantId: sandbox.world.tenant.id, sku: { family: "A", name: "standard" } };
  await arm("PUT", vault(), { location: "westeurope", properties: { ...properties, enableRbacAuthorization: true } });
  await arm("PUT", `${vault()}/secrets/key`, { properties: { value: "x" } });
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

const vault = () => `${subscription}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-minutes`;

async function arm(method: string, path: string, body?: unknown): Promise<Answer> {
  const bearer = await client.token(sandbox.world.deployer, "https://management.azure.com/.default");
  const url = `https://management.azure.com${path}?api-version=2024-11-01`;
  return client.call(url, { method, headers: { authorization: `Bearer ${bearer}` }, body });
}

/** Status of reading the secret as the administrator, who has no right but those that a test gives. */
async function read(): Promise<number> {
  const bearer = await client.token(sandbox.world.administrator, "https://vault.azure.net/.default");
  const url = "https://kv-minutes.vault.azure.net/secrets/key?api-version=7.5";
  return (await client.call(url, { headers: { authorization: `Bearer ${bearer}` } })).status;
}

it("a role of Azure is listed at once, lets in after minutes, and goes after minutes", async () => {
  changeBehaviours(sandbox.world, { propagation: { azureRoleMinutes: 5 } });
  const path = `${vault()}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
  const made = await arm("PUT", path, {
    properties: {
      principalId: sandbox.world.administrator.objectId,
      principalType: "ServicePrincipal",
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`,
    },
  });
  expect([made.status, (await arm("GET", path)).status, await read()]).toEqual([201, 200, 403]);
  sandbox.world.advance(4 * MINUTE);
  expect(await read()).toBe(403);
  sandbox.world.advance(MINUTE);
  expect(await read()).toBe(200);

  expect([(await arm("DELETE", path)).status, (await arm("GET", path)).status, await read()]).toEqual([200, 404, 200]);
  sandbox.world.advance(5 * MINUTE);
  expect(await read()).toBe(403);

  // One that never held leaves nothing behind.
  await arm("PUT", path, JSON.parse(made.text));
  await arm("DELETE", path);
  sandbox.world.advance(MINUTE);
  expect(await read()).toBe(403);
});

it("what was assigned before the switch holds", async () => {
  changeBehaviours(sandbox.world, { propagation: { azureRoleMinutes: 60 } });
  expect((await arm("GET", `${subscription}/resourceGroups/g`)).status).toBe(200);
});

it("an app role is read at once, and is in new tokens after minutes", async () => {
  const { world, as } = newTenant();
  changeBehaviours(world, { propagation: { appRoleMinutes: 3 } });
  const deployer = await as(world.deployer);
  const { servicePrincipals } = directory(world);
  const resourceId = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000")?.id ?? "";
  const app = (await deployer.post("/v1.0/applications", { displayName: "new" })).body;
  const principal = (await deployer.post("/v1.0/servicePrincipals", { appId: app["appId"] })).body;
  const principalId = principal["id"] as string;
  const appRoleId = applicationRole("Place.Read.All");
  const path = `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`;

  expect((await deployer.post(path, { appRoleId, principalId, resourceId })).status).toBe(201);
  expect((await deployer.get(path)).body.value).toHaveLength(1);
  expect(grantedRoles(world, principalId, GRAPH)).toEqual([]);
  world.advance(3 * MINUTE);
  expect(grantedRoles(world, principalId, GRAPH)).toEqual(["Place.Read.All"]);
});
