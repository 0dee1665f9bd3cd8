/**
 * Lengths of time as ISO 8601 writes them. Pure.
 *
 * @packageDocumentation
 */

const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const DURATION = new RegExp(
  `^P(?=.)(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?=.)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
  "i",
);

/** Days of the months of a year that is no leap year. */
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Whole days that a length has in any case: months and years count as the shortest that the calendar knows of so many,
 * `P1M` as 28 and `P1Y` as 365.
 *
 * @returns undefined: it is no ISO 8601 duration
 */
export function shortestDays(duration: string): number | undefined {
  const parts = DURATION.exec(duration);
  if (parts === null) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number((part ?? "0").replace(",", ".")));
  const all = years * 12 + months;
  const calendar = shortestOf(Math.floor(all)) + (all % 1) * 28;
  return Math.floor(calendar + weeks * 7 + days + hours / 24 + minutes / 1440 + seconds / 86_400);
}

/** Of so many months one after another, wherever they begin. */
function shortestOf(months: number): number {
  const rest = months % 12;
  const from = (start: number) =>
    Array.from({ length: rest }, (_, at) => MONTHS[(start + at) % 12] ?? 0).reduce((sum, days) => sum + days, 0);
  return Math.floor(months / 12) * 365 + Math.min(...MONTHS.map((_, start) => from(start)));
}
