/**
 * Where a strategy stands: what is due, and what did not run at its time. Pure.
 *
 * @packageDocumentation
 */
import type { RunStatus } from "../model/types.ts";
import type { Strategy } from "./strategies.ts";
import { dueBetween, lastDue, MAX_COUNTED, nextDue, scheduleInWords } from "./times.ts";

/** So late a start may be; later, the time counts as one at which it did not run. */
export const GRACE_MS = 15 * 60 * 1000;
/** A clock that was put back by more than this was wrong before. */
const CLOCK_SLACK_MS = 60 * 60 * 1000;

/** Scheduled times at which a strategy did not run. */
export interface Missed {
  readonly count: number;
  /** Of many that were noticed at once the first {@link MAX_COUNTED} are counted. Instants: the first and the last of all, and when it was noticed. */
  readonly first: string;
  readonly last: string;
  readonly noticed: string;
  /** In words. */
  readonly why: string;
}

/** What is remembered of a strategy. All times are instants. */
export interface Standing {
  /** The schedule that it is remembered of, in words: another one begins anew. */
  readonly schedule: string;
  /** What was due until then is done with. */
  readonly settled: string;
  /** There while it runs. */
  readonly running?: { readonly since: string };
  /** The last run that the schedule started. */
  readonly last?: {
    readonly startedAt: string;
    readonly endedAt: string;
    readonly runId: string;
    readonly status: RunStatus;
  };
  /** Why the last start came to no run, until one does. */
  readonly trouble?: { readonly at: string; readonly message: string };
  /** There until a run that the schedule started has ended. */
  readonly missed?: Missed;
}

interface Found {
  readonly standing: Standing;
  /** Whether that is to be remembered. */
  readonly isNew: boolean;
  /** Whether it is to be started now. */
  readonly isDue: boolean;
  /** Instant of the next time. */
  readonly next: Date;
}

/** Why a strategy did not run at its times, whoever sees that: told by one process, it is nothing new from another. */
export const NO_SCHEDULER = "no scheduler was running";
export const KEPT_FROM_IT = "the scheduler was kept from it";

/**
 * A strategy that does not run at the moment.
 *
 * @param why it did not run at its times, where its last start does not say so
 */
export function standingAt(
  { schedule }: Pick<Strategy, "schedule">,
  known: Standing | undefined,
  now: Date,
  why: string,
): Found {
  const words = scheduleInWords(schedule);
  const next = nextDue(schedule, now);
  // A new strategy, another schedule, or a clock that was far ahead: it begins now.
  if (known?.schedule !== words || Date.parse(known.settled) > now.getTime() + CLOCK_SLACK_MS) {
    const { last } = known ?? {};
    const standing = { schedule: words, settled: now.toISOString(), ...(last && { last }) };
    return { standing, isNew: true, isDue: false, next };
  }
  // Whoever began it is gone.
  const { running, ...standing } = known;
  const isDue = nextDue(schedule, new Date(known.settled)) <= now;
  // What was counted is not counted again: it may be going on for months.
  const before = standing.missed;
  const counted = new Date(before?.last ?? known.settled);
  const late = isDue ? lateAfter(schedule, counted, known, now) : [];
  const [newest] = late.slice(-1);
  if (newest === undefined) return { standing, isNew: running !== undefined, isDue, next };
  const [oldest = newest] = late;
  const last = late.length < MAX_COUNTED ? newest : (lastDue(schedule, newest, latest(now)) ?? newest);
  const missed = {
    count: (before?.count ?? 0) + late.length,
    first: before?.first ?? oldest.toISOString(),
    last: last.toISOString(),
    noticed: before?.noticed ?? now.toISOString(),
    why: standing.trouble?.message ?? why,
  };
  return { standing: { ...standing, missed }, isNew: true, isDue, next };
}

/** The first of those that came due after an instant and are late. */
function lateAfter(schedule: Strategy["schedule"], after: Date, known: Standing, now: Date): readonly Date[] {
  return dueBetween(schedule, after, latest(now)).filter(
    (each) => now.getTime() - waitingSince(each, known) > GRACE_MS,
  );
}

/** What came due after that is not late yet. */
function latest(now: Date): Date {
  return new Date(now.getTime() - GRACE_MS - 1);
}

/** While it ran it could not be started. */
function waitingSince(due: Date, { last }: Standing): number {
  return last ? Math.max(due.getTime(), Date.parse(last.endedAt)) : due.getTime();
}
