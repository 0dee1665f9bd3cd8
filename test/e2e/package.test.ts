/**
 * The package as people install it: made from this checkout, put into another folder, and used there with nothing else
 * of the checkout but the stand-in tenant around it.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { directory } from "../../sandbox/directory/index.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";

// Installing what the package needs is half a gigabyte.
const MINUTES = 60_000;

let folder: string;
let tenants: string;
let sandbox: Sandbox;
let env: NodeJS.ProcessEnv;
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-package-"));
  tenants = join(folder, "tenants");
  mkdirSync(tenants);
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  await must(["node", "packaging/build.ts", folder], repository, inherited);
  tarball = join(folder, readdirSync(folder).find((name) => /^tenantwire-\d.*\.tgz$/.test(name)) ?? "");
  const engine = await ensureEngine();
  sandbox = await startSandbox({ users: 60 });
  env = commandEnvironment(inherited, {
    ...sandbox.environment,
    PATH: [engine.binDir, sandbox.environment["PATH"]].join(delimiter),
  });
}, 10 * MINUTES);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function must(command: readonly [string, ...string[]], cwd = tenants, environment = env): Promise<Ran> {
  const ran = await run(command, { cwd, env: environment });
  if (ran.code !== 0) throw new Error(`${command.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  return ran;
}

/** npm outside of the stand-in's world, which refuses every other host. */
function npm(command: readonly [string, ...string[]], cwd = tenants): Promise<Ran> {
  const { NODE_OPTIONS: _, ...outside } = process.env;
  return must(command, cwd, outside);
}

function tenantwire(...args: string[]): Promise<Ran> {
  return run(["npx", "--no-install", "tenantwire", ...args], { cwd: tenants, env });
}

describe("the tarball", () => {
  it("holds the product and nothing of the stand-in or the tests", async () => {
    const { stdout } = await npm(["tar", "-tzf", tarball], folder);
    const tops = new Set(stdout.split("\n").map((path) => path.split("/")[1]));

    expect(tops).toContain("components");
    expect([...tops].filter((name) => ["sandbox", "test", "bench", "node_modules"].includes(name ?? ""))).toEqual([]);
    expect(stdout.split("\n").filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
  });
});

describe("a tenant repository", () => {
  it(
    "is made in an empty folder, and not twice",
    async () => {
      const command = ["npx", "--yes", "--prefer-offline", `--package=${tarball}`, "tenantwire", "init"] as const;
      const { tenant } = sandbox.world;
      const answers = [
        "--tenant",
        tenant.id,
        "--domain",
        tenant.domain,
        "--vendor",
        "oneplan",
        "--pipelines",
        "github",
      ];

      await npm([...command, ...answers]);
      const again = await tenantwire("init", ...answers);

      expect(readdirSync(tenants).sort()).toEqual([
        ".github",
        ".gitignore",
        ".npmrc",
        "Pulumi.yaml",
        "README.md",
        "index.js",
        "node_modules",
        "package-lock.json",
        "package.json",
        "packages",
        "stacks",
      ]);
      expect(existsSync(join(tenants, "node_modules", "tenantwire-sandbox"))).toBe(false);
      expect(existsSync(join(tenants, "node_modules", "fastify"))).toBe(false);
      expect(again).toMatchObject({ code: 2, stdout: "" });
      expect(again.stderr).toContain("a tenant repository already");
      // Nobody has to install anything to get the same again.
      await npm(["npm", "ci", "--dry-run", "--prefer-offline", "--no-audit"]);
    },
    10 * MINUTES,
  );

  it("exports components, program and contract, with types", async () => {
    const script = `
      import { AppRegistration } from "tenantwire";
      import * as components from "tenantwire/components";
      import { parseOutputs } from "tenantwire/contract";
      import program from "tenantwire/program";
      console.log(components.AppRegistration === AppRegistration, typeof parseOutputs, typeof program);
    `;
    const ran = await must(["node", "--input-type=module", "-e", script]);
    const manifest = JSON.parse(readFileSync(join(tenants, "node_modules", "tenantwire", "package.json"), "utf8")) as {
      exports: Record<string, { types?: string }>;
    };

    expect(ran.stdout).toBe("true function function\n");
    for (const { types } of Object.values(manifest.exports)) {
      if (types !== undefined) expect(existsSync(join(tenants, "node_modules", "tenantwire", types))).toBe(true);
    }
  });

  it("says what to install for the stand-in, which the product does without", async () => {
    const ran = await tenantwire("sandbox", "exec", "--", "true");

    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("tenantwire-sandbox");
  });

  it(
    "is deployed, reviewed and synced",
    async () => {
      writeSettings();
      await must(["pulumi", "stack", "init", "contoso", "--non-interactive"]);
      const set = ["pulumi", "config", "set", "--stack", "contoso", "--secret", "oneplanKey"] as const;
      const stored = await run([...set], { cwd: tenants, env, input: sandbox.world.oneplanKey.value });
      const reviewed = await tenantwire("review", "-s", "contoso");
      await must(["pulumi", "up", "--stack", "contoso", "--yes", "--skip-preview", "--non-interactive"]);
      const synced = await tenantwire("sync", "users", "-s", "contoso", "--json");

      expect(stored.code).toBe(0);
      expect([0, 10]).toContain(reviewed.code);
      expect(reviewed.stdout).toContain("tenantwire sync");
      expect([0, 10]).toContain(synced.code);
      expect(JSON.parse(synced.stdout)).toMatchObject({ sync: expect.stringContaining("users") });
    },
    10 * MINUTES,
  );

  it(
    "is moved to the next version, which replaces nothing",
    async () => {
      const next = await nextVersion();
      const checked = await run(["npx", "--no-install", "tenantwire", "upgrade-check", "-s", "contoso", "--to", next], {
        cwd: tenants,
        env: { ...env, ...outsideForNpm() },
      });
      await npm(["npm", "install", "--save-exact", "--prefer-offline", "--no-audit", "--no-fund", next]);
      const version = await tenantwire("-V");
      const preview = await run(
        ["pulumi", "preview", "--stack", "contoso", "--expect-no-changes", "--non-interactive"],
        { cwd: tenants, env },
      );

      expect(checked).toMatchObject({ code: 0 });
      expect(checked.stdout).toMatch(
        /^tenantwire \S+ -> \S+-next\nNothing that a deployment of "contoso" would do changes\.\n$/,
      );
      expect(version.stdout).toMatch(/-next\n$/);
      expect(preview).toMatchObject({ code: 0 });
    },
    10 * MINUTES,
  );
});

/** What the example leaves to a person, filled in for the stand-in tenant. */
function writeSettings(): void {
  const { users } = directory(sandbox.world);
  const [one = "", other = ""] = [...users.values()].map(({ id }) => id);
  const example = readFileSync(join(tenants, "stacks", "Pulumi.example.yaml"), "utf8");
  const settings = example
    .replace("00000000-0000-0000-0000-000000000000", sandbox.world.deployer.objectId)
    .replace("00000000-0000-0000-0000-000000000001", one)
    .replace("00000000-0000-0000-0000-000000000002", other)
    .replace(/issuer: .*/, "issuer: https://workloads.contoso.com")
    .replace(/subject: .*/, "subject: system:serviceaccount:tenantwire:sync")
    .replace("resourceGroup: tenantwire", "resourceGroup: tenantwire-sandbox")
    .replace("consent: link", "consent: grant");
  writeFileSync(join(tenants, "stacks", "Pulumi.contoso.yaml"), settings);
}

/** The same code under a later version. */
async function nextVersion(): Promise<string> {
  const next = join(folder, "next");
  cpSync(join(folder, "tenantwire"), next, { recursive: true });
  const file = join(next, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  writeFileSync(file, JSON.stringify({ ...manifest, version: `${manifest.version}-next` }));
  const { stdout } = await npm(["npm", "pack", "--silent", next], folder);
  return join(folder, stdout.trim());
}

/** The registry is outside of the stand-in's world: what npm needs is in its cache. */
function outsideForNpm(): NodeJS.ProcessEnv {
  return { npm_config_offline: "true" };
}
