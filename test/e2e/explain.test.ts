/** `tenantwire explain user` and `tenantwire runs` beside a real sync: the stand-in's hosts, the real engine before them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { statSync } from "node:fs";
import type { Person } from "../../sandbox/demo/administrator.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { UserExplanation } from "../../sync/kinds/users/explain.ts";
import { type Deployed, cli, deployable, withoutFiles } from "./deployed.ts";

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 400 });
  await world.stack.up();
  await world.writeOutputs();
}, 120_000);

afterAll(() => world.close());

afterEach(() => world.sandbox.faults.clear());

async function tenantwire(...args: string[]): Promise<Omit<Ran, "seconds">> {
  const where = ["--outputs", world.outputsFile, "--state", world.stateFile];
  const options = { cwd: world.stack.folder, env: world.env };
  const { code, stdout, stderr } = await run(["node", cli, ...args, ...where], options);
  return { code, stdout, stderr };
}

async function explained(asked: string): Promise<UserExplanation> {
  const { code, stdout, stderr } = await tenantwire("explain", "user", asked, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as UserExplanation;
}

/** People who are in scope only through `OnePlan Users` > `Projects` > the group. */
async function team(name = "Consulting"): Promise<{ id: string; people: Person[] }> {
  const id = await world.hands.groupId(name);
  return { id, people: await world.hands.peopleOnlyIn(id) };
}

function writes(): number {
  return world.sandbox.requests.entries().filter(({ host, method }) => host === "my.oneplan.ai" && method !== "GET")
    .length;
}

describe("before the first run", () => {
  it("somebody in scope by a nested group would be made, and nothing is written or locked", async () => {
    const [person] = (await team()).people as [Person];
    world.sandbox.requests.mark();

    const { scope, next, fields, link, candidates } = await explained(String(person.mail));

    expect(scope).toMatchObject({ inScope: true, everybody: false });
    expect(scope.paths.map((path) => path.map(({ name }) => name))).toEqual([
      ["OnePlan Users", "Projects", "Consulting"],
    ]);
    expect(next).toMatchObject({ mode: "full", change: { kind: "create", sourceId: person.id } });
    expect(fields.find(({ field }) => field === "name")).toEqual({
      field: "name",
      property: "displayName",
      value: person.displayName,
      write: person.displayName,
    });
    expect({ link, candidates }).toEqual({ link: undefined, candidates: [] });
    expect(writes()).toBe(0);
    expect(() => statSync(world.stateFile)).toThrow("ENOENT");
  });

  it("somebody without a mail address is left alone", async () => {
    const person = (await team()).people[5] as Person;
    await world.hands.change(person.id, { mail: null });

    const { entra, scope, next } = await explained(person.userPrincipalName);

    expect(entra?.mail).toBeNull();
    expect(scope.inScope).toBe(true);
    expect(next.change).toMatchObject({ kind: "skip", reason: "has no mail address (mail) in Entra" });
  });

  it("two candidates are both named", async () => {
    const { report } = await world.sync("--dry-run");
    const doubled = report.exceptions.find(({ reason }) => reason.includes("have its mail"));
    const { candidates, next } = await explained(String(doubled?.sourceId));

    expect(candidates.map(({ attribute }) => attribute)).toEqual(["mail", "mail"]);
    expect(next.change.kind).toBe("fail");
    for (const { object } of candidates) expect(next.change.reason).toContain(object.id);
  });

  it("somebody who is in none of the groups is out of scope, and would not be touched", async () => {
    const { people } = await team("Finance");
    const { scope, next, fields } = await explained(String(people[0]?.userPrincipalName));

    expect(scope).toEqual({
      inScope: false,
      reason: 'not a member of "OnePlan Users"',
      everybody: false,
      paths: [],
      units: [],
    });
    expect(next.change.kind).toBe("none");
    expect(fields).toContainEqual({ field: "name", property: "displayName" });
  });

  it("an unknown person is one clear sentence and 1", async () => {
    expect(await tenantwire("explain", "user", "nobody@contoso.com")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "tenantwire: Nobody in Entra has the mail address, user principal name or object id nobody@contoso.com, and nobody who was synced had it.\n",
    });
  });

  it("there is no run to show", async () => {
    expect(await tenantwire("runs")).toMatchObject({ code: 0, stdout: "No run is remembered here yet.\n" });
    expect(await tenantwire("runs", "show", "last")).toEqual({
      code: 1,
      stdout: "",
      stderr: "tenantwire: No run is remembered here yet.\n",
    });
  });
});

describe("after runs", () => {
  let people: Person[];
  beforeAll(async () => {
    await world.sync("--trigger", "schedule");
    people = (await team()).people;
  }, 60_000);

  it("somebody who was made is linked, and has nothing to do", async () => {
    const [person] = people as [Person];
    const { link, present, next, history, fields } = await explained(person.id);

    expect(link).toMatchObject({ origin: "created", active: true });
    expect(present?.keys["office365Id"]).toBe(person.id);
    const reason = "did not change in Entra since the last run";
    expect(next).toMatchObject({ mode: "delta", change: { kind: "none", reason } });
    expect(history).toMatchObject([{ kind: "create", outcome: "done", reason: "is not in OnePlan yet" }]);
    expect(fields.every(({ value, held }) => value === held)).toBe(true);
  });

  it("a disabled account would be made inactive, and the next run does just that", async () => {
    const person = people[1] as Person;
    await world.hands.change(person.id, { accountEnabled: false });

    const { entra, scope, next, full } = await explained(String(person.mail));
    const { report } = await world.sync();

    expect(entra?.accountEnabled).toBe(false);
    expect(scope.inScope).toBe(true);
    expect(next.change).toMatchObject({ kind: "disable", reason: "account disabled in Entra" });
    expect(full).toBeUndefined();
    expect(report.counts.disable).toBe(1);
    expect((await explained(person.id)).history[0]).toMatchObject({ kind: "disable", outcome: "done" });
  });

  it("after a failed write it says since when, why, and what comes next", async () => {
    const person = people[2] as Person;
    await world.hands.change(person.id, { jobTitle: "Principal" });
    world.sandbox.faults.add({ host: "my.oneplan.ai", method: "POST", then: { status: 422 } });
    await world.sync();
    await world.sync();
    world.sandbox.faults.clear();

    const { retry, next, fields, history } = await explained(person.id);

    expect(retry).toMatchObject({ attempts: 2, reason: expect.stringContaining("422") });
    expect(next).toMatchObject({ mode: "delta", change: { kind: "update" }, notBefore: retry?.next });
    expect(fields.find(({ field }) => field === "jobTitle")).toMatchObject({ value: "Principal", write: "Principal" });
    expect(history.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      "update failed",
      "update failed",
      "create done",
    ]);
  });

  it("somebody who was deleted is still known by the address that was synced", async () => {
    const person = people[3] as Person;
    await world.hands.remove(person.id);

    const { entra, next, object } = await explained(String(person.mail));

    expect(entra).toBeUndefined();
    expect(object).toMatchObject({ id: person.id, label: person.displayName });
    expect(next.change).toMatchObject({ kind: "disable", reason: "deleted in Entra" });
  });

  it("somebody whose address changed is found by the one that was synced, and by the id in OnePlan", async () => {
    const person = people[4] as Person;
    const { link } = await explained(person.id);
    const mail = `married@${world.sandbox.world.tenant.mailDomain}`;
    await world.hands.change(person.id, { mail, userPrincipalName: mail });

    for (const asked of [String(person.mail), String(link?.targetId), mail]) {
      const { entra, next, fields } = await explained(asked);
      expect(entra?.mail).toBe(mail);
      expect(next.change).toMatchObject({ kind: "update", sourceId: person.id });
      expect(fields).toContainEqual({ field: "mail", property: "mail", value: mail, held: person.mail, write: mail });
    }
  });

  it("two who answer to one address are both named", async () => {
    const [one, other] = (await team("Finance")).people.slice(-2) as [Person, Person];
    await world.hands.change(one.id, { mail: other.mail });

    const { code, stdout, stderr } = await tenantwire("explain", "user", String(other.mail));

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`2 users answer to ${other.mail}: give the object id of one (`);
    for (const { id } of [one, other]) expect(stderr).toContain(id);
  });

  it("on a terminal or in a pipe it reads as sentences", async () => {
    const [person] = people as [Person];
    const { stdout } = await tenantwire("explain", "user", String(person.mail));

    expect(stdout).toContain(`${person.displayName}  ${person.id}\n`);
    expect(stdout).toContain('in scope: member of "OnePlan Users" > "Projects" > "Consulting"\n');
    expect(stdout).toMatch(/next run +nothing to do: did not change in Entra since the last run \(delta run: /);
    expect(stdout).not.toContain("\u001b[");
  });
});

describe("runs", () => {
  it("are listed newest first, with their trigger", async () => {
    const { code, stdout } = await tenantwire("runs", "--json", "--limit", "50");
    const [{ sync, runs }] = JSON.parse(stdout) as [{ sync: string; runs: RunReport[] }];

    expect({ code, sync }).toEqual({ code: 0, sync: "users" });
    expect(runs.at(-1)).toMatchObject({ trigger: "schedule", mode: "full" });
    expect(runs[0]).toMatchObject({ trigger: "manual", mode: "delta" });
    expect(runs.map(({ startedAt }) => startedAt)).toEqual(
      runs
        .map(({ startedAt }) => startedAt)
        .sort()
        .reverse(),
    );
  });

  it("show the plan that a limit stopped, names on request only, and until when it is allowed", async () => {
    await world.writeOutputs((outputs) => {
      outputs.sync = { users: { limits: { disable: { count: 1 } } } };
    });
    const { id, people } = await team("Research & Development");
    const vacant = await world.hands.groupId("Vacant Positions");
    const leavers = people.slice(0, 3);
    for (const person of leavers) await world.hands.move(person.id, id, vacant);
    const { report } = await world.sync();
    const hash = String(report.limit?.hash);

    const plain = await tenantwire("runs", "show", "last");
    const named = await tenantwire("runs", "show", "last", "--names");
    const { limited } = await explained(String(leavers[0]?.mail));

    expect(report.exitCode).toBe(20);
    for (const { id: leaver, displayName } of leavers) {
      expect(plain.stdout).toContain(`  disable  ${leaver}\n`);
      expect(plain.stdout).not.toContain(displayName);
      expect(named.stdout).toContain(`  disable  ${leaver}  ${displayName}\n`);
    }
    expect(plain.stdout).toContain(`hash ${hash}\n  allowed: no\n`);
    expect(limited).toMatchObject({ hash });

    await world.sync("--allow", hash);
    expect((await tenantwire("runs")).stdout).toMatch(new RegExp(`${hash} +\\d+ +[^\\n]+ until \\d{4}-`));
    await world.writeOutputs();
  });

  it("tell an object's history by its address, and name nobody unasked", async () => {
    const person = (await team()).people[0] as Person;

    const { stdout } = await tenantwire("runs", "object", String(person.mail));

    expect(stdout).toMatch(/^[-0-9a-f]{36}\n\nstarted +run +change +outcome +reason\n/);
    expect(stdout).toContain(person.id);
    expect(stdout).not.toContain(person.displayName);
    expect((await tenantwire("runs", "object", String(person.mail), "--names")).stdout).toContain(person.displayName);
  });

  it.each([
    [["runs", "--limit", "none"], 2, "tenantwire: --limit takes a whole number from 1 on, not NaN.\n"],
    [
      ["runs", "show", "zzz"],
      1,
      "tenantwire: No run has an id that begins with zzz: npx --no-install tenantwire runs lists them.\n",
    ],
    [
      ["runs", "object", "zzz"],
      1,
      "tenantwire: Nothing is remembered of zzz: give the mail address of somebody who was synced, or the object id of anybody (npx --no-install tenantwire explain user <user> tells it).\n",
    ],
  ])("%j is answered with one sentence", async (args, code, stderr) => {
    const ran = await tenantwire(...args);
    expect({ ...ran, stderr: withoutFiles(ran.stderr) }).toEqual({ code, stdout: "", stderr });
  });
});
