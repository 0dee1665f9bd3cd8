/** Meeting rooms to ONES and to a file: declared, deployed, synced, listed and explained by the command line. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { ONES_HOST, onesKey, onesResources } from "../../sandbox/hosts/ones/index.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { cli, type Deployed, deployable, withoutFiles } from "./deployed.ts";

const ROOM = "room-00006@contoso.com";
const QUIET = "room-00001@contoso.com";

let world: Deployed;
let file: string;

beforeAll(async () => {
  world = await deployable({ users: 10 });
  file = join(world.stack.folder, "rooms.csv");
  const { rooms } = directory(world.sandbox.world);
  for (const room of rooms.rooms.values()) room["tags"] = [];
  rooms.change(QUIET, { tags: ["quiet"] });
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
    rooms: { scope: all }
    microsoft365: { mode: applicationResourceOnly, consent: grant }
  tenantwire:files:
    rooms:
      path: ${JSON.stringify(file)}
      format: csv
      scope: specified
      tags: [quiet]
`.slice(1);
}

function tenantwire(...args: string[]): Promise<Ran> {
  const where = ["--outputs", world.outputsFile, "--state", world.stateFile];
  return run(["node", cli, ...args, ...where] as [string, ...string[]], { cwd: world.stack.folder, env: world.env });
}

async function sync(...args: string[]): Promise<Ran & { report: RunReport }> {
  const ran = await tenantwire("sync", "rooms", "--json", ...args);
  return { ...ran, report: JSON.parse(ran.stdout || "null") as RunReport };
}

const resources = () => onesResources(world.sandbox.world).resources;

it("declares an identity that may read places", () => {
  const outputs = JSON.parse(readFileSync(world.outputsFile, "utf8")) as Record<string, unknown>;
  expect(outputs).toMatchObject({
    syncIdentity: { permissions: expect.arrayContaining(["Place.Read.All"]) as unknown },
    integrations: {
      ones: { rooms: { scope: "all", workspaces: false } },
      roomsFile: { path: file, format: "csv", rooms: { scope: "specified", tags: ["quiet"] } },
    },
  });
});

describe("tenantwire sync rooms", () => {
  it("dry, tells of every room and writes none", async () => {
    const { code, report } = await sync("--target", "ones", "--dry-run");
    expect(code).toBe(0);
    expect(report).toMatchObject({ sync: "rooms-ones", dryRun: true, counts: { create: 37, link: 3, fail: 0 } });
    expect(report.notes).toContainEqual(expect.stringMatching(/^4 rooms have no capacity/));
    expect(resources()).toHaveLength(5);
  });

  it("syncs to each target that is declared, one after another", async () => {
    const { code, report } = await sync();
    const reports = report as unknown as RunReport[];

    expect(code).toBe(0);
    expect(reports.map(({ sync: name, target, counts }) => [name, target, counts.create, counts.link])).toEqual([
      ["rooms-ones", "ONES", 37, 3],
      ["rooms-file", "rooms.csv", 1, 0],
    ]);
    expect(resources().filter(({ externalId }) => externalId !== null)).toHaveLength(40);
    const [header, line, ...rest] = readFileSync(file, "utf8").trim().split("\n");
    expect(header?.replaceAll('"', "").split(",").sort().join()).toBe(
      "active,building,capacity,displayName,emailAddress,equipment,floor,id,roomLists,tags",
    );
    expect(line).toContain(`"${QUIET}"`);
    expect(rest).toEqual([]);
  });

  it("updates one capacity, and nothing else", async () => {
    directory(world.sandbox.world).rooms.change(ROOM, { capacity: 41 });
    const { report } = await sync("--target", "ones");
    expect(report.counts).toMatchObject({ create: 0, update: 1, none: 39 });
    expect(resources().find(({ email }) => email === ROOM)?.capacity).toBe(41);
  });

  it.each([
    [["--allow", "abc"], "--allow is for one target: say which with --target (ones, file)."],
    [["--target", "oneplan"], '--target takes one of ones, file, not "oneplan".'],
  ])("refuses %j", async (args, sentence) => {
    const { code, stderr } = await tenantwire("sync", "rooms", ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `tenantwire: ${sentence}\n` });
  });

  it("says what is missing where nothing is declared", async () => {
    await world.writeOutputs((outputs) => {
      delete outputs.integrations.ones?.rooms;
      delete outputs.integrations.roomsFile;
    });
    const { code, stderr } = await tenantwire("sync", "rooms");
    await world.writeOutputs();
    expect(code).toBe(2);
    expect(withoutFiles(stderr)).toContain(
      "have nothing that rooms are synced to, but users: run all that is declared (npx --no-install tenantwire sync), or",
    );
  });
});

it("tenantwire rooms shows each room and why, and what ONES has besides", async () => {
  const { code, stdout } = await tenantwire("rooms", "--target", "ones");
  expect(code).toBe(0);
  expect(stdout).toMatch(/synced .*room-00006@contoso\.com +all rooms are in scope/);
  expect(stdout).toContain("Visitors' parking space");

  const json = await tenantwire("rooms", "--target", "file", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    target: "rooms.csv",
    rooms: expect.arrayContaining([
      expect.objectContaining({ address: QUIET, standing: "synced", why: 'in scope by the tag "quiet"' }),
      expect.objectContaining({ address: ROOM, standing: "not in scope" }),
    ]) as unknown,
  });
});

it("tenantwire explain room tells of each target", async () => {
  const { code, stdout } = await tenantwire("explain", "room", ROOM);
  expect(code).toBe(0);
  expect(stdout).toMatch(/scope +all rooms are in scope/);
  expect(stdout).toMatch(/scope +not in scope: has none of the tags in the settings/);
  expect((await tenantwire("explain", "room", "nobody@contoso.com")).code).toBe(1);
});

describe("tenantwire rooms check", () => {
  it("asks for the calendars as the application that books, and prints what Exchange has to be asked", async () => {
    world.sandbox.requests.mark();
    const { code, stdout, stderr } = await tenantwire("rooms", "check", "--target", "ones");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Get-CalendarProcessing -Identity $address");
    expect(stdout).toMatch(/40 rooms {2}\| {2}0 findings in 0 rooms\n$/);
    const asked = world.sandbox.requests.entries().filter(({ path }) => path.endsWith("/getSchedule"));
    expect(asked).toHaveLength(2);
  });

  it("names what a mailbox does, by Exchange's export, with the command that mends it", async () => {
    const exported = [...directory(world.sandbox.world).rooms.rooms.values()].map((room) => ({
      Address: room["emailAddress"],
      DeleteSubject: room["emailAddress"] === ROOM,
    }));
    const exportFile = join(world.stack.folder, "rooms.json");
    writeFileSync(exportFile, JSON.stringify(exported));

    const { code, stdout } = await tenantwire("rooms", "check", "--target", "ones", "--exchange", exportFile);

    expect(code).toBe(10);
    expect(stdout).toContain(`Set-CalendarProcessing -Identity '${ROOM}' -DeleteSubject $false`);
    expect(stdout).toMatch(/40 rooms {2}\| {2}1 finding in 1 room\n$/);
    expect((await tenantwire("rooms", "check", "--exchange", "nowhere.json")).stderr).toBe(
      "tenantwire: nowhere.json cannot be read (ENOENT).\n",
    );
  });
});

it("tenantwire test tells of the calendars, and names the rooms that cannot be seen", async () => {
  const calendars = async () => {
    const { stdout } = await tenantwire("test", "--json");
    const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; text: string }[] };
    const found = checks.find(({ id }) => id === "bookings/ones");
    return found && { ...found, text: withoutFiles(found.text) };
  };
  expect(await calendars()).toMatchObject({ status: "ok", text: "It may see 40 of 40 rooms." });

  // Exchange's scope instead of Entra's permission, which reaches every mailbox.
  const { registrations } = JSON.parse(readFileSync(world.outputsFile, "utf8")) as Outputs;
  const ones = registrations.find(({ name }) => name === "ones");
  const { appRoleAssignments, rooms } = directory(world.sandbox.world);
  for (const { id, principalId } of [...appRoleAssignments.values()]) {
    if (principalId === ones?.principalId) appRoleAssignments.remove(id);
  }
  rooms.scopeCalendars(
    ones?.principalId ?? "",
    [...rooms.rooms.values()].map((room) => text(room, "emailAddress")).filter((address) => address !== ROOM),
  );
  expect(await calendars()).toMatchObject({
    status: "failed",
    text: `${ROOM} may not be seen by ONES: no calendar permission was granted. npx --no-install tenantwire rooms check names each with the command that mends it.`,
  });
}, 60_000);

it("a room that is gone is retired when its time is over by the stand-in's clock", async () => {
  const gone = "room-00008@contoso.com";
  directory(world.sandbox.world).rooms.remove(gone);
  const states = async () => {
    const { report } = await sync("--target", "ones");
    return { disable: report.counts.disable, day: report.startedAt.slice(0, 10) };
  };
  const today = () => world.sandbox.world.now().toISOString().slice(0, 10);
  expect(await states()).toEqual({ disable: 0, day: today() });
  expect(await states()).toEqual({ disable: 0, day: today() });
  expect(await states()).toEqual({ disable: 0, day: today() });

  await world.sandbox.advance(49 * 60 * 60 * 1000);

  expect(await states()).toEqual({ disable: 1, day: today() });
  expect(resources().find(({ email }) => email === gone)?.enabled).toBe(false);
}, 60_000);

it("leaves the users of ONES alone where only its rooms are declared", async () => {
  const { code, stderr } = await tenantwire("sync", "users", "--target", "ones");

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      "tenantwire: The outputs of tenantwire/sandbox have no users of ONES (ones.users): add it to the settings and deploy (pulumi up).\n",
  });
});

describe("tenantwire sync, without a kind", () => {
  it("runs all that is declared, each with its own report, and ends with the worst code", async () => {
    const ran = await tenantwire("sync", "--dry-run", "--json");
    const reports = JSON.parse(ran.stdout) as RunReport[];

    expect(reports.map(({ sync: name, dryRun }) => [name, dryRun])).toEqual([
      ["users", true],
      ["rooms-ones", true],
      ["rooms-file", true],
    ]);
    expect(ran.code).toBe(Math.max(...reports.map(({ exitCode }) => exitCode)));
    expect((await tenantwire("sync", "--dry-run", "--target", "file")).stdout).toMatch(/^\S+.* {2}rooms-file: /);
  });

  it("is all that a stack with rooms only needs", async () => {
    await world.writeOutputs((outputs) => {
      delete outputs.integrations.oneplan;
      delete outputs.integrations.roomsFile;
    });
    const all = await tenantwire("sync", "--dry-run", "--json");
    const users = await tenantwire("sync", "users");
    const toFile = await tenantwire("sync", "--target", "file");
    await world.writeOutputs();

    expect((JSON.parse(all.stdout) as RunReport[]).map(({ sync: name }) => name)).toEqual(["rooms-ones"]);
    expect({ ...users, stderr: withoutFiles(users.stderr) }).toMatchObject({
      code: 2,
      stderr:
        "tenantwire: The outputs of tenantwire/sandbox have nothing that users are synced to, but rooms: " +
        "run all that is declared (npx --no-install tenantwire sync), or one kind (npx --no-install tenantwire sync rooms).\n",
    });
    expect(toFile).toMatchObject({
      code: 2,
      stderr:
        "tenantwire: The outputs of tenantwire/sandbox have nothing that is synced to file: add it to the settings and deploy (pulumi up).\n",
    });
  });

  it.each([
    [["--target", "excel"], '--target takes one of oneplan, ones, file, not "excel".'],
    [
      ["--allow", "abc"],
      "--allow is for one sync: say which (sync users --target oneplan, sync rooms --target ones, sync rooms --target file).",
    ],
  ])("refuses %j", async (args, sentence) => {
    expect(await tenantwire("sync", ...args)).toMatchObject({ code: 2, stderr: `tenantwire: ${sentence}\n` });
  });
});

it("tenantwire runs has the rooms' history beside the users'", async () => {
  const { stdout } = await tenantwire("runs", "--sync", "rooms", "--json");
  const lists = JSON.parse(stdout) as { sync: string; runs: RunReport[] }[];
  expect(lists.map(({ sync: name, runs }) => [name, runs.length])).toEqual([
    ["rooms-ones", 6],
    ["rooms-file", 1],
  ]);
  const all = JSON.parse((await tenantwire("runs", "--json")).stdout) as { sync: string }[];
  expect(all.map(({ sync: name }) => name)).toEqual(["users", "rooms-ones", "rooms-file"]);
  expect((await tenantwire("runs", "--sync", "people")).stderr).toBe(
    'tenantwire: --sync takes one of users, rooms, plans, access, not "people".\n',
  );
});
