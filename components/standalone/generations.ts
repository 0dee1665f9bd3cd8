import { addDays, daysBetween, midnight } from "../../contract/days.ts";
import { SettingsError } from "../../contract/errors.ts";

export const SLOTS = ["a", "b"] as const;

/** One of the two secrets that there are on a day. */
export interface SlotGeneration {
  readonly slot: (typeof SLOTS)[number];
  /** Counted in periods; another one is another secret. */
  readonly generation: number;
  /** End of a secret that is made for it, `2026-03-31T00:00:00Z`. */
  readonly end: string;
  readonly current: boolean;
}

/** So late a deployment may be without harm to the newest secret. */
const LATENESS = 30;

/**
 * Which secrets there are on a day: the current generation and the one before it, in two slots in turn. Pure: a
 * generation is a whole period since 1 January 1970.
 *
 * @param today the UTC day
 * @throws SettingsError when these are no day and no period
 */
export function generationsOn(today: string, periodDays: number): readonly SlotGeneration[] {
  checkPeriod(periodDays);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(today) || Number.isNaN(Date.parse(today))) {
    throw new SettingsError(`today: expected a day such as 2026-03-31, found ${JSON.stringify(today)}.`);
  }
  const now = Math.floor(daysBetween(EPOCH, today) / periodDays);
  const slots = [now - 1, now].map((generation): SlotGeneration => ({
    slot: generation % 2 === 0 ? "a" : "b",
    generation,
    end: midnight(addDays(EPOCH, (generation + 2) * periodDays + LATENESS)),
    current: generation === now,
  }));
  return slots.sort((one, other) => one.slot.localeCompare(other.slot));
}

/** @throws SettingsError when it is no period */
export function checkPeriod(days: number): void {
  if (!Number.isInteger(days) || days < 7 || days > 365) {
    throw new SettingsError(`periodDays: expected whole days from 7 to 365, found ${String(days)}.`);
  }
}

const EPOCH = "1970-01-01";
