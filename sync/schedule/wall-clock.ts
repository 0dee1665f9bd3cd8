/**
 * Clocks on the wall. What such a clock shows is a number of milliseconds as if it were a clock of UTC.
 *
 * @packageDocumentation
 */
import { DAY_MS } from "../../contract/days.ts";

interface WallClock {
  /** What it shows at an instant, to the minute. */
  readonly at: (instant: number) => number;
  /** The first instant at which it shows this, or more where it is put forward past it. */
  readonly firstInstantOf: (shown: number) => number;
}

const clocks = new Map<string, WallClock>();

/** @param timeZone of the IANA database */
export function wallClock(timeZone: string): WallClock {
  const clock = clocks.get(timeZone) ?? madeClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
}

function madeClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const at = (instant: number): number => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
  };
  return {
    at,
    firstInstantOf(shown) {
      // No zone is more than 14 hours from UTC, and none changes twice in two days.
      const [before, after] = [shown - DAY_MS, shown + DAY_MS];
      const candidates = [before, after].map((instant) => shown - (at(instant) - instant));
      const first = Math.min(...candidates.filter((instant) => at(instant) === shown));
      return Number.isFinite(first) ? first : change(at, before, after);
    },
  };
}

/** The first instant of the other offset, to the minute. */
function change(at: WallClock["at"], before: number, after: number): number {
  let [low, high] = [before, after];
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 2 / 60_000) * 60_000;
    if (at(middle) - middle === at(before) - before) low = middle;
    else high = middle;
  }
  return high;
}
