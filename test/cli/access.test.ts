/** `tenantwire access` and `audit` with a file of outputs, as an administrator of the machine runs them. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli } from "../e2e/deployed.ts";
import { whyNoneAdded } from "../../cli/access-group.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { declared, keyOf, somebody, World } from "../sync/access/people.ts";

let world: World;

beforeEach(() => {
  world = new World();
  const outputs = deployedOutputs((each) => {
    each.integrations.access = declared;
  });
  writeFileSync(join(world.folder, "outputs.json"), JSON.stringify(outputs));
});
afterEach(() => world.close());

async function tenantwire(...args: string[]): Promise<Ran> {
  const env: NodeJS.ProcessEnv = { ...process.env, GITHUB_ACTOR: "kim" };
  delete env["NODE_OPTIONS"];
  const where = ["--outputs", join(world.folder, "outputs.json"), "--state", world.file];
  return run([process.execPath, cli, ...args, ...where], { cwd: world.folder, env });
}

it("lists, approves and denies, and the audit trail says who", async () => {
  const access = world.open(declared, { now: () => new Date() });
  await access.signIn(somebody("ada"));
  const bob = await access.request(somebody("bob"), "I look after the rooms");
  const eve = await access.request(somebody("eve", { name: "Eve \u001b[31m" }), "please");

  const requests = await tenantwire("access", "requests");
  expect(requests.stdout).toContain("I look after the rooms");
  expect(requests.stdout).toContain("Eve \\u001b[31m");
  expect(await tenantwire("access", "approve", bob.id.slice(-8), "--role", "Editor")).toMatchObject({
    code: 0,
    stdout: "bob is Editor from now on.\n",
  });
  expect(await tenantwire("access", "deny", eve.id, "--why", "not yet")).toMatchObject({ code: 0 });
  const again = await tenantwire("access", "deny", bob.id);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("was approved already by kim (GitHub), by the command line");

  const people = await tenantwire("access", "list");
  expect(people.stdout).toContain(`  Group id: ${declared.id}\n  Tenant id: ${deployedOutputs().tenant.id}\n`);
  expect(people.stdout).toMatch(/bob +bob@contoso\.com +Editor/);
  expect(await tenantwire("access", "role", "bob@contoso.com", "Reader")).toMatchObject({ code: 0 });
  expect(await tenantwire("access", "remove", keyOf("ada"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("the last administrator of the group stays one"),
  });
  expect(await tenantwire("access", "role", "bob@contoso.com", "King")).toMatchObject({ code: 2 });

  const trail = await tenantwire("audit");
  expect(trail.code).toBe(0);
  expect(trail.stdout).toMatch(/kim \(GitHub\), by the command line: request denied \(.*, why: not yet\)/);
  expect(trail.stdout).toContain(`bob <bob@contoso.com> [${keyOf("bob")}]: access requested`);
  expect(trail.stdout).toMatch(/The trail is whole: 7 entries, the last one 7:[0-9a-f]{16}\./);
  const [, kept = ""] = /--kept (\S+)/.exec(trail.stdout) ?? [];
  expect((await tenantwire("audit", "--kept", kept)).code).toBe(0);

  const database = new DatabaseSync(world.file);
  database.exec("UPDATE entities SET value = replace(value, 'not yet', 'never') WHERE partition = 'access-audit'");
  database.close();
  const spoiled = await tenantwire("audit", "--json");
  expect(spoiled.code).toBe(10);
  expect(JSON.parse(spoiled.stdout)).toMatchObject({ whole: false, faults: ["entry 6 was changed"] });
}, 120_000);

it("says what is missing where no group is declared", async () => {
  writeFileSync(join(world.folder, "outputs.json"), JSON.stringify(deployedOutputs()));

  expect(await tenantwire("access", "list")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("declare no group of people: say under tenantwire:access"),
  });
}, 60_000);

it.each(["delta", "..", "kim"])(
  "adds nobody by what is neither a name nor an id, and asks no one: %s",
  async (who) => {
    expect(await tenantwire("access", "add", who, "--role", "Reader")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("give a user principal name or an object id"),
    });
  },
  60_000,
);

it("the console says why nobody can be added where it cannot be asked who there is", async () => {
  const outputs = deployedOutputs((each) => delete each.syncIdentity);

  expect(await whyNoneAdded(outputs)()).toMatch(
    /^it could not be asked whether the tenant's administrator has consented: The outputs of \S+ name no sync identity/,
  );
});
