/** The small decisions of a run: in which mode it reads, when a failure is tried again, what counts as a difference. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { differenceOf, wordsFor } from "../../../sync/planner/difference.ts";
import { differing, picked, sameFields } from "../../../sync/model/fields.ts";
import { decideMode, type ModeQuestion } from "../../../sync/planner/mode.ts";
import { afterFailure, lookAgain } from "../../../sync/run/retries.ts";
import { type Retry } from "../../../sync/model/recorded.ts";
import { type Fields, type Item, type Op, oneWay, type Rules } from "../../../sync/model/types.ts";
import { counted, duration, listed, quoted, withoutNames } from "../../../contract/words.ts";

const now = new Date("2026-03-02T08:00:00.000Z");
const HOUR_MS = 60 * 60 * 1000;

describe("decideMode", () => {
  const position = { cursor: 1, scopeHash: "h", fullAt: "2026-03-02T02:00:00.000Z" };
  const question: ModeQuestion = {
    asked: undefined,
    position,
    links: 5,
    scopeHash: "h",
    fullEveryMs: 24 * HOUR_MS,
    now,
  };

  it.each<[Partial<ModeQuestion>, string, string]>([
    [{}, "delta", "the last full run was 6 h ago"],
    [{ position: undefined, links: 0 }, "full", "it is the first run"],
    [{ position: undefined }, "full", "no full run has ended well yet"],
    [{ position: undefined, links: 0, asked: "full" }, "full", "it is the first run"],
    [{ asked: "full" }, "full", "it was asked for"],
    [{ links: 0 }, "full", "nothing is linked yet"],
    [{ scopeHash: "other" }, "full", "scope or mapping have changed"],
    [{ fullEveryMs: 0 }, "full", "its source has no other"],
    [{ fullEveryMs: 6 * HOUR_MS }, "full", "the last full run was 6 h ago"],
    [{ fullEveryMs: 6 * HOUR_MS + 1 }, "delta", "the last full run was 6 h ago"],
    [{ position: { ...position, fullAt: now.toISOString() } }, "delta", "the last full run was 0 s ago"],
    [
      { position: { ...position, fullAt: "2027-03-02T02:00:00.000Z" } },
      "full",
      "the last full run is told to be in the future, by a clock that was ahead",
    ],
  ])("%j: %s, %s", (more, mode, reason) => {
    expect(decideMode({ ...question, ...more })).toEqual({ mode, reason });
  });
});

describe("a failure", () => {
  const failed = (reason: string) => ({ reason, kind: "update" as const });

  it("is tried again in the next run, then after 1, 6 and 24 hours, then daily", () => {
    let retry: Retry | undefined;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      retry = afterFailure(retry, failed("no"), now);
      waits.push((Date.parse(retry.next) - now.getTime()) / HOUR_MS);
    }
    expect(waits).toEqual([0, 1, 6, 24, 24, 24]);
    expect(retry).toMatchObject({ attempts: 6, since: now.toISOString(), reason: "no" });
  });

  it("remembers when it began, and what was only looked at again has not failed", () => {
    const later = new Date(now.getTime() + HOUR_MS);
    expect(afterFailure(afterFailure(undefined, failed("a"), now), failed("b"), later).since).toBe(now.toISOString());
    expect(afterFailure(lookAgain("a", now), failed("b"), later)).toMatchObject({
      attempts: 1,
      since: later.toISOString(),
    });
  });
});

describe("differing", () => {
  it.each<[string, Fields, Fields, Fields]>([
    ["the same", { a: "x" }, { a: "x", b: 1 }, {}],
    ["another value", { a: "x" }, { a: "y" }, { a: "x" }],
    ["another type", { a: "1" }, { a: 1 }, { a: "1" }],
    ["no value on either side", { a: null }, {}, {}],
    ["a value that has to go", { a: null }, { a: "x" }, { a: null }],
    ["nothing but blank", { a: "" }, { a: null }, { a: "" }],
    ["a name that every object has", { toString: "x", constructor: null }, {}, { toString: "x" }],
  ])("%s", (_, wanted, present, expected) => {
    expect(differing(wanted, present)).toEqual(expected);
  });

  it("is empty once the differences are written", () => {
    const fields = fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.constantFrom("x", 1, true, null),
    ) as fc.Arbitrary<Fields>;
    fc.assert(
      fc.property(fields, fields, (wanted, present) => {
        const after = { ...present, ...differing(wanted, present) };
        expect(differing(wanted, after)).toEqual({});
        for (const name of Object.keys(wanted)) expect(after[name] ?? null).toBe(wanted[name]);
      }),
    );
  });
});

it("sameFields and picked", () => {
  expect(picked({ a: 1, b: 2 }, ["b", "c"])).toEqual({ b: 2, c: null });
  expect(sameFields({ a: 1, b: null }, { b: null, a: 1 })).toBe(true);
  expect(sameFields({ a: null }, { b: null })).toBe(false);
  expect(sameFields({ a: 1 }, { a: 1, b: 1 })).toBe(false);
});

describe("differenceOf", () => {
  const fields = { name: "Ada", mail: "a@x" };
  const source = { id: "s1", label: "Ada", life: "active", fields, keys: {} } as const;
  const op: Op = { kind: "update", side: "b", sourceId: "s1", targetId: "t1", label: "Ada", reason: "" };
  const object: Item = { id: "t1", label: "Ada", life: "active", fields, keys: { id: "s1" } };

  it.each<[string, Partial<Op>, Partial<Item>, ReturnType<typeof differenceOf>]>([
    ["an update that was taken", {}, {}, undefined],
    [
      "an update that lost a field which was not written",
      { after: { name: "Ada" } },
      { fields: { name: "Ada" } },
      { fields: { mail: "a@x" } },
    ],
    [
      "a create that is inactive and does not carry its id",
      { kind: "create" },
      { life: "inactive", keys: {} },
      { active: true, correlation: true },
    ],
    [
      "a disable, whatever the fields",
      { kind: "disable", active: { before: true, after: false } },
      { life: "inactive", fields: {} },
      undefined,
    ],
    [
      "a disable that was not taken",
      { kind: "disable", active: { before: true, after: false } },
      {},
      { active: false },
    ],
    ["an adoption that was not taken", { kind: "link", adopt: true }, { keys: {} }, { correlation: true }],
    ["a link that had nothing to adopt", { kind: "link" }, { keys: {} }, undefined],
  ])("%s", (_, more, seen, expected) => {
    const rules = oneWay(["name", "mail"]);
    expect(differenceOf({ op: { ...op, ...more }, source }, { ...object, ...seen }, "id", rules)).toEqual(expected);
  });

  it("compares with what goes nowhere but to the written side, and with no reference", () => {
    const both: Rules = {
      fields: [
        { a: "name", b: "name", direction: "->" },
        { a: "boss", b: "boss", direction: "->", refers: true },
        { a: "mail", b: "mail", direction: "<-" },
        { a: "state", b: "state", direction: "<->" },
      ],
      life: "<->",
      creates: ["a", "b"],
    };
    const from: Item = { ...source, fields: { name: "Ada", boss: "s2", mail: "new", state: "new" } };
    const other: Item = { ...object, fields: { name: "old", boss: "t9", mail: "old", state: "old" } };
    const differs = (side: Op["side"]) => differenceOf({ op: { ...op, side }, source: from }, other, "id", both);
    expect(differs("b")).toEqual({ fields: { name: "Ada" } });
    expect(differs("a")).toEqual({ fields: { mail: "new" } });
  });

  it("is told in words, and of what is as it should be nothing", () => {
    expect(wordsFor({ fields: { name: "Ada" } }, { ...object, fields: {} })).toBe(
      'name is still empty instead of "Ada"',
    );
    expect(wordsFor({ active: false }, object)).toBe("it is still active instead of inactive");
    expect(
      wordsFor(
        { fields: { name: "Ada", mail: null }, active: true, correlation: true },
        { ...object, fields: { mail: "x" } },
      ),
    ).toBe(
      'name is still empty instead of "Ada", mail is still "x" instead of empty, it is still inactive instead of active and it does not carry the source\'s id',
    );
  });
});

describe("words", () => {
  it.each([
    [[], ""],
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c"], "a, b and c"],
  ])("listed %j: %s", (words, expected) => {
    expect(listed(words)).toBe(expected);
  });

  it.each([
    [40_000, "40 s"],
    [12 * 60_000, "12 min"],
    [25 * HOUR_MS, "25 h"],
    [9 * 24 * HOUR_MS, "9 days"],
  ])("%i ms: %s", (milliseconds, expected) => {
    expect(duration(milliseconds)).toBe(expected);
  });

  it("counts with thousands", () => {
    expect([counted(1, "write"), counted(1_234_567, "write"), counted(2, "entry", "entries")]).toEqual([
      "1 write",
      "1,234,567 writes",
      "2 entries",
    ]);
  });

  it("every quoted name can be taken out again", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(withoutNames(`${quoted(one)} (1) and ${quoted(other)} (2)`)).toBe('"..." (1) and "..." (2)');
      }),
    );
  });
});
