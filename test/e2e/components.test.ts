/**
 * The components in a program of somebody else's, in a folder and a tenant of their own: by import, and as other
 * languages use them, through the provider that `pulumi package add` is given.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { ensureEngine } from "../../sandbox/engine/index.ts";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { componentsSchema, schemaFile } from "../../packaging/schema.ts";

jest.setTimeout(120_000);

const plugin = join(repository, "components", "plugin");

let sandbox: Sandbox;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const engine = await ensureEngine();
  // Another seed is another tenant.
  sandbox = await startSandbox({ users: 5, seed: 7 });
  folder = mkdtempSync(join(tmpdir(), "tenantwire-components-"));
  env = commandEnvironment(process.env, {
    ...sandbox.environment,
    PATH: [engine.binDir, sandbox.environment["PATH"]].join(delimiter),
  });
  delete env["NODE_OPTIONS"];
});

afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a program of one's own", () => {
  it("declares a registration with a rotated secret by the components alone, and signs in with it", async () => {
    await project("direct");

    await must("up", "--yes", "--skip-preview");
    const again = await must("preview", "--expect-no-changes");
    const outputs = JSON.parse((await must("stack", "output", "--json")).stdout) as Record<string, string>;
    const signIn = await run(["node", "-e", tokenOf, JSON.stringify(outputs)], { cwd: repository, env });

    expect(again.code).toBe(0);
    expect(signIn.stderr).toBe("");
    const [, claims = ""] = signIn.stdout.split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      appid: outputs["clientId"],
      roles: ["User.Read.All"],
      tid: sandbox.world.tenant.id,
    });
  });

  it("in any language constructs a component through its provider", async () => {
    await project("remote", `plugins:\n  providers:\n    - { name: tenantwire, path: ${plugin} }\n`);

    await must("up", "--yes", "--skip-preview");
    const outputs = JSON.parse((await must("stack", "output", "--json")).stdout) as Record<string, string>;
    const state = (await must("stack", "export")).stdout;

    expect(outputs["clientId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(state).toContain("tenantwire:index:AppRegistration$tenantwire:index:Registration$azuread:");
  });
});

describe("the schema of the components", () => {
  it("is that of their types", () => {
    expect(JSON.parse(readFileSync(schemaFile, "utf8"))).toEqual(JSON.parse(componentsSchema()));
  });

  it("is what the engine is answered with", async () => {
    const { stdout } = await must("package", "get-schema", join(plugin, "pulumi-resource-tenantwire"));

    const schema = JSON.parse(stdout) as { resources: object };
    const own = JSON.parse(readFileSync(schemaFile, "utf8")) as { resources: object };
    expect(Object.keys(schema.resources).sort()).toEqual(Object.keys(own.resources).sort());
  });
});

async function project(program: string, more = ""): Promise<void> {
  const main = relative(folder, join(import.meta.dirname, "programs", "components", `${program}.ts`));
  const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${program}\n${runtime}main: ${main}\n${more}`);
  await must("stack", "init", program);
}

async function must(...args: string[]): Promise<Ran> {
  const ran = await run(["pulumi", ...args, "--non-interactive"], { cwd: folder, env });
  if (ran.code === 0) return ran;
  throw new Error(`pulumi ${args.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
}

/** Reads the secret in the vault, as who deployed, and gets a token with it. */
const tokenOf = `
  import { ClientSecretCredential } from "@azure/identity";
  import { SecretClient } from "@azure/keyvault-secrets";
  const { clientId, vaultUri, secretName } = JSON.parse(process.argv.at(-1));
  const { ARM_TENANT_ID: tenant, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = process.env;
  const vault = new SecretClient(vaultUri, new ClientSecretCredential(tenant, ARM_CLIENT_ID, ARM_CLIENT_SECRET));
  const { value } = await vault.getSecret(secretName);
  const { token } = await new ClientSecretCredential(tenant, clientId, value).getToken("https://graph.microsoft.com/.default");
  process.stdout.write(token);`;
