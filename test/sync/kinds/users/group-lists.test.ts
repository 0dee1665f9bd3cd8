/** Groups whose members are never in scope, and groups whose members are never disabled. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { byId, readAll, type Reading, reasonOf } from "./reading.ts";
import { type SourceOptions, startTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
let made = 0;
let name: string;
let group: string;
let nested: string;
let ada: string;
let bela: string;

beforeAll(async () => {
  tenant = await startTenant(40);
});
afterAll(() => tenant.close());

/** A group with Ada in it and, through another group, Bela; anew for each test. */
beforeEach(async () => {
  name = `List ${++made}`;
  group = await tenant.createGroup(name);
  nested = await tenant.createGroup(`Inside ${made}`);
  [ada, bela] = [await tenant.createUser("Ada"), await tenant.createUser("Bela")];
  await tenant.addMember(group, ada);
  await tenant.addMember(group, nested);
  await tenant.addMember(nested, bela);
});

function full(options: SourceOptions, groups: readonly string[] = []): Promise<Reading> {
  return readAll(tenant.source(groups, options), tenant.store, { mode: "full", linked: () => true });
}

function delta(options: SourceOptions, cursor: Reading["cursor"], groups: readonly string[] = []): Promise<Reading> {
  return readAll(tenant.source(groups, options), tenant.store, { mode: "delta", cursor, linked: () => true });
}

describe("members of an excluded group", () => {
  const EXCLUDED = () => `a member of "${name}", which is excluded`;

  it("are out of scope, directly or through other groups, where everybody else is in it", async () => {
    const people = byId((await full({ excludedGroups: [name] })).objects);
    expect([reasonOf(people.get(ada)), reasonOf(people.get(bela))]).toEqual([EXCLUDED(), EXCLUDED()]);
    const others = [...people.values()].filter(({ id }) => id !== ada && id !== bela);
    expect(others.length).toBeGreaterThan(30);
    expect(others.map(reasonOf).filter((reason) => reason?.includes("excluded"))).toEqual([]);
  });

  it("are out of scope though a group of the scope has them", async () => {
    const scope = `Scope ${made}`;
    const all = await tenant.createGroup(scope);
    const cleo = await tenant.createUser("Cleo");
    for (const id of [ada, bela, cleo]) await tenant.addMember(all, id);

    const people = byId((await full({ excludedGroups: [name] }, [scope])).objects);

    expect(reasonOf(people.get(ada))).toBe(EXCLUDED());
    expect(people.get(cleo)?.life).toBe("active");
  });

  it("are followed by deltas: who joins leaves the scope, who leaves it enters", async () => {
    const options = { excludedGroups: [name] };
    const { cursor } = await full(options);
    const cleo = await tenant.createUser("Cleo");
    await tenant.addMember(nested, cleo);
    await tenant.removeMember(group, ada);

    const first = await delta(options, cursor);
    const people = byId(first.objects);
    expect(reasonOf(people.get(cleo))).toBe(EXCLUDED());
    expect(people.get(ada)).toMatchObject({ life: "active", fields: { name: "Ada" } });
    expect(people.has(bela)).toBe(false);

    await tenant.removeMember(group, nested);
    const second = byId((await delta(options, first.cursor)).objects);
    expect([...second.keys()].sort()).toEqual([bela, cleo].sort());
    expect(reasonOf(second.get(bela))).toBeUndefined();
  });
});

describe("members of a protected group", () => {
  it("are protected, directly or through other groups, and everybody is in scope as before", async () => {
    const { protected: kept, objects } = await full({ protectedGroups: [name] });
    expect(kept).toEqual(new Set([ada, bela]));
    expect(byId(objects).get(ada)?.life).toBe("active");
  });

  it("are protected beside those who are named", async () => {
    const cleo = await tenant.createUser("Cleo");
    const { protected: kept } = await full({ protectedGroups: [name], protected: [cleo] });
    expect(kept).toEqual(new Set([ada, bela, cleo]));
  });

  it("are followed by deltas, and who is no longer one is looked at again", async () => {
    const options = { protectedGroups: [name] };
    const { cursor } = await full(options);
    await tenant.graph("PATCH", `/users/${ada}`, { accountEnabled: false });
    const first = await delta(options, cursor);
    expect([first.protected?.has(ada), reasonOf(byId(first.objects).get(ada))]).toEqual([
      true,
      "account disabled in Entra",
    ]);

    await tenant.removeMember(group, ada);
    const second = await delta(options, first.cursor);
    expect(second.protected).toEqual(new Set([bela]));
    expect(reasonOf(byId(second.objects).get(ada))).toBe("account disabled in Entra");
    expect((await delta(options, second.cursor)).objects).toEqual([]);
  });

  it.each(["delta", "full"] as const)(
    "stay protected when they are deleted, and Graph takes them out (%s)",
    async (mode) => {
      const options = { protectedGroups: [name] };
      const { cursor } = await full(options);
      await tenant.graph("DELETE", `/users/${ada}`);

      const read = mode === "full" ? await full(options) : await delta(options, cursor);

      expect(read.protected).toEqual(new Set([ada, bela]));
      if (mode === "delta") expect(reasonOf(byId(read.objects).get(ada))).toBe("deleted in Entra");
      // And as long as that is so.
      expect((await full(options)).protected).toEqual(new Set([ada, bela]));
    },
  );

  it("are forgotten with their group", async () => {
    await full({ protectedGroups: [name] });
    await tenant.graph("DELETE", `/users/${ada}`);
    await tenant.createGroup(`Other ${made}`);
    expect((await full({ protectedGroups: [`Other ${made}`] })).protected).toEqual(new Set());
    expect((await full({ protectedGroups: [name] })).protected).toEqual(new Set([bela]));
  });

  it("are forgotten with the setting", async () => {
    await full({ protectedGroups: [name] });
    await full({});
    await tenant.graph("DELETE", `/users/${ada}`);
    expect((await full({ protectedGroups: [name] })).protected).toEqual(new Set([bela]));
  });

  it("are told by a dry run, which stores nothing", async () => {
    const source = tenant.source([], { protectedGroups: [name] });
    const { protected: kept } = await readAll(source, tenant.store, { mode: "full", dryRun: true });
    expect(kept).toEqual(new Set([ada, bela]));
  });
});

describe.each([
  ["excludedGroups", "who is in scope"],
  ["protectedGroups", "who is protected"],
] as const)("a group under %s", (list, decides) => {
  const options = () => ({ [list]: [name] });

  it("that was renamed, deleted or made anew stops every run", async () => {
    const { cursor } = await full(options());
    const both = async (message: string) => {
      for (const read of [() => delta(options(), cursor), () => full(options())]) {
        await expect(read()).rejects.toMatchObject({
          name: "ScopeError",
          message: expect.stringContaining(message) as unknown,
        });
      }
    };
    await tenant.graph("PATCH", `/groups/${group}`, { displayName: `${name}, renamed` });
    await both(`is now called "${name}, renamed". Write the new name into tenantwire:oneplan.users.${list}`);
    await tenant.graph("DELETE", `/groups/${group}`);
    await both("was deleted in Entra since the last sync.");
    await tenant.createGroup(name);
    await both("is not the one of the last sync");
    await expect(full({ ...options(), acceptReplacedGroups: true })).resolves.toBeDefined();
  });

  it("that exists twice stops the run", async () => {
    await tenant.createGroup(name);
    await expect(full(options())).rejects.toMatchObject({
      message: expect.stringContaining(`so it is not known ${decides}.`) as unknown,
    });
  });

  it("that is named anew makes the next run a full one", async () => {
    const { cursor } = await full({});
    await expect(delta(options(), cursor)).rejects.toMatchObject({ name: "CursorExpired" });
    const with_ = await full(options());
    await expect(delta({}, with_.cursor)).rejects.toMatchObject({ name: "CursorExpired" });
  });
});
