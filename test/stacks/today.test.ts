import { describe, expect, it } from "@jest/globals";
import { deploymentDay, today } from "../../stacks/today.ts";

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

describe("deploymentDay", () => {
  it("is another day than today in the stand-in", () => {
    const env = { TENANTWIRE_TODAY: "2028-02-29", SANDBOX_CONTROL: "http://127.0.0.1:4711" };

    expect(deploymentDay(env)).toBe("2028-02-29");
  });

  it("is no other day anywhere else", () => {
    expect(() => deploymentDay({ TENANTWIRE_TODAY: "2028-01-01" })).toThrow(
      "TENANTWIRE_TODAY sets the day in the stand-in tenant only: unset it",
    );
    expect(deploymentDay({})).toBe(today({}));
  });
});
