/** What becomes of a pair of which one half is gone, and of what took that half's place. */
import { describe, expect, it } from "@jest/globals";
import type { Candidate } from "../../../sync/planner/match.ts";
import { planLink, type PlanInput, type Seen } from "../../../sync/planner/plan-link.ts";
import type { Item, Link, Op, Rules } from "../../../sync/model/types.ts";
import { a as itemA, b as itemB, bothWays, carriedInBoth, linked, title } from "./pair.ts";

const rules = bothWays({ ...title, conflict: "a" });
const a: Item = { ...itemA, keys: { planId: "b1" } };
const b: Item = { ...itemB, label: "A", keys: { externalId: "a1" } };
const link = linked({ title: "x" }, { Name: "x" });
const linkedInactive: Link = { ...link, a: { ...link.a, active: false }, b: { ...link.b, active: false } };

/** What carries the id of the half that is still there. */
const successorInB: Candidate = { attribute: "externalId", object: { ...b, id: "b2" } };
const successorInA: Candidate = { attribute: "planId", object: { ...a, id: "a2" } };

function plan(seen: Pick<PlanInput, "a" | "b">, more: Partial<PlanInput> = {}, own: Rules = rules): readonly Op[] {
  return planLink({ link, candidates: [], ...seen, ...more }, own, carriedInBoth);
}

describe("what took the place of a half that is gone", () => {
  it.each<[string, Seen]>([
    ["is active", a],
    ["was not told of, and was active", "unknown"],
  ])("of the side that is read second is linked where the other half %s", (_, seen) => {
    expect(plan({ a: seen, b: "missing" }, { candidates: [successorInB] })).toEqual([
      {
        kind: "link",
        side: "b",
        sourceId: "a1",
        targetId: "b2",
        label: "A",
        reason: '"A" (b2) of Plans carries its id',
      },
    ]);
  });

  it.each<[string, Seen]>([
    ["is inactive", { ...a, life: "inactive" }],
    ["is gone too", "missing"],
  ])(
    "is left alone where the side that is read first carries no ids of the other, and the other half %s",
    (_, seen) => {
      const { correlationBack: _none, ...oneWay } = carriedInBoth;
      const given = { a: seen, b: "missing", link, candidates: [successorInB] } as const;
      expect(planLink(given, rules, oneWay)).toEqual([
        { kind: "none", side: "b", sourceId: "a1", label: "A", reason: "is gone from Plans already" },
      ]);
    },
  );

  it("of the side that is read first is linked, and its other half stays active", () => {
    expect(plan({ a: "missing", b }, { candidates: [successorInA] })).toEqual([
      {
        kind: "link",
        side: "a",
        sourceId: "b1",
        targetId: "a2",
        label: "A",
        reason: '"A" (a2) of Boards carries its id',
      },
    ]);
  });

  it("is put away where its other half was put away before, and makes nothing active again", () => {
    const put: Item = { ...a, life: "inactive" };
    expect(plan({ a: put, b: "missing" }, { link: linkedInactive, candidates: [successorInB] })).toEqual([
      {
        kind: "disable",
        side: "b",
        sourceId: "a1",
        targetId: "b2",
        label: "A",
        reason: "inactive in Boards",
        active: { before: true, after: false },
        settles: [],
      },
    ]);
  });
});

describe("what took the place of a half that was put away, where Boards alone says what is active", () => {
  it.each<[string, Seen]>([
    ["is inactive", { ...a, life: "inactive" }],
    ["is gone", "missing"],
  ])("is a question and not put away in turns with who made it, whose other half %s", (_, seen) => {
    const following: Rules = { ...rules, life: "->", creates: ["b"] };
    const [op, ...others] = plan(
      { a: seen, b: "missing" },
      { link: linkedInactive, candidates: [successorInB] },
      following,
    );
    expect(others).toEqual([]);
    expect(op).toMatchObject({
      kind: "fail",
      reason: expect.stringMatching(
        /^somebody else made it active in Plans since it was made inactive here: /,
      ) as unknown,
    });
    // What was not put away goes with its other half.
    expect(plan({ a: seen, b: "missing" }, { candidates: [successorInB] }, following)).toMatchObject([
      { kind: "disable", targetId: "b2" },
    ]);
  });
});

describe("a pair of which one half is gone", () => {
  it("is made anew in Plans where the other half came back long after", () => {
    expect(plan({ a, b: "missing" }, { link: linkedInactive })).toEqual([
      {
        kind: "create",
        side: "b",
        sourceId: "a1",
        label: "A",
        reason: "was removed from Plans",
        after: { Name: "x" },
      },
    ]);
  });

  it("is made anew in Boards where the other half came back long after", () => {
    expect(plan({ a: "missing", b }, { link: linkedInactive })).toEqual([
      {
        kind: "create",
        side: "a",
        sourceId: "b1",
        label: "A",
        reason: "was removed from Boards",
        after: { title: "x" },
      },
    ]);
  });

  it.each<[string, Link]>([
    ["at the same time", link],
    ["long ago", linkedInactive],
  ])("is told to be gone from Plans, of what was put away in Boards %s", (_, known) => {
    expect(plan({ a: { ...a, life: "inactive" }, b: "missing" }, { link: known })).toEqual([
      {
        kind: "none",
        side: "a",
        sourceId: "b1",
        targetId: "a1",
        label: "A",
        reason: "is inactive already: no longer in Plans",
      },
    ]);
  });
});

describe("where Boards follows what Plans says of being active", () => {
  const following: Rules = { ...rules, life: "<-" };

  it("what somebody put away in Boards is made active again, and nothing is put away in Plans", () => {
    expect(plan({ a: { ...a, life: "inactive" }, b }, {}, following)).toEqual([
      {
        kind: "enable",
        side: "a",
        sourceId: "b1",
        targetId: "a1",
        label: "A",
        reason: "is wanted, but inactive in Boards",
        active: { before: false, after: true },
      },
    ]);
  });
});
