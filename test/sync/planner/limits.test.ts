import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  ALLOWED_FOR_MS,
  Limits,
  isAllowanceValid,
  limitedHash,
  limitedLine,
  overLimit,
  overLimitMessage,
  partsOf,
  type Planned,
} from "../../../sync/planner/limits.ts";

const defaults = Limits.parse({});

type More = Partial<Omit<Planned, "changes">> & {
  readonly disables?: number;
  readonly clears?: number;
  readonly creates?: number;
};

function planned(more: More): Planned {
  const { disables = 0, clears = 0, creates = 0, ...rest } = more;
  const changes = { disable: disables, clear: clears, create: creates };
  const scope = {
    readMode: "full",
    inScope: 1,
    linked: 0,
    population: 100,
    linking: 0,
    remaining: 1,
    firstSync: false,
  } as const;
  return { ...scope, changes, sourceName: "Directory", ...rest };
}

describe("a share that is exactly what may be", () => {
  it.each([
    [2.3, 3_000, 69],
    [4.1, 3_000, 123],
    [0.07, 100_000, 70],
    [10, 1_009, 100],
  ])("%d %% of %d was over, by the digits of the machine", (percent, population, disables) => {
    const limits = Limits.parse({ disable: { count: 100_000, percent } });
    expect(overLimit(limits, planned({ population, disables }))).toBeUndefined();
    expect(overLimit(limits, planned({ population, disables: disables + 1 }))?.kinds).toEqual(["disable"]);
  });

  it("one more was told as the same share, and more than itself", () => {
    expect(overLimit(defaults, planned({ population: 1_009, disables: 101 }))?.why).toBe(
      "101 disables are 10.009 % of 1009 active, more than the 10 % that one run may do",
    );
  });
});

describe("settings", () => {
  it("have defaults", () => {
    expect(defaults).toEqual({
      disable: { count: 500, percent: 10, minimumPopulation: 20 },
      clear: { count: 500, percent: 10, minimumPopulation: 20 },
      create: { count: 10_000, percent: 100, minimumPopulation: 20 },
      failures: { count: 20 },
    });
  });

  it("keep the other defaults when one is set", () => {
    expect(Limits.parse({ disable: { count: 3 } }).disable).toEqual({ count: 3, percent: 10, minimumPopulation: 20 });
  });

  it.each([
    [{ disables: {} }],
    [{ disable: { percent: 101 } }],
    [{ disable: { count: -1 } }],
    [{ disable: { count: 1.5 } }],
    [{ failures: { count: 0 } }],
    [{ failures: { percent: -1 } }],
    [{ failures: { minimumPopulation: 1 } }],
  ])("refuse %j", (settings) => {
    expect(Limits.safeParse(settings).success).toBe(false);
  });
});

describe("overLimit", () => {
  it("counts from the smallest population on that it is for, and one as one", () => {
    expect(overLimit(defaults, planned({ population: 20, creates: 21 }))?.kinds).toEqual(["create"]);
    expect(overLimit(defaults, planned({ population: 0, remaining: 0, linked: 1, disables: 1 }))).toBeUndefined();
    const first = { population: 0, remaining: 1, firstSync: true, clears: 3 };
    expect(overLimit(defaults, planned({ ...first, linking: 19 }))).toBeUndefined();
    expect(overLimit(defaults, planned({ ...first, linking: 30 }))).toBeUndefined();
    expect(overLimit(defaults, planned({ ...first, linking: 20 }))?.kinds).toEqual(["clear"]);
    const strict = Limits.parse({ disable: { percent: 1 } });
    expect(overLimit(strict, planned({ population: 50, disables: 1 }))?.why).toBe(
      "1 disable is 2 % of 50 active, more than the 1 % that one run may do",
    );
  });

  it.each<[string, More, string | undefined]>([
    ["nothing to disable", {}, undefined],
    ["exactly the share", { disables: 10 }, undefined],
    [
      "more than the share",
      { disables: 11 },
      "11 disables are 11 % of 100 active, more than the 10 % that one run may do",
    ],
    [
      "a share with a fraction",
      { population: 300, disables: 31 },
      "31 disables are 10.3 % of 300 active, more than the 10 % that one run may do",
    ],
    ["everybody, below the minimum population", { population: 19, disables: 19 }, undefined],
    [
      "too many, at the minimum population",
      { population: 20, disables: 3 },
      "3 disables are 15 % of 20 active, more than the 10 % that one run may do",
    ],
    ["exactly the count", { population: 100_000, disables: 500 }, undefined],
    [
      "more than the count",
      { population: 100_000, disables: 501 },
      "501 disables, more than the 500 that one run may do",
    ],
    ["a full read that found nobody", { inScope: 0, population: 0 }, "Directory gave nobody who should be active"],
    [
      "nobody, once all who were synced are inactive",
      { inScope: 0, linked: 9, population: 0, remaining: 0 },
      undefined,
    ],
    [
      "nobody, while one of those who were synced is active",
      { inScope: 0, linked: 9, population: 1, remaining: 0, disables: 1 },
      "Directory gave nobody who should be active",
    ],
    [
      "values of everybody emptied",
      { clears: 300, population: 300 },
      "300 objects with values emptied are 100 % of 300 active, more than the 10 % that one run may do",
    ],
    ["a first sync", { creates: 50_000, population: 0, firstSync: true }, undefined],
    [
      "a first sync that was killed in the middle",
      { creates: 38_000, population: 12_000, remaining: 50_000, firstSync: true },
      undefined,
    ],
    ["a first sync after a few who tried it", { creates: 50_000, population: 19, remaining: 50_019 }, undefined],
    [
      "more than ever at once, later",
      { creates: 10_001, population: 12_000, remaining: 22_001 },
      "10,001 creates, more than the 10,000 that one run may do",
    ],
    ["as many new ones as there are", { creates: 100 }, undefined],
    [
      "more new ones than there are",
      { creates: 101 },
      "101 creates are 101 % of 100 active, more than the 100 % that one run may do",
    ],
    [
      "two kinds at once",
      { disables: 11, clears: 11 },
      "11 disables are 11 % of 100 active, more than the 10 % that one run may do and 11 objects with values emptied are 11 % of 100 active, more than the 10 % that one run may do",
    ],
    [
      "nobody left, whatever was read",
      { readMode: "delta", population: 12, disables: 12, remaining: 0 },
      "nobody of 12 active objects would be left active",
    ],
    [
      "nobody left of one, whatever was read",
      { readMode: "delta", population: 1, disables: 1, remaining: 0 },
      "the only active object would not be left active",
    ],
    ["nobody left of nobody", { readMode: "delta", population: 0, disables: 1, remaining: 0 }, undefined],
    ["nobody left, where nothing would be disabled", { readMode: "delta", population: 3, remaining: 0 }, undefined],
    ["an empty delta", { readMode: "delta", inScope: 0 }, undefined],
    [
      "a delta over the share",
      { readMode: "delta", inScope: 0, disables: 11 },
      "11 disables are 11 % of 100 active, more than the 10 % that one run may do",
    ],
  ])("%s", (_, more, expected) => {
    expect(overLimit(defaults, planned(more))?.why).toBe(expected);
  });

  it("once over, more disables stay over", () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.nat(500), (population, disables, more) => {
        fc.pre(overLimit(defaults, planned({ population, disables })) !== undefined);
        expect(overLimit(defaults, planned({ population, disables: disables + more }))).toBeDefined();
      }),
    );
  });
});

describe("limitedHash", () => {
  it("is a short hexadecimal name", () => {
    expect(limitedHash(["disable b", "disable a"])).toBe(limitedHash(["disable a", "disable b"]));
    expect(limitedHash(["disable a"])).toMatch(/^[0-9a-f]{16}$/);
  });

  it("is another for another set", () => {
    const set = fc.uniqueArray(
      fc.string().map((text) => `disable ${text.replaceAll("\n", " ")}`),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(set, set, (one, other) => {
        const same = JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
        expect(limitedHash(one) === limitedHash(other)).toBe(same);
      }),
    );
  });
});

describe("a line of a limited set", () => {
  it.each<[string, string, readonly string[] | undefined, string, readonly string[]]>([
    ["disable", "a", undefined, "disable a", ["disable a"]],
    ["a-create", "a b", undefined, "a-create a b", ["a-create a b"]],
    ["clear", "a", ["mail"], 'clear a ["mail"]', ['clear a ["mail"]']],
    [
      "clear",
      "a b",
      ["mail", 'of "x"'],
      'clear a b ["mail","of \\"x\\""]',
      ['clear a b ["mail"]', 'clear a b ["of \\"x\\""]'],
    ],
  ])("%s of %s, values %j", (kind, id, fields, line, parts) => {
    expect(limitedLine(kind, id, fields)).toBe(line);
    expect(partsOf(line)).toEqual(parts);
  });
});

describe("what the run links", () => {
  const linking = { population: 10, linking: 90, linked: 10 };

  it("counts among those whose values may be emptied, and of whom a tenth may be", () => {
    expect(overLimit(defaults, planned({ ...linking, clears: 10 }))).toBeUndefined();
    expect(overLimit(defaults, planned({ ...linking, clears: 11 }))?.kinds).toEqual(["clear"]);
  });

  it("says nothing of how many may be disabled", () => {
    // Of ten a share says nothing.
    expect(overLimit(defaults, planned({ ...linking, disables: 9 }))).toBeUndefined();
    const few = { ...linking, population: 50, linked: 50, linking: 500 };
    expect(overLimit(defaults, planned({ ...few, disables: 6 }))?.kinds).toEqual(["disable"]);
  });
});

describe("isAllowanceValid", () => {
  const allowed = new Date("2026-03-02T08:00:00Z");
  it.each([
    [0, true],
    [ALLOWED_FOR_MS, true],
    [ALLOWED_FOR_MS + 1, false],
    [-1, false],
  ])("%i ms later: %s", (age, expected) => {
    expect(isAllowanceValid(allowed, new Date(allowed.getTime() + age))).toBe(expected);
  });
});

it("tells the exact command", () => {
  expect(
    overLimitMessage("3 disables, more than the 2 that one run may do", "tenantwire sync users -s contoso", "00ff"),
  ).toBe(
    "Nothing was written: 3 disables, more than the 2 that one run may do. " +
      "tenantwire sync users -s contoso --dry-run says whom it is about. If that is right, run tenantwire sync users -s contoso --allow 00ff " +
      "(it also passes later runs that do no more than this, for 3 days); if not, look at the source first.",
  );
});
