/** When schedules come due: in all time zones of the IANA database, for three years. */
import { describe, expect, it } from "@jest/globals";
import { Cron } from "croner";
import fc from "fast-check";
import { weekdays } from "../../../contract/strategies.ts";
import { standingAt, type Standing } from "../../../sync/schedule/standing.ts";
import { dueBetween, nextDue, patternsOf, scheduleInWords, type Schedule } from "../../../sync/schedule/times.ts";

const MINUTE_MS = 60_000;
const STEP_MS = 15 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2029, 0, 1);

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** The clock on the wall of a zone, as if it were one of UTC: by what Node knows, and nothing of the product. */
function wallOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
  };
}

interface Change {
  /** The first instant of the new offset. */
  readonly at: number;
  /** How far the clock is put forward; negative: back. */
  readonly by: number;
}

function changesOf(wall: (instant: number) => number): readonly Change[] {
  const offset = (instant: number) => wall(instant) - instant;
  const changes: Change[] = [];
  for (let day = FROM; day < UNTIL; day += DAY_MS) {
    if (offset(day) === offset(day + DAY_MS)) continue;
    let [low, high] = [day, day + DAY_MS];
    while (high - low > STEP_MS) {
      const middle = low + Math.floor((high - low) / 2 / STEP_MS) * STEP_MS;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    changes.push({ at: high, by: offset(high) - offset(low) });
  }
  return changes;
}

const changesByZone = new Map(zones.map((zone) => [zone, changesOf(wallOf(zone))]));

/** Zones of which each stands for those whose clock goes the same. */
const differing = [
  ...new Map(
    zones.map((zone) => [JSON.stringify([wallOf(zone)(FROM) - FROM, changesByZone.get(zone)]), zone] as const),
  ).values(),
];

/** When a time on the wall comes first; where it does not come, the instant at which it is passed. */
function firstAt(wall: (instant: number) => number, time: number): number {
  const around = time - 15 * HOUR_MS;
  for (let instant = around; instant < around + 30 * HOUR_MS; instant += STEP_MS) {
    if (wall(instant) >= time) return instant;
  }
  throw new RangeError("No such time.");
}

const dailyAt = (time: string, timeZone: string): Schedule => ({ every: "day", times: [time], days: [], timeZone });

function clock(wall: number): string {
  return new Date(wall).toISOString().slice(11, 16);
}

describe("a time of day", () => {
  it("comes due once a day around every change of every clock, and at the end of a gap where it falls into one", () => {
    expect(zones.length).toBeGreaterThan(400);
    const wrong: string[] = [];
    let compared = 0;
    for (const zone of differing) {
      const wall = wallOf(zone);
      for (const { at, by } of changesByZone.get(zone) ?? []) {
        const reach = Math.abs(by);
        for (let time = wall(at) - reach - STEP_MS; time <= wall(at) + reach; time += STEP_MS) {
          const expected = [-DAY_MS, 0, DAY_MS].map((day) => firstAt(wall, time + day));
          const from = new Date((expected[0] ?? 0) - 1);
          const until = new Date((expected[2] ?? 0) + 2 * HOUR_MS);
          const found = dueBetween(dailyAt(clock(time), zone), from, until).map((due) => due.getTime());
          compared += 1;
          if (JSON.stringify(found) === JSON.stringify(expected)) continue;
          const shown = (list: readonly number[]) => list.map((each) => new Date(each).toISOString()).join(" ");
          wrong.push(`${zone} ${clock(time)}: ${shown(found)} and not ${shown(expected)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(1_000);
  }, 120_000);

  it("comes due when croner has it due in every zone, on every day of three years that was tried", () => {
    const wrong: string[] = [];
    for (const [index, zone] of zones.entries()) {
      const schedule = dailyAt(clock(FROM + (index % 96) * STEP_MS), zone);
      const [pattern = ""] = patternsOf(schedule);
      const cron = new Cron(pattern, { timezone: zone, paused: true });
      for (let day = FROM + (index % 31) * DAY_MS; day < UNTIL; day += 91 * DAY_MS) {
        const due = nextDue(schedule, new Date(day)).toISOString();
        const own = cron.nextRun(new Date(day))?.toISOString();
        if (due !== own) wrong.push(`${zone} ${pattern}: ${due} and not ${String(own)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe("a schedule of each kind", () => {
  const times = fc.uniqueArray(
    fc.nat({ max: 95 }).map((step) => clock(FROM + step * STEP_MS)),
    { minLength: 1, maxLength: 3 },
  );
  const some = fc.subarray([...weekdays], { minLength: 1 });
  const kinds = {
    hourly: fc.record({
      every: fc.constant("hour" as const),
      minutes: fc.subarray([0, 15, 30, 45], { minLength: 1 }),
      days: fc.constant([]),
    }),
    "hourly on some days": fc.record({
      every: fc.constant("hour" as const),
      minutes: fc.subarray([0, 15, 30, 45], { minLength: 1 }),
      days: some,
    }),
    daily: fc.record({ every: fc.constant("day" as const), times, days: fc.constant([]) }),
    "daily on some days": fc.record({ every: fc.constant("day" as const), times, days: some }),
    monthly: fc.record({
      every: fc.constant("month" as const),
      times,
      monthDays: fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 28 }), fc.constant("last" as const)), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  };

  /** Whether a clock is put forward over a midnight after one instant and before another one. */
  function dayEndsInGap(zone: string, after: number, until: number): boolean {
    const dayAt = (shown: number) => Math.floor(shown / DAY_MS);
    const wall = wallOf(zone);
    return (changesByZone.get(zone) ?? []).some(
      ({ at, by }) => by > 0 && at > after && at < until && dayAt(wall(at) - by) !== dayAt(wall(at)),
    );
  }

  /** Any instant of the three years, and as often one near a change of that clock. */
  function instantsOf(zone: string) {
    const steps = (DAY_MS * 2) / STEP_MS;
    const any = fc.integer({ min: FROM / STEP_MS, max: UNTIL / STEP_MS }).map((step) => step * STEP_MS);
    const changes = (changesByZone.get(zone) ?? []).map(({ at }) => at);
    if (changes.length === 0) return any;
    const near = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -steps, max: steps }))
      .map(([at, step]) => at + step * STEP_MS);
    return fc.oneof(any, near);
  }

  it.each(Object.entries(kinds))(
    "comes due in every clock when croner has it due: %s",
    (_, schedules) => {
      expect(differing.length).toBeGreaterThan(50);
      for (const timeZone of differing) {
        // A failure prints the seed by which it comes again.
        fc.assert(
          fc.property(schedules, instantsOf(timeZone), (settings, from) => {
            const schedule: Schedule = { ...settings, timeZone };
            const own = patternsOf(schedule).map((pattern) =>
              new Cron(pattern, { timezone: timeZone, paused: true }).nextRun(new Date(from)),
            );
            const first = Math.min(...own.map((each) => each?.getTime() ?? Infinity));
            // Of a time in a gap that ends on another day, croner has no answer where that day is none of the schedule's.
            if (dayEndsInGap(timeZone, from, first)) return;
            expect([timeZone, nextDue(schedule, new Date(from)).toISOString()]).toEqual([
              timeZone,
              new Date(first).toISOString(),
            ]);
          }),
          { numRuns: 8 },
        );
      }
    },
    120_000,
  );
});

describe("an hourly schedule", () => {
  it("comes due whenever the clock on the wall shows one of its minutes, in both of the hours that come twice", () => {
    const wrong: string[] = [];
    for (const zone of differing) {
      const wall = wallOf(zone);
      const schedule: Schedule = { every: "hour", minutes: [0, 45], days: [], timeZone: zone };
      for (const { at } of changesByZone.get(zone) ?? []) {
        const expected: number[] = [];
        for (let instant = at - 6 * HOUR_MS; instant <= at + 6 * HOUR_MS; instant += STEP_MS) {
          if ([0, 45].includes(new Date(wall(instant)).getUTCMinutes())) expected.push(instant);
        }
        const from = new Date(at - 6 * HOUR_MS - 1);
        const found = dueBetween(schedule, from, new Date(at + 6 * HOUR_MS)).map((due) => due.getTime());
        if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${zone} ${new Date(at).toISOString()}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

/** Lives as the scheduler does: looks now and then, and at the time that it was told, and starts what is due. */
function startsOf(schedule: Schedule, from: number, until: number, naps: readonly number[]): readonly number[] {
  const starts: number[] = [];
  let known: Standing | undefined;
  let looks = 0;
  for (let now = from; now < until; looks += 1) {
    const { standing, isDue, next } = standingAt({ schedule }, known, new Date(now), "nobody");
    expect(standing.missed).toBeUndefined();
    known = isDue ? { ...standing, settled: new Date(now).toISOString() } : standing;
    if (isDue) starts.push(now);
    now = Math.min(next.getTime(), now + (naps[looks % naps.length] ?? 1) * MINUTE_MS);
  }
  return starts;
}

describe("a year", () => {
  it("of a time of day has a start on every day of the clock on the wall, one, and nothing missed", () => {
    const naps = fc.array(fc.integer({ min: 5 * 60, max: 36 * 60 }), { minLength: 1, maxLength: 20 });
    const time = fc.oneof(
      fc.constant("02:30"),
      fc.nat({ max: 95 }).map((step) => clock(FROM + step * STEP_MS)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...differing), time, naps, (zone, at, wakes) => {
        const wall = wallOf(zone);
        const dayAt = (instant: number) => Math.floor(wall(instant) / DAY_MS);
        const starts = startsOf(dailyAt(at, zone), FROM, FROM + 366 * DAY_MS, wakes);
        const days = starts.map(dayAt);
        // A gap that midnight is in ends on the next day, which has its own time besides.
        const gaps = (changesByZone.get(zone) ?? []).filter(
          ({ at: change, by }) => by > 0 && dayAt(change - MINUTE_MS) !== dayAt(change),
        );
        expect(days.length - new Set(days).size).toBeLessThanOrEqual(gaps.length);
        expect(Math.abs(starts.length - 366)).toBeLessThanOrEqual(1 + gaps.length);
      }),
      { numRuns: 3 },
    );
  });

  it("has 02:30 at the end of the gap on one night of the change, and once, when it comes first, on the other", () => {
    const [spring, autumn] = ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"].map((start) => {
      const from = Date.parse(start);
      return startsOf(dailyAt("02:30", "Europe/Berlin"), from, from + 2 * DAY_MS, [15]).map((each) =>
        new Date(each).toISOString(),
      );
    });
    expect(spring).toEqual(["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]);
    expect(autumn).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]);
  });

  it.each([
    ["east", "Etc/GMT-2", "Etc/GMT-3", 1],
    // What was done by the old clock is a quarter of an hour and more before the time of the new one: it is done once more.
    ["west", "Etc/GMT-3", "Etc/GMT-2", 2],
  ])(
    "in which a country moves its clock to the %s, as a newer Node knows, loses no day",
    (_way, before, after, runs) => {
      const now = Date.parse("2026-06-01T06:00:00Z");
      const [old, schedule] = [dailyAt("02:30", before), dailyAt("02:30", after)];
      const settled = nextDue(old, new Date(now - DAY_MS)).toISOString();
      // The zone is called as before: what is remembered is of the same schedule.
      const known: Standing = { schedule: scheduleInWords(schedule), settled };
      const found = standingAt({ schedule }, known, new Date(now), "nobody");

      expect(1 + Number(found.isDue)).toBe(runs);
      const next = startsOf(schedule, now, now + 2 * DAY_MS, [60]).map((each) => new Date(each).toISOString());
      expect(next).toEqual(
        dueBetween(schedule, new Date(now), new Date(now + 2 * DAY_MS)).map((due) => due.toISOString()),
      );
    },
  );
});

describe("what people write", () => {
  const next = (schedule: Schedule, after: string, count = 3) =>
    Array.from({ length: count }).reduce<string[]>(
      (found) => [...found, nextDue(schedule, new Date(found.at(-1) ?? after)).toISOString()],
      [],
    );

  it("is a list of times on some days of the week", () => {
    const schedule: Schedule = { every: "day", times: ["18:30", "06:00"], days: ["mon", "fri"], timeZone: "UTC" };
    expect(next(schedule, "2026-01-01T00:00:00Z", 4)).toEqual([
      "2026-01-02T06:00:00.000Z",
      "2026-01-02T18:30:00.000Z",
      "2026-01-05T06:00:00.000Z",
      "2026-01-05T18:30:00.000Z",
    ]);
  });

  it("is the last day of every month, however long it is", () => {
    const schedule: Schedule = { every: "month", times: ["23:45"], monthDays: [1, "last"], timeZone: "Europe/Berlin" };
    expect(next(schedule, "2028-01-31T23:00:00Z", 4)).toEqual([
      "2028-02-01T22:45:00.000Z",
      "2028-02-29T22:45:00.000Z",
      "2028-03-01T22:45:00.000Z",
      "2028-03-31T21:45:00.000Z",
    ]);
  });

  it("comes due once where two of its times fall into one gap", () => {
    const schedule: Schedule = {
      every: "day",
      times: ["02:00", "02:30", "03:00"],
      days: [],
      timeZone: "Europe/Berlin",
    };
    expect(next(schedule, "2026-03-28T22:00:00Z", 2)).toEqual(["2026-03-29T01:00:00.000Z", "2026-03-30T00:00:00.000Z"]);
  });
});
