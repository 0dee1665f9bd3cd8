import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { covers, isAllowed, roleDefinitions } from "../../sandbox/hosts/arm/rbac.ts";
import { parseResourcePath } from "../../sandbox/hosts/arm/resource-id.ts";

describe("parseResourcePath", () => {
  it.each([
    ["/subscriptions", { scope: "", type: "subscriptions", names: [] }],
    ["/subscriptions/S", { scope: "", type: "subscriptions", names: ["S"] }],
    ["/subscriptions/S/resourceGroups", { scope: "/subscriptions/s", type: "resourcegroups", names: [] }],
    ["/subscriptions/S/resourceGroups/G/", { scope: "/subscriptions/s", type: "resourcegroups", names: ["G"] }],
    [
      "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V/secrets/X",
      { scope: "/subscriptions/s/resourcegroups/g", type: "microsoft.keyvault/vaults/secrets", names: ["V", "X"] },
    ],
    [
      "/subscriptions/S/providers/Microsoft.KeyVault/vaults/V/providers/Microsoft.Authorization/roleAssignments/A",
      {
        scope: "/subscriptions/s/providers/microsoft.keyvault/vaults/v",
        type: "microsoft.authorization/roleassignments",
        names: ["A"],
      },
    ],
    ["/subscriptions/S/resourceGroups/G/providers/", undefined],
    ["/subscriptions/S/resourceGroups/G/nonsense/N", undefined],
  ])("%s", (path, expected) => {
    const parsed = parseResourcePath(path);

    expect(parsed && { scope: parsed.scope, type: parsed.type, names: parsed.names }).toEqual(expected);
  });
});

describe("isAllowed", () => {
  const question = { principalId: "me", scope: "/subscriptions/s/resourceGroups/g", plane: "control" as const };
  const having = (roleName: string, scope = "/subscriptions/s") => [
    {
      name: "n",
      scope,
      writtenScope: scope,
      roleId: roleDefinitions.find((role) => role.roleName === roleName)?.id ?? "",
      principalId: "me",
      principalType: "User",
      createdOn: "",
      createdBy: "",
    },
  ];

  it.each([
    ["Contributor", "control", "Microsoft.KeyVault/vaults/write", true],
    ["Contributor", "control", "Microsoft.Authorization/roleAssignments/write", false],
    ["Contributor", "control", "Microsoft.Authorization/roleAssignments/read", true],
    ["Contributor", "data", "Microsoft.KeyVault/vaults/secrets/getSecret/action", false],
    ["Role Based Access Control Administrator", "control", "Microsoft.Authorization/roleAssignments/write", true],
    ["Role Based Access Control Administrator", "control", "Microsoft.KeyVault/vaults/read", true],
    ["Role Based Access Control Administrator", "control", "Microsoft.KeyVault/vaults/write", false],
    ["Key Vault Secrets Officer", "data", "Microsoft.KeyVault/vaults/secrets/setSecret/action", true],
    ["Key Vault Secrets User", "data", "Microsoft.KeyVault/vaults/secrets/getSecret/action", true],
    ["Key Vault Secrets User", "data", "Microsoft.KeyVault/vaults/secrets/setSecret/action", false],
    ["Key Vault Secrets User", "data", "Microsoft.KeyVault/vaults/secrets/delete", false],
  ] as const)("%s, %s: %s %s", (role, plane, action, expected) => {
    expect(isAllowed(having(role), { ...question, plane, action })).toBe(expected);
  });

  it("holds below a scope, never beside or above it", () => {
    const segment = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), fc.array(segment, { maxLength: 6 }), (one, other) => {
        const isAbove = one.every((each, index) => other[index] === each);
        expect(covers(`/${one.join("/")}`, `/${other.join("/")}`.toUpperCase())).toBe(isAbove);
      }),
    );
  });
});
