/**
 * When a schedule comes due.
 *
 * A time is one of the clock on the wall of its time zone. Where that clock is put forward, what would fall into the
 * gap comes due at its end. Where it is put back, a time of day comes due once, when it comes first; an hourly schedule
 * comes due in both of the hours.
 *
 * @packageDocumentation
 */
import { Cron } from "croner";
import { wallClock } from "./wall-clock.ts";
import { DAY_MS } from "../../contract/days.ts";

/** Minutes are of the hour; times are `06:15`; days are `mon` to `sun`, and none of them means all. */
export type Schedule = { readonly timeZone: string } & (
  | { readonly every: "hour"; readonly minutes: readonly number[]; readonly days: readonly string[] }
  | { readonly every: "day"; readonly times: readonly string[]; readonly days: readonly string[] }
  | { readonly every: "month"; readonly times: readonly string[]; readonly monthDays: readonly (number | "last")[] }
);

/** All that is declared is in steps of a quarter of an hour, and so are the zones' distances from UTC. */
const STEP_MS = 15 * 60 * 1000;
/** How far the clock of a zone is ever put back, and more. */
const LOOK_BACK_MS = DAY_MS;

/** The first instant after another one at which it comes due. */
export function nextDue(schedule: Schedule, after: Date): Date {
  const clock = wallClock(schedule.timeZone);
  const found = patternsOf(schedule).map((pattern) => {
    // What the clock on the wall shows, taken as a time of UTC: croner itself passes over a gap that midnight is in.
    const cron = new Cron(pattern, { timezone: "UTC", paused: true });
    if (schedule.every === "hour") return nextShown(cron, clock.at, after.getTime());
    let shown = new Date(clock.at(after.getTime()) - LOOK_BACK_MS);
    for (;;) {
      const next = cron.nextRun(shown);
      if (next === null) throw new RangeError(`A schedule that never comes due: ${pattern}.`);
      const instant = clock.firstInstantOf(next.getTime());
      if (instant > after.getTime()) return instant;
      shown = next;
    }
  });
  return new Date(Math.min(...found));
}

/** The first instant at which the clock shows what the pattern says, each time that it does. */
function nextShown(cron: Cron, shownAt: (instant: number) => number, after: number): number {
  let instant = after - (after % STEP_MS) + STEP_MS;
  while (!cron.match(new Date(shownAt(instant)))) instant += STEP_MS;
  return instant;
}

/** More are not counted: each takes a moment, and a page of the console waits for it. */
export const MAX_COUNTED = 200;

/** Those that came due after one instant and up to another, oldest first; the first {@link MAX_COUNTED}. */
export function dueBetween(schedule: Schedule, after: Date, until: Date): readonly Date[] {
  const found: Date[] = [];
  for (let next = nextDue(schedule, after); next <= until; next = nextDue(schedule, next)) {
    found.push(next);
    if (found.length === MAX_COUNTED) break;
  }
  return found;
}

/** The last instant that is after one, and up to another, at which it comes due; undefined: there is none. */
export function lastDue(schedule: Schedule, after: Date, until: Date): Date | undefined {
  let last = nextDue(schedule, after);
  if (last > until) return undefined;
  let [low, high] = [last.getTime(), until.getTime()];
  while (high - low > STEP_MS) {
    const middle = low + Math.floor((high - low) / 2);
    const next = nextDue(schedule, new Date(middle));
    if (next > until) high = middle;
    else {
      last = next;
      low = next.getTime();
    }
  }
  const next = nextDue(schedule, last);
  return next > until ? last : next;
}

/** In the words of cron, a pattern for each time. */
export function patternsOf(schedule: Schedule): readonly string[] {
  if (schedule.every === "hour") {
    return schedule.minutes.map((minute) => `${minute} * * * ${weekdaysOf(schedule.days)}`);
  }
  const clocks = schedule.times.map((time) => {
    const [hour = "", minute = ""] = time.split(":");
    return `${Number(minute)} ${Number(hour)}`;
  });
  if (schedule.every === "day") return clocks.map((clock) => `${clock} * * ${weekdaysOf(schedule.days)}`);
  const days = schedule.monthDays.map((day) => (day === "last" ? "L" : day)).join(",");
  return clocks.map((clock) => `${clock} ${days} * *`);
}

function weekdaysOf(days: readonly string[]): string {
  return days.length === 0 ? "*" : days.join(",");
}

/** As a person says it: `daily at 06:15, 18:00 on mon, tue (Europe/Berlin)`. */
export function scheduleInWords(schedule: Schedule): string {
  const zone = ` (${schedule.timeZone})`;
  if (schedule.every === "month") {
    return `monthly on day ${schedule.monthDays.join(", ")} at ${schedule.times.join(", ")}${zone}`;
  }
  const days = schedule.days.length === 0 ? "" : ` on ${schedule.days.join(", ")}`;
  if (schedule.every === "day") return `daily at ${schedule.times.join(", ")}${days}${zone}`;
  const minutes = schedule.minutes.map((minute) => `:${String(minute).padStart(2, "0")}`).join(", ");
  return `hourly at ${minutes}${days}${zone}`;
}
