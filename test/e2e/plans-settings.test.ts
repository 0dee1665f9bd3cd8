/** Work items as plans, from the settings on: deployed by the real engine, and tried by `tenantwire test`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { CheckResult } from "../../doctor/checks/index.ts";
import { addMember, createPersonalAccessToken, organization } from "../../sandbox/hosts/azure-devops/organization.ts";
import { setSecret } from "../../sandbox/hosts/vault/store.ts";
import { run } from "../../sandbox/run.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { PlansBench } from "../sync/kinds/plans/bench.ts";
import { cli, type Deployed, deployable, withoutFiles } from "./deployed.ts";

let world: Deployed;
let deployed: Outputs;

const PLANS = `  tenantwire:plans:
    organizations:
      - name: contoso
        projects: [Rollout]
        planTypes: [Epic, Feature]
        taskTypes: [User Story, Bug]
`;

/** Settings in the stack's file from now on. */
function declare(settings: string): void {
  world.edit((written) =>
    written.replace(/ {2}tenantwire:plans:\n(?: {4}.*\n)*/, "").replace("config:\n", `config:\n${settings}`),
  );
}

async function deploy(settings: string): Promise<void> {
  declare(settings);
  await world.stack.up();
  await world.writeOutputs((outputs) => (deployed = structuredClone(outputs)));
}

beforeAll(async () => {
  world = await deployable({ users: 20 });
  await world.stack.up();
}, 120_000);

afterAll(() => world.close());

async function tried(...args: string[]): Promise<Map<string, string>> {
  const command = ["node", cli, "test", "--outputs", world.outputsFile, "--state", world.stateFile, "--json", ...args];
  const ran = await run(command as [string, ...string[]], { cwd: world.stack.folder, env: world.env });
  const { checks } = JSON.parse(ran.stdout) as { checks: CheckResult[] };
  return new Map(checks.map(({ id, status, text }) => [id, withoutFiles(`${status}: ${text}`)]));
}

const ALLOWED = ["--allow-host", "dev.azure.com"];
const MEND =
  "add the sync identity to it, with access to the projects (npx --no-install tenantwire settings-sheet plans-contoso says as what).";

describe("plans", () => {
  it("are told of with the key that the users' sync has, and wait for a word for the new host", async () => {
    await deploy(PLANS);

    expect(deployed.integrations.plans).toMatchObject({
      baseUrl: "https://my.oneplan.ai",
      keyVaultSecret: deployed.integrations.oneplan?.keyVaultSecret,
      organizations: [{ name: "contoso", url: "https://dev.azure.com/contoso", createWorkItems: false }],
    });
    expect(deployed.newHosts).toEqual([{ host: "dev.azure.com", product: "the organization contoso of Azure DevOps" }]);
    const found = await tried();
    expect(found.get("key/oneplan-plans")).toBe('ok: OnePlan takes the key "tenantwire".');
    expect(found.get("plans/contoso")).toMatch(
      /^failed: The address of the organization contoso of Azure DevOps is on a new host, "dev\.azure\.com"\. Its key was not sent there\./,
    );
  }, 240_000);

  it("need the sync identity in the organization, which then may read and write", async () => {
    expect((await tried(...ALLOWED)).get("plans/contoso")).toContain(MEND);

    addMember(world.sandbox.world, deployed.syncIdentity?.principalId ?? "");

    const found = await tried(...ALLOWED);
    expect(found.get("plans/contoso")).toBe("ok: It knows tenantwire sync.");
    expect(found.get("plans-read/contoso")).toBe("ok: They may be read.");
    expect(found.get("plans-write/contoso")).toBe("ok: Work items may be written.");
    expect(found.has("plans-token/contoso")).toBe(false);
  }, 240_000);

  it("are compared with what OnePlan has before anything is written", async () => {
    const where = { cwd: world.stack.folder, env: world.env };
    const check = (...words: string[]) =>
      run(
        [
          "node",
          cli,
          "plans",
          "check",
          "--outputs",
          world.outputsFile,
          "--state",
          world.stateFile,
          ...ALLOWED,
          ...words,
        ],
        where,
      );

    const ran = await check();

    expect([ran.code, ran.stdout]).toEqual([
      10,
      'stops   OnePlan: OnePlan has no plan type "Feature": its name has to be that of the work item type, letter by letter. Make it in OnePlan, or take the type out of the settings.\n\n' +
        "0 work items in scope  |  1 finding before the first write, 0 others\n",
    ]);
    expect(JSON.parse((await check("--json")).stdout)).toMatchObject({
      organizations: [{ organization: "contoso", items: 0 }],
    });
  }, 120_000);

  it.each<
    [string, (organization: NonNullable<Outputs["integrations"]["plans"]>["organizations"][number]) => void, string]
  >([
    [
      "a project that was renamed",
      (each) => (each.projects = ["Roll-out"]),
      'failed: The organization contoso has no project "Roll-out", or does not show it: name it under projects as it is called now, and deploy (pulumi up).',
    ],
    [
      "a query with an error",
      (each) => (each.query = "[System.Tagz] CONTAINS 'OnePlan'"),
      "Correct query in the settings and deploy (pulumi up).",
    ],
  ])(
    "name %s",
    async (_, change, words) => {
      await world.writeOutputs((outputs) => outputs.integrations.plans?.organizations.forEach(change));

      expect((await tried(...ALLOWED)).get("plans-read/contoso")).toContain(words);
    },
    120_000,
  );

  it("are synced within seconds by what both sides tell, until somebody ends it", async () => {
    await world.writeOutputs();
    const { sandbox } = world;
    const project = organization(sandbox.world).projects.find(({ name }) => name === "Rollout");
    if (!project) throw new Error("There is no project Rollout.");
    const bench = new PlansBench(sandbox, { project });
    const where = { cwd: world.stack.folder, env: world.env };
    const state = ["--outputs", world.outputsFile, "--state", world.stateFile];
    const command = (...words: string[]) => run(["node", cli, ...words, ...state], where);
    const epic = bench.item("Epic", "Before");
    expect((await command("sync", "plans", ...ALLOWED)).stdout).toContain("Success");
    expect((await command("plans", "list")).stdout).toContain(`${epic}  Before`);

    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    const on = await command("plans", "events", "on", "--address", `http://127.0.0.1:${port}`, ...ALLOWED);
    expect([on.code, withoutFiles(on.stdout)]).toEqual([
      0,
      "contoso: both sides tell of what changes. Start what receives it: npx --no-install tenantwire serve\n",
    ]);
    const child = spawn("node", [cli, "serve", ...state, "--port", String(port)], where);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe(`Listening on http://127.0.0.1:${port}`);

    bench.edit(epic, { "System.Title": "Told" });
    expect((await lines.next()).value).toMatch(/ contoso: told of 1 item, Success$/);
    expect(bench.plan(epic).Name).toBe("Told");

    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(0);
    expect((await command("plans", "events", "off", ...ALLOWED)).code).toBe(0);
    await bench.close();
  }, 240_000);

  it("go by a token in the vault of the syncs, whose scopes are tried", async () => {
    const value = createPersonalAccessToken(world.sandbox.world, new Date(Date.now() + 300 * 86_400_000));
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", "plansToken"], value);
    const expires = world.dateOf(9);
    await deploy(
      PLANS.replace(
        "- name: contoso\n",
        `- name: contoso\n        token: { secret: plansToken, expires: ${expires} }\n`,
      ),
    );

    const secret = deployed.integrations.plans?.organizations[0]?.tokenVaultSecret ?? "";
    expect(deployed.credentials.given).toContainEqual({
      ...{ name: "plans-token-contoso", product: "Azure DevOps", keyName: "contoso", expires, vaultSecret: secret },
    });
    expect(JSON.stringify(deployed)).not.toContain(value);
    const full = await tried(...ALLOWED);
    expect(full.get("plans-write/contoso")).toMatch(/^ok: /);
    expect(full.get("plans-token/contoso")).toMatch(
      /^warning: The personal access token for contoso has more scopes than it needs, or all that its person has: make one with Work Items \(read & write\) and Project and Team \(read\) alone/,
    );
    expect(full.get("expiry/plans-token-contoso")).toMatch(/^warning: The key "contoso" of Azure DevOps: /);

    const reads = createPersonalAccessToken(world.sandbox.world, new Date(Date.now() + 86_400_000), {
      scopes: ["vso.work", "vso.project"],
    });
    setSecret(world.sandbox.world, deployed.vault?.name ?? "", secret, { value: reads });
    const found = await tried(...ALLOWED);
    expect(found.get("plans-read/contoso")).toBe("ok: They may be read.");
    expect(found.get("plans-write/contoso")).toMatch(
      /^failed: .*which needs at least Work Items \(read & write\) and Project and Team \(read\)/,
    );
    expect(found.get("plans-token/contoso")).toBe("ok: It may not.");
  }, 240_000);

  it("need no users in OnePlan", async () => {
    await world.stack.mustPulumi(["config", "rm", "--stack", "sandbox", "plansToken"]);
    world.edit((written) => written.replace(/ {2}tenantwire:oneplan:\n(?: {4}.*\n)*/, ""));
    await deploy(
      PLANS.replace(
        "    organizations:",
        "    oneplan: { environment: my, key: { name: plans, secret: oneplanKey } }\n    organizations:",
      ),
    );

    expect(deployed.integrations.oneplan).toBeUndefined();
    expect(deployed.syncIdentity?.permissions).toEqual([]);
    expect(deployed.credentials.given.map(({ name }) => name)).toEqual(["oneplan-plans-key"]);
    const sheet = await run(["node", cli, "settings-sheet", "plans-contoso", "--outputs", world.outputsFile], {
      ...{ cwd: world.stack.folder, env: world.env },
    });
    expect(sheet.stdout).toContain(deployed.syncIdentity?.principalId);
  }, 240_000);
});
