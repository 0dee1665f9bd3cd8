/**
 * When a room that is missing is retired: not by one answer, and not before a new or moved mailbox had time to show.
 * Pure.
 *
 * @packageDocumentation
 */
import { counted } from "../../../contract/words.ts";
import type { KnownRoom } from "./known.ts";

/**
 * - `hours` (default 48): a new mailbox was reported to take up to so long to be listed;
 * - `reads` (default 3): complete reads in a row that it was not in.
 *
 * Both have to be met, the hours exceeded.
 */
export interface RetireAfter {
  readonly hours: number;
  readonly reads: number;
}

interface Absence {
  /** As it is to be remembered. */
  readonly missing: NonNullable<KnownRoom["missing"]>;
  readonly retired: boolean;
  /** In words, with what has to be met yet. */
  readonly reason: string;
}

const HOUR_MS = 60 * 60 * 1000;

/**
 * What one more complete read without the room means.
 *
 * @param what is no longer so: `not listed by Microsoft Graph`
 */
export function absence(known: KnownRoom, what: string, { hours, reads }: RetireAfter, now: Date): Absence {
  const { missing } = known;
  const before = missing?.since;
  // An instant from the future is of a clock that was ahead: it counts from now on.
  const since = before !== undefined && Date.parse(before) <= now.getTime() ? before : now.toISOString();
  const seen = (missing?.reads ?? 0) + 1;
  // A person may have lengthened the time meanwhile: what was retired stays so.
  const retired = missing?.retired === true || (seen >= reads && now.getTime() - Date.parse(since) > hours * HOUR_MS);
  const fact = `${what} since ${since.slice(0, 16)}Z, in ${counted(seen, "complete read")}`;
  return {
    missing: { since, reads: seen, ...(retired && { retired: true as const }) },
    retired,
    reason: retired ? fact : `${fact}; it is retired after more than ${hours} h and ${counted(reads, "complete read")}`,
  };
}
