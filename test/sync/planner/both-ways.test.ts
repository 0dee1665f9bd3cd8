/** What holds for a pair whose rules go both ways, whatever is changed on either side. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type Fields,
  type FieldValue,
  isActive,
  type Item,
  type Life,
  type Link,
  type Op,
  otherSide,
  type Rule,
  type Rules,
  type SideName,
} from "../../../sync/model/types.ts";
import { MOST_FLIPS, seenLink, settled } from "../../../sync/planner/agreed.ts";
import { made, madeLater, merge } from "../../../sync/planner/merge.ts";
import { changedFields, planLink, type PlanContext, type Seen } from "../../../sync/planner/plan-link.ts";
import { a as itemA, b as itemB, bothWays, context } from "./pair.ts";

const FIELDS: readonly Rule[] = [
  { a: "title", b: "Name", direction: "<->", conflict: "a" },
  { a: "state", b: "Status", direction: "<->", conflict: "b" },
  { a: "effort", b: "Work", direction: "->" },
  { a: "start", b: "Start", direction: "<-" },
  { a: "url", b: "Link", direction: "once" },
];
const rules = bothWays(...FIELDS);

/** Both sides of one pair; each side may have habits of its own in what it makes of a value. */
class Pair {
  readonly items: Record<SideName, Item>;
  link: Link | undefined;
  readonly rules: Rules;
  habit: (side: SideName, value: FieldValue) => FieldValue = (_, value) => value;
  now = context.now.getTime();

  constructor(a: Fields, b: Fields, all: Rules = rules) {
    this.rules = all;
    this.items = {
      a: { ...itemA, fields: a },
      b: { ...itemB, fields: b, keys: { externalId: "a1" } },
    };
  }

  /** As a person does, on one side. */
  edit(side: SideName, fields: Fields, life?: Life): void {
    const item = this.items[side];
    this.items[side] = { ...item, fields: { ...item.fields, ...fields }, ...(life && { life }) };
  }

  plan(seen: Partial<Record<SideName, Seen>> = {}): readonly Op[] {
    const { link } = this;
    const { a, b } = this.items;
    const candidates = link ? [] : [{ attribute: "externalId", object: b }];
    const all = { ...context, now: new Date(this.now) };
    return planLink(
      { a: seen.a ?? a, b: link ? (seen.b ?? b) : "unknown", candidates, ...(link && { link }) },
      this.rules,
      all,
    );
  }

  /** Plans, writes and remembers, as a run does; returns what was written. */
  run(seen: Partial<Record<SideName, Seen>> = {}): readonly Op[] {
    this.now += 60_000;
    const ops = this.plan(seen);
    for (const op of ops) {
      if (op.kind === "fail" || op.kind === "skip") continue;
      if (op.kind === "none") {
        const known = Object.fromEntries(
          (["a", "b"] as const).flatMap((side) => (seen[side] === "unknown" ? [] : [[side, this.items[side]]])),
        );
        this.link = (this.link && seenLink(this.link, "A", known, this.rules)) ?? this.link;
        continue;
      }
      const from = this.items[otherSide(op.side)];
      const after = Object.entries(op.after ?? {}).map(([name, value]) => [name, this.habit(op.side, value)]);
      this.edit(op.side, Object.fromEntries(after) as Fields, op.active && (op.active.after ? "active" : "inactive"));
      this.link = settled({
        op,
        from,
        to: this.items[op.side],
        origin: "adopted",
        rules: this.rules,
        now: new Date(this.now),
        ...(this.link && { link: this.link }),
      });
    }
    return ops.filter(({ kind }) => kind !== "none");
  }

  value(side: SideName, name: string): FieldValue {
    return this.items[side].fields?.[name] ?? null;
  }
}

const value = fc.constantFrom<FieldValue>("x", "y", "z", null);
const inA = fc.record({ title: value, state: value, effort: value, start: value, url: value });
const inB = fc.record({ Name: value, Status: value, Work: value, Start: value, Link: value });
const some = { requiredKeys: [] };
const editA = fc.record({ title: value, state: value, effort: value, start: value, url: value }, some);
const editB = fc.record({ Name: value, Status: value, Work: value, Start: value, Link: value }, some);
const life = fc.option(fc.constantFrom<Life>("active", "inactive"), { nil: undefined });
const turns = fc.array(fc.record({ a: editA, b: editB, lifeA: life, lifeB: life }), { maxLength: 5 });

function lived(check: (pair: Pair, turn: { readonly a: Fields; readonly b: Fields }) => void): void {
  fc.assert(
    fc.property(inA, inB, turns, (a, b, all) => {
      const pair = new Pair(a, b);
      pair.run();
      check(pair, { a: {}, b: {} });
      for (const turn of all) {
        pair.edit("a", turn.a, turn.lifeA);
        pair.edit("b", turn.b, turn.lifeB);
        pair.run();
        check(pair, turn);
      }
    }),
    { numRuns: 1_000 },
  );
}

describe("a pair that goes both ways", () => {
  it("needs no second run, whatever was changed where", () => {
    lived((pair) => expect(pair.run()).toEqual([]));
  });

  it("has the same on both sides afterwards, as far as the rules say so", () => {
    lived((pair) => {
      if (!isActive(pair.items.a) || !isActive(pair.items.b)) return;
      for (const { a, b, direction } of FIELDS) {
        if (direction !== "once") expect([b, pair.value("b", b)]).toEqual([b, pair.value("a", a)]);
      }
      expect(isActive(pair.items.a)).toBe(isActive(pair.items.b));
    });
  });

  it("is planned from one side's news as from both sides'", () => {
    fc.assert(
      fc.property(inA, inB, editA, editB, (a, b, newsA, newsB) => {
        for (const [side, news, other] of [
          ["a", newsA, "b"],
          ["b", newsB, "a"],
        ] as const) {
          const pair = new Pair(a, b);
          pair.run();
          pair.edit(side, news);
          const all = pair.plan();
          expect(pair.plan({ [other]: "unknown" }).map(({ side: to, after }) => [to, after])).toEqual(
            all.map(({ side: to, after }) => [to, after]),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("takes what was written for no change, though the side has its own way to write it", () => {
    fc.assert(
      fc.property(inA, inB, turns, (a, b, all) => {
        const pair = new Pair(a, b);
        pair.habit = (side, given) => (side === "b" && typeof given === "string" ? given.toUpperCase() : given);
        pair.run();
        expect(pair.run()).toEqual([]);
        for (const turn of all) {
          pair.edit("a", turn.a);
          pair.run();
          expect(pair.run()).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("never writes again what is written once", () => {
    fc.assert(
      fc.property(inA, inB, turns, (a, b, all) => {
        const pair = new Pair(a, b);
        pair.run();
        const held = pair.value("b", "Link");
        expect(held).toBe(b.Link ?? a.url);
        for (const turn of all) {
          const { Link: _own, ...rest } = turn.b;
          pair.edit("a", turn.a);
          pair.edit("b", rest);
          for (const op of pair.run()) expect(op.after ?? {}).not.toHaveProperty("Link");
          expect(pair.value("b", "Link")).toBe(held);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, SideName, Fields, Fields, Partial<Item>, Partial<Item>, unknown]>([
    ["of side a", "a", { title: "x" }, { Name: "y" }, {}, {}, ["x", "x"]],
    ["of side b", "b", { title: "x" }, { Name: "y" }, {}, {}, ["y", "y"]],
  ])("takes the value %s where both changed it, and says so", (_, conflict, a, b, _moreA, _moreB, expected) => {
    const pair = new Pair({ title: "old" }, { Name: "old" }, { ...rules, fields: [{ ...FIELDS[0]!, conflict }] });
    pair.run();
    pair.edit("a", a);
    pair.edit("b", b);

    const [op] = pair.run();

    expect([pair.value("a", "title"), pair.value("b", "Name")]).toEqual(expected);
    expect(op?.reason).toContain(`title was changed on both sides, ${conflict === "a" ? "Boards" : "Plans"} is taken`);
  });

  it.each([
    ["2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z", "x"],
    ["2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "y"],
    [undefined, "2026-03-02T09:00:00Z", "y"],
  ])("takes the newest item's value: %s against %s", (changedA, changedB, expected) => {
    const pair = new Pair(
      { title: "old" },
      { Name: "old" },
      { ...rules, fields: [{ ...FIELDS[0]!, conflict: "newest" }] },
    );
    pair.run();
    pair.edit("a", { title: "x" });
    pair.edit("b", { Name: "y" });
    if (changedA !== undefined) pair.items.a = { ...pair.items.a, changedAt: changedA };
    pair.items.b = { ...pair.items.b, changedAt: changedB };

    pair.run();

    expect([pair.value("a", "title"), pair.value("b", "Name")]).toEqual([expected, expected]);
  });

  it("leaves a conflict that nobody decides to a person, and goes on when both say the same", () => {
    const pair = new Pair(
      { title: "old" },
      { Name: "old" },
      { ...rules, fields: [{ a: "title", b: "Name", direction: "<->" }] },
    );
    pair.run();
    pair.edit("a", { title: "x" });
    pair.edit("b", { Name: "y" });

    expect(pair.run()).toMatchObject([
      { kind: "fail", reason: expect.stringContaining("title was changed in Boards and in Plans") as unknown },
    ]);
    pair.edit("b", { Name: "x" });
    expect(pair.run()).toEqual([]);
    pair.edit("b", { Name: "z" });
    expect(pair.run()).toMatchObject([{ kind: "update", side: "a", after: { title: "z" } }]);
  });

  it("stops where both sides undo each other's changes, names the field, and goes on when they agree", () => {
    const pair = new Pair({ title: "x" }, { Name: "x" });
    pair.run();
    let stopped: Op | undefined;
    let writes = 0;
    for (let turn = 0; turn < 40 && stopped === undefined; turn += 1) {
      // A rule of the one side, and a rule of the other.
      if (turn % 2 === 0) pair.edit("b", { Name: "y" });
      else pair.edit("a", { title: "x" });
      const ops = pair.run();
      stopped = ops.find(({ kind }) => kind === "fail");
      writes += ops.filter(({ kind }) => kind === "update").length;
    }

    expect(writes).toBeLessThanOrEqual(MOST_FLIPS + 3);
    expect(stopped?.reason).toMatch(/^(title|Name) goes back and forth: Boards and Plans undo each other's changes/);
    pair.edit("a", { title: "w" });
    pair.edit("b", { Name: "w" });
    expect(pair.run()).toEqual([]);
    pair.edit("b", { Name: "x" });
    expect(pair.run()).toMatchObject([{ kind: "update", side: "a" }]);
  });

  it.each<[SideName, Life, string]>([
    ["a", "inactive", "b"],
    ["b", "inactive", "a"],
  ])("follows side %s where that becomes %s", (side, to, other) => {
    const pair = new Pair({ title: "x" }, { Name: "x" });
    pair.run();
    pair.edit(side, {}, to);

    expect(pair.run()).toMatchObject([{ kind: "disable", side: other }]);
    expect(pair.run()).toEqual([]);
    pair.edit(side, {}, "active");
    expect(pair.run()).toMatchObject([{ kind: "enable", side: other }]);
  });

  it("disables, and never deletes, what the other side does not have any more", () => {
    for (const [side, other] of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      const pair = new Pair({ title: "x" }, { Name: "x" });
      pair.run();
      expect(pair.run({ [side]: "missing" })).toMatchObject([{ kind: "disable", side: other }]);
    }
  });

  it("gets back the id of its other half where it could carry it and does not, with what has changed besides", () => {
    const pair = new Pair({ title: "x" }, { Name: "x" });
    pair.run();
    const { a, b } = pair.items;
    const link = pair.link!;
    const both = { ...context, correlationBack: "planId" };
    const plan = (keys: Item["keys"], fields = a.fields!, own: PlanContext = both) =>
      planLink({ a: { ...a, fields }, b: { ...b, keys }, link, candidates: [] }, rules, own);

    expect(plan({ externalId: "" })).toEqual([
      {
        kind: "update",
        side: "b",
        sourceId: "a1",
        targetId: "b1",
        label: "A",
        reason: "does not carry its externalId in Plans",
        adopt: true,
      },
    ]);
    expect(plan({ externalId: "" }, { title: "y" })).toMatchObject([
      {
        adopt: true,
        after: { Name: "y" },
        reason: "does not carry its externalId in Plans; changed in Boards: Name",
      },
    ]);
    // A side that does not say so, one whose id it is, and one that is only written.
    for (const ops of [plan({}), plan({ externalId: "a1" }), plan({ externalId: "" }, a.fields, context)]) {
      expect(ops).toMatchObject([{ kind: "none" }]);
    }
  });

  it.each<["missing" | "inactive"]>([["missing"], ["inactive"]])(
    "takes what took the place of its other half along where it is %s, and nothing where several did",
    (what) => {
      const pair = new Pair({ title: "x" }, { Name: "x" });
      pair.run();
      const { a, b } = pair.items;
      const link = pair.link!;
      const carriers = ["b2", "b3"].map((id) => ({ attribute: "externalId", object: { ...b, id } }));
      const plan = (count: number) =>
        planLink(
          {
            a: what === "missing" ? what : { ...a, life: what },
            b: "missing",
            link,
            candidates: carriers.slice(0, count),
          },
          rules,
          { ...context, correlationBack: "planId" },
        );

      expect(plan(1)).toMatchObject([{ kind: "disable", side: "b", sourceId: "a1", targetId: "b2" }]);
      for (const count of [0, 2]) expect(plan(count)).toMatchObject([{ kind: "none" }]);
    },
  );

  it("says which fields changed in a form that gives back their names, each whole", () => {
    const pair = new Pair({ title: "x", state: "s", effort: "5" }, { Name: "x", Status: "s", Work: "5" });
    pair.run();
    pair.edit("a", { title: "y", state: "t", effort: "6" });
    pair.edit("b", { Name: "z" });
    const { a, b } = pair.items;
    const [op] = planLink({ a, b, link: pair.link!, candidates: [] }, rules, context);

    expect(op?.reason).toBe(
      "changed in Boards: Name, Status and Work; title was changed on both sides, Boards is taken",
    );
    expect(changedFields(op?.reason ?? "")).toEqual(["Name", "Status", "Work"]);
    expect(changedFields("does not carry its externalId in Plans; changed in Boards: Name")).toEqual(["Name"]);
    expect(changedFields("is not in Plans yet")).toEqual([]);
  });

  it("is made on the side that does not have it, with what goes there", () => {
    const { a, b } = new Pair(
      { title: "x", effort: "5", start: "s", url: "u" },
      { Name: "n", Work: "w", Start: "t", Link: "l" },
    ).items;
    expect(planLink({ a, candidates: [] }, rules, context)).toEqual([
      {
        kind: "create",
        side: "b",
        sourceId: "a1",
        label: "A",
        reason: "is not in Plans yet",
        after: { Name: "x", Work: "5", Link: "u" },
      },
    ]);
    expect(planLink({ b, candidates: [] }, rules, context)).toMatchObject([
      { kind: "create", side: "a", sourceId: "b1", reason: "is not in Boards yet", after: { title: "n", start: "t" } },
    ]);
    const oneSided: Rules = { ...rules, creates: ["b"] };
    expect(planLink({ b, candidates: [] }, oneSided, context)).toMatchObject([{ kind: "none", side: "a" }]);
  });
});

describe("merge", () => {
  const plus: Rule = {
    a: "n",
    b: "N",
    direction: "<->",
    conflict: "a",
    toB: (given) => (given === null ? null : `${String(given)}!`),
    toA: (given) => (given === null ? null : String(given).replace(/!$/, "")),
  };

  it("converts, and finds nothing to do in what was converted", () => {
    expect(merge({ rules: [plus], a: { n: "x" }, b: {}, base: { a: {}, b: {} } }).toB).toEqual({});
    expect(merge({ rules: [plus], a: { n: "x" }, b: { N: null } })).toMatchObject({ toA: {}, toB: { N: "x!" } });
    expect(merge({ rules: [plus], a: { n: "x" }, b: { N: "x!" } })).toMatchObject({ toA: {}, toB: {}, conflicts: [] });
    const base = { a: { n: "x" }, b: { N: "x!" } };
    expect(merge({ rules: [plus], a: { n: "x" }, b: { N: "y!" }, base })).toMatchObject({ toA: { n: "y" }, toB: {} });
  });

  it("finds nothing to do where one side has what the other one's value becomes there, though it does not come back", () => {
    const upper: Rule = { a: "n", b: "N", direction: "<->", toB: (given) => String(given).toUpperCase() };
    const lower: Rule = { a: "n", b: "N", direction: "<->", toA: (given) => String(given).toLowerCase() };
    for (const rule of [upper, lower]) {
      expect(merge({ rules: [rule], a: { n: "x" }, b: { N: "X" } })).toMatchObject({ toA: {}, toB: {}, conflicts: [] });
    }
  });

  it("leaves alone what cannot be carried, and what is empty where that says nothing", () => {
    const unknown: Rule = { ...plus, toB: () => undefined };
    expect(merge({ rules: [unknown], a: { n: "x" }, b: { N: null } }).toB).toEqual({});
    const keep: Rule = { a: "n", b: "N", direction: "->", empty: "keep" };
    expect(merge({ rules: [keep], a: { n: null }, b: { N: "x" } }).toB).toEqual({});
    expect(merge({ rules: [{ ...keep, empty: "clear" }], a: { n: null }, b: { N: "x" } }).toB).toEqual({ N: null });
  });

  it("takes what one side has not, where they meet for the first time, for no conflict", () => {
    for (const conflict of ["a", "b", "fail"] as const) {
      const rules = [{ ...plus, conflict }];
      expect(merge({ rules, a: { n: null }, b: { N: "y!" } })).toMatchObject({
        toA: { n: "y" },
        toB: {},
        conflicts: [],
      });
      expect(merge({ rules, a: { n: "x" }, b: { N: null } })).toMatchObject({
        toA: {},
        toB: { N: "x!" },
        conflicts: [],
      });
    }
    // Of the one value it is known what was agreed on, of the other one not.
    const rules = [{ ...plus, conflict: "b" as const }];
    for (const base of [
      { a: {}, b: { N: "y!" } },
      { a: { n: "x" }, b: {} },
    ]) {
      expect(merge({ rules, a: { n: "z" }, b: { N: "y!" }, base }).conflicts).toEqual([
        { rule: rules[0], winner: "b" },
      ]);
    }
  });

  it("is a conflict only where both changed, and the policy says who wins it", () => {
    const base = { a: { n: "x" }, b: { N: "x!" } };
    const merged = (conflict: NonNullable<Rule["conflict"]> | undefined, a: string, b: string, newest?: "a" | "b") => {
      const { conflict: _, ...bare } = plus;
      const rule = { ...bare, ...(conflict && { conflict }) };
      const { toA, toB, conflicts } = merge({
        rules: [rule],
        a: { n: a },
        b: { N: b },
        base,
        ...(newest && { newest }),
      });
      return { toA, toB, winners: conflicts.map(({ winner }) => winner) };
    };
    expect(merged("b", "z", "x!")).toEqual({ toA: {}, toB: { N: "z!" }, winners: [] });
    expect(merged("a", "x", "y!")).toEqual({ toA: { n: "y" }, toB: {}, winners: [] });
    expect(merged("a", "z", "y!")).toEqual({ toA: {}, toB: { N: "z!" }, winners: ["a"] });
    expect(merged("b", "z", "y!")).toEqual({ toA: { n: "y" }, toB: {}, winners: ["b"] });
    expect(merged("newest", "z", "y!", "b")).toEqual({ toA: { n: "y" }, toB: {}, winners: ["b"] });
    expect(merged("newest", "z", "y!")).toEqual({ toA: {}, toB: {}, winners: [undefined] });
    for (const none of ["fail", undefined] as const) {
      expect(merged(none, "z", "y!", "a")).toEqual({ toA: {}, toB: {}, winners: [undefined] });
    }
    expect(merged("fail", "z", "z!")).toEqual({ toA: {}, toB: {}, winners: [] });
  });

  it("lets nobody win with nothing where that is to be kept: the other side's change is taken, and is no conflict", () => {
    const base = { a: { n: "x" }, b: { N: "x!" } };
    for (const conflict of ["a", "b", "newest", "fail"] as const) {
      const merged = (a: FieldValue, b: FieldValue, empty: "keep" | "clear") => {
        const rules = [{ ...plus, conflict, empty }];
        const { toA, toB, conflicts } = merge({ rules, a: { n: a }, b: { N: b }, base, newest: "a" });
        return [toA, toB, conflicts.length];
      };
      expect(merged(null, "y!", "keep")).toEqual([{ n: "y" }, {}, 0]);
      expect(merged("z", null, "keep")).toEqual([{}, { N: "z!" }, 0]);
      expect(merged(null, "x!", "keep")).toEqual([{}, {}, 0]);
      expect(merged("x", null, "keep")).toEqual([{}, {}, 0]);
      expect(merged(null, null, "keep")).toEqual([{}, {}, 0]);
      expect(merged(null, "y!", "clear")[2]).toBe(1);
      expect(merged("z", null, "clear")[2]).toBe(1);
    }
  });

  it("follows a reference where the other one is there, and waits for it where it is not", () => {
    const refers: Rule = { a: "boss", b: "Boss", direction: "<->", refers: true };
    const others = { inA: new Map([["B1", "a1"]]), inB: new Map([["a1", "B1"]]) };
    const first = true as const;
    const from = (a: string | null, b: string | null) => {
      const { toA, toB, waitsA, waitsB } = merge({ rules: [refers], a: { boss: a }, b: { Boss: b }, others });
      return { toA, toB, waitsA, waitsB };
    };
    expect(from("a1", null)).toEqual({ toA: {}, toB: { Boss: "B1" }, waitsA: {}, waitsB: {} });
    expect(from("a2", null)).toEqual({ toA: {}, toB: {}, waitsA: {}, waitsB: { Boss: { id: "a2", first } } });
    expect(from(null, "B1")).toEqual({ toA: { boss: "a1" }, toB: {}, waitsA: {}, waitsB: {} });
    expect(from(null, "B2")).toEqual({ toA: {}, toB: {}, waitsA: { boss: { id: "B2", first } }, waitsB: {} });
    const base = { a: { boss: "a1" }, b: { Boss: "B1" } };
    expect(merge({ rules: [refers], a: { boss: null }, b: { Boss: "B1" }, base, others }).toB).toEqual({ Boss: null });
    // What it lies in there is nobody's any more.
    const nobody = { inA: new Map([["B3", null]]), inB: new Map<string, string>() };
    expect(merge({ rules: [refers], a: { boss: null }, b: { Boss: "B3" }, others: nobody })).toMatchObject({
      toA: {},
      toB: { Boss: null },
    });
    expect(madeLater([refers], { boss: "a1" }, "b", others)).toEqual({});
    expect(madeLater([refers], { boss: "a2" }, "b", others)).toEqual({ Boss: { id: "a2", first } });
    expect(madeLater([refers], { Boss: "B2" }, "a", others)).toEqual({ boss: { id: "B2", first } });
    expect(madeLater([refers], { boss: null }, "b", others)).toEqual({});
  });

  it("makes what is carried, also empty, and not what is not", () => {
    const keep: Rule = { a: "n", b: "N", direction: "->", empty: "keep" };
    expect(Object.keys(made([keep], { n: null }, "b"))).toEqual([]);
    expect(Object.keys(made([keep], {}, "b"))).toEqual([]);
    // A field may be called like what every object of the language has.
    expect(Object.keys(made([{ ...keep, a: "toString" }], {}, "b"))).toEqual([]);
    expect(made([{ ...keep, empty: "clear" }], { n: null }, "b")).toEqual({ N: null });
    expect(made([{ ...keep, direction: "once" }], { n: "x" }, "b")).toEqual({ N: "x" });
    expect(made([{ ...keep, direction: "once" }], { N: "x" }, "a")).toEqual({});
    expect(made([keep], { N: "x" }, "a")).toEqual({});
    expect(made([{ ...keep, direction: "<-" }], { N: "x" }, "a")).toEqual({ n: "x" });
    expect(made([{ ...keep, direction: "<-" }], { n: "x" }, "b")).toEqual({});
  });
});

describe("what comes from the side that is read second", () => {
  it("is told by the name of that side", () => {
    const pair = new Pair({ title: "x" }, { Name: "x" });
    pair.run();
    pair.edit("b", {}, "inactive");
    expect(pair.plan()).toMatchObject([{ kind: "disable", side: "a", reason: "inactive in Plans" }]);
  });

  it("finds its other half by that half's own correlation, which needs no more to be put there", () => {
    const object: Item = { id: "a1", label: "A", life: "active", fields: { title: "x" }, keys: { planId: "b1" } };
    const b: Item = { id: "b1", label: "B", life: "active", fields: { Name: "x" }, keys: {} };
    const candidates = [{ attribute: "planId", object }];
    const [op] = planLink({ b, candidates }, rules, { ...context, correlationBack: "planId" });
    expect(op).toMatchObject({ kind: "link", side: "a", sourceId: "b1", targetId: "a1" });
    expect(op).not.toHaveProperty("adopt");
  });
});

describe("a side that told nothing of a pair", () => {
  it("is as it was agreed on: what was put away on both stays so", () => {
    const pair = new Pair({ title: "x" }, { Name: "x" });
    pair.run();
    pair.edit("a", {}, "inactive");
    pair.run();
    expect(pair.items.b.life).toBe("inactive");
    expect(pair.plan({ a: "unknown" })).toMatchObject([{ kind: "none" }]);
  });

  it("is referred to by what the other halves are called there", () => {
    const refers: Rule = { a: "boss", b: "Boss", direction: "<->", conflict: "a", refers: true };
    const pair = new Pair({ boss: null }, { Boss: null }, { ...rules, fields: [refers] });
    pair.run();
    pair.edit("a", { boss: "a2" });
    const { link, items } = pair;
    const others = { inA: new Map<string, string>(), inB: new Map([["a2", "B2"]]) };
    const ops = planLink(
      { a: items.a, b: items.b, candidates: [], ...(link && { link }), others },
      pair.rules,
      context,
    );
    expect(ops).toMatchObject([{ kind: "update", side: "b", after: { Boss: "B2" } }]);
  });
});

describe("an item that becomes of another type", () => {
  const both: Rule = { a: "title", b: "Name", direction: "<->", conflict: "a" };
  const typed: Rules = {
    ...rules,
    fields: [
      both,
      { a: "kind", b: "Type", direction: "<->", conflict: "a", isType: true },
      { type: "Feature", a: "effort", b: "Work", direction: "<->", conflict: "a" },
    ],
  };

  function became(change: (pair: Pair) => void): readonly Op[] {
    const pair = new Pair({ title: "x", kind: "Task", effort: "3" }, { Name: "x", Type: "Task" }, typed);
    for (const side of ["a", "b"] as const) pair.items[side] = { ...pair.items[side], type: "Task" };
    pair.run();
    pair.edit("a", { kind: "Feature" });
    pair.items.a = { ...pair.items.a, type: "Feature" };
    change(pair);
    return pair.plan();
  }

  it("is made with all that its new type has, also what did not change", () => {
    expect(became(() => undefined)).toMatchObject([
      { kind: "update", side: "b", after: { Type: "Feature", Work: "3", Name: "x" } },
    ]);
  });

  it("keeps what was changed in the other half meanwhile, of what both types have", () => {
    const ops = became((pair) => pair.edit("b", { Name: "y" }));
    expect(ops.find(({ side }) => side === "b")?.after).toMatchObject({ Type: "Feature", Name: "y" });
    expect(ops.find(({ side }) => side === "a")?.after).toEqual({ title: "y" });
  });
});

describe("what a pair agrees on when both sides are written", () => {
  it("each write settles its own fields, so that one that fails leaves the other's to be written", () => {
    const pair = new Pair({ title: "x", state: "x" }, { Name: "x", Status: "x" });
    pair.run();
    pair.edit("a", { title: "y" });
    pair.edit("b", { Status: "y" });
    const [toB, toA] = pair.plan();
    expect(toB).toMatchObject({ side: "b", after: { Name: "y" } });
    expect(toB?.settles).not.toContain("state");
    expect(toA).toMatchObject({ side: "a", after: { state: "y" }, settles: ["state"] });
  });

  it("a write alone settles all", () => {
    const pair = new Pair({ title: "x", state: "x" }, { Name: "x", Status: "x" });
    pair.run();
    pair.edit("b", { Status: "y" });
    const [toA, ...others] = pair.plan();
    expect(others).toEqual([]);
    expect(toA).toMatchObject({ side: "a", after: { state: "y" } });
    expect(toA).not.toHaveProperty("settles");
  });

  it("what is made active and carries no id of its other half gets it by the same write", () => {
    const pair = new Pair({ title: "x" }, { Name: "x" });
    pair.run();
    const { link } = pair;
    const b: Item = { ...pair.items.b, life: "inactive", keys: { externalId: "" } };
    const seen = { a: pair.items.a, b, candidates: [], ...(link && { link }) };
    const own: Rules = { ...rules, life: "->" };
    const back = { ...context, correlationBack: "planId" };
    expect(planLink(seen, own, back)).toMatchObject([{ kind: "enable", side: "b", adopt: true }]);
    expect(planLink({ ...seen, b: { ...b, keys: { externalId: "a1" } } }, own, back)[0]).not.toHaveProperty("adopt");
  });
});
