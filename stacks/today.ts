import { Fault } from "../contract/fault.ts";

/**
 * Today, as every decision of the program understands it: the UTC day, `2026-03-31`.
 *
 * `TENANTWIRE_TODAY` overrides it, so that a rotation can be rehearsed and tested.
 *
 * @throws Fault when `TENANTWIRE_TODAY` is no day
 */
export function today(env: NodeJS.ProcessEnv = process.env): string {
  const given = env["TENANTWIRE_TODAY"];
  if (!given) return dayOf(new Date());
  const date = new Date(given);
  // 2026-02-30 parses as the second of March: only what comes back unchanged is a day.
  if (!Number.isNaN(date.getTime()) && dayOf(date) === given) return given;
  throw new Fault(`TENANTWIRE_TODAY: expected a day such as 2026-03-31, found ${JSON.stringify(given)}.`);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
