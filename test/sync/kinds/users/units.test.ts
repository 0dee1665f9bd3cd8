/** Administrative units as a scope, read from the stand-in tenant. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { byId, readAll, type Reading, reasonOf } from "./reading.ts";
import { startTenant, type Tenant } from "./tenant.ts";

const UNITS = "/directory/administrativeUnits";

let tenant: Tenant;
let made = 0;
/** A unit with two people and a group in it, anew for each test. */
let unit: { readonly id: string; readonly displayName: string };
let inside: string[];
let outsider: string;

beforeAll(async () => {
  tenant = await startTenant(60);
});
afterAll(() => tenant.close());

beforeEach(async () => {
  unit = await tenant.graph("POST", UNITS, { displayName: `Europe ${++made}` });
  inside = [await tenant.createUser("Anna In"), await tenant.createUser("Bela In")];
  outsider = await tenant.createUser("Cato Out");
  const group = await tenant.createGroup("In the unit");
  await tenant.addMember(group, outsider);
  for (const member of [...inside, group]) await add(member);
});

function add(member: string): Promise<unknown> {
  return tenant.graph("POST", `${UNITS}/${unit.id}/members/$ref`, {
    "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
  });
}

function remove(member: string): Promise<unknown> {
  return tenant.graph("DELETE", `${UNITS}/${unit.id}/members/${member}/$ref`);
}

function full(units: string[], groups: string[] = []): Promise<Reading> {
  return readAll(tenant.source(groups, { units }), tenant.store, { mode: "full", linked: () => false });
}

describe("a full read", () => {
  it.each(["name", "id"])("gives the people of a unit by its %s, and not those of a group in it", async (by) => {
    const { objects } = await full([by === "name" ? unit.displayName : unit.id.toUpperCase()]);
    expect(new Set(objects.map(({ id }) => id))).toEqual(new Set(inside));
  });

  it("gives members of a group only where they are in a unit too, and says which of the two is missing", async () => {
    const group = await tenant.createGroup(`Team ${made}`);
    const [both = "", unitOnly = ""] = inside;
    await tenant.addMember(group, both);
    await tenant.addMember(group, outsider);
    const source = tenant.source([`Team ${made}`], { units: [unit.displayName] });

    const objects = byId((await readAll(source, tenant.store, { mode: "full", linked: () => true })).objects);

    expect(objects.get(both)?.life).toBe("active");
    expect(reasonOf(objects.get(unitOnly))).toBe(`not a member of "Team ${made}"`);
    expect(reasonOf(objects.get(outsider))).toBe(`not in administrative unit "${unit.displayName}"`);
  });

  it.each<[string, () => string, string]>([
    ["a name that nothing has", () => "Asia", 'Administrative unit "Asia" does not exist in Entra.'],
    [
      "a name in another letter case",
      () => unit.displayName.toLowerCase(),
      ", and administrative unit names are case sensitive.",
    ],
    ["an id that nothing has", () => "0c7f3b1e-1111-4111-8111-111111111111", "does not exist in Entra."],
  ])("refuses %s", async (_, name, message) => {
    await expect(full([name()])).rejects.toMatchObject({
      name: "ScopeError",
      message: expect.stringContaining(message) as unknown,
    });
  });

  it("refuses a unit that was made anew, and takes it where a person says so", async () => {
    await full([unit.displayName]);
    await tenant.graph("DELETE", `${UNITS}/${unit.id}`);
    await tenant.graph("POST", UNITS, { displayName: unit.displayName });

    await expect(full([unit.displayName])).rejects.toMatchObject({
      name: "ScopeError",
      message: expect.stringContaining("is not the one of the last sync") as unknown,
    });
    const source = tenant.source([], { units: [unit.displayName], acceptReplacedGroups: true });
    expect((await readAll(source, tenant.store, { mode: "full" })).objects).toEqual([]);
  });

  it("refuses a unit whose members are hidden: it would look empty", async () => {
    await tenant.graph("PATCH", `${UNITS}/${unit.id}`, { visibility: "HiddenMembership" });
    for (const name of [unit.displayName, unit.id]) {
      await expect(full([name])).rejects.toMatchObject({
        name: "ScopeError",
        message: expect.stringContaining("are hidden, so it is not known who is in scope") as unknown,
      });
    }
  });

  it("says what a renamed unit is called now", async () => {
    await full([unit.displayName]);
    await tenant.graph("PATCH", `${UNITS}/${unit.id}`, { displayName: `Asia ${made}` });
    await expect(full([unit.displayName])).rejects.toThrow(`is now called "Asia ${made}"`);
  });
});

describe("a delta read", () => {
  it("tells who entered and who left a unit, also when the run before it was the last to store anything", async () => {
    const source = tenant.source([], { units: [unit.displayName] });
    const { cursor } = await readAll(source, tenant.store, { mode: "full" });
    const [stays, leaves = ""] = inside;
    await add(outsider);
    await remove(leaves);
    const linked = (id: string) => inside.includes(id);

    const first = await readAll(source, tenant.store, { mode: "delta", cursor, linked });
    const objects = byId(first.objects);
    expect(objects.get(outsider)?.life).toBe("active");
    expect(reasonOf(objects.get(leaves))).toBe(`not in administrative unit "${unit.displayName}"`);
    expect(objects.has(String(stays))).toBe(false);

    // The same cursor again, as after a run that was killed; then on from there.
    const again = await readAll(source, tenant.store, { mode: "delta", cursor, linked });
    expect(new Set(byId(again.objects).keys())).toEqual(new Set([outsider, leaves]));
    const after = await readAll(source, tenant.store, { mode: "delta", cursor: first.cursor, linked });
    expect(after.objects).toEqual([]);
    await remove(outsider);
    const last = await readAll(source, tenant.store, { mode: "delta", cursor: after.cursor, linked: () => true });
    expect([...byId(last.objects).keys()]).toEqual([outsider]);
  });

  it("reads in full again when the units of the settings are others", async () => {
    const { cursor } = await full([unit.displayName]);
    const other = await tenant.graph<{ id: string }>("POST", UNITS, { displayName: `Asia ${made}` });
    for (const units of [[unit.displayName, other.id], []]) {
      const source = tenant.source([], { units });
      await expect(readAll(source, tenant.store, { mode: "delta", cursor })).rejects.toMatchObject({
        name: "CursorExpired",
      });
    }
  });
});
