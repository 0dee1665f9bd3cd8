import { describe, expect, it } from "@jest/globals";
import { combinationFaults } from "../../stacks/settings/combinations.ts";
import { place } from "../../contract/settings-faults.ts";

/** Faults below `users` of the target; what else is missing there is not asked. */
function faultsOf(target: "oneplan" | "ones" | "files", users: object): string[] {
  return combinationFaults({ [target]: { users } })
    .map(({ path, text }) => `${place(path)}: ${text}`)
    .filter((line) => line.startsWith(`tenantwire:${target}.users`));
}

const source = "employeeId";

describe("card numbers", () => {
  it.each<[Parameters<typeof faultsOf>[0], object, string[]]>([
    [
      "oneplan",
      { cardNumber: { source } },
      ["tenantwire:oneplan.users.cardNumber.field: missing; say which field of OnePlan card numbers go to"],
    ],
    [
      "files",
      { cardNumber: { source } },
      ["tenantwire:files.users.cardNumber.field: missing; say which field of the file card numbers go to"],
    ],
    ["ones", { cardNumber: { source } }, []],
    [
      "files",
      { cardNumber: { source, field: "card" }, fields: { card: "mail" } },
      [
        "tenantwire:files.users.cardNumber.field: mapped under tenantwire:files.users.fields already; leave one of the two",
      ],
    ],
    [
      "ones",
      { cardNumber: { source }, fields: { userName: "mail", cardNumber: "employeeId" } },
      [
        "tenantwire:ones.users.cardNumber: cardNumber is mapped under tenantwire:ones.users.fields already; leave one of the two",
      ],
    ],
    ["ones", { cardNumber: { source: "none" }, fields: { cardNumber: "employeeId" } }, []],
    ["files", { cardNumber: { source: "none" } }, []],
    ["files", { cardNumber: { source, field: "card" }, fields: { mail: "mail" } }, []],
  ])("of %s: %j", (target, users, faults) => {
    expect(faultsOf(target, users)).toEqual(faults);
  });
});

describe.each(["oneplan", "ones", "files"] as const)("lists of %s", (target) => {
  it.each(["groups", "administrativeUnits", "excludedGroups", "protectedGroups"])("%s name each once", (list) => {
    expect(faultsOf(target, { [list]: ["A", "B", "A"] })).toEqual([
      `tenantwire:${target}.users.${list}[2]: the same as [0]`,
    ]);
  });

  it("do not take in and exclude the same group", () => {
    expect(faultsOf(target, { groups: ["A", "B"], excludedGroups: ["C", "B"], protectedGroups: ["B"] })).toEqual([
      `tenantwire:${target}.users.excludedGroups[1]: under groups already, so that none of its members would be in scope; leave one of the two`,
    ]);
  });
});
