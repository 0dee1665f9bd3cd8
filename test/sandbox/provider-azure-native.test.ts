/** The azure-native types against the stand-in's own hosts, without an engine. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createHttp, type Http } from "../../sandbox/provider/http.ts";
import { type Properties, record, text } from "../../sandbox/provider/json.ts";
import { resourceOf } from "../../sandbox/provider/registry.ts";
import type { Recorded } from "../../sandbox/provider/resource.ts";
import { createSession, type Session } from "../../sandbox/provider/session.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";

const VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

let sandbox: Sandbox;
let http: Http;
let session: Session;
let group: string;
let vaultName: string;
let vault: Recorded;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  http = createHttp(sandbox.proxyUrl, readFileSync(sandbox.caFile, "utf8"));
  session = createSession({}, sandbox.environment, http, sandbox.world);
});
afterAll(async () => {
  await http.close();
  await sandbox.stop();
});

const types = {
  group: resourceOf("azure-native:resources:ResourceGroup"),
  vault: resourceOf("azure-native:keyvault:Vault"),
  secret: resourceOf("azure-native:keyvault:Secret"),
  role: resourceOf("azure-native:authorization:RoleAssignment"),
};

/** Checks and creates, as the engine does. */
async function create(type: keyof typeof types, news: Properties): Promise<Recorded> {
  const { inputs, failures } = await check(type, news);
  expect(failures).toEqual([]);
  return { inputs, ...(await types[type].create(session, inputs)) };
}

function check(type: keyof typeof types, news: Properties) {
  return types[type].check(session, { name: "x", olds: {}, news, randomSeed: new Uint8Array([1]) });
}

let count = 0;
beforeEach(async () => {
  count += 1;
  const made = await create("group", { location: "northeurope", resourceGroupName: `rg-${count}` });
  group = text(made.state["name"]);
  vault = await create("vault", {
    resourceGroupName: group,
    vaultName: `kv-test-${count}`,
    properties: {
      tenantId: sandbox.world.tenant.id,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
    },
    tags: { owner: "us" },
  });
  vaultName = text(vault.state["name"]);
});

function secretOf(value: string, more: Properties = {}): Properties {
  return { resourceGroupName: group, vaultName, secretName: "s", properties: { value, ...more } };
}

describe("Vault", () => {
  it("has the ids and outputs of Azure, in the location of its group", () => {
    const { id, state } = vault;

    expect(id).toBe(
      `/subscriptions/${sandbox.world.subscriptionId}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/${vaultName}`,
    );
    expect(state).toMatchObject({
      name: vaultName,
      type: "Microsoft.KeyVault/vaults",
      location: "northeurope",
      tags: { owner: "us" },
      azureApiVersion: "2024-11-01",
      properties: { vaultUri: `https://${vaultName}.vault.azure.net/`, enableRbacAuthorization: true },
    });
    expect(state).not.toHaveProperty("id");
  });

  it("wants a location when there is no group to take it from", async () => {
    const { failures } = await check("vault", { ...vault.inputs, location: undefined, resourceGroupName: "none" });

    expect(failures).toEqual(["missing required property 'location'"]);
  });

  it("takes the provider's location first", async () => {
    const elsewhere = createSession({ location: "uksouth" }, sandbox.environment, http, sandbox.world);
    const news = { ...vault.inputs, location: undefined };

    const { inputs } = await types.vault.check(elsewhere, {
      name: "x",
      olds: {},
      news,
      randomSeed: new Uint8Array([1]),
    });

    expect(inputs["location"]).toBe("uksouth");
  });

  it("is not taken over when it exists", async () => {
    await expect(create("vault", vault.inputs)).rejects.toThrow(
      `cannot create already existing resource '${vault.id}'`,
    );
  });

  it("shows no difference after a refresh that found none", async () => {
    const now = await types.vault.read(session, vault);

    expect(now).toEqual(vault);
  });

  it("brings drift into the inputs", async () => {
    await types.vault.update(session, vault, { ...vault.inputs, tags: { owner: "them", team: "theirs" } }, []);

    const now = await types.vault.read(session, vault);

    expect(now?.inputs).toEqual({ ...vault.inputs, tags: { owner: "them", team: "theirs" } });
  });

  it("imports its inputs from its id and its answer", async () => {
    const now = await types.vault.read(session, { id: vault.id, inputs: {}, state: {} });

    expect(now?.inputs).toMatchObject({ ...vault.inputs, azureApiVersion: "2024-11-01" });
  });

  it("is gone, and deleted again without a complaint", async () => {
    await types.vault.delete(session, vault);

    expect(await types.vault.read(session, vault)).toBeUndefined();
    await types.vault.delete(session, vault);
  });
});

describe("Secret", () => {
  it("has addresses and never tells its value", async () => {
    const made = await create(
      "secret",
      secretOf("one", { contentType: "text/plain", attributes: { expires: 4_000_000_000 } }),
    );

    expect(made.state).toMatchObject({
      name: "s",
      properties: {
        secretUri: `https://${vaultName}.vault.azure.net/secrets/s`,
        secretUriWithVersion: expect.stringMatching(/\/secrets\/s\/[0-9a-f]{32}$/),
        contentType: "text/plain",
        attributes: { expires: 4_000_000_000, enabled: true },
      },
    });
    expect(JSON.stringify(made.state)).not.toContain("one");
  });

  it("gets a new version for a new value, which a refresh does not lose", async () => {
    const made = await create("secret", secretOf("one"));
    const news = { ...made.inputs, properties: { value: "two" } };
    const { changes } = types.secret.diff(made, news, []);

    const state = await types.secret.update(session, made, news, []);

    expect(changes.map(({ path, replaces }) => [path, replaces])).toEqual([["properties.value", false]]);
    expect(record(state["properties"])["secretUri"]).toBe(record(made.state["properties"])["secretUri"]);
    expect(record(state["properties"])["secretUriWithVersion"]).not.toBe(
      record(made.state["properties"])["secretUriWithVersion"],
    );
    expect((await types.secret.read(session, { id: made.id, inputs: news, state }))?.inputs).toEqual(news);
  });

  it("is deleted by the data plane, since ARM cannot", async () => {
    const made = await create("secret", secretOf("one"));
    sandbox.requests.mark();

    await types.secret.delete(session, made);

    const [last] = sandbox.requests.entries().slice(-1);
    expect(last).toMatchObject({
      host: `${vaultName}.vault.azure.net`,
      method: "DELETE",
      path: "/secrets/s",
      status: 200,
    });
    expect(await types.secret.read(session, made)).toBeUndefined();
    await types.secret.delete(session, made);
  });
});

describe("RoleAssignment", () => {
  it("is made, read, imported and deleted", async () => {
    const given = {
      scope: vault.id,
      principalId: sandbox.world.administrator.objectId,
      principalType: "ServicePrincipal",
      roleDefinitionId: `/subscriptions/${sandbox.world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${VAULT_SECRETS_USER}`,
    };
    const made = await create("role", given);

    expect(made.id).toBe(
      `${vault.id}/providers/Microsoft.Authorization/roleAssignments/${text(made.inputs["roleAssignmentName"])}`,
    );
    expect(made.state).toMatchObject({
      ...given,
      scope: vault.id,
      name: made.inputs["roleAssignmentName"],
    });
    const imported = await types.role.read(session, { id: made.id, inputs: {}, state: {} });
    expect(imported?.inputs).toMatchObject({
      principalId: given.principalId,
      roleAssignmentName: made.inputs["roleAssignmentName"],
    });
    await types.role.delete(session, made);
    expect(await types.role.read(session, made)).toBeUndefined();
  });
});

it("says what Azure refuses in the plugin's words", async () => {
  const administrator = createSession({ ...sandbox.world.administrator }, sandbox.environment, http, sandbox.world);

  await expect(
    types.group.create(administrator, { resourceGroupName: "theirs", location: "westeurope" }),
  ).rejects.toThrow(
    /^Status=403 Code="AuthorizationFailed" Message="The client '.+' does not have authorization to perform action/,
  );
});
