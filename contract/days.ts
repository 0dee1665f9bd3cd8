/** UTC days, `2026-03-31`: what a rotation counts in. They compare as strings. @packageDocumentation */

export const DAY_MS = 24 * 60 * 60 * 1000;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The UTC day that an instant lies in. */
export function dayOf(instant: string): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** As Graph writes it back. Fractions or an offset would be a difference at every deployment (seen: azuread 6.9.1). */
export function midnight(day: string): string {
  return `${day}T00:00:00Z`;
}
