import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseFilter } from "../../../../sync/kinds/users/filter-parser.ts";
import type { GraphUser } from "../../../../sync/kinds/users/mapping.ts";
import { scopeRules, type ScopeSettings } from "../../../../sync/kinds/users/scope-rules.ts";
import { open } from "./options.ts";
import { selectFor } from "../../../../sync/kinds/users/reads.ts";

const ada: GraphUser = {
  id: "4c102969-7ee3-4871-9d3a-14a2add817c4",
  mail: "Ada@Contoso.com",
  userPrincipalName: "al@contoso.com",
  userType: "Member",
  city: "Zurich",
  onPremisesExtensionAttributes: { extensionAttribute1: "X" },
};
const guest: GraphUser = { ...ada, userType: "Guest" };
const FILTER = "does not meet tenantwire:sync.users.filter";
const GUEST = "a guest, and tenantwire:sync.users.guests is false";
const EXCLUDED = "excluded by tenantwire:sync.users.exclude";

describe("the rules of the scope", () => {
  it.each<[string, Partial<ScopeSettings>, GraphUser, string | undefined]>([
    ["nothing is asked", {}, guest, undefined],
    ["guests are not wanted", { guests: false }, guest, GUEST],
    ["guests are not wanted, and this is none", { guests: false }, ada, undefined],
    ["guests are not wanted, and the type is not known", { guests: false }, { ...ada, userType: null }, undefined],
    ["excluded by id", { exclude: ["4C102969-7ee3-4871-9d3a-14a2add817c4"] }, ada, EXCLUDED],
    ["excluded by mail", { exclude: ["somebody", "ada@contoso.com"] }, ada, EXCLUDED],
    ["excluded by user principal name", { exclude: ["AL@contoso.com"] }, ada, EXCLUDED],
    ["somebody else is excluded", { exclude: ["ad@contoso.com", ""] }, { ...ada, mail: null }, undefined],
    ["the filter is met", { filter: parseFilter("city eq 'Zurich' and extensionAttribute1 eq 'X'") }, ada, undefined],
    ["the filter is not met", { filter: parseFilter("city ne 'Zurich'") }, ada, FILTER],
    ["nothing is known that the filter looks at", { filter: parseFilter("city eq 'Zurich'") }, { id: "1" }, FILTER],
    [
      "everything is against it",
      { filter: parseFilter("city ne 'Zurich'"), guests: false, exclude: ["al@contoso.com"] },
      guest,
      EXCLUDED,
    ],
  ])("%s", (_, settings, user, why) => {
    expect(scopeRules({ ...open, ...settings }).whyNot(user)).toBe(why);
  });

  it("only take people away: each one more leaves the same people or fewer", () => {
    const settings = fc.record(
      {
        filter: fc.constantFrom("city eq 'Zurich'", "not city eq 'Zurich'", "city eq null").map(parseFilter),
        guests: fc.boolean(),
        exclude: fc.subarray(["al@contoso.com", ada.id, "b"]),
      },
      { requiredKeys: ["guests", "exclude"] },
    );
    const people = fc.record({
      id: fc.constantFrom(ada.id, "2"),
      userType: fc.constantFrom("Guest", "Member", null),
      city: fc.constantFrom("Zurich", "Basel", null),
      userPrincipalName: fc.constantFrom("al@contoso.com", "b"),
    });
    fc.assert(
      fc.property(settings, people, ({ filter, guests, exclude }, user) => {
        const rules = [
          { ...open, guests },
          { ...open, exclude },
          { ...open, ...(filter && { filter }) },
        ];
        const all = scopeRules({ ...open, guests, exclude, ...(filter && { filter }) });
        const passed = rules.every((one) => scopeRules(one).whyNot(user) === undefined);
        expect(all.whyNot(user) === undefined).toBe(passed);
      }),
    );
  });

  it("say what they look at, so that it is read", () => {
    const { properties } = scopeRules({
      filter: parseFilter("city eq 'Zurich' or extensionAttribute1 eq 'X'"),
      ...open,
      guests: false,
    });
    expect(selectFor(properties)).toEqual(
      expect.arrayContaining(["city", "onPremisesExtensionAttributes", "userType"]),
    );
    expect(scopeRules(open).properties).toEqual([]);
  });
});
