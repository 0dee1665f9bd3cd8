import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Candidate } from "../../../sync/planner/match.ts";
import { planLink, type PlanContext, type PlanInput as Input, type Seen } from "../../../sync/planner/plan-link.ts";
import { type Change, changeOf, type ShownLink } from "../../../sync/run/published.ts";
import { fieldsHash } from "../../../sync/model/fields.ts";
import { toJson } from "../../../sync/model/json.ts";
import { isActive, type Item, linkFromJson, oneWay } from "../../../sync/model/types.ts";

const fields = { name: "Ada", mail: "ada@example.com" };
const source: Item = {
  id: "s1",
  label: "Ada",
  life: "active",
  fields,
  keys: { mail: "ada@example.com" },
};
const unwanted: Item = { ...source, life: "inactive", why: "account disabled" };
const deleted: Item = { id: "s1", label: "s1", life: "inactive", why: "deleted", keys: {} };
const present: Item = {
  id: "t1",
  label: "Ada",
  life: "active",
  fields,
  keys: { id: "s1", mail: "ada@example.com" },
};
const inactive: Item = { ...present, life: "inactive" };
const link: ShownLink = {
  sourceId: "s1",
  targetId: "t1",
  label: "Ada",
  origin: "created",
  active: true,
  agreed: fields,
};
const context: PlanContext = {
  sourceName: "Directory",
  targetName: "Roster",
  correlation: "id",
  readMode: "full",
  readComplete: true,
  recovering: false,
  now: new Date("2026-03-02T08:00:00Z"),
};
const delta: Partial<PlanContext> = { readMode: "delta" };
const later = "2026-03-09T08:00:00.000Z";

/** A pair of which the target is written alone. */
interface PlanInput extends Pick<Input, "candidates" | "waitsUntil" | "unshown"> {
  readonly source?: Item;
  readonly target: Seen;
  readonly link?: ShownLink;
}

const rules = oneWay(["name", "mail"]);

function plan({ source, target = "unknown", ...input }: Partial<PlanInput>, more: Partial<PlanContext> = {}): Change {
  const link = input.link && linkFromJson(toJson(input.link));
  const known = { candidates: [], ...input, b: target };
  const { link: _flat, ...rest } = known;
  const ops = planLink({ ...rest, ...(source && { a: source }), ...(link && { link }) }, rules, {
    ...context,
    ...more,
  });
  expect(ops).toHaveLength(1);
  return changeOf(ops[0]!);
}

function candidate(attribute: string, more: Partial<Item> = {}, linkedTo?: string): Candidate {
  const object = { ...present, keys: { mail: "ada@example.com" }, ...more };
  return { attribute, object, ...(linkedTo && { linkedTo: { sourceId: linkedTo, label: "Bob" } }) };
}

describe("a linked object", () => {
  it.each<[string, Partial<PlanInput>, Partial<PlanContext>, Partial<Change>]>([
    ["is as it should be", { source, target: present }, {}, { kind: "none", reason: "is as it should be" }],
    [
      "differs in the target",
      { source, target: { ...present, fields: { name: "Adele", mail: "ada@example.com", other: 1 } } },
      {},
      { kind: "update", reason: "differs in name", before: { name: "Adele" }, after: { name: "Ada" } },
    ],
    [
      "lost a value",
      { source: { ...source, fields: { name: "Ada", mail: null } }, target: present },
      {},
      { kind: "update", reason: "differs in mail", before: { mail: "ada@example.com" }, after: { mail: null } },
    ],
    [
      "has no value that the target does not know of",
      { source: { ...source, fields: { ...fields, title: null } }, target: present },
      {},
      { kind: "none" },
    ],
    [
      "changed since it was last agreed on, in a delta run",
      { source: { ...source, fields: { name: "Lady Ada", mail: "a@example.com" } } },
      delta,
      { kind: "update", reason: "changed in Directory: name and mail", before: fields },
    ],
    ["did not change, in a delta run", { source }, delta, { kind: "none" }],
    [
      "is wanted again",
      { source, target: { ...inactive, fields: { name: "Old", mail: "ada@example.com" } } },
      {},
      {
        kind: "enable",
        reason: "is wanted, but inactive in Roster",
        active: { before: false, after: true },
        after: { name: "Ada" },
      },
    ],
    [
      "is not wanted any more",
      { source: unwanted, target: present },
      {},
      { kind: "disable", reason: "account disabled", active: { before: true, after: false }, targetId: "t1" },
    ],
    [
      "was deleted, and nothing else is known",
      { source: deleted, target: present },
      {},
      { kind: "disable", reason: "deleted", label: "Ada" },
    ],
    [
      "is not wanted and inactive",
      { source: unwanted, target: inactive },
      {},
      { kind: "none", reason: "is inactive already: account disabled" },
    ],
    [
      "is gone from a complete full read",
      { target: present },
      {},
      { kind: "disable", reason: "no longer in Directory", label: "Ada" },
    ],
    [
      "left, and is gone from the target",
      { source: unwanted, target: "missing" },
      {},
      { kind: "none", reason: "is gone from Roster already" },
    ],
    [
      "is called otherwise by now",
      { source: { ...source, label: "Ada L." }, target: present },
      {},
      { label: "Ada L." },
    ],
    ["is gone from both", { target: "missing" }, {}, { kind: "none", reason: "is gone from Roster already" }],
    [
      "is not wanted, but protected",
      { source: unwanted, target: present },
      { protected: new Set(["s1"]) },
      { kind: "skip", reason: "stays active, protected by the settings; otherwise: account disabled" },
    ],
    [
      "is gone from a complete full read, but protected",
      { target: "unknown" },
      { protected: new Set(["s1"]) },
      { kind: "skip", reason: "stays active, protected by the settings; otherwise: no longer in Directory" },
    ],
    [
      "is not wanted, and others are protected",
      { source: unwanted, target: present },
      { protected: new Set(["t1", "s2"]) },
      { kind: "disable" },
    ],
    [
      "is not wanted, inactive already, and protected",
      { source: unwanted, target: inactive },
      { protected: new Set(["s1"]) },
      { kind: "none" },
    ],
    [
      "is missing from an incomplete read",
      { target: present },
      { readComplete: false },
      { kind: "none", reason: "Directory was not read to the end" },
    ],
    [
      "is missing from a delta read",
      { target: present },
      delta,
      { kind: "none", reason: "did not change in Directory" },
    ],
    [
      "was removed from the target",
      { source, target: "missing" },
      {},
      { kind: "create", reason: "was removed from Roster", after: fields },
    ],
    ["was removed from the target and is not wanted", { source: unwanted, target: "missing" }, {}, { kind: "none" }],
    [
      "was removed from the target and made there again",
      { source, target: "missing", candidates: [candidate("mail", { id: "t2" })] },
      {},
      { kind: "link", targetId: "t2", adopt: true },
    ],
    [
      "cannot be synced: it stays as it is",
      { source: { ...source, skip: "has no mail address" }, target: inactive },
      {},
      { kind: "skip", reason: "has no mail address" },
    ],
    [
      "cannot be synced, but is not wanted either",
      { source: { ...unwanted, skip: "has no mail address" }, target: present },
      {},
      { kind: "disable" },
    ],
    [
      "is protected",
      { source: unwanted, target: { ...present, protected: "is an owner" } },
      {},
      { kind: "skip", reason: "stays active, is an owner; otherwise: account disabled" },
    ],
    [
      "was given to another by hand, and is not wanted",
      { source: unwanted, target: { ...present, keys: { id: "s2" } } },
      {},
      { kind: "none", reason: "was given to another id in Roster: account disabled" },
    ],
    [
      "was given to another by hand, and was not read",
      { target: { ...present, keys: { id: "s2" } } },
      {},
      { kind: "none", reason: "was given to another id in Roster: no longer in Directory" },
    ],
    [
      "lost its id by hand, and is not wanted",
      { source: unwanted, target: { ...present, keys: {} } },
      {},
      { kind: "disable" },
    ],
    ["is protected and gone", { target: { ...present, protected: "is an owner" } }, {}, { kind: "skip" }],
    [
      "was refused",
      { source: unwanted, target: present, link: { ...link, refused: { active: false, until: later } } },
      {},
      { kind: "skip", reason: `Roster did not let it become inactive; it is tried again after ${later}` },
    ],
    [
      "was refused long ago",
      {
        source: unwanted,
        target: present,
        link: { ...link, refused: { active: false, until: "2026-03-02T08:00:00.000Z" } },
      },
      {},
      { kind: "disable" },
    ],
    [
      "was refused another state",
      { source, target: inactive, link: { ...link, refused: { active: false, until: later } } },
      {},
      { kind: "enable" },
    ],
    [
      "was refused to become active",
      { source, target: inactive, link: { ...link, refused: { active: true, until: later } } },
      {},
      { kind: "skip", reason: `Roster did not let it become active; it is tried again after ${later}` },
    ],
  ])("that %s", (_, input, more, expected) => {
    expect(plan({ link, ...input }, more)).toMatchObject(expected);
  });

  it("does not compare fields that the source does not know", () => {
    const unknowing = { ...source, fields: JSON.parse('{"name":"Ada"}') as typeof fields };
    Object.assign(unknowing.fields, { mail: undefined });

    expect(plan({ link, source: unknowing, target: present }).kind).toBe("none");
  });
});

describe("an object without a link", () => {
  it.each<[string, Partial<PlanInput>, Partial<PlanContext>, Partial<Change>]>([
    ["that nobody knows is created", { source }, {}, { kind: "create", reason: "is not in Roster yet", after: fields }],
    [
      "that is not wanted is left alone",
      { source: unwanted, candidates: [candidate("id", present)] },
      {},
      { kind: "none" },
    ],
    [
      "that cannot be synced is left alone",
      { source: { ...source, skip: "has no mail address" } },
      {},
      { kind: "skip", reason: "has no mail address" },
    ],
    [
      "is linked to the one that carries its id",
      { source, candidates: [candidate("id", { keys: { id: "s1" } })] },
      {},
      { kind: "link", targetId: "t1", reason: '"Ada" (t1) of Roster carries its id' },
    ],
    [
      "is linked to the one with its mail, which is brought up to date and enabled",
      {
        source,
        candidates: [candidate("mail", { life: "inactive", fields: { name: "A.", mail: "ada@example.com" } })],
      },
      {},
      {
        kind: "link",
        reason: '"Ada" (t1) of Roster has its mail',
        adopt: true,
        active: { before: false, after: true },
        before: { name: "A." },
        after: { name: "Ada" },
      },
    ],
    [
      "with two candidates fails",
      { source, candidates: [candidate("mail"), candidate("mail", { id: "t2", label: 'A "B"' })] },
      {},
      {
        kind: "fail",
        reason:
          '2 objects of Roster have its mail: "Ada" (t1) and "A B" (t2); leave it in one of them, or delete the others',
      },
    ],
    [
      "is not linked by a weaker attribute when a stronger one has a hit",
      { source, candidates: [candidate("id", { keys: { id: "s1" } }), candidate("mail", { id: "t2" })] },
      {},
      { kind: "link", targetId: "t1" },
    ],
    [
      "is not linked by mail to what is linked already",
      { source, candidates: [candidate("mail", {}, "s2")] },
      {},
      { kind: "create" },
    ],
    [
      "whose other candidate is linked already takes the free one",
      { source, candidates: [candidate("mail", {}, "s2"), candidate("mail", { id: "t2" })] },
      {},
      { kind: "link", targetId: "t2" },
    ],
    [
      "fails when what carries its id is linked to another",
      { source, candidates: [candidate("id", { keys: { id: "s1" } }, "s2")] },
      {},
      {
        kind: "fail",
        reason: '"Ada" (t1) of Roster carries its id, but is linked to "Bob" (s2); correct the id there',
      },
    ],
    [
      "is a question when what has its mail belongs to one who is gone",
      { source, candidates: [{ ...candidate("mail", {}, "s2"), isHolderGone: true }] },
      {},
      {
        kind: "fail",
        reason:
          'is this "Bob" (s2) again, who left, and whose mail it has? "Ada" (t1) of Roster belongs to that one: ' +
          "if they are the same, set the id there to s1; if not, change the mail there",
      },
    ],
    [
      "takes the free one where another belongs to one who is gone",
      {
        source,
        candidates: [{ ...candidate("mail", {}, "s2"), isHolderGone: true }, candidate("mail", { id: "t2" })],
      },
      {},
      { kind: "link", targetId: "t2" },
    ],
    [
      "takes over what carries its id and belonged to one who is gone",
      {
        source,
        candidates: [{ ...candidate("id", { keys: { id: "s1" }, life: "inactive" }, "s2"), isHolderGone: true }],
      },
      {},
      { kind: "link", targetId: "t1", replaces: "s2", active: { before: false, after: true } },
    ],
    [
      "fails when what has its mail carries another id",
      { source, candidates: [candidate("mail", { keys: { id: "s9", mail: "ada@example.com" } })] },
      {},
      {
        kind: "fail",
        reason:
          '"Ada" (t1) of Roster has its mail, but carries another id (s9); clear that there if they are one, or change the mail',
      },
    ],
    [
      "waits while an earlier create may still show up",
      { source, waitsUntil: later },
      {},
      { kind: "skip", reason: `an earlier run may have created it; Roster is given until ${later} to show it` },
    ],
    [
      "waits too while another object has its mail: with what may have been created there would be two",
      { source, waitsUntil: later, candidates: [candidate("mail")] },
      {},
      { kind: "skip", reason: `an earlier run may have created it; Roster is given until ${later} to show it` },
    ],
    [
      "does not wait when what was created has shown up",
      { source, waitsUntil: later, candidates: [candidate("id", { keys: { id: "s1" } })] },
      {},
      { kind: "link" },
    ],
    [
      "is not made again as it was made before and never shown",
      { source, unshown: fieldsHash(source.fields ?? {}) },
      {},
      { kind: "skip", reason: "was made as it is now, and Roster has never shown it" },
    ],
    [
      "is made again when it is another one than was made before and never shown",
      { source, unshown: fieldsHash({ ...source.fields, name: "Augusta" }) },
      {},
      { kind: "create" },
    ],
    [
      "is linked when what was never shown before has shown up",
      { source, unshown: fieldsHash(source.fields ?? {}), candidates: [candidate("id", { keys: { id: "s1" } })] },
      {},
      { kind: "link" },
    ],
    [
      "that is not wanted is linked all the same while the state recovers, and nothing is written",
      { source: unwanted, candidates: [candidate("id", { keys: { id: "s1" } })] },
      { recovering: true },
      { kind: "link", targetId: "t1" },
    ],
    [
      "that is not wanted is not linked by mail while the state recovers",
      { source: unwanted, candidates: [candidate("mail")] },
      { recovering: true },
      { kind: "none" },
    ],
  ])("%s", (_, input, more, expected) => {
    expect(plan(input, more)).toMatchObject(expected);
  });

  it("that is recovered is not changed in any way", () => {
    const other = { name: "Other", mail: "x" };
    const change = plan(
      { source: unwanted, candidates: [candidate("id", { keys: { id: "s1" }, fields: other })] },
      { recovering: true },
    );

    expect(Object.keys(change).sort()).toEqual(["kind", "label", "reason", "sourceId", "targetId"]);
  });
});

it("needs a source object or a link", () => {
  expect(() => plan({})).toThrow(TypeError);
});

const values = fc.record({ name: fc.constantFrom("A", "B", null), mail: fc.constantFrom("a@x", "b@x", null) });
const target = fc.record({
  id: fc.constantFrom("t1", "t2"),
  label: fc.constant("T"),
  life: fc.constantFrom("active", "inactive"),
  fields: values,
  keys: fc.record({ id: fc.constantFrom("", "s1", "s2"), mail: fc.constantFrom("a@x", "b@x") }),
  protected: fc.option(fc.constant("is an owner"), { nil: undefined }),
}) as fc.Arbitrary<Item>;
const anything = fc.record({
  source: fc.option(
    fc.record({
      id: fc.constant("s1"),
      label: fc.constant("S"),
      life: fc.constantFrom("active", "inactive", "gone"),
      fields: values,
      keys: fc.constant({ mail: "a@x" }),
      skip: fc.option(fc.constant("has no mail address"), { nil: undefined }),
    }) as fc.Arbitrary<Item>,
    { nil: undefined },
  ),
  link: fc.option(
    fc.record({
      sourceId: fc.constant("s1"),
      targetId: fc.constant("t1"),
      label: fc.constant("S"),
      origin: fc.constant("created" as const),
      active: fc.boolean(),
      agreed: values,
      refused: fc.option(
        fc.record({ active: fc.boolean(), until: fc.constantFrom(later, "2026-01-01T00:00:00.000Z") }),
        {
          nil: undefined,
        },
      ),
    }) as fc.Arbitrary<ShownLink>,
    { nil: undefined },
  ),
  target: fc.oneof(target, fc.constantFrom("unknown" as const, "missing" as const)),
  candidates: fc.array(
    fc.record({
      attribute: fc.constantFrom("id", "mail"),
      object: target,
      linkedTo: fc.option(fc.constant({ sourceId: "s2", label: "B" }), { nil: undefined }),
    }) as fc.Arbitrary<Candidate>,
    { maxLength: 3 },
  ),
});
const circumstances = fc.record({
  readMode: fc.constantFrom("full" as const, "delta" as const),
  readComplete: fc.boolean(),
  recovering: fc.boolean(),
});

describe("whatever is known of an object", () => {
  function always(check: (change: Change, input: PlanInput, context: PlanContext) => void): void {
    fc.assert(
      fc.property(anything, circumstances, (input, more) => {
        fc.pre(input.source !== undefined || input.link !== undefined);
        const known = input as PlanInput;
        const all = { ...context, ...more };
        check(plan(known, all), known, all);
      }),
      { numRuns: 2_000 },
    );
  }

  it("what was not read is only disabled after a complete full read", () => {
    always((change, { source }, { readMode, readComplete }) => {
      // What somebody else made active again is a question.
      if (!source && change.kind !== "none" && change.kind !== "skip" && change.kind !== "fail") {
        expect([change.kind, readMode, readComplete]).toEqual(["disable", "full", true]);
      }
    });
  });

  it("nothing is disabled that is not linked, not active, protected, or wanted", () => {
    always((change, { source, link: known, target: object }) => {
      if (change.kind !== "disable") return;
      expect(known?.targetId).toBe(change.targetId);
      expect(source && isActive(source)).not.toBe(true);
      if (typeof object !== "string") expect([object.life, object.protected]).toEqual(["active", undefined]);
    });
  });

  it("an existing object is only written when it is linked, or becomes linked and belongs to nobody else", () => {
    always((change, { source, link: known, candidates }) => {
      if (change.kind === "link") {
        const taken = candidates.filter(({ object, linkedTo }) => object.id === change.targetId && !linkedTo);
        expect(taken.some(({ object }) => ["", source?.id].includes(object.keys["id"]))).toBe(true);
      } else if (["update", "enable", "disable"].includes(change.kind)) {
        expect(change.targetId).toBe(known?.targetId);
      }
    });
  });

  it("a second look after the write finds nothing to do", () => {
    always((change, { source, link: known, target: object }, all) => {
      if (change.kind !== "update" && change.kind !== "enable" && change.kind !== "disable") return;
      const before =
        typeof object === "string"
          ? {
              ...present,
              life: known?.active ? ("active" as const) : ("inactive" as const),
              fields: known?.agreed ?? {},
            }
          : object;
      const after = {
        ...before,
        life: (change.active?.after ?? isActive(before)) ? ("active" as const) : ("inactive" as const),
        fields: { ...before.fields, ...change.after },
      };
      const again = plan({ ...(source && { source }), ...(known && { link: known }), target: after }, all);
      expect(again.kind).toBe("none");
    });
  });
});

describe("somebody who is left alone", () => {
  const left: Item = { ...source, skip: "has no mail address" };
  const own = [candidate("id", { keys: { id: "s1" } })];

  it("is linked again with the own object, and nothing else is done, in the run after the state was lost", () => {
    expect(plan({ source: left, candidates: own }, { recovering: true })).toMatchObject({
      kind: "link",
      targetId: "t1",
      reason: expect.stringContaining("nothing else is done with it in this run") as unknown,
    });
  });

  it("is left alone in every other run, and where a link is known", () => {
    expect(plan({ source: left, candidates: own })).toMatchObject({ kind: "skip", reason: "has no mail address" });
    expect(plan({ source: left, target: present, link, candidates: own }, { recovering: true })).toMatchObject({
      kind: "skip",
      reason: "has no mail address",
      targetId: "t1",
    });
  });
});
