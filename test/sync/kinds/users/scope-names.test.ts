import { describe, expect, it } from "@jest/globals";
import type { Group } from "../../../../sync/connectors/graph/index.ts";
import { chooseGroup, kindsOf, missingGroup, type Missing } from "../../../../sync/kinds/users/scope-names.ts";

const { group: groupKind, unit: unitKind } = kindsOf("tenantwire:oneplan.users");
const group = (id: string, displayName: string): Group => ({ id, displayName });

describe("chooseGroup", () => {
  it.each<[string, Group[], string | undefined, string | undefined]>([
    ["takes the one of that name", [group("1", "OnePlan Users")], undefined, "1"],
    ["takes the one of the last run again", [group("1", "OnePlan Users")], "1", "1"],
    ["does not take one that is written otherwise", [group("1", "oneplan users")], undefined, undefined],
    [
      "takes the exact one among several spellings",
      [group("1", "oneplan users"), group("2", "OnePlan Users")],
      undefined,
      "2",
    ],
    ["takes nothing where there is nothing", [], "1", undefined],
  ])("%s", (_, found, remembered, id) => {
    expect(chooseGroup("OnePlan Users", found, remembered, groupKind)?.id).toBe(id);
  });

  it.each<[string, Group[], string | undefined, string]>([
    [
      "exists twice",
      [group("2", "OnePlan Users"), group("1", "OnePlan Users")],
      undefined,
      'Group "OnePlan Users" exists twice in Entra (ids 1 and 2), so it is not known who is in scope. Rename all but one of them.',
    ],
    [
      "exists three times",
      [group("2", "OnePlan Users"), group("1", "OnePlan Users"), group("3", "OnePlan Users")],
      "1",
      'Group "OnePlan Users" exists 3 times in Entra (ids 1, 2 and 3), so it is not known who is in scope. Rename all but one of them.',
    ],
    [
      "is another one than before",
      [group("2", "OnePlan Users")],
      "1",
      'Group "OnePlan Users" is not the one of the last sync: it was deleted and made anew, or renamed and its name given to another (id 1 then, 2 now). If the new one is meant, sync once with --full.',
    ],
  ])("refuses a name that %s", (_, found, remembered, message) => {
    expect(() => chooseGroup("OnePlan Users", found, remembered, groupKind)).toThrow(message);
  });
});

describe("administrative units", () => {
  it("are called what they are, and looked for where they are written", () => {
    const other = group("1", "Europa");
    expect(missingGroup({ name: "Europe", others: [other] }, unitKind).message).toBe(
      'Administrative unit "Europe" does not exist in Entra; did you mean "Europa"? Correct tenantwire:oneplan.users.administrativeUnits and deploy (pulumi up).',
    );
    expect(missingGroup({ name: "EUROPA", others: [other] }, unitKind).message).toBe(
      'Administrative unit "EUROPA" is written "Europa" in Entra, and administrative unit names are case sensitive. Correct tenantwire:oneplan.users.administrativeUnits and deploy (pulumi up).',
    );
    expect(() => chooseGroup("Europa", [other], "2", unitKind)).toThrow(
      'Administrative unit "Europa" is not the one of the last sync',
    );
  });
});

describe("missingGroup", () => {
  it.each<[string, Missing, string]>([
    [
      "a slip of the hand",
      { name: "OnePlan User", others: [group("1", "OnePlan Users"), group("2", "Finance")] },
      'Group "OnePlan User" does not exist in Entra; did you mean "OnePlan Users"? Correct tenantwire:oneplan.users.groups and deploy (pulumi up).',
    ],
    [
      "nothing like it",
      { name: "Marketing", others: [group("2", "Finance")] },
      'Group "Marketing" does not exist in Entra. Correct tenantwire:oneplan.users.groups and deploy (pulumi up).',
    ],
    [
      "letter case",
      { name: "oneplan users", others: [group("1", "OnePlan Users")] },
      'Group "oneplan users" is written "OnePlan Users" in Entra, and group names are case sensitive. Correct tenantwire:oneplan.users.groups and deploy (pulumi up).',
    ],
    [
      "renamed",
      {
        name: "OnePlan Users",
        others: [group("1", "OnePlan People")],
        remembered: "1",
        now: group("1", "OnePlan People"),
      },
      'Group "OnePlan Users" (id 1) is now called "OnePlan People". Write the new name into tenantwire:oneplan.users.groups and deploy (pulumi up), or rename it back.',
    ],
    [
      "deleted",
      { name: "OnePlan Users", others: [group("2", "Finance")], remembered: "1" },
      'Group "OnePlan Users" (id 1) was deleted in Entra since the last sync. Restore it, or name another one in tenantwire:oneplan.users.groups and deploy (pulumi up).',
    ],
  ])("%s", (_, missing, message) => {
    expect(missingGroup(missing, groupKind).message).toBe(message);
  });
});
