/** The stand-in for the plugins under the real engine: a program with every type that it knows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { createHttp, type Http } from "../../sandbox/provider/http.ts";
import { type Properties, record } from "../../sandbox/provider/json.ts";
import { createSession, type Session } from "../../sandbox/provider/session.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";

const RESOURCES = 14;
const program = join(import.meta.dirname, "programs", "provider", "index.ts");

jest.setTimeout(120_000);

let sandbox: Sandbox;
let http: Http;
let session: Session;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  // Where no engine is, it is built first.
  const engine = await ensureEngine();
  sandbox = await startSandbox({ users: 20 });
  http = createHttp(sandbox.proxyUrl, readFileSync(sandbox.caFile, "utf8"));
  session = createSession({}, sandbox.environment, http, sandbox.world);
  folder = mkdtempSync(join(tmpdir(), "tenantwire-provider-"));
  env = commandEnvironment(process.env, {
    ...sandbox.environment,
    PATH: [engine.binDir, sandbox.environment["PATH"]].join(delimiter),
  });
  // What Jest needs is not what a person's shell has.
  delete env["NODE_OPTIONS"];
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    `name: provider\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: ${relative(folder, program)}\n`,
  );
  await must("stack", "init", "test");
  await configure({
    displayName: "App",
    redirectUris: '["https://a.example/callback"]',
    ownerId: sandbox.world.ownerId,
    endDate: "2040-01-01T00:00:00Z",
    rotation: "1",
  });
}, 900_000);

afterAll(async () => {
  await http?.close();
  await sandbox?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function pulumi(...args: string[]): Promise<Ran> {
  return run(["pulumi", ...args, "--non-interactive", "--color", "never"], { cwd: folder, env });
}

async function must(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumi(...args);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** `pulumi up`, and the requests that changed something meanwhile. */
async function up(...args: string[]): Promise<{ said: string; writes: string[] }> {
  sandbox.requests.mark();
  const said = await must("up", "--yes", "--skip-preview", ...args);
  return { said, writes: writes() };
}

async function configure(values: Record<string, string>): Promise<void> {
  const pairs = Object.entries(values).flatMap(([name, value]) => ["--plaintext", `${name}=${value}`]);
  await must("config", "set-all", ...pairs);
}

function writes(): string[] {
  return sandbox.requests
    .entries()
    .filter(({ method, host }) => method !== "GET" && host !== "login.microsoftonline.com")
    .map(
      ({ method, path }) => `${method} ${path.replace(/^\/subscriptions.*\//, ".../").replace(/[0-9a-f-]{36}/, "*")}`,
    );
}

async function outputs(): Promise<Record<string, string>> {
  return JSON.parse(await must("stack", "output", "--json")) as Record<string, string>;
}

interface Deployed {
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

async function state(): Promise<Deployed[]> {
  const exported = JSON.parse(await must("stack", "export")) as { deployment: { resources?: Deployed[] } };
  return exported.deployment.resources ?? [];
}

async function resource(name: string): Promise<Deployed> {
  const found = (await state()).find(({ urn }) => urn.endsWith(`::${name}`));
  if (!found) throw new Error(`No resource ${name} in the state.`);
  return found;
}

it("previews without making anything", async () => {
  sandbox.requests.mark();

  const said = await must("preview");

  expect(said).toContain(`+ ${RESOURCES} to create`);
  expect(writes()).toEqual([]);
});

it("makes everything, with its secrets as secrets", async () => {
  const { said } = await up();

  expect(said).toContain(`+ ${RESOURCES} created`);
  expect(await outputs()).toMatchObject({ domain: sandbox.world.tenant.domain, passwordEnd: "2040-01-01T00:00:00Z" });
  const [password, secret] = [await resource("password"), await resource("secret")];
  const hidden = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  expect(password.outputs?.["value"]).toMatchObject(hidden);
  expect(record(secret.inputs?.["properties"])["value"]).toMatchObject(hidden);
  expect(record(secret.outputs?.["properties"])).not.toHaveProperty("value");
});

it("finds nothing to change", async () => {
  const { said, writes } = await up("--expect-no-changes");

  expect(said).toContain(`${RESOURCES} unchanged`);
  expect(writes).toEqual([]);
});

it("changes a redirect URI in place and leaves an ignored end alone", async () => {
  await configure({ redirectUris: '["https://b.example/callback"]', endDate: "2041-01-01T00:00:00Z" });

  const { said, writes } = await up("--diff");

  expect(said).toContain('~ [0]: "https://a.example/callback" => "https://b.example/callback"');
  expect(said).toMatch(/~ 1 updated\s+13 unchanged/);
  expect(writes).toEqual(["PATCH /v1.0/applications/*"]);
});

it("replaces a password when its key changes, with the new end, before it deletes the old one", async () => {
  const before = await outputs();
  await configure({ rotation: "2" });

  const { said, writes } = await up();

  const after = await outputs();
  expect(said).toMatch(/~ 1 updated\s+\+-1 replaced/);
  expect(writes).toEqual([
    "POST /v1.0/applications/*/addPassword",
    expect.stringMatching(/^PUT \.\.\.\/secret/),
    "POST /v1.0/applications/*/removePassword",
  ]);
  expect(after["keyId"]).not.toBe(before["keyId"]);
  expect(after["passwordEnd"]).toBe("2041-01-01T00:00:00Z");
  expect(after["secretUri"]).toBe(before["secretUri"]);
  expect(after["secretVersion"]).not.toBe(before["secretVersion"]);
});

it("refreshes: nothing when nothing drifted, and mends what did", async () => {
  expect(await must("refresh", "--yes", "--skip-preview", "--expect-no-changes")).toContain(`${RESOURCES} unchanged`);
  const { objectId } = await outputs();
  await session.graph.patch(`/applications/${objectId}`, { displayName: "drifted" });

  expect(await must("preview", "--expect-no-changes")).toContain(`${RESOURCES} unchanged`);
  const { writes } = await up("--refresh");

  expect(writes).toEqual(["PATCH /v1.0/applications/*"]);
  expect(await session.graph.get(`/applications/${objectId}`)).toMatchObject({ displayName: "App" });
});

it("makes again what was deleted outside", async () => {
  const { id = "" } = await resource("role");
  await session.graph.remove(id);

  const { said, writes } = await up("--refresh");

  expect(said).toContain("+ 1 created");
  expect(writes).toEqual(["POST /v1.0/servicePrincipals/*/appRoleAssignedTo"]);
});

it("imports what exists already, after having said that it does", async () => {
  const { urn, id = "" } = await resource("role");
  await must("state", "delete", urn, "--yes");

  const { code, stdout } = await pulumi("up", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  const words = "Could not create app role assignment: unexpected status 400 (400 Bad Request) with error:";
  // Once as it is, and once as Terraform wraps it.
  expect(stdout).toContain(`helper_schema: ${words}`);
  expect(stdout).toMatch(/1 error occurred:\s+\* Could not create app role assignment: unexpected status 400/);
  const type = "azuread:index/appRoleAssignment:AppRoleAssignment";
  await must("import", type, "role", id, "--yes", "--protect=false", "--generate-code=false");

  expect((await up("--expect-no-changes")).writes).toEqual([]);
});

it("tells Entra's sentence when the configured credential is refused", async () => {
  const { clientId } = sandbox.world.deployer;
  await configure({ "azuread:clientId": clientId, "azuread:clientSecret": "not-the-secret" });

  const { code, stdout } = await pulumi("preview");

  expect(code).not.toBe(0);
  expect(stdout).toContain(
    "building client: unable to obtain access token: clientCredentialsToken: received HTTP status 401 with response:",
  );
  expect(stdout).toContain("AADSTS7000215: Invalid client secret provided.");
  expect(stdout).not.toContain("not-the-secret");
  await must("config", "rm-all", "azuread:clientId", "azuread:clientSecret");
});

it("refuses bad arguments before it makes anything", async () => {
  const settings = readFileSync(join(folder, "Pulumi.test.yaml"), "utf8");
  await configure({ redirectUris: '["not a url"]' });
  sandbox.requests.mark();

  const { code, stdout } = await pulumi("preview");

  expect(code).not.toBe(0);
  expect(stdout).toContain(
    "resource 'uris' has a problem: URI has no host for \"redirect_uris.0\". Examine values at 'uris.redirectUris'.",
  );
  expect(writes()).toEqual([]);
  writeFileSync(join(folder, "Pulumi.test.yaml"), settings);
});

it("destroys everything", async () => {
  const { objectId } = await outputs();
  const vault = (await resource("kv")).id ?? "";

  expect(await must("destroy", "--yes", "--skip-preview")).toContain(`- ${RESOURCES} deleted`);

  expect(await state()).toEqual([]);
  expect(await session.graph.find(`/applications/${objectId}`)).toBeUndefined();
  expect(await session.arm.find(vault, "2024-11-01")).toBeUndefined();
});
