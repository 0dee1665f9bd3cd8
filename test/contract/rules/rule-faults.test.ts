import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ruleFaults, ruleIds } from "../../../contract/rules/index.ts";
import { registrationNames } from "../../../stacks/registration-names.ts";
import { tell } from "../../../contract/settings-faults.ts";

describe("ruleFaults", () => {
  it.each([
    [
      "a misspelt rule",
      { "two-owner": { level: "disabled" } },
      'tenantwire:rules.two-owner: not a rule; did you mean "two-owners"? (f)',
    ],
    [
      "a rule that is like no other",
      { colours: {} },
      `tenantwire:rules.colours: not a rule; the rules are ${ruleIds.join(", ")} (f)`,
    ],
    [
      "a misspelt registration",
      { "two-owners": {}, "single-tenant": { exceptions: [{ reason: "x" }, { registration: "onse", reason: "x" }] } },
      'tenantwire:rules.single-tenant.exceptions[1].registration: "onse" is not a registration; did you mean "ones"? (f)',
    ],
    [
      "a registration that is like no other",
      { "single-tenant": { exceptions: [{ registration: "payroll", reason: "x" }] } },
      'tenantwire:rules.single-tenant.exceptions[0].registration: "payroll" is not a registration; the registrations are sync, ones, ones-sign-in, oneplan-users, oneconnect, azure-devops, mail, console (f)',
    ],
  ])("names %s", (_what, rules, expected) => {
    expect(tell(ruleFaults(rules, registrationNames), "f").join("\n")).toBe(expected);
  });

  it("takes every rule and every registration", () => {
    const rules = Object.fromEntries(
      ruleIds.map((id) => [id, { exceptions: [{ registration: "sync", reason: "x" }] }]),
    );

    expect(ruleFaults(rules, registrationNames)).toEqual([]);
  });

  it("passes over what is of the wrong kind, which others tell", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(ruleFaults({ "two-owners": { exceptions: value } }, registrationNames)).toEqual([]);
      }),
    );
    for (const value of [undefined, null, "x", 1, ["x"]]) expect(ruleFaults(value, registrationNames)).toEqual([]);
  });
});
