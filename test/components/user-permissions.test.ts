import { describe, expect, it } from "@jest/globals";
import { userSyncPermissions } from "../../components/sync-identity/user-permissions.ts";
import { defaultUserFields } from "../../contract/user-properties.ts";

describe("userSyncPermissions", () => {
  it.each<[string, readonly string[], Record<string, string>, string[]]>([
    ["everybody, default fields", [], { ...defaultUserFields }, ["User.Read.All"]],
    ["groups", ["OnePlan Users"], { ...defaultUserFields }, ["GroupMember.Read.All", "User.Read.All"]],
    [
      "a property that needs more",
      [],
      { mail: "mail", left: "employeeLeaveDateTime" },
      ["User-LifeCycleInfo.Read.All", "User.Read.All"],
    ],
    ["extension attributes", [], { mail: "mail", site: "extensionAttribute7" }, ["User.Read.All"]],
    [
      "both",
      ["A", "B"],
      { mail: "mail", left: "employeeLeaveDateTime" },
      ["GroupMember.Read.All", "User-LifeCycleInfo.Read.All", "User.Read.All"],
    ],
  ])("%s", (_, groups, fields, application) => {
    expect(userSyncPermissions({ groups, fields })).toEqual({ application, delegated: [] });
  });

  it.each<[string, Partial<Parameters<typeof userSyncPermissions>[0]>, string[]]>([
    ["excluded groups", { excludedGroups: ["Contractors"] }, ["GroupMember.Read.All", "User.Read.All"]],
    ["protected groups", { protectedGroups: ["Owners"] }, ["GroupMember.Read.All", "User.Read.All"]],
    ["no such groups", { excludedGroups: [], protectedGroups: undefined }, ["User.Read.All"]],
    ["card numbers from pager", { cardNumber: { source: "pager" } }, ["Application.Read.All", "User.Read.All"]],
    ["card numbers from elsewhere", { cardNumber: { source: "employeeId" } }, ["User.Read.All"]],
    ["managers, who are users too", { fields: { mail: "mail", Boss: "manager" } }, ["User.Read.All"]],
  ])("%s", (_, more, application) => {
    const users = { groups: [], fields: { ...defaultUserFields }, ...more };
    expect(userSyncPermissions(users)).toEqual({ application, delegated: [] });
  });

  it.each<[readonly string[] | undefined, string[]]>([
    [undefined, ["User.Read.All"]],
    [[], ["User.Read.All"]],
    [["Europe"], ["AdministrativeUnit.Read.All", "User.Read.All"]],
  ])("administrative units %j", (administrativeUnits, application) => {
    const users = { groups: [], administrativeUnits, fields: { ...defaultUserFields } };
    expect(userSyncPermissions(users)).toEqual({ application, delegated: [] });
  });
});
