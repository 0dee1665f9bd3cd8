import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeJwt } from "jose";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { createRequestLog, MAX_ENTRIES } from "../../sandbox/requests.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import { run, runNode } from "./child.ts";

let sandbox: Sandbox;
let folder: string;
const refused: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
  sandbox = await startSandbox({ users: 10, provider: false, onRefused: (authority) => refused.push(authority) });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

describe("the environment", () => {
  it("is a world of its own for Node, Python and Go clients, and for the engine", () => {
    const { world, environment, caFile } = sandbox;

    expect(environment).toMatchObject({
      HTTPS_PROXY: sandbox.proxyUrl,
      NO_PROXY: "localhost,127.0.0.1",
      no_proxy: "localhost,127.0.0.1",
      NODE_USE_ENV_PROXY: "1",
      NODE_EXTRA_CA_CERTS: caFile,
      REQUESTS_CA_BUNDLE: caFile,
      SSL_CERT_FILE: caFile,
      ARM_ENVIRONMENT: "public",
      ARM_TENANT_ID: world.tenant.id,
      ARM_SUBSCRIPTION_ID: world.subscriptionId,
      ARM_CLIENT_ID: world.deployer.clientId,
      ARM_CLIENT_SECRET: world.deployer.clientSecret,
      ARM_USE_CLI: "false",
      AZURE_TENANT_ID: world.tenant.id,
      AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/",
      ONEPLAN_KEY: world.oneplanKey.value,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      SANDBOX_CONTROL: sandbox.controlUrl,
    });
    expect(environment["PULUMI_BACKEND_URL"]).toMatch(/^file:\/\/\//);
    expect(environment["PULUMI_CONFIG_PASSPHRASE"]).not.toBe("");
    expect(environment["PATH"]).toMatch(/node_modules[\\/]\.bin/);
    // Lower case would catch the program's loopback calls; a client id would hide the one of the outputs.
    for (const name of ["https_proxy", "http_proxy", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"]) {
      expect(environment).not.toHaveProperty(name);
    }
  });

  it("does not inherit what leads out of that world", () => {
    const inherited = {
      HOME: "/home/me",
      https_proxy: "http://company:8080",
      HTTP_PROXY: "http://company:8080",
      ARM_OIDC_TOKEN: "real",
      AZURE_CLIENT_SECRET: "real",
      PULUMI_ACCESS_TOKEN: "real",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/home/me/passphrase",
      PULUMI_STACK: "contoso",
      SSL_CERT_DIR: "/etc/ssl/certs",
    };

    const env = commandEnvironment(inherited, { HTTPS_PROXY: "ours" });

    expect(env).toEqual({ HOME: "/home/me", PULUMI_STACK: "contoso", HTTPS_PROXY: "ours" });
  });

  it("gives the workload's token in a file for this user only, and a new one when time passes", async () => {
    const file = sandbox.environment["AZURE_FEDERATED_TOKEN_FILE"] ?? "";
    const before = decodeJwt(readFileSync(file, "utf8"));

    await sandbox.advance(3_000_000);

    const after = decodeJwt(readFileSync(file, "utf8"));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(before).toMatchObject({ iss: "https://workloads.contoso.com", sub: sandbox.world.workload.subject });
    expect((after.exp ?? 0) - (before.exp ?? 0)).toBeGreaterThanOrEqual(3000);
  });

  it("answers for the plugins unless a package is left to the machine's own", async () => {
    const machine = join(folder, "machine");
    const version = (
      JSON.parse(readFileSync("node_modules/@pulumi/azuread/package.json", "utf8")) as { pulumi: { version: string } }
    ).pulumi.version;
    const plugin = join(machine, "plugins", `resource-azuread-v${version}`);
    mkdirSync(plugin, { recursive: true });
    writeFileSync(join(plugin, "pulumi-resource-azuread"), "the plugin");
    const script = `
      const { startSandbox } = await import("./sandbox/server.ts");
      const { readdirSync, readFileSync } = await import("node:fs");
      const sandbox = await startSandbox({ users: 10, real: ["azuread"] });
      const plugins = sandbox.environment.PULUMI_HOME + "/plugins";
      const linked = readFileSync(plugins + "/resource-azuread-v${version}/pulumi-resource-azuread", "utf8");
      console.log(JSON.stringify({ linked, plugins: readdirSync(plugins) }));
      await sandbox.stop();`;

    const found = await runNode(script, undefined, { PULUMI_HOME: machine });
    const missing = await runNode(script, undefined, { PULUMI_HOME: join(folder, "no-machine") });

    expect(found.stderr).toBe("");
    expect(JSON.parse(found.stdout)).toEqual({
      linked: "the plugin",
      plugins: [expect.stringMatching(/^resource-azure-native-v/), `resource-azuread-v${version}`],
    });
    expect(missing.stderr).toContain(
      `The azuread plugin ${version} is not installed on this machine: run "pulumi plugin install resource azuread ${version}", or leave --real away.`,
    );
  }, 30_000);
});

describe("a command in that world", () => {
  it("reaches the stand-in with Node's own fetch, and nothing else", async () => {
    sandbox.requests.mark();

    const ran = await runNode(
      `const response = await fetch("https://login.microsoftonline.com/${sandbox.world.tenant.id}/v2.0/.well-known/openid-configuration");
       console.log(response.status, (await response.json()).issuer);
       await fetch("https://registry.example/").catch((error) => console.log(error.message));`,
      sandbox,
    );

    expect(ran.stdout).toBe(`200 https://login.microsoftonline.com/${sandbox.world.tenant.id}/v2.0\nfetch failed\n`);
    expect(sandbox.requests.counts()).toEqual({
      total: 1,
      hosts: { "login.microsoftonline.com": 1 },
      refused: { "registry.example:443": 1 },
    });
    expect(sandbox.requests.entries()).toEqual([
      {
        host: "login.microsoftonline.com",
        method: "GET",
        path: `/${sandbox.world.tenant.id}/v2.0/.well-known/openid-configuration`,
        query: "",
        status: 200,
      },
    ]);
    expect(refused).toContain("registry.example:443");
  });

  it("is heard by clients that are not Node", async () => {
    const url = "https://eu.oneplan.ai/api/resources";

    const known = await run(
      "curl",
      ["-sS", "--cacert", sandbox.caFile, "-o", "/dev/null", "-w", "%{http_code}", url],
      sandbox,
    );
    const unknown = await run("curl", ["-sS", "--cacert", sandbox.caFile, "https://example.com/"], sandbox);

    expect(known.stdout).toBe("401");
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain("403");
  });

  it("signs in as the deployer with @azure/identity, without any switch", async () => {
    const ran = await runNode(
      `import { ClientSecretCredential } from "@azure/identity";
       const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = process.env;
       const credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET);
       const { token } = await credential.getToken("https://graph.microsoft.com/.default");
       console.log(JSON.parse(Buffer.from(token.split(".")[1], "base64url")).oid);`,
      sandbox,
    );

    expect(ran).toMatchObject({ stderr: "", stdout: `${sandbox.world.deployer.objectId}\n` });
  });
});

describe("names", () => {
  it.each([
    ["kv-any.vault.azure.net", true],
    ["KV-ANY.Vault.Azure.NET", true],
    ["a.b.vault.azure.net", false],
    ["vault.azure.net", false],
    ["notoneplan.ai", false],
  ])("%s is known: %s", async (name, isKnown) => {
    const client = clientOf(sandbox);

    const status = await client.call(`https://${name}/`).then(
      (answer) => answer.status,
      (error: Error) => error.message,
    );
    await client.close();

    expect(typeof status === "number").toBe(isKnown);
  });
});

describe("the control", () => {
  const control = (method: string, path: string, body?: unknown) =>
    fetch(sandbox.controlUrl + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });

  it("moves the clock", async () => {
    const before = sandbox.world.now().getTime();

    const answer = (await (await control("POST", "/clock", { advanceMs: 86_400_000 })).json()) as { now: string };

    expect(new Date(answer.now).getTime() - before).toBeGreaterThanOrEqual(86_400_000);
    expect((await control("POST", "/clock", { advanceMs: -1 })).status).toBe(400);
  });

  it("counts requests from a mark on", async () => {
    const client = clientOf(sandbox);
    await control("DELETE", "/requests");

    await client.call("https://my.oneplan.ai/api/resources?email=x");
    await client.close();

    expect(await (await control("GET", "/requests")).json()).toEqual({
      total: 1,
      hosts: { "my.oneplan.ai": 1 },
      refused: {},
      entries: [{ host: "my.oneplan.ai", method: "GET", path: "/api/resources", query: "?email=x", status: 401 }],
    });
  });

  it("lists, adds and removes faults", async () => {
    const { id } = (await (await control("POST", "/faults", { then: { status: 503 } })).json()) as { id: number };

    expect(await (await control("GET", "/faults")).json()).toEqual([{ id, rule: { then: { status: 503 } }, seen: 0 }]);
    expect((await control("DELETE", `/faults/${id}`)).status).toBe(204);
    expect((await control("DELETE", `/faults/${id}`)).status).toBe(404);
    expect((await control("POST", "/faults", { then: { status: 200 } })).status).toBe(400);
  });

  it("changes behaviours that exist, and no others", async () => {
    const answer = await control("PATCH", "/behaviour", { graph: { lagReads: 2 } });

    expect(await answer.json()).toMatchObject({ oneplan: { inactivate: "accept" }, graph: { lagReads: 2 } });
    await control("PATCH", "/behaviour", { graph: { lagReads: 0 } });
    expect((await control("PATCH", "/behaviour", { oneplan: { inactivated: "accept" } })).status).toBe(400);
    expect((await control("PATCH", "/behaviour", { nobody: {} })).status).toBe(400);
  });
});

describe("a data folder", () => {
  it("keeps the world, the engine's folders and the passphrase", async () => {
    const dataDir = join(folder, "data");
    const first = await startSandbox({ users: 10, seed: 7, dataDir, provider: false });
    const client = clientOf(first);
    const { name, value } = first.world.oneplanKey;
    const headers = { authorization: `Basic ${Buffer.from(`${name}:${value}`).toString("base64")}` };
    await client.call("https://my.oneplan.ai/api/resources", { method: "POST", headers, body: { Name: "Kept" } });
    await client.close();
    await first.stop();

    const second = await startSandbox({ users: 99, dataDir, provider: false });
    const reader = clientOf(second);
    const found = await reader.call("https://my.oneplan.ai/api/resources", { headers });
    await reader.close();
    await second.stop();

    expect(second.world).toMatchObject({ seed: 7, users: 10 });
    expect(found.text).toContain('"Kept"');
    for (const variable of ["PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "ARM_CLIENT_SECRET"]) {
      expect(second.environment[variable]).toBe(first.environment[variable]);
    }
    expect(second.environment["PULUMI_HOME"]).toContain(dataDir);
    expect(statSync(join(dataDir, "pulumi-passphrase")).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it("is used by one stand-in at a time", async () => {
    const dataDir = join(folder, "locked");
    const first = await startSandbox({ users: 10, dataDir, provider: false });

    await expect(startSandbox({ users: 10, dataDir, provider: false })).rejects.toThrow(
      `Another stand-in tenant is running on the data folder ${dataDir}. Stop that one, or name another folder with --data.`,
    );

    await first.stop();
    await (await startSandbox({ users: 10, dataDir, provider: false })).stop();
  });
});

describe("a data folder that cannot be used", () => {
  it("is named in one sentence when it is a file", async () => {
    const dataDir = join(folder, "file");
    writeFileSync(dataDir, "");

    await expect(startSandbox({ dataDir, provider: false })).rejects.toThrow(
      /^The data folder .*file cannot be used \(.*\)\. Name another folder with --data\.$/,
    );
  });

  it("is named in one sentence when it holds no world", async () => {
    const dataDir = join(folder, "broken");
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, "world.json"), "{");

    await expect(startSandbox({ dataDir, provider: false })).rejects.toThrow(
      `The data folder ${dataDir} holds a world.json that is no JSON. Remove the folder, or name another with --data.`,
    );
    rmSync(join(dataDir, "world.json"));
    await (await startSandbox({ users: 10, dataDir, provider: false })).stop();
  });
});

it("leaves nothing behind", async () => {
  const ended = await startSandbox({ users: 10, provider: false });
  const temporary = dirname(ended.caFile);
  expect(statSync(temporary).mode & 0o777).toBe(0o700);
  expect(readdirSync(temporary).filter((file) => /key/i.test(file))).toEqual([]);

  await ended.stop();

  expect(existsSync(temporary)).toBe(false);
  await expect(fetch(ended.controlUrl)).rejects.toThrow("fetch failed");
});

describe("the request log", () => {
  const request = { host: "h", method: "GET", path: "/", query: "", status: 200 };

  it("keeps the newest entries and counts them all", () => {
    const log = createRequestLog();
    for (let number = 0; number < MAX_ENTRIES + 10; number++) log.record({ ...request, path: `/${number}` });

    expect(log.counts()).toEqual({ total: MAX_ENTRIES + 10, hosts: { h: MAX_ENTRIES + 10 }, refused: {} });
    expect(log.entries()).toHaveLength(MAX_ENTRIES);
    expect(log.entries().at(0)?.path).toBe("/10");
    expect(log.entries().at(-1)?.path).toBe(`/${MAX_ENTRIES + 9}`);
  });

  it("begins anew at a mark, and cuts long queries", () => {
    const log = createRequestLog();
    log.record(request);
    log.recordRefused("x:443");
    log.mark();
    log.record({ ...request, query: `?${"q".repeat(10_000)}` });

    expect(log.counts()).toEqual({ total: 1, hosts: { h: 1 }, refused: {} });
    expect(log.entries()[0]?.query).toHaveLength(500);
  });
});
