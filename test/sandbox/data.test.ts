import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { generateGroups } from "../../sandbox/data/groups.ts";
import { generatePeople } from "../../sandbox/data/people.ts";
import { randomFrom } from "../../sandbox/data/random.ts";
import type { DirectoryObject } from "../../sandbox/directory/model.ts";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ownerId = "11111111-2222-4333-8444-555555555555";

function people(seed: number, count: number): DirectoryObject[] {
  return generatePeople({ seed, count, ownerId, mailDomain: "contoso.com", initialDomain: "contoso.onmicrosoft.com" });
}

describe("generatePeople", () => {
  const many = people(1, 20_000);
  const share = (test: (person: DirectoryObject) => boolean) => many.filter(test).length / many.length;

  it("gives the same people for the same seed, others for another, and begins alike for any number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        (seed, few, more) => {
          expect(people(seed, few + more).slice(0, few)).toEqual(people(seed, few));
          expect(people(seed + 1, few)).not.toEqual(people(seed, few));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives every id, user principal name and mail address once, whatever the letter case", () => {
    for (const property of ["id", "userPrincipalName", "mail", "employeeId"]) {
      const values = many.flatMap((person) =>
        typeof person[property] === "string" ? [person[property].toLowerCase()] : [],
      );
      expect(new Set(values).size).toBe(values.length);
    }
    for (const person of many) expect(person.id).toMatch(GUID);
  });

  it("has the few who are different", () => {
    expect(share((person) => person["mail"] === null)).toBeCloseTo(0.01, 2);
    expect(share((person) => person["accountEnabled"] === false)).toBeCloseTo(0.02, 2);
    expect(share((person) => person["userType"] === "Guest")).toBeCloseTo(0.02, 2);
    expect(share((person) => /[^\p{ASCII}]/u.test(person["displayName"] as string))).toBeGreaterThan(0.2);
  });

  it("spells addresses in plain letters", () => {
    for (const person of many) {
      expect(person["userPrincipalName"]).toMatch(/^[a-z0-9.-]+(_[a-z.]+#EXT#)?@contoso\.(com|onmicrosoft\.com)$/);
    }
  });

  it("numbers employees with zeros in front, and makes the owner an ordinary person", () => {
    expect(many[0]).toMatchObject({ id: ownerId, employeeId: "00000001", accountEnabled: true, userType: "Member" });
    expect(many[0]?.["mail"]).toMatch(/@contoso\.com$/);
    expect(many[41]?.["employeeId"]).toBe("00000042");
    expect(many[41]?.["onPremisesExtensionAttributes"]).toEqual({
      extensionAttribute1: expect.stringMatching(/^CC-\d{4}$/),
    });
  });
});

describe("generateGroups", () => {
  it.each([[1], [5], [2000]])("is whole with %i people", (count) => {
    const staff = people(3, count);
    const { groups, members } = generateGroups(3, staff);
    const known = new Set([...staff, ...groups].map((each) => each.id));
    const named = (name: string) => groups.filter((group) => group["displayName"] === name);

    expect(named("Duplicates")).toHaveLength(2);
    expect(named("Engineering")).toHaveLength(1);
    expect(named("engineering")).toHaveLength(1);
    expect(members[named("Vacant Positions")[0]?.id ?? ""]).toEqual([]);
    expect(members[named("OnePlan Users")[0]?.id ?? ""]).toContain(named("Projects")[0]?.id);
    expect(Object.keys(members).sort()).toEqual(groups.map((group) => group.id).sort());
    for (const list of Object.values(members)) {
      expect(new Set(list).size).toBe(list.length);
      for (const id of list) expect(known).toContain(id);
    }
  });

  it("nests people of the project departments below OnePlan Users, those of others not", () => {
    const staff = people(3, 500);
    const { groups, members } = generateGroups(3, staff);
    const reached = new Set<string>();
    const walk = (id: string) => {
      reached.add(id);
      for (const member of members[id] ?? []) walk(member);
    };
    walk(groups.find((group) => group["displayName"] === "OnePlan Users")?.id ?? "");

    const of = (department: string) => staff.filter((person) => person["department"] === department);
    for (const person of of("Engineering")) expect(reached).toContain(person.id);
    expect(of("Manufacturing").filter((person) => !reached.has(person.id)).length).toBeGreaterThan(30);
  });
});

describe("randomFrom", () => {
  it("repeats itself for a seed, stays below the limit, and reaches all of a small range", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (seed, limit) => {
        const [one, other] = [randomFrom(seed), randomFrom(seed)];
        const drawn = Array.from({ length: 300 }, () => one.below(limit));
        expect(Array.from({ length: 300 }, () => other.below(limit))).toEqual(drawn);
        expect(new Set(drawn).size).toBe(limit);
        expect(Math.max(...drawn)).toBe(limit - 1);
      }),
    );
  });
});
