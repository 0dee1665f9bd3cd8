/**
 * What moves while people live on it: the vendors' secrets from the one vault of before into a vault of their own, and
 * grants from the stack to the project that grants apart, and back. Nothing is lost, and nobody is refused on the way.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import { currentVersion, findSecret, listSecrets, setSecret } from "../../sandbox/hosts/vault/store.ts";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const ones = "{ microsoft365: { mode: applicationResourceOnly, consent: none, secret: {} } }";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  world.edit((settings) =>
    settings
      .replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, `$1secret: {}\n`)
      .replace(/^config:\n(?: *#.*\n)*( +)/m, `config:\n$1tenantwire:ones: ${ones}\n$1`),
  );
  Object.assign(world.env, {
    AZURE_CLIENT_ID: world.sandbox.world.deployer.clientId,
    AZURE_CLIENT_SECRET: world.sandbox.world.deployer.clientSecret,
  });
}, 60_000);

afterAll(() => world.close());

describe("one vault becomes two", () => {
  it("with every secret as it was, and the sync signs in meanwhile and afterwards", async () => {
    await world.stack.up();
    const before = await asBefore();
    const value = secretOf(before, "ones-client-secret");
    expect(await unable()).toBeUndefined();

    const failed: string[] = [];
    let isOver = false;
    const [moved] = await Promise.all([
      world.stack.up().finally(() => (isOver = true)),
      (async () => {
        while (!isOver) failed.push(...[await unable()].filter((each) => each !== undefined));
      })(),
    ]);

    expect(failed).toEqual([]);
    expect(moved.stdout).toMatch(/tw-contoso-v\S* +created/);
    const after = await outputs();
    expect(after.vendorVault?.name).not.toBe(after.vault?.name);
    expect(secretOf(after, "ones-client-secret")).toBe(value);
    // The syncs' vault has nothing of a vendor any more.
    expect(listSecrets(world.sandbox.world, after.vault?.name ?? "").map(({ name }) => name)).toEqual(
      expect.not.arrayContaining([expect.stringContaining("ones-client-secret")]),
    );
    expect(await unable()).toBeUndefined();
    await world.stack.up("--expect-no-changes");
  }, 180_000);

  /** The same, as a version with one vault has deployed it: in the vault, and in the engine's state. */
  async function asBefore(): Promise<Outputs> {
    const now = await outputs();
    const [one, two] = [now.vault?.name ?? "", now.vendorVault?.name ?? ""];
    for (const { name, versions } of listSecrets(world.sandbox.world, two)) {
      const version = versions.at(-1);
      if (version) setSecret(world.sandbox.world, one, name, version);
    }
    const state = JSON.parse((await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox"])).stdout) as {
      deployment: { resources: Resource[] };
    };
    const { resources } = state.deployment;
    const isVendors = ({ urn }: Resource) => /::vendor-vault$|::tw-contoso-v$/.test(urn);
    const urnOf = (name: string) => resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";
    const kept = JSON.stringify(resources.filter((each) => !isVendors(each)))
      .replaceAll(urnOf("tw-contoso-v"), urnOf("tw-contoso"))
      .replaceAll(two, one)
      .replaceAll(/,"vault":"vendors"|"vendorVault":\{[^}]*\},?/g, "");
    const file = join(world.stack.folder, "before.json");
    writeFileSync(
      file,
      JSON.stringify({ ...state, deployment: { ...state.deployment, resources: JSON.parse(kept) as unknown } }),
    );
    await world.stack.mustPulumi(["stack", "import", "--stack", "sandbox", "--file", file]);
    const before = await outputs();
    expect(before.vendorVault).toBeUndefined();
    return before;
  }
});

describe("grants", () => {
  beforeAll(async () => {
    const { folder } = world.stack;
    mkdirSync(join(folder, "grants"));
    const project = readFileSync(join(repository, "grants", "Pulumi.yaml"), "utf8");
    const program = relative(join(folder, "grants"), join(repository, "grants", "index.ts"));
    writeFileSync(join(folder, "grants", "Pulumi.yaml"), project.replace("main: index.ts", `main: ${program}`));
    await world.stack.mustPulumi(["stack", "init", "sandbox", "--cwd", "grants"]);
  }, 60_000);

  it("go to the project that grants apart as they are, and the preflight says how", async () => {
    const granted = grants();
    expect(granted.length).toBeGreaterThan(0);
    await consent("apart");

    const warned = await tenantwire("test", "--deploy", "-s", "sandbox");
    expect(warned.stdout).toContain("npx --no-install tenantwire grants release -s sandbox\n");
    expect(warned.stdout).toContain("npx --no-install tenantwire grants adopt -s sandbox --apart");

    expect(ended(await tenantwire("grants", "release", "-s", "sandbox"))).toMatch(/forgot \d+ grants/);
    await world.stack.up();
    expect(grants()).toEqual(granted);
    expect(ended(await tenantwire("grants", "adopt", "-s", "sandbox", "--apart"))).toMatch(/took in sync-consent-/);
    await apartHasNoChanges();
    await world.stack.up("--expect-no-changes");
    expect(grants()).toEqual(granted);
    expect(await unable()).toBeUndefined();
  }, 180_000);

  it("come back as they are", async () => {
    const granted = grants();

    expect(ended(await tenantwire("grants", "release", "-s", "sandbox", "--apart"))).toMatch(/forgot \d+ grants/);
    await consent("grant");
    expect(ended(await tenantwire("grants", "adopt", "-s", "sandbox"))).toMatch(/took in sync-consent-/);
    await world.stack.up();

    expect(grants()).toEqual(granted);
    await writeOutputs();
    await apartHasNoChanges();
    expect(grants()).toEqual(granted);
    expect(await unable()).toBeUndefined();
  }, 180_000);

  /** Ids too: one that was taken away and given again is another one. */
  function grants(): string[] {
    const { appRoleAssignments } = directory(world.sandbox.world);
    return [...appRoleAssignments.values()]
      .filter((each) => each["principalDisplayName"] === "tenantwire sync")
      .map(({ id }) => id)
      .toSorted();
  }

  async function consent(mode: string): Promise<void> {
    const place = ["--plaintext", "--path", "tenantwire:syncIdentity.consent"];
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", ...place, mode]);
  }

  async function apartHasNoChanges(): Promise<void> {
    await writeOutputs();
    const ran = await run(
      ["pulumi", "up", "--cwd", "grants", "--stack", "sandbox", "--yes", "--skip-preview", "--non-interactive"],
      { cwd: world.stack.folder, env: { ...world.stack.env, TENANTWIRE_OUTPUTS: world.outputsFile } },
    );
    // The engine says the changes of its resources with their types: components that hold nothing any more go.
    expect([ran.code, /^ *[+~-]+ +azuread:\S+ \S+ \w+/m.exec(ran.stdout)?.[0]]).toEqual([0, undefined]);
  }
});

const writeOutputs = () => world.writeOutputs();

async function outputs(): Promise<Outputs> {
  await writeOutputs();
  return parseOutputs(JSON.parse(readFileSync(world.outputsFile, "utf8")), "the stack");
}

function secretOf({ credentials, vault, vendorVault }: Outputs, name: string): string {
  const held = credentials.secrets.find((each) => each.name === name);
  const kept = held?.vault === "vendors" ? vendorVault : vault;
  const secret = findSecret(world.sandbox.world, kept?.name ?? "", held?.vaultSecret ?? "");
  if (!secret) throw new Error(`${name} is in no vault.`);
  return currentVersion(secret).value;
}

/** What the sync says where it cannot sign in or read; with the outputs of the last deployment that ended. */
async function unable(): Promise<string | undefined> {
  const { report } = await world.sync("--dry-run");
  return report.failure;
}

function tenantwire(...args: string[]): Promise<Ran> {
  return run(["node", cli, ...args], { cwd: world.stack.folder, env: world.stack.env });
}

function ended({ code, stdout, stderr }: Ran): string {
  return code === 0 ? stdout : `${code}: ${stdout}${stderr}`;
}
