/**
 * What is carried between the halves of a pair, and how it is told: places in other items, what was changed last, what
 * becomes of another type, and what comes from the side that is read second.
 */
import { describe, expect, it } from "@jest/globals";
import type { Fields, Item, Op, Rule, Rules, SideName } from "../../../sync/model/types.ts";
import { planLink, type Seen } from "../../../sync/planner/plan-link.ts";
import { a as itemA, b as itemB, bothWays, context, linked, state as openState, title as openTitle } from "./pair.ts";

const title: Rule = { ...openTitle, conflict: "a" };
const state: Rule = { ...openState, conflict: "a" };
const parent: Rule = { a: "parent", b: "Parent", direction: "<->", conflict: "a", refers: true };

/** One half, as it is now: its fields, and what else is told of it. */
interface Now extends Partial<Omit<Item, "fields">> {
  readonly fields?: Fields;
}

interface Known {
  /** What was agreed on, by the rules' names of each side. */
  readonly agreed: Record<SideName, Fields>;
  readonly fields: readonly Rule[];
  /** Whether the pair is active is said by side b alone where this is `<-`. */
  readonly life?: Rules["life"];
}

/** Plans a linked pair; of each half it is said what is not as it was agreed on. */
function plan({ agreed, fields, life = "<->" }: Known, a: Now, b: Now | "unknown"): readonly Op[] {
  const half = (item: Item, known: Fields, now: Now): Item => ({
    ...item,
    ...now,
    fields: { ...known, ...now.fields },
  });
  const seen: Seen = b === "unknown" ? b : half(itemB, agreed.b, b);
  const others = { inA: new Map([["B5", "a5"]]), inB: new Map([["a5", "B5"]]) };
  const given = { a: half(itemA, agreed.a, a), b: seen, link: linked(agreed.a, agreed.b), candidates: [], others };
  return planLink(given, { ...bothWays(...fields), life }, context);
}

const toB = { kind: "update", side: "b", sourceId: "a1", targetId: "b1" } as const;
const toA = { kind: "update", side: "a", sourceId: "b1", targetId: "a1" } as const;

describe("the item that something lies in", () => {
  const known: Known = {
    agreed: { a: { title: "x", parent: null }, b: { Name: "x", Parent: null } },
    fields: [title, parent],
  };

  it("is waited for where the other side does not have it yet, and nothing else is written", () => {
    expect(plan(known, { fields: { parent: "a9" } }, {})).toEqual([
      { ...toB, label: "A", reason: "changed in Boards: Parent", waits: { Parent: { id: "a9", first: true } } },
    ]);
  });

  it("is waited for on its way to the side that leads, too", () => {
    expect(plan(known, {}, { fields: { Parent: "B9" } })).toEqual([
      { ...toA, label: "A", reason: "changed in Plans: parent", waits: { parent: { id: "B9", first: true } } },
    ]);
  });

  it("is waited for on side a where side b leads", () => {
    expect(plan({ ...known, life: "<-" }, {}, { fields: { Parent: "B9" } })).toEqual([
      { ...toA, label: "B", reason: "differs in parent", waits: { parent: { id: "B9", first: true } } },
    ]);
  });

  it("is told with the rule by which it lies there", () => {
    const placed = "skipped level: below work item a5";
    expect(plan(known, { fields: { parent: "a5" }, placed }, {})).toEqual([
      {
        ...toB,
        label: "A",
        reason: "changed in Boards: Parent; skipped level: below work item a5",
        before: { Parent: null },
        after: { Parent: "B5" },
      },
    ]);
  });

  it("is told without a rule where it lies where its own side says", () => {
    expect(plan(known, { fields: { parent: "a5" } }, {})).toMatchObject([{ reason: "changed in Boards: Parent" }]);
  });

  it("is not spoken of where only something else is written", () => {
    const placed = "parent is not synced: at the top";
    expect(plan(known, { fields: { title: "y" }, placed }, {})).toMatchObject([
      { reason: "changed in Boards: Name", after: { Name: "y" } },
    ]);
  });
});

describe("a value that was changed on both sides, of which the newest is taken", () => {
  const known: Known = {
    agreed: { a: { title: "old" }, b: { Name: "old" } },
    fields: [{ ...title, conflict: "newest" }],
  };
  const [early, late] = ["2026-03-02T06:00:00Z", "2026-03-02T07:00:00Z"];
  const changed = (life: Rules["life"], a: string | undefined, b: string | undefined) =>
    plan(
      { ...known, life },
      { fields: { title: "x" }, ...(a !== undefined && { changedAt: a }) },
      { fields: { Name: "y" }, ...(b !== undefined && { changedAt: b }) },
    );

  it.each<[string, string | undefined, string | undefined]>([
    ["neither side tells when", undefined, undefined],
    ["both were changed in the same instant", late, late],
  ])("is left to a person where %s", (_, a, b) => {
    expect(changed("<->", a, b)).toEqual([
      {
        kind: "fail",
        side: "b",
        sourceId: "a1",
        targetId: "b1",
        label: "A",
        reason:
          "title was changed in Boards and in Plans, each to something else: make them the same, or choose whose value is taken (conflict)",
      },
    ]);
  });

  it("is the one of the side that alone tells when", () => {
    expect(changed("<->", early, undefined)).toMatchObject([{ side: "b", after: { Name: "x" } }]);
  });

  it.each<[string, string, Partial<Op>]>([
    [late, early, { side: "b", after: { Name: "x" } }],
    [early, late, { side: "a", after: { title: "y" } }],
  ])("is the same one where side b leads: %s against %s", (a, b, expected) => {
    expect(changed("<-", a, b)).toMatchObject([expected]);
  });
});

describe("a pair that side b leads", () => {
  it("agrees, with the write to each side, on what that one carries", () => {
    const known: Known = {
      agreed: { a: { title: "x", state: "x" }, b: { Name: "x", Status: "x" } },
      fields: [title, state],
      life: "<-",
    };
    expect(plan(known, { fields: { title: "y" } }, { fields: { Status: "y" } })).toEqual([
      {
        ...toA,
        label: "B",
        reason: "differs in state",
        before: { state: "x" },
        after: { state: "y" },
        settles: ["state"],
      },
      {
        ...toB,
        label: "B",
        reason: "changed in Boards: Name",
        before: { Name: "x" },
        after: { Name: "y" },
        settles: ["title"],
      },
    ]);
  });
});

it("carries what side b changed to an item that is of another type there", () => {
  const known: Known = {
    agreed: { a: { title: "x", state: "x" }, b: { Name: "x", Status: "x" } },
    fields: [title, state],
    life: "<-",
  };
  expect(plan(known, { type: "Task", fields: {} }, { type: "Story", fields: { Status: "y" } })).toMatchObject([
    { kind: "update", side: "a", after: { state: "y" } },
  ]);
});

it("takes the other side's change where this one was emptied, and empty is to keep", () => {
  const known: Known = {
    agreed: { a: { title: "x" }, b: { Name: "x" } },
    fields: [{ ...title, empty: "keep" }],
  };
  expect(plan(known, { fields: { title: null } }, { fields: { Name: "y" } })).toMatchObject([
    { kind: "update", side: "a", reason: "changed in Plans: title", after: { title: "y" } },
  ]);
});

it("has an entry in the plan, too, where a value is taken that cannot be carried", () => {
  const known: Known = {
    agreed: { a: { title: "x" }, b: { Name: "x" } },
    fields: [{ ...title, toB: () => undefined }],
  };
  expect(plan(known, { fields: { title: "z" } }, { fields: { Name: "y" } })).toEqual([
    { kind: "none", side: "b", sourceId: "a1", targetId: "b1", label: "A", reason: "is as it should be" },
  ]);
});
