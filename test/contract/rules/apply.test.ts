import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Declared, type Finding, findingsOf, applyRules, ruleIds, rules } from "../../../contract/rules/index.ts";
import type { RulesSettings } from "../../../contract/rules/settings.ts";
import { cases } from "./cases.ts";
import { application, declared, made, ones, registration } from "./declared-world.ts";

function of(rule: string, findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.rule === rule);
}

function except(rule: string, ...exceptions: RulesSettings[string]["exceptions"]): RulesSettings {
  return { [rule]: { exceptions } };
}

describe("rules", () => {
  it("find nothing in a stack that is in order", () => {
    expect(findingsOf(declared({ registrations: [registration(), ones()] }), {})).toEqual([]);
  });

  it("say in which line of the file what they find can be mended, and what keeps them from it is", () => {
    const world = made(registration({ permissions: application("Mail.Send") }));
    const at = (path: readonly PropertyKey[]) => (path[0] === "rules" ? "base.yaml:7" : "stacks/Pulumi.contoso.yaml:3");
    const settings: RulesSettings = {
      ...except("mailbox-reach", { reason: "agreed" }),
      "write-permission": { level: "disabled", exceptions: [] },
    };
    const { findings, excused, relaxed } = applyRules(world, settings, at);

    for (const found of findings) expect(found.at).toBe("stacks/Pulumi.contoso.yaml:3");
    expect(excused).toMatchObject([{ at: "base.yaml:7", finding: { at: "stacks/Pulumi.contoso.yaml:3" } }]);
    expect(relaxed).toMatchObject([{ at: "base.yaml:7" }]);
  });

  it.each(cases)("%s: %s", (rule, _what, world, finding) => {
    expect(of(rule, findingsOf(world, {}))).toEqual([{ rule, ...finding }]);
  });

  it("are all shown above", () => {
    const shown = new Set(cases.map(([rule]) => rule));

    expect(rules.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  it("have ids of their own, in kebab-case", () => {
    expect(new Set(ruleIds).size).toBe(ruleIds.length);
    for (const id of ruleIds) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it.each(rules)("$id has a default level that its findings have", ({ id, level }) => {
    const levels = cases.filter(([rule]) => rule === id).map(([, , , finding]) => finding.level);

    expect(new Set(levels)).toEqual(new Set([level]));
  });

  it.each<[string, string, Declared]>([
    [
      "write-permission",
      "what tier 0 tells already",
      made(registration({ permissions: application("Group.ReadWrite.All") })),
    ],
    [
      "mailbox-reach",
      "delegated permissions",
      made(ones({ permissions: { application: [], delegated: ["Mail.Read"] } })),
    ],
    ["secret-lifetime", "180 days", made(ones({ secret: { periodDays: 119, overlapDays: 30, latenessDays: 30 } }))],
    ["secret-instead-of-federation", "vendors, who take nothing else", made(ones())],
    ["two-owners", "a stack without registrations", declared({ registrations: [], owners: [] })],
    ["protected-registrations", "a stack without registrations", declared({ registrations: [], protect: false })],
    ["protected-registrations", "a stack that is not production", declared({ production: false, protect: false })],
    ["purge-protection", "a stack that is not production", declared({ production: false, purgeProtection: false })],
    ["purge-protection", "a stack without a vault", declared({ purgeProtection: undefined })],
    ["consent-beyond-declared", "grants that are not known", made(registration({ granted: undefined }))],
    ["consent-beyond-declared", "less granted than asked for", made(registration({ granted: application() }))],
    ["implicit-grant", "what is not known", made(registration({ implicitGrant: undefined }))],
  ])("%s leaves %s alone", (rule, _what, world) => {
    expect(of(rule, findingsOf(world, {}))).toEqual([]);
  });

  it("find something exactly where a secret lives longer than 180 days", () => {
    const days = fc.nat({ max: 120 });
    fc.assert(
      fc.property(days, days, days, (periodDays, overlapDays, latenessDays) => {
        const findings = findingsOf(made(ones({ secret: { periodDays, overlapDays, latenessDays } })), {});

        expect(findings.length).toBe(periodDays + overlapDays + latenessDays >= 180 ? 1 : 0);
      }),
    );
  });

  it("come in the order of the registry, registration by registration", () => {
    const calendars = application("Calendars.ReadWrite");
    const world = made(
      registration({ permissions: calendars }),
      ones({ permissions: calendars, audience: "multipleTenants" }),
    );

    expect(findingsOf({ ...world, protect: false }, {}).map(({ rule, registration: name }) => [rule, name])).toEqual([
      ["write-permission", "sync"],
      ["write-permission", "ones"],
      ["mailbox-reach", "sync"],
      ["mailbox-reach", "ones"],
      ["consent-beyond-declared", "sync"],
      ["single-tenant", "ones"],
      ["protected-registrations", undefined],
    ]);
  });
});

describe("levels", () => {
  it.each(cases)("%s: %s can be advisory, mandatory and disabled", (rule, _what, world, finding) => {
    for (const level of ["advisory", "mandatory"] as const) {
      expect(of(rule, findingsOf(world, { [rule]: { level, exceptions: [] } }))).toEqual([{ rule, ...finding, level }]);
    }
    expect(of(rule, findingsOf(world, { [rule]: { level: "disabled", exceptions: [] } }))).toEqual([]);
  });

  it("of one rule leave the others as they are", () => {
    const world = declared({ protect: false, purgeProtection: false });
    const settings: RulesSettings = { "purge-protection": { level: "disabled", exceptions: [] } };

    expect(findingsOf(world, settings)).toEqual(of("protected-registrations", findingsOf(world, {})));
  });
});

describe("exceptions", () => {
  it.each(cases)("%s: %s can be excepted", (rule, _what, world, { registration: name, subject }) => {
    const exact = { registration: name, subject, reason: "agreed" };

    for (const exception of [exact, { reason: "agreed" }]) {
      const findings = findingsOf(world, except(rule, exception));
      expect([...of(rule, findings), ...of("stale-exception", findings)]).toEqual([]);
    }
  });

  it.each([
    ["another registration", { registration: "ones" }, "at ones"],
    ["another subject", { subject: "Group.Read.All" }, "about Group.Read.All"],
    ["both", { registration: "ones", subject: "Mail.Send" }, "at ones about Mail.Send"],
  ])("for %s do not count, and are told as stale", (_what, exception, words) => {
    const world = made(registration({ permissions: application("Mail.Send"), granted: application() }));
    const findings = findingsOf(world, except("mailbox-reach", { ...exception, reason: "agreed" }));

    expect(of("mailbox-reach", findings)).toEqual(of("mailbox-reach", findingsOf(world, {})));
    expect(of("stale-exception", findings)).toEqual([
      {
        rule: "stale-exception",
        level: "advisory",
        ...("registration" in exception && { registration: "ones" }),
        subject: "mailbox-reach",
        place: "tenantwire:rules.mailbox-reach.exceptions[0]",
        text: `The rule finds nothing ${words} that this exception is for. Take it away.`,
      },
    ]);
  });

  it("that are stale for everything are told without further words", () => {
    expect(findingsOf(declared(), except("two-owners", { reason: "one of us" }))).toEqual([
      {
        rule: "stale-exception",
        level: "advisory",
        subject: "two-owners",
        place: "tenantwire:rules.two-owners.exceptions[0]",
        text: "The rule finds nothing that this exception is for. Take it away.",
      },
    ]);
  });

  it.each([
    ["the rule is disabled", declared(), { "two-owners": { level: "disabled", exceptions: [{ reason: "x" }] } }],
    [
      "grants are not known",
      made(registration({ granted: undefined })),
      except("consent-beyond-declared", { reason: "x" }),
    ],
    [
      "settings cannot tell",
      made(registration({ implicitGrant: undefined })),
      except("implicit-grant", { reason: "x" }),
    ],
  ] as [string, Declared, RulesSettings][])("are not stale where %s", (_what, world, settings) => {
    expect(findingsOf(world, settings)).toEqual([]);
  });

  it("can be for stale exceptions, and be stale themselves", () => {
    const kept = { exceptions: [{ reason: "a second owner starts in May" }] };

    expect(
      findingsOf(declared(), {
        "two-owners": kept,
        "stale-exception": {
          level: "mandatory",
          exceptions: [
            { subject: "two-owners", reason: "still new" },
            { subject: "single-tenant", reason: "gone" },
          ],
        },
      }),
    ).toEqual([
      {
        rule: "stale-exception",
        level: "mandatory",
        subject: "stale-exception",
        place: "tenantwire:rules.stale-exception.exceptions[1]",
        text: "The rule finds nothing about single-tenant that this exception is for. Take it away.",
      },
    ]);
  });

  it("for every stale exception are stale where there is none", () => {
    expect(findingsOf(declared(), except("stale-exception", { reason: "all of them" }))).toEqual([
      {
        rule: "stale-exception",
        level: "advisory",
        subject: "stale-exception",
        place: "tenantwire:rules.stale-exception.exceptions[0]",
        text: "The rule finds nothing that this exception is for. Take it away.",
      },
    ]);
  });

  it("are quiet where stale ones are disabled", () => {
    const settings: RulesSettings = {
      ...except("two-owners", { reason: "x" }),
      "stale-exception": { level: "disabled", exceptions: [{ subject: "single-tenant", reason: "y" }] },
    };

    expect(findingsOf(declared(), settings)).toEqual([]);
  });

  it("only ever take findings of their own rule away", () => {
    const subjects = fc.constantFrom(undefined, "Mail.Send", "Calendars.ReadWrite", "sync", "OnePlan");
    const exception = fc.record({
      registration: fc.constantFrom(undefined, "sync", "ones"),
      subject: subjects,
      reason: fc.constant("agreed"),
    });
    const worlds = fc.constantFrom(...cases.map(([, , world]) => world));
    const rule = fc.constantFrom(...rules.map(({ id }) => id));
    fc.assert(
      fc.property(worlds, rule, fc.array(exception, { maxLength: 4 }), (world, id, exceptions) => {
        const before = findingsOf(world, {});
        const after = findingsOf(world, except(id, ...exceptions));
        const others = (findings: Finding[]) => findings.filter((each) => ![id, "stale-exception"].includes(each.rule));

        expect(others(after)).toEqual(others(before));
        expect(of(id, before)).toEqual(expect.arrayContaining(of(id, after)));
      }),
    );
  });
});
