import { randomFrom } from "./random.ts";

/** One entry of a mailbox's calendar; times in milliseconds since 1970, UTC. */
export interface Booking {
  readonly start: number;
  readonly end: number;
  readonly status: "busy" | "tentative";
}

const DAY = 86_400_000;
const HALF_HOUR = 1_800_000;
const FIRST_HALF_HOUR = 16;
const HALF_HOURS = 18;

/**
 * What is in a mailbox's calendar and touches the given time: up to three entries a weekday, between 08:00 and 19:00
 * UTC. They follow from seed and address and are kept nowhere; some overlap.
 */
export function bookingsOf(seed: number, address: string, start: number, end: number): Booking[] {
  const bookings: Booking[] = [];
  for (let day = Math.floor(start / DAY) * DAY; day < end; day += DAY) {
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    const random = randomFrom(`bookings ${seed} ${address.toLowerCase()} ${day}`);
    for (let left = random.below(4); left > 0; left--) {
      const from = day + (FIRST_HALF_HOUR + random.below(HALF_HOURS)) * HALF_HOUR;
      const until = from + (1 + random.below(4)) * HALF_HOUR;
      const status = random.chance(1, 6) ? "tentative" : "busy";
      if (from < end && until > start) bookings.push({ start: from, end: until, status });
    }
  }
  return bookings.sort((one, other) => one.start - other.start);
}
