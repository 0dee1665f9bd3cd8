import { describe, expect, it } from "@jest/globals";
import { today } from "../../stacks/today.ts";

describe("today", () => {
  it("is the UTC day", () => {
    const before = new Date().toISOString().slice(0, 10);
    const found = today({});
    const after = new Date().toISOString().slice(0, 10);

    expect([before, after]).toContain(found);
  });

  it("is the day that TENANTWIRE_TODAY says", () => {
    expect(today({ TENANTWIRE_TODAY: "2028-02-29" })).toBe("2028-02-29");
  });

  it.each(["2026-02-30", "2026-2-3", "tomorrow", "2026-03-31T00:00:00Z"])("is never %s", (day) => {
    expect(() => today({ TENANTWIRE_TODAY: day })).toThrow(
      `TENANTWIRE_TODAY: expected a day such as 2026-03-31, found "${day}".`,
    );
  });
});
