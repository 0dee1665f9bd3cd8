import { expect, it } from "@jest/globals";
import { shortestDays } from "../../contract/durations.ts";

it.each([
  ["P90D", 90],
  ["P1M", 28],
  ["P2M", 59],
  ["P6M", 181],
  ["P1Y", 365],
  ["P1Y6M", 546],
  ["P2W", 14],
  ["P1Y2M3DT4H", 427],
  ["PT36H", 1],
  ["PT1.5S", 0],
  ["P0.5D", 0],
  ["p10d", 10],
  ["P", undefined],
  ["PT", undefined],
  ["P1DT", undefined],
  ["-P1D", undefined],
  ["90", undefined],
])("%s has %s whole days in any case", (duration, days) => {
  expect(shortestDays(duration)).toBe(days);
});

it("is never more than the calendar has", () => {
  for (let months = 1; months <= 30; months++) {
    const lengths = Array.from({ length: 48 }, (_, start) => {
      const from = Date.UTC(2025, start, 1);
      return (Date.UTC(2025, start + months, 1) - from) / 86_400_000;
    });
    expect(shortestDays(`P${months}M`)).toBe(Math.min(...lengths));
  }
});
