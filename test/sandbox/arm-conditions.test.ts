import { describe, expect, it } from "@jest/globals";
import { ONLY_VAULT_READERS } from "../../components/pipeline-identity/rights.ts";
import { isMet } from "../../sandbox/hosts/arm/conditions.ts";

const READER = "4633458b-17de-408a-b874-0445c86b69e6";
const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

const assignment = (roleId: string, principalType: string) => ({
  ...{ name: "n", scope: "/s", writtenScope: "/s", principalId: "p", createdOn: "", createdBy: "" },
  roleId,
  principalType,
});

describe("a condition on the assignments that somebody may make", () => {
  it.each([
    [READER, "ServicePrincipal", true],
    [OWNER, "ServicePrincipal", false],
    // People who fill in vendors' forms.
    [READER, "User", true],
    [OWNER, "User", false],
    [READER, "Group", false],
  ])("%s for a %s: %s", (roleId, principalType, expected) => {
    expect(isMet(ONLY_VAULT_READERS, assignment(roleId, principalType))).toBe(expected);
  });

  it("may list several", () => {
    const condition = `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${READER}, ${OWNER}}`;

    expect(isMet(condition, assignment(OWNER, "User"))).toBe(true);
  });
});
