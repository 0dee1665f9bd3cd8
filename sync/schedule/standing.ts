/**
 * Where a strategy stands: what is due, and what did not run at its time. Pure.
 *
 * @packageDocumentation
 */
import type { RunStatus } from "../model/types.ts";
import type { Strategy } from "./strategies.ts";
import { dueBetween, nextDue, scheduleInWords } from "./times.ts";

/** So late a start may be; later, the time counts as one at which it did not run. */
export const GRACE_MS = 15 * 60 * 1000;
/** A clock that was put back by more than this was wrong before. */
const CLOCK_SLACK_MS = 60 * 60 * 1000;

/** Scheduled times at which a strategy did not run. */
export interface Missed {
  readonly count: number;
  /** Instants: the first and the last of them, and when it was noticed. */
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

export interface Found {
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
  const due = dueBetween(schedule, new Date(known.settled), now);
  const late = due.filter((each) => now.getTime() - waitingSince(each, known) > GRACE_MS);
  const [first, last] = [late[0]?.toISOString(), late.at(-1)?.toISOString()];
  const isDue = due.length > 0;
  if (first === undefined || last === undefined || standing.missed?.last === last) {
    return { standing, isNew: running !== undefined, isDue, next };
  }
  const { noticed = now.toISOString() } = standing.missed ?? {};
  const missed = { count: late.length, first, last, noticed, why: standing.trouble?.message ?? why };
  return { standing: { ...standing, missed }, isNew: true, isDue, next };
}

/** While it ran it could not be started. */
function waitingSince(due: Date, { last }: Standing): number {
  return last ? Math.max(due.getTime(), Date.parse(last.endedAt)) : due.getTime();
}
