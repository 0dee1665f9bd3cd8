/** What people get wrong: one clear sentence with the place and the mend, no stack trace, nothing written. */
import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { directory } from "../../sandbox/directory/index.ts";
import { type Deployed, cli, deployable } from "./deployed.ts";
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let world: Deployed;
let settingsFile: string;
let goodSettings: string;

beforeAll(async () => {
  world = await deployable({ users: 120 });
  settingsFile = join(world.stack.folder, "stacks", "Pulumi.sandbox.yaml");
  goodSettings = readFileSync(settingsFile, "utf8");
  asTenantRepository(world.stack.folder);
}, 60_000);

afterAll(() => world.close());

/** As `tenantwire init` writes it: the program is a line beside the Pulumi.yaml. */
function asTenantRepository(folder: string): void {
  const project = join(folder, "Pulumi.yaml");
  writeFileSync(project, readFileSync(project, "utf8").replace(/^main:.*$/m, "main: index.js"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const program = pathToFileURL(join(repository, "stacks", "index.ts")).href;
  writeFileSync(join(folder, "index.js"), `export { default } from ${JSON.stringify(program)};\n`);
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
}

/** The engine's diagnostics of a preview, without what it says around them. */
async function previewError(): Promise<string> {
  const ran = await world.stack.pulumi(["preview", "--stack", "sandbox", "--color", "never"]);
  expect(ran.code).not.toBe(0);
  const said = ran.stdout + ran.stderr;
  expect(said).not.toMatch(/^\s+at /m);
  expect(said).not.toContain("node_modules");
  return said.replace(/\s+/g, " ");
}

function changeRequests(): unknown[] {
  const isChange = ({ host, method }: { host: string; method: string }) =>
    !["GET", "HEAD"].includes(method) && host !== "login.microsoftonline.com";
  return world.sandbox.requests.entries().filter(isChange);
}

describe("settings", () => {
  afterEach(() => writeFileSync(settingsFile, goodSettings));

  it.each([
    [
      "a misspelt setting",
      /^ {4}users:$/m,
      "    usres:",
      'tenantwire:oneplan.usres: not a setting; did you mean "users"?',
    ],
    [
      "a misspelt key at the top",
      "tenantwire:owners:",
      "tenantwire:ownerz:",
      'tenantwire:ownerz: not a setting; did you mean "owners"?',
    ],
    ["a wrong type", "groups: [OnePlan Users]", "groups: OnePlan Users", "tenantwire:oneplan.users.groups: expected"],
    ["an unknown property", "jobTitle: jobTitle", "jobTitle: jobTitel", 'did you mean "jobTitle"?'],
    ["another tenant", "id: e9da86d3", "id: 00da86d3", "The deploying credential is of tenant e9da86d3"],
    ["a domain of another tenant", "domain: contoso.", "domain: fabrikam.", "fabrikam.onmicrosoft.com"],
  ])("%s is named with its place", async (_, from, to, said) => {
    world.sandbox.requests.mark();
    world.edit((settings) => settings.replace(from, to));

    const output = await previewError();
    expect(output).toContain(said);
    // What the settings alone tell comes with its line.
    if (said.startsWith("tenantwire:")) expect(output).toMatch(/\(stacks\/Pulumi\.sandbox\.yaml:\d+\)/);
    expect(changeRequests()).toEqual([]);
  });

  it("a text that is wrong is shown with its line, escaped and cut", async () => {
    const written = `red \\e ${"word ".repeat(30)}`;
    world.edit((settings) => settings.replace(/^( +tenantwire:deployer: ).*$/m, `$1"${written}"`));
    const line =
      readFileSync(settingsFile, "utf8")
        .split("\n")
        .findIndex((each) => each.includes("tenantwire:deployer:")) + 1;

    const output = await previewError();

    expect(output).toContain(
      `tenantwire:deployer: expected the object id of the service principal that deploys (a GUID), found "red \\\\u001b word word`,
    );
    expect(output).toContain(`..." (stacks/Pulumi.sandbox.yaml:${line})`);
    expect(output).not.toContain("word ".repeat(20));
  });

  it("a key that was never stored is named with the command that stores it", async () => {
    world.edit((settings) => settings.replace("secret: oneplanKey", "secret: otherKey"));

    expect(await previewError()).toContain("pulumi config set --secret otherKey");
  });

  it("a credential that Entra refuses is told with what mends it", async () => {
    const { clientId } = world.sandbox.world.deployer;
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", "azuread:clientId", clientId]);
    await world.stack.mustPulumi(
      ["config", "set", "--stack", "sandbox", "--secret", "azuread:clientSecret"],
      "a-secret-of-before",
    );

    expect(await previewError()).toContain(
      "Entra does not sign the deploying identity in: its client secret is wrong. " +
        "Correct azuread:clientSecret in the stack's configuration: the secret's value, not its id. (AADSTS7000215)",
    );
  });

  it("an attached provider that does not run is named before the engine waits for it", async () => {
    const attached = world.stack.env["PULUMI_DEBUG_PROVIDERS"];
    world.stack.env["PULUMI_DEBUG_PROVIDERS"] = "azuread:1,azure-native:1";
    try {
      expect(await previewError()).toContain("The provider azuread should be attached at port 1 of this machine");
    } finally {
      world.stack.env["PULUMI_DEBUG_PROVIDERS"] = attached;
    }
  });
});

describe("a sync", () => {
  beforeAll(async () => {
    await world.stack.up();
    await world.writeOutputs();
  });

  /** The sentence of a run that must not write anything to OnePlan. */
  async function refusal(exitCode: number, ...args: string[]): Promise<string> {
    world.sandbox.requests.mark();
    const { code, stderr } = await world.sync(...args);
    expect(code).toBe(exitCode);
    expect(stderr).not.toMatch(/^\s+at /m);
    const writes = world.sandbox.requests
      .entries()
      .filter(({ host, method }) => host === "my.oneplan.ai" && method !== "GET");
    expect(writes).toEqual([]);
    return stderr.replace(/^reading .*\n/gm, "").trim();
  }

  const inGroups = (...groups: string[]) =>
    world.writeOutputs((outputs) => {
      outputs.integrations.oneplan!.users.groups = groups;
    });

  it.each([
    ["does not exist", "OnePlan User", /"OnePlan User".*"OnePlan Users"/],
    ["differs only in case", "oneplan users", /"oneplan users".*"OnePlan Users".*case/],
    ["exists twice", "Duplicates", /"Duplicates".*[0-9a-f-]{36}.*[0-9a-f-]{36}/],
  ])("a group that %s", async (_, group, sentence) => {
    await inGroups(group);

    expect(await refusal(1)).toMatch(sentence);
  });

  it("a group that is empty is over the limit, not everybody gone", async () => {
    await inGroups("Vacant Positions");

    expect(await refusal(20)).toMatch(/nobody/);
  });

  it("a setting of the sync that is not known", async () => {
    await world.writeOutputs((outputs) => {
      outputs.sync = { users: { limit: {} } };
    });

    expect(await refusal(2)).toBe('tenantwire: tenantwire:sync.users.limit: not a setting; did you mean "limits"?');
  });

  it("outputs of another version", async () => {
    await world.writeOutputs((outputs) => Object.assign(outputs, { version: 9 }));

    expect(await refusal(2)).toMatch(/version 9.*version 1.*pulumi up/);
  });

  it("outputs of something else", async () => {
    writeFileSync(world.outputsFile, JSON.stringify({ url: "https://example.com" }));

    expect(await refusal(2)).toMatch(/outputs\.json has no outputs of tenantwire: name the stack of a tenant/);
  });

  it("a stack that does not exist", async () => {
    const ran = await run(["node", cli, "sync", "users", "-s", "nobody"], { cwd: world.stack.folder, env: world.env });

    expect(ran.code).toBe(2);
    expect(ran.stderr.trim()).toMatch(
      /^tenantwire: The outputs of stack "nobody" could not be read. pulumi says: no stack named 'nobody' found/,
    );
  });

  it("a key that OnePlan refuses", async () => {
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", "oneplanKey"], "not-the-key");
    await world.stack.up();
    await world.writeOutputs();

    const said = await refusal(1);

    expect(said).toMatch(/refused the key "tenantwire".*pulumi config set --secret/);
    expect(said).not.toContain("not-the-key");
    await world.stack.mustPulumi(
      ["config", "set", "--stack", "sandbox", "--secret", "oneplanKey"],
      world.sandbox.world.oneplanKey.value,
    );
    await world.stack.up();
  });

  it("consent that was not granted", async () => {
    const { syncIdentity } = JSON.parse(readFileSync(world.outputsFile, "utf8")) as {
      syncIdentity: { principalId: string };
    };
    const { appRoleAssignments } = directory(world.sandbox.world);
    for (const grant of [...appRoleAssignments.values()]) {
      if (grant["principalId"] === syncIdentity.principalId) appRoleAssignments.remove(grant.id);
    }

    expect(await refusal(1)).toMatch(/(User|GroupMember)\.Read\.All.*consent/s);
    await world.stack.up("--refresh");
  });

  it("a tenant that cannot be reached", async () => {
    const env = { ...world.env, HTTPS_PROXY: "http://127.0.0.1:1" };
    const args = ["sync", "users", "--outputs", world.outputsFile, "--state", world.stateFile] as const;

    // It waits for minutes, since nothing was begun, and says so; with --verbose from the first wait on.
    const child = spawn("node", [cli, ...args, "--verbose"], { cwd: world.stack.folder, env });
    let said = "";
    child.stderr.setEncoding("utf8");
    for await (const part of child.stderr as AsyncIterable<string>) {
      said += part;
      if (said.includes("Waiting ")) child.kill("SIGTERM");
    }

    expect(said).toMatch(/^[0-9:]+Z Waiting .+ for graph\.microsoft\.com: .*(could not|cannot) be reached/m);
    expect(said).not.toMatch(/^\s+at /m);
  });
});

describe("a sync that signs in with a secret", () => {
  it("that has expired says so, and what to do", async () => {
    world.edit((settings) => settings.replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, "$1secret: {}\n"));
    await world.stack.up();
    await world.writeOutputs();
    // Whoever runs the sync has to be let into the vault; here it is the deploying principal.
    Object.assign(world.env, {
      AZURE_CLIENT_ID: world.sandbox.world.deployer.clientId,
      AZURE_CLIENT_SECRET: world.sandbox.world.deployer.clientSecret,
    });
    expect((await world.sync()).stderr).not.toContain("tenantwire:");

    await world.sandbox.advance(152 * DAY_MS);
    const { code, stderr } = await world.sync();

    expect(code).toBe(1);
    expect(stderr).toMatch(/expired.*pulumi up/s);
  });
});
