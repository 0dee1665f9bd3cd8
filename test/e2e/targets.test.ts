/** Entra users to a file and to ONES beside OnePlan: declared, deployed, synced by the command line. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "../../sandbox/demo/administrator.ts";
import { ONES_HOST, onesKey, onesUsers } from "../../sandbox/hosts/ones/index.ts";
import { run } from "../../sandbox/run.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { type Deployed, cli, deployable } from "./deployed.ts";

let world: Deployed;
let file: string;

beforeAll(async () => {
  world = await deployable({ users: 150 });
  file = join(world.stack.folder, "people.jsonl");
  const secret = ["config", "set", "--stack", "sandbox", "--secret", "onesKey"];
  await world.stack.mustPulumi(secret, onesKey(world.sandbox.world));
  world.edit((settings) => settings.replace(/^ {2}tenantwire:oneplan:$/m, `${declared()}$&`));
  await world.stack.up();
  await world.writeOutputs();
}, 120_000);

afterAll(() => world.close());

function declared(): string {
  return `
  tenantwire:ones:
    baseUrl: https://${ONES_HOST}
    key: { secret: onesKey }
    users:
      fields: { userName: userPrincipalName, displayName: displayName, email: mail, cardNumber: employeeId }
      defaultGroups: [Visitors]
  tenantwire:files:
    users:
      path: ${JSON.stringify(file)}
      format: jsonl
      groups: [Projects]
      fields: { displayName: displayName, mail: mail, leaves: employeeLeaveDateTime }
`.slice(1);
}

interface Line {
  readonly id: string;
  readonly active: boolean;
  readonly mail: string | null;
}

function lines(): Map<string, Line> {
  const all = readFileSync(file, "utf8").trim().split("\n");
  return new Map(all.map((line) => JSON.parse(line) as Line).map((line) => [line.id, line]));
}

const users = () => onesUsers(world.sandbox.world).users;
const ofOnes = (id: string) => users().filter(({ externalId }) => externalId === id);

/** Requests to ONES that changed something, since the last mark. */
const writes = () =>
  world.sandbox.requests.entries().filter(({ host, method }) => host === ONES_HOST && method !== "GET").length;

async function team(): Promise<{ id: string; people: Person[] }> {
  const id = await world.hands.groupId("Consulting");
  return { id, people: await world.hands.peopleOnlyIn(id) };
}

it("declares one identity with what all of them need together, and ONES' key in the vault", async () => {
  const outputs = JSON.parse(readFileSync(world.outputsFile, "utf8")) as Record<string, unknown>;

  expect(outputs).toMatchObject({
    syncIdentity: { permissions: ["GroupMember.Read.All", "User-LifeCycleInfo.Read.All", "User.Read.All"] },
    integrations: {
      ones: {
        baseUrl: `https://${ONES_HOST}`,
        keyName: "tenantwire",
        keyVaultSecret: expect.stringMatching(/^ones-key-/),
      },
      file: { path: file, format: "jsonl" },
    },
  });
  expect(JSON.stringify(outputs)).not.toContain(onesKey(world.sandbox.world));
});

describe("ONES", () => {
  it("dry: is told of, and not written to", async () => {
    world.sandbox.requests.mark();

    const { report } = await world.sync("--target", "ones", "--dry-run");

    expect(report).toMatchObject({ sync: "users-ones", target: "ONES" });
    expect(report.counts.create).toBeGreaterThan(50);
    expect(writes()).toBe(0);
  });

  it("gets everybody once: new users with the default groups, those that it has by mail as they are", async () => {
    const before = new Map(users().map((user) => [user.id, user]));

    const { code, report } = await world.sync("--target", "ones");

    expect(code).toBe(0);
    expect(report.counts.link).toBe(3);
    const made = users().filter(({ id }) => !before.has(id));
    expect(made).toHaveLength(report.counts.create);
    expect(new Set(made.map(({ userGroups }) => userGroups.join()))).toEqual(new Set(["Visitors"]));
    for (const { id, userGroups } of users().filter((user) => before.has(user.id))) {
      expect(userGroups).toEqual(before.get(id)?.userGroups);
    }
  }, 60_000);

  it("never gets the default groups again", async () => {
    const { people } = await team();
    const [person] = people as [Person];
    const [user] = ofOnes(person.id);
    if (user === undefined) throw new Error("not synced");
    user.userGroups.splice(0);
    await world.hands.change(person.id, { displayName: "Another Name" });

    const { report } = await world.sync("--target", "ones", "--full");

    expect(report.counts.update).toBe(1);
    expect(ofOnes(person.id)).toEqual([expect.objectContaining({ displayName: "Another Name", userGroups: [] })]);
  });

  it("keeps the zeros of a card number, and writes nothing when nothing changed", async () => {
    const { people } = await team();
    const person = people[1] as Person;
    await world.hands.change(person.id, { employeeId: "000123" });
    await world.sync("--target", "ones");
    expect(ofOnes(person.id)[0]?.cardNumber).toBe("000123");
    world.sandbox.requests.mark();

    await world.sync("--target", "ones", "--full");

    expect(writes()).toBe(0);
  });

  it("disables who is gone", async () => {
    const { people } = await team();
    const person = people[2] as Person;
    await world.hands.remove(person.id);

    const { report } = await world.sync("--target", "ones");

    expect(report).toMatchObject({ mode: "delta", counts: { disable: 1 } });
    expect(ofOnes(person.id)).toEqual([expect.objectContaining({ enabled: false })]);
  });

  it("names the settings when the server has other routes", async () => {
    await world.writeOutputs((outputs) => {
      outputs.integrations.ones!.routes = { list: { path: "people" } };
    });
    const { code, stderr } = await world.sync("--target", "ones");
    await world.writeOutputs();

    expect(code).toBe(1);
    expect(stderr).toMatch(/has no API\/external\/people\..*tenantwire:ones\.routes/);
  });
});

describe("a file", () => {
  it("holds the members of its own groups, and nobody else", async () => {
    const { code, report } = await world.sync("--target", "file");

    expect(code).toBe(0);
    expect(report).toMatchObject({ sync: "users-file", target: "people.jsonl" });
    expect(lines().size).toBe(report.counts.create);
    const { people } = await team();
    for (const { id, mail } of people) expect(lines().get(id)).toMatchObject({ active: true, mail });
    expect(lines().size).toBeLessThan(users().length);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is written by delta, and only where somebody changed", async () => {
    const before = statSync(file).ino;
    expect((await world.sync("--target", "file")).report.mode).toBe("delta");
    expect(statSync(file).ino).toBe(before);

    const { id, people } = await team();
    const [person] = people as [Person];
    await world.hands.move(person.id, id, await world.hands.groupId("Vacant Positions"));
    const { report } = await world.sync("--target", "file");

    expect(report).toMatchObject({ mode: "delta", counts: { disable: 1 } });
    expect(lines().get(person.id)?.active).toBe(false);
  });

  it("that was lost is written anew, with those who are in scope", async () => {
    const before = [...lines().values()].filter(({ active }) => active).map(({ id }) => id);
    rmSync(file);

    await world.sync("--target", "file", "--full");

    expect([...lines().keys()].sort()).toEqual(before.sort());
  });
});

describe("without --target", () => {
  it("runs one after another, each with what it remembers itself, and prints a list", async () => {
    const ran = await world.sync();

    const reports = ran.report as unknown as RunReport[];
    expect(reports.map(({ sync, mode }) => [sync, mode])).toEqual([
      ["users", "full"],
      ["users-ones", "delta"],
      ["users-file", "delta"],
    ]);
    // OnePlan has two candidates for somebody; the worst of the three counts.
    expect(reports.map(({ exitCode }) => exitCode)).toEqual([10, 0, 0]);
    expect(ran.code).toBe(10);
  }, 60_000);

  it("goes on to the next when one cannot be synced", async () => {
    world.sandbox.faults.add({ host: ONES_HOST, then: { status: 401 } });

    const { code, report, stderr } = await world.sync();
    world.sandbox.faults.clear();

    expect(code).toBe(1);
    // By delta, though each has groups of its own: what one remembers of them is not the other's.
    expect((report as unknown as RunReport[]).map(({ mode }) => mode)).toEqual(["delta", "delta", "delta"]);
    expect((report as unknown as RunReport[]).map(({ status }) => status)).toEqual([
      expect.stringMatching(/^Success/),
      "Failure",
      "Success",
    ]);
    expect(stderr).toMatch(/ONES \(ones\.contoso\.com\) refused the key "tenantwire".*authentication: basic/);
  });

  it.each([
    [["--allow", "abc"], "--allow is for one target: say which with --target (oneplan, ones, file)."],
    [["--target", "excel"], '--target takes one of oneplan, ones, file, not "excel".'],
  ])("%j is refused", async (args, sentence) => {
    const command = ["node", cli, "sync", "users", "--outputs", world.outputsFile, ...args] as [string, ...string[]];

    const { code, stderr } = await run(command, { cwd: world.stack.folder, env: world.env });

    expect({ code, stderr }).toEqual({ code: 2, stderr: `tenantwire: ${sentence}\n` });
  });
});
