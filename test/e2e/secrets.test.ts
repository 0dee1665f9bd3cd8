/**
 * An auditor's search: no secret of a whole run - deploy, rotate, sync - is found in what it printed, in its state,
 * reports and outputs, in the engine's home with its logs decrypted, or in any process' arguments.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { issueWorkloadToken } from "../../sandbox/tokens.ts";
import { type Deployed, deployable } from "./deployed.ts";

let world: Deployed;
let secrets: Map<string, string>;
const printed: string[] = [];
const argumentsSeen = new Set<string>();

beforeAll(async () => {
  world = await deployable({ users: 60 });
  const watching = setInterval(noteArguments, 20);
  try {
    world.edit((settings) => settings.replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, "$1secret: {}\n"));
    await deploy("0");
    Object.assign(world.env, {
      AZURE_CLIENT_ID: world.sandbox.world.deployer.clientId,
      AZURE_CLIENT_SECRET: world.sandbox.world.deployer.clientSecret,
    });
    await sync();
    await deploy("90");
    await sync("--full");
    await sync("--dry-run");
  } finally {
    clearInterval(watching);
  }
  secrets = await secretsOf(world);
}, 120_000);

afterAll(() => world.close());

async function deploy(day: string): Promise<void> {
  const now = world.sandbox.world.now().getTime();
  await world.sandbox.advance(Number(day) * 24 * 60 * 60 * 1000);
  world.stack.env["TENANTWIRE_TODAY"] = new Date(now + Number(day) * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const { stdout, stderr } = await world.stack.up();
  printed.push(stdout, stderr);
  await world.writeOutputs();
}

async function sync(...args: string[]): Promise<void> {
  const { stdout, stderr, report } = await world.sync(...args);
  if (report.status === "Failure") throw new Error(report.failure);
  printed.push(stdout, stderr);
}

/** What the stand-in gave out, and what the vault holds. */
async function secretsOf({ sandbox }: Deployed): Promise<Map<string, string>> {
  const found = new Map([
    ["the deployer's secret", sandbox.world.deployer.clientSecret],
    ["OnePlan's key", sandbox.world.oneplanKey.value],
    [
      "OnePlan's key as HTTP Basic",
      Buffer.from(`${sandbox.world.oneplanKey.name}:${sandbox.world.oneplanKey.value}`).toString("base64"),
    ],
    ["a workload token", (await issueWorkloadToken(sandbox.world)).split(".").slice(0, 2).join(".")],
  ]);
  const vault = JSON.stringify(sandbox.world.section("vault", () => ({})));
  for (const [, value = ""] of vault.matchAll(/"value":"([^"]{20,})"/g)) found.set(`vault secret ${found.size}`, value);
  return found;
}

/** Arguments of every process that runs while the story does. */
function noteArguments(): void {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      argumentsSeen.add(readFileSync(join("/proc", entry, "cmdline"), "latin1"));
    } catch {
      // It ended between the two looks.
    }
  }
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

function expectNone(place: string, text: string): void {
  const found = [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => `${name} in ${place}`);
  expect(found).toEqual([]);
}

it("knows what to look for: at least two passwords were made beside what the world began with", () => {
  expect(secrets.size).toBeGreaterThanOrEqual(6);
  // The search itself works: the vault is where they are.
  expect(() => expectNone("the vault", JSON.stringify(world.sandbox.world.section("vault", () => ({}))))).toThrow();
});

describe("no secret is", () => {
  it("printed by the engine or by a sync", () => {
    expect(printed.join("").length).toBeGreaterThan(1000);
    expectNone("what was printed", printed.join("\n"));
  });

  it("among the outputs, or in the stack's settings", () => {
    for (const file of [world.outputsFile, join(world.stack.folder, "stacks", "Pulumi.sandbox.yaml")]) {
      expectNone(file, readFileSync(file, "latin1"));
    }
  });

  it("in the state of a sync", () => {
    const files = ["", "-wal"].map((suffix) => world.stateFile + suffix).filter((file) => existsSync(file));
    expect(files).not.toEqual([]);
    for (const file of files) expectNone(file, readFileSync(file, "latin1"));
  });

  it("in the engine's state, its backups or its history", () => {
    const files = filesBelow(String(world.env["PULUMI_BACKEND_URL"]).replace("file://", ""));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expectNone(file, readFileSync(file, "latin1"));
  });

  it("in the engine's home", () => {
    for (const file of filesBelow(String(world.env["PULUMI_HOME"]))) expectNone(file, readFileSync(file, "latin1"));
  });

  it("an argument of a process", () => {
    expect([...argumentsSeen].some((args) => args.includes("sync\0users"))).toBe(true);
    for (const args of argumentsSeen) expectNone("the arguments of a process", args);
  });
});

it("the engine's own logs, decrypted, hold nothing but what the engine itself was given", async () => {
  const logs = filesBelow(join(String(world.env["PULUMI_HOME"]), "logs"));
  const texts: string[] = [];
  for (const file of logs) texts.push((await world.stack.mustPulumi(["logs", "decrypt", file])).stdout);
  const text = texts.join("\n");

  // The engine keeps the resources' own secrets there, readable with the stack's passphrase. Nothing else may be.
  expect(text).toContain("azuread:index/applicationPassword:ApplicationPassword");
  for (const name of ["the deployer's secret", "a workload token", "OnePlan's key as HTTP Basic"]) {
    expect({ name, found: text.includes(secrets.get(name) ?? "") }).toEqual({ name, found: false });
  }
});
