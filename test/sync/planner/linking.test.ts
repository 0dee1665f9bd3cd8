/** What is linked to what, made for what or made inactive, told to the last word: each op whole, with nothing in it besides. */
import { describe, expect, it } from "@jest/globals";
import { type Item, type Link, type Op, oneWay, type Rule, type Rules } from "../../../sync/model/types.ts";
import { planLink, type PlanInput } from "../../../sync/planner/plan-link.ts";
import { a as itemA, b as itemB, bothWays, carriedInBoth, linked, state, title } from "./pair.ts";

const both = bothWays(title, state);
const one: Rules = oneWay(["title"]);

const a: Item = { ...itemA, fields: { title: "x", state: "open" } };
const b: Item = { ...itemB, fields: { Name: "x", Status: "open" } };
const own: Item = { ...b, keys: { externalId: "a1" } };

function plan(input: Partial<PlanInput>, rules: Rules): readonly Op[] {
  return planLink({ candidates: [], ...input }, rules, carriedInBoth);
}

/** Something of side `b` that has the title of what is looked for. */
function hit(object: Item = b): Partial<PlanInput> {
  return { candidates: [{ attribute: "title", object }] };
}

describe("an item that is linked to what is there already", () => {
  it("says only what is written: nothing of whom it replaces, of becoming active, of fields or of what is settled", () => {
    expect(plan({ a, ...hit() }, both)).toStrictEqual([
      {
        kind: "link",
        side: "b",
        sourceId: "a1",
        targetId: "b1",
        label: "A",
        reason: '"B" (b1) of Plans has its title',
        adopt: true,
      },
    ]);
  });

  it("carries what only one side has to the other, and each write settles its own fields alone", () => {
    const fromA = { ...a, fields: { title: "x", state: null } };
    const inB = { ...b, fields: { Name: null, Status: "done" } };
    expect(plan({ a: fromA, ...hit(inB) }, both)).toStrictEqual([
      {
        kind: "link",
        side: "b",
        sourceId: "a1",
        targetId: "b1",
        label: "A",
        reason: '"B" (b1) of Plans has its title',
        adopt: true,
        before: { Name: null },
        after: { Name: "x" },
        settles: ["title"],
      },
      {
        kind: "update",
        side: "a",
        sourceId: "b1",
        targetId: "a1",
        label: "A",
        reason: "changed in Plans: state",
        before: { state: null },
        after: { state: "done" },
        settles: ["state"],
      },
    ]);
  });

  it("gives the values of the side that is read second to the item of the first, under the names that they have there", () => {
    const object = { ...a, fields: { title: "x", state: null }, keys: { planId: "b1" } };
    expect(plan({ b, candidates: [{ attribute: "planId", object }] }, both)).toStrictEqual([
      {
        kind: "link",
        side: "a",
        sourceId: "b1",
        targetId: "a1",
        label: "B",
        reason: '"A" (a1) of Boards carries its id',
        before: { state: null },
        after: { state: "open" },
      },
    ]);
  });

  it("is left to a person where the two do not have the same, and nobody says whose value is taken", () => {
    const other = { ...b, fields: { Name: "y", Status: "open" } };
    expect(plan({ a, ...hit(other) }, both)).toStrictEqual([
      {
        kind: "fail",
        side: "b",
        sourceId: "a1",
        label: "A",
        reason:
          "title was changed in Boards and in Plans, each to something else: make them the same, or choose whose value is taken (conflict)",
      },
    ]);
  });

  it("names all fields that a person has to decide about", () => {
    const other = { ...b, fields: { Name: "y", Status: "done" } };
    const [op] = plan({ a, ...hit(other) }, both);
    expect(op?.reason).toMatch(/^title and state were changed in Boards and in Plans, each to something else: /);
  });

  it("is made what its other half is where that is of another type, with the fields that only the new type has", () => {
    const typed: Rules = {
      ...both,
      fields: [
        { ...title, conflict: "a" },
        { a: "kind", b: "Type", direction: "<->", conflict: "a", isType: true },
        { type: "Feature", a: "effort", b: "Work", direction: "<->", conflict: "a" },
      ],
    };
    const feature: Item = { ...a, type: "Feature", fields: { title: "x", kind: "Feature", effort: "3" } };
    const task: Item = { ...b, type: "Task", fields: { Name: "y", Type: "Task" } };
    expect(plan({ a: feature, ...hit(task) }, typed)).toStrictEqual([
      {
        kind: "link",
        side: "b",
        sourceId: "a1",
        targetId: "b1",
        label: "A",
        reason: '"B" (b1) of Plans has its title',
        adopt: true,
        before: { Name: "y", Type: "Task", Work: null },
        after: { Name: "x", Type: "Feature", Work: "3" },
      },
    ]);
  });
});

describe("an item that is only on one side", () => {
  it("is not made where its side gave no fields for it: an empty one would stand there", () => {
    const { fields: _, ...bare } = a;
    expect(plan({ a: bare }, one)).toStrictEqual([
      { kind: "fail", side: "b", sourceId: "a1", label: "A", reason: "Boards gave no fields for it" },
    ]);
  });

  it("is made without what it lies in while that is not there, and gets it once that is made", () => {
    const parent: Rule = { a: "parent", b: "Parent", direction: "<->", refers: true };
    const child = { ...a, fields: { title: "x", state: "open", parent: "a9" } };
    expect(plan({ a: child }, { ...both, fields: [title, state, parent] })).toStrictEqual([
      {
        kind: "create",
        side: "b",
        sourceId: "a1",
        label: "A",
        reason: "is not in Plans yet",
        after: { Name: "x", Status: "open" },
        waits: { Parent: { id: "a9", first: true } },
      },
    ]);
  });
});

describe("what is not wanted any more", () => {
  const unwanted: Item = { ...a, life: "inactive", why: "closed" };
  const link = linked({}, { title: "x" });
  const madeInactive: Link = { ...link, b: { ...link.b, active: false } };

  it("stays active where the side that holds it says that nothing can be done with it, and both reasons are told", () => {
    expect(plan({ a: unwanted, b: { ...own, skip: "is locked" }, link }, one)).toStrictEqual([
      {
        kind: "skip",
        side: "b",
        sourceId: "a1",
        targetId: "b1",
        label: "A",
        reason: "is locked; otherwise: closed",
      },
    ]);
  });

  it("is not made inactive a second time where somebody made it active again: that is asked", () => {
    expect(plan({ a: unwanted, b: own, link: madeInactive }, one)).toStrictEqual([
      {
        kind: "fail",
        side: "b",
        sourceId: "a1",
        label: "A",
        reason:
          "somebody else made it active in Plans since it was made inactive here: closed. Is it wanted there? If not, make it inactive there",
        targetId: "b1",
      },
    ]);
  });
});
