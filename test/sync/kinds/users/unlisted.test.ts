/** Lists of members that end early where nothing is remembered of them, from the stand-in tenant. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { graphFaults, type GraphFaults } from "../../../../sandbox/directory/faults.ts";
import { byId, readAll, type Reading, reasonOf } from "./reading.ts";
import { type SourceOptions, startTenant, type Tenant } from "./tenant.ts";

const UNITS = "/directory/administrativeUnits";

let tenant: Tenant;
let usual: GraphFaults;
let made = 0;
/** A group and a unit of that name, with Ada, Bela and Cleo in it; anew for each test. */
let name: string;
let group: string;
let unit: string;
let people: string[];

beforeAll(async () => {
  tenant = await startTenant(40);
  usual = { ...graphFaults(tenant.sandbox.world) };
});
afterAll(() => tenant.close());

beforeEach(async () => {
  name = `List ${++made}`;
  group = await tenant.createGroup(name);
  people = [await tenant.createUser("Ada"), await tenant.createUser("Bela"), await tenant.createUser("Cleo")];
  unit = (await tenant.graph<{ id: string }>("POST", UNITS, { displayName: name })).id;
  for (const id of people) await add(id);
});
afterEach(() => graph(usual));

async function add(id: string): Promise<void> {
  await tenant.addMember(group, id);
  const member = { "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
  await tenant.graph("POST", `${UNITS}/${unit}/members/$ref`, member);
}

function graph(faults: Partial<GraphFaults>): void {
  Object.assign(graphFaults(tenant.sandbox.world), faults);
}

type Setting = "groups" | "units" | "excludedGroups" | "protectedGroups";
const SETTINGS: readonly Setting[] = ["groups", "units", "excludedGroups", "protectedGroups"];

function read(setting: Setting, linked = true): Promise<Reading> {
  const { groups = [], ...options }: SourceOptions & { groups?: readonly string[] } = { [setting]: [name] };
  return readAll(tenant.source(groups, options), tenant.store, { mode: "full", linked: () => linked });
}

/** Those of the three of whom the setting is true. */
function meant(setting: Setting, { objects, protected: kept }: Reading): string[] {
  const found = byId(objects);
  return people.filter((id) => {
    if (setting === "protectedGroups") return kept?.has(id);
    const isExcluded = reasonOf(found.get(id))?.endsWith("which is excluded") === true;
    return setting === "excludedGroups" ? isExcluded : found.get(id)?.life === "active";
  });
}

function note(members: string): string {
  const them = members === "1 member" ? "it" : "them";
  return `Microsoft Graph left out ${members} of groups or administrative units, and has ${them} all the same: nobody is taken for gone by those lists.`;
}

describe.each(SETTINGS)("%s: a list that ends early in a first read", (setting) => {
  it("is listed once more as it is counted, and the next read does not go on from it", async () => {
    graph({ membersListed: 1 });
    const cut = await read(setting);
    expect(meant(setting, cut)).toEqual(people);
    expect(cut).toMatchObject({ complete: false, notes: [note("2 members")] });
    // Nothing was remembered: it is as a first one again.
    expect(await read(setting)).toMatchObject({ complete: false, notes: [note("2 members")] });

    graph(usual);
    const whole = await read(setting);
    expect(meant(setting, whole)).toEqual(people);
    expect(whole).toMatchObject({ complete: true, notes: [] });
  });

  it("stops the run when it is too short the second time too", async () => {
    graph({ membersListed: 1, countedMembers: "short" });
    await expect(read(setting)).rejects.toMatchObject({
      name: "ScopeError",
      message: expect.stringMatching(
        /^Microsoft Graph counts 3 users in (group|administrative unit) ".+" \([\w-]+\) and listed 1, asked twice: it is not known who else is a member\./,
      ) as unknown,
    });
  });

  it("is held against the count later too, for who came since; too short a second time, it is believed", async () => {
    const dora = await tenant.createUser("Dora");
    await read(setting);
    people.push(dora);
    await add(dora);
    graph({ membersListed: 3 });
    const cut = await read(setting);
    expect(meant(setting, cut)).toEqual(people);
    expect(cut).toMatchObject({ complete: false, notes: [note("1 member")] });

    graph({ countedMembers: "short" });
    expect(await read(setting)).toMatchObject({ complete: true, notes: [] });
  });

  it.each([400, 403, 404, 501] as const)("is what it was where members cannot be counted (%s)", async (status) => {
    graph({ countedMembers: status });
    const whole = await read(setting);
    expect(meant(setting, whole)).toEqual(people);
    expect(whole).toMatchObject({ complete: true, notes: [] });
  });
});

describe("a group", () => {
  it("that was left out of another one is found, and so are its members", async () => {
    const outer = `Outer ${made}`;
    const root = await tenant.createGroup(outer);
    for (const id of [people[0] ?? "", group, await tenant.createGroup("Empty")]) await tenant.addMember(root, id);
    await tenant.removeMember(group, people[0] ?? "");
    name = outer;
    graph({ membersListed: 0 });
    const cut = await read("groups");
    expect(meant("groups", cut)).toEqual(people);
    expect(cut).toMatchObject({ complete: false, notes: [note("5 members")] });
  });

  it("in which nobody was seen stops no later run: its members may be hidden", async () => {
    const [outer, inner] = [`Outer ${made}`, await tenant.createGroup("Inner")];
    const root = await tenant.createGroup(outer);
    for (const id of [people[0] ?? "", inner]) await tenant.addMember(root, id);
    name = outer;
    await read("groups");
    for (const id of people.slice(1)) await tenant.addMember(inner, id);
    graph({ membersListed: 1, countedMembers: "short" });
    // The inner one comes first in the list of the outer one, and Ada was a member before.
    expect(meant("groups", await read("groups"))).toEqual(people.slice(0, 2));
  });

  it("that comes into a followed one is counted too", async () => {
    const outer = `Outer ${made}`;
    const root = await tenant.createGroup(outer);
    const source = tenant.source([outer]);
    const { cursor } = await readAll(source, tenant.store, { mode: "full" });
    await tenant.addMember(root, group);
    graph({ membersListed: 2 });
    const delta = () => readAll(source, tenant.store, { mode: "delta", cursor });

    const cut = await delta();
    expect(meant("groups", cut)).toEqual(people);
    expect(cut).toMatchObject({ complete: false, notes: [note("1 member")] });
    graph(usual);
    expect(await delta()).toMatchObject({ complete: true, notes: [] });
  });
});

describe("a count that is behind", () => {
  it("and still has somebody who left says nothing against a list", async () => {
    const [ada = "", ...others] = people;
    await tenant.removeMember(group, ada);
    graph({ memberIndexBehind: 1 });
    const whole = await read("groups");
    expect(meant("groups", whole)).toEqual(others);
    expect(whole).toMatchObject({ complete: true, notes: [] });
  });

  it("and lacks somebody who came says nothing either", async () => {
    const dora = await tenant.createUser("Dora");
    await tenant.addMember(group, dora);
    graph({ memberIndexBehind: 1 });
    const whole = await read("groups");
    expect(byId(whole.objects).get(dora)?.life).toBe("active");
    expect(whole).toMatchObject({ complete: true, notes: [] });
  });
});

it("counting costs a full read one request for up to ten groups and one for the units, and a later run none", async () => {
  const source = tenant.source([name], { excludedGroups: [name], units: [name] });
  // The first delta link, the users' number, three kinds of names, groups and their empty pages, units, users.
  const uncounted = 2 + 3 + (2 + usual.emptyDeltaPages) + 1 + 1;
  const asked = async (mode: "full" | "delta", cursor?: Reading["cursor"]) => {
    const before = tenant.requests();
    const { cursor: next } = await readAll(source, tenant.store, { mode, ...(cursor !== undefined && { cursor }) });
    return [tenant.requests() - before, next] as const;
  };
  expect((await asked("full"))[0]).toBe(uncounted + 2);
  const [again, cursor] = await asked("full");
  expect(again).toBe(uncounted + 2);
  // The names, what changed in groups and users, and units.
  expect((await asked("delta", cursor))[0]).toBe(3 + 2 + 1);
});
