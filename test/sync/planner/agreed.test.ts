/** What a link remembers, value by value. */
import { describe, expect, it } from "@jest/globals";
import { flipping, MOST_FLIPS, seenLink, settled, type Settling } from "../../../sync/planner/agreed.ts";
import { type Item, type Link, type Op, oneWay, type Rules } from "../../../sync/model/types.ts";
import { a as itemA, b as itemB, bothWays, linked, state, title } from "./pair.ts";

const HOUR_MS = 60 * 60 * 1000;
const now = new Date("2026-03-02T08:00:00.000Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS).toISOString();

const forward = oneWay(["Name"]);
const backward: Rules = { fields: [{ a: "title", b: "Name", direction: "<-" }], life: "<-", creates: ["a"] };
const both = bothWays(title, state);

const a: Item = { ...itemA, fields: { title: "x", Name: "x", more: 1 } };
const b: Item = { ...itemB, fields: { Name: "x", more: 1 } };
const link = linked({ title: "x", state: null }, { Name: "x", Status: null });
/** Of a pair that goes one way. */
const single = linked({}, { Name: "x" });

function after(rules: Rules, more: Partial<Settling> = {}, op: Partial<Op> = {}): Link {
  const whole: Op = { kind: "update", side: "b", sourceId: "a1", label: "A", reason: "", ...op };
  return settled({ op: whole, to: b, origin: "adopted", rules, now, ...more });
}

describe("a link once an op is done", () => {
  it("remembers of a pair that goes one way what the written side holds, and of the other one nothing", () => {
    expect(after(forward, { from: a, link })).toStrictEqual({
      a: { id: "a1", active: true, agreed: {} },
      b: { id: "b1", active: true, agreed: { Name: "x" } },
      label: "A",
      origin: "adopted",
    });
    const to = { ...a, life: "inactive" as const, revision: "7" };
    expect(after(backward, { from: b, to }, { side: "a", sourceId: "b1" })).toStrictEqual({
      a: { id: "a1", revision: "7", active: false, agreed: { title: "x" } },
      b: { id: "b1", active: true, agreed: {} },
      label: "A",
      origin: "adopted",
    });
  });

  it("remembers of a pair that goes both ways what each side holds, as far as it was told", () => {
    expect(after(both, { from: a })).toStrictEqual({
      a: { id: "a1", active: true, agreed: { title: "x" } },
      b: { id: "b1", active: true, agreed: { Name: "x" } },
      label: "A",
      origin: "adopted",
    });
    const other = { ...link.a, revision: "3" };
    expect(after(both, { link: { ...link, a: other } }).a).toStrictEqual(other);
    expect(after(both).a).toStrictEqual({ id: "a1", active: true, agreed: {} });
  });

  it("agrees on nothing that one of the two does not tell, whatever the other one has", () => {
    const from: Item = { ...a, fields: { title: "y", state: "closed" } };
    const to: Item = { ...b, fields: { Name: "y" } };
    expect(after(both, { link, from, to })).toMatchObject({
      a: { agreed: { title: "y", state: null } },
      b: { agreed: { Name: "y", Status: null } },
    });
    expect(seenLink(link, "A", { a: from, b: to }, both)).toMatchObject({
      a: { agreed: { title: "y", state: null } },
      b: { agreed: { Name: "y", Status: null } },
    });
    const silent: Item = { ...a, fields: { title: "y" } };
    const whole: Item = { ...b, fields: { Name: "y", Status: "closed" } };
    expect(after(both, { link, from: silent, to: whole })).toMatchObject({
      a: { agreed: { title: "y", state: null } },
      b: { agreed: { Name: "y", Status: null } },
    });
    const never = linked({ title: "y" }, { Name: "y" });
    expect(seenLink(never, "B", { a: from, b: to }, both)).toStrictEqual({ ...never, label: "B" });
    // What goes one way is agreed on as it is held, whatever its source tells of itself.
    expect(seenLink(single, "A", { a: { ...a, fields: {} }, b: to }, forward)?.b.agreed).toStrictEqual({ Name: "y" });
  });

  it("remembers what a changed value was before, of what it settles", () => {
    const to = { ...b, fields: { Name: "y", Status: "new" } };
    expect(after(both, { link, to }).b).toStrictEqual({
      id: "b1",
      active: true,
      agreed: { Name: "y", Status: "new" },
      before: { Name: "x", Status: null },
    });
    expect(after(both, { link, to: b }).b).toStrictEqual(link.b);
    expect(after(both, { link, to }, { settles: ["state"] }).b).toStrictEqual({
      id: "b1",
      active: true,
      agreed: { Name: "x", Status: "new" },
      before: { Status: null },
    });
  });
});

describe("values that go back and forth", () => {
  const before = { Name: "y" };
  const flipped = (flips?: Link["flips"]): Link => ({ ...link, b: { ...link.b, before }, ...(flips && { flips }) });
  const back = { ...b, fields: { Name: "y" } };

  it.each<[string, Link, Item, Link["flips"]]>([
    ["the first time that a value is what it was", flipped(), back, { count: 1, at: now.toISOString() }],
    ["again", flipped({ count: 2, at: hoursAgo(23) }), back, { count: 3, at: now.toISOString() }],
    ["after a day", flipped({ count: 2, at: hoursAgo(24) }), back, { count: 1, at: now.toISOString() }],
    ["a value that is new", flipped({ count: 2, at: hoursAgo(1) }), { ...b, fields: { Name: "z" } }, undefined],
    ["nothing changed", flipped({ count: 2, at: hoursAgo(1) }), b, { count: 2, at: hoursAgo(1) }],
    ["nothing changed, ever", flipped(), b, undefined],
    ["a new pair", { ...flipped(), b: { ...link.b, before: {} } }, back, undefined],
  ])("%s", (_, known, to, expected) => {
    const next = after(both, { link: known, to });
    expect(next.flips).toEqual(expected);
    expect("flips" in next).toBe(expected !== undefined);
  });

  it("are stopped when they have for so long, and the field is one of them", () => {
    const merged = { toA: {}, toB: { Name: "y" }, waitsA: {}, waitsB: {}, conflicts: [] };
    const sides = { a: "Boards", b: "Plans" };
    const of = (count: number) => flipped({ count, at: hoursAgo(1) });
    expect(flipping(of(MOST_FLIPS - 1), merged, sides)).toBeUndefined();
    expect(flipping(undefined, merged, sides)).toBeUndefined();
    expect(flipping(of(MOST_FLIPS), merged, sides)).toMatch(/^Name goes back and forth: Boards and Plans undo/);
    expect(flipping(of(MOST_FLIPS), { ...merged, toB: { Name: "z" } }, sides)).toBeUndefined();
    expect(flipping(of(MOST_FLIPS), { ...merged, toB: { Status: "y" } }, sides)).toBeUndefined();
    const other = { ...of(MOST_FLIPS), a: { ...link.a, before: { title: "w" } } };
    expect(flipping(other, { ...merged, toA: { title: "w" }, toB: {} }, sides)).toMatch(/^title goes/);
  });
});

describe("a pair for which nothing has to be written", () => {
  it.each<[string, Partial<Item>, string]>([
    ["a value", { fields: { Name: "y" } }, "A"],
    ["whether it is active", { life: "inactive" }, "A"],
    ["a revision", { revision: "2" }, "A"],
    ["the label", {}, "A new"],
  ])("is remembered as it was seen where it differs in %s", (_, more, label) => {
    const seen = { ...b, ...more };
    const half = { ...single.b, active: seen.life === "active", agreed: { Name: seen.fields?.["Name"] ?? null } };
    expect(seenLink(single, label, { a, b: seen }, forward)).toStrictEqual({
      ...single,
      label,
      b: { ...half, ...(seen.revision !== undefined && { revision: seen.revision }) },
    });
  });

  it("is not written again where it is as it was", () => {
    expect(seenLink(single, "A", { b }, forward)).toBeUndefined();
    expect(seenLink(single, "A", {}, forward)).toBeUndefined();
    expect(seenLink(link, "A", { a, b }, both)).toBeUndefined();
  });

  it("keeps what was refused, and what a value was before", () => {
    const refused = { active: false, until: now.toISOString() };
    const known = { ...single, b: { ...single.b, refused, before: { Name: "w" } } };
    expect(seenLink(known, "A", { b: { ...b, fields: { Name: "y" } } }, forward)?.b).toStrictEqual({
      ...known.b,
      agreed: { Name: "y" },
    });
  });

  it("agrees on the values of both sides only while both are active", () => {
    const changed = { ...b, fields: { Name: "y" } };
    const agreed = { Name: "y", Status: null };
    expect(seenLink(link, "A", { a, b: changed }, both)?.b.agreed).toEqual(agreed);
    expect(seenLink(link, "A", { b: changed }, both)?.b.agreed).toEqual(agreed);
    const gone = { ...a, life: "inactive" as const };
    expect(seenLink(link, "A", { a: gone, b: changed }, both)).toMatchObject({ a: { active: false }, b: link.b });
    const left = { ...changed, life: "inactive" as const };
    expect(seenLink(link, "A", { a, b: left }, both)).toMatchObject({ b: { active: false, agreed: link.b.agreed } });
  });

  it("has come to rest when both sides were seen", () => {
    const restless = { ...link, flips: { count: 2, at: hoursAgo(1) } };
    expect(seenLink(restless, "A", { a, b }, both)).toStrictEqual(link);
    expect(seenLink(restless, "A", { a }, both)).toBeUndefined();
    expect(seenLink(restless, "A", { b }, both)).toBeUndefined();
  });
});
