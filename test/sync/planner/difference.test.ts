/** What a side holds of a value that was written to it. */
import { describe, expect, it } from "@jest/globals";
import type { FieldValue } from "../../../sync/model/types.ts";
import { isCoarser } from "../../../sync/planner/difference.ts";

describe("what is left of a finer value", () => {
  const rows: readonly (readonly [held: FieldValue, wanted: FieldValue, is: boolean, why: string])[] = [
    ["2026-03-02", "2026-03-02T08:00:00Z", true, "a date without its time of day"],
    ["2026-03-02", "2026-03-03T08:00:00Z", false, "another day"],
    ["2026-03", "2026-03T08:00:00Z", false, "no day"],
    ["on 2026-03-02", "on 2026-03-02T08:00:00Z", false, "a text that ends with a day"],
    ["2026-03-02 or so", "2026-03-02 or soT08:00:00Z", false, "a text that begins with a day"],
    ["area\\team", "Area\\Team", true, "the same in other letters"],
    ["area", "area\\team", false, "the beginning of it"],
    [3, 3.7, true, "rounded down"],
    [4, 3.7, true, "rounded up"],
    [-3, -3.7, true, "rounded towards zero"],
    [3.1, 3.14, true, "rounded to one decimal"],
    [5, 3.7, false, "further away than rounding goes"],
    [3.1, 3.3, false, "further away than rounding to one decimal goes"],
    [4.5, 4, false, "a finer one than was asked for"],
    [0.5, 0, false, "a finer one than none"],
    [0, 1, false, "another one, which needs no rounding"],
    [0.5, 0.6, false, "another one of as many decimals"],
    ["3", 3.7, false, "a text of digits"],
    [3, "3.7", false, "a number where a text was asked for"],
    [null, 0.5, false, "nothing"],
    [null, "x", false, "nothing, of a text"],
    [0, null, false, "something where nothing was asked for"],
    [false, 0.5, false, "no, which is no number"],
    [0, true, false, "a number where yes was asked for"],
  ];
  it.each(rows)("%j of %j: %j, %s", (held, wanted, is) => {
    expect(isCoarser(held, wanted)).toBe(is);
  });
});
