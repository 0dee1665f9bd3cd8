import { describe, expect, it } from "@jest/globals";
import { declaredOf } from "../../stacks/declared.ts";
import { findingsOf } from "../../contract/rules/index.ts";
import { declaredRegistrations } from "../../stacks/registrations.ts";
import { parseWritten } from "./agreement.ts";
import { changed, DEPLOYER, everything, OTHER_OWNER, OWNER } from "./written.ts";

const settings = (written = everything()) => parseWritten(written);

describe("declaredOf", () => {
  it("tells of settings what rules judge", () => {
    const parsed = settings(changed(everything(), ["oneplan", "key", "expires"], "2027-01-31"));

    expect(declaredOf(parsed)).toEqual({
      registrations: declaredRegistrations(parsed),
      owners: [OWNER, OTHER_OWNER],
      deployer: DEPLOYER,
      production: true,
      protect: false,
      purgeProtection: true,
      givenKeys: [{ product: "OnePlan", keyName: "tenantwire", setting: ["oneplan", "key"], expires: "2027-01-31" }],
    });
  });

  it("lets the rules find what is in the settings", () => {
    const written = { ...changed(everything(), ["vault", "purgeProtection"], false), owners: [OWNER] };
    const findings = findingsOf(declaredOf(settings(written)), {});

    expect(findings.map(({ rule, place }) => [rule, place])).toEqual([
      ["given-key-expiry", "tenantwire:oneplan.key"],
      ["two-owners", "tenantwire:owners"],
      ["protected-registrations", "tenantwire:protect"],
      ["purge-protection", "tenantwire:vault.purgeProtection"],
    ]);
  });

  it("applies what the settings say of rules", () => {
    const written = {
      ...everything(),
      owners: [OWNER],
      rules: {
        "two-owners": { exceptions: [{ reason: "a second administrator starts in May" }] },
        "given-key-expiry": { level: "disabled" },
        "protected-registrations": { level: "mandatory" },
      },
    };
    const parsed = settings(written);

    expect(findingsOf(declaredOf(parsed), parsed.rules).map(({ rule, level }) => [rule, level])).toEqual([
      ["protected-registrations", "mandatory"],
    ]);
  });
});
