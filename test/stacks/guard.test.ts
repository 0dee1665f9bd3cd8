import { describe, expect, it } from "@jest/globals";
import { guardDomain, guardTenant } from "../../stacks/guard.ts";

const expected = { id: "e9da86d3-51cf-4a76-82d8-c50195c3f466", domain: "contoso.com", cloud: "Microsoft" } as const;
const other = "11111111-2222-4333-8444-555555555555";

describe("the tenant guard", () => {
  it("lets the tenant of the settings pass, in any letter case", () => {
    expect(() => guardTenant(expected, expected.id.toUpperCase(), "contoso")).not.toThrow();
    expect(() => guardDomain(expected, ["fabrikam.com", "Contoso.com"], "contoso")).not.toThrow();
  });

  it("refuses the credential of another tenant", () => {
    expect(() => guardTenant(expected, other, "contoso")).toThrow(
      `The deploying credential is of tenant ${other}, the settings of stack "contoso" are for tenant ${expected.id} ` +
        `(tenantwire:tenant.id): sign in to ${expected.id} (ARM_TENANT_ID, or az login --tenant), correct the setting, or choose another stack.`,
    );
  });

  it.each([
    [["fabrikam.com", "contoso.com.fabrikam.com"], "fabrikam.com, contoso.com.fabrikam.com"],
    [[], "none"],
  ])("refuses a domain that is not among %j", (domains, found) => {
    expect(() => guardDomain(expected, domains, "contoso")).toThrow(
      `Tenant ${expected.id} has no verified domain contoso.com, which the settings of stack "contoso" say ` +
        `(tenantwire:tenant.domain): it has ${found}. Mend the id or the domain.`,
    );
  });
});
