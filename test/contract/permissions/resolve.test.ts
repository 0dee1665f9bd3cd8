import { describe, expect, it } from "@jest/globals";
import { type ApiPermissions, resolvePermissions } from "../../../contract/permissions/resolve.ts";

const role = (value: string, id: string, more: object = {}) => {
  return { value, id, enabled: true, allowedMemberTypes: ["Application"], ...more };
};
const graph: ApiPermissions = {
  displayName: "Microsoft Graph",
  appRoles: [
    role("User.Read.All", "role-1"),
    role("User.ReadBasic.All", "role-2"),
    role("GroupMember.Read.All", "role-3"),
    role("Sites.Selected", "role-4", { allowedMemberTypes: ["User", "Application"] }),
    role("Mail.Old", "role-5", { enabled: false }),
    role("Approver", "role-6", { allowedMemberTypes: ["User"] }),
  ],
  oauth2PermissionScopes: [
    { value: "User.Read.All", id: "scope-1", enabled: true },
    { value: "User.Read", id: "scope-2", enabled: true },
    { value: "Mail.Old", id: "scope-3", enabled: false },
  ],
};

describe("resolvePermissions", () => {
  it("gives the same name another id as the other kind", () => {
    const ids = resolvePermissions({ application: ["User.Read.All"], delegated: ["User.Read.All"] }, graph);

    expect(ids).toEqual({ application: { "User.Read.All": "role-1" }, delegated: { "User.Read.All": "scope-1" } });
  });

  it("sorts them and takes each once", () => {
    const application = ["User.Read.All", "Sites.Selected", "GroupMember.Read.All", "User.Read.All"];

    const ids = resolvePermissions({ application, delegated: [] }, graph);

    expect(Object.entries(ids.application)).toEqual([
      ["GroupMember.Read.All", "role-3"],
      ["Sites.Selected", "role-4"],
      ["User.Read.All", "role-1"],
    ]);
  });

  it.each([
    [
      ["User.Read.Al"],
      [],
      'Microsoft Graph has no application permission "User.Read.Al": did you mean "User.Read.All"?',
    ],
    [
      ["user.read.all"],
      [],
      'Microsoft Graph has no application permission "user.read.all": did you mean "User.Read.All"?',
    ],
    [
      ["User.Read"],
      [],
      'Microsoft Graph has no application permission "User.Read": it exists only as a delegated one.',
    ],
    [
      [],
      ["GroupMember.Read.All"],
      'Microsoft Graph has no delegated permission "GroupMember.Read.All": it exists only as an application one.',
    ],
    [
      ["Calendars.Everything"],
      [],
      'Microsoft Graph has no application permission "Calendars.Everything": nothing that this tenant offers has a similar name.',
    ],
    [
      ["Mail.Old", "Approver"],
      ["toString"],
      [
        'Microsoft Graph has no application permission "Mail.Old": nothing that this tenant offers has a similar name.',
        'Microsoft Graph has no application permission "Approver": nothing that this tenant offers has a similar name.',
        'Microsoft Graph has no delegated permission "toString": nothing that this tenant offers has a similar name.',
      ].join("\n"),
    ],
  ])("refuses %j and %j", (application, delegated, text) => {
    expect(() => resolvePermissions({ application, delegated }, graph)).toThrow(new Error(text));
  });
});
