/** By which runs a sync stands. */
import type { State } from "../state/session.ts";
import { isAllowed, type LimitedSet, readLimitedSets } from "./allowances.ts";
import { newestReports, readReports } from "./history.ts";
import { type RunReport, wasStopped } from "./report.ts";

/** So many in a row that were told to stop say that the sync comes to nothing. */
export const MOST_STOPPED = 3;

/**
 * The last run of a sync; where that was told to stop, those before it too, up to one that was not; and the one whose plan waits for somebody's word still, where all since have
 * failed, or were for single objects: these tell nothing of what waits.
 */
export async function standingRuns(state: State, sync: string, now: Date): Promise<readonly RunReport[]> {
  const last = await lastOnes(state, sync);
  if (last.slice(-1).every(hasDecided)) return last;
  const sets = await waitingSets(state, sync, now);
  if (sets.length === 0) return last;
  let stopped: RunReport | undefined;
  for await (const report of readReports(state, sync)) if (hasDecided(report)) stopped = report;
  return stopped?.limit?.over === true && sets.some(({ hash }) => hash === stopped.limit?.hash)
    ? [...last, stopped]
    : last;
}

async function lastOnes(state: State, sync: string): Promise<readonly RunReport[]> {
  const newest = await newestReports(state, sync, 1);
  if (!newest.some(wasStopped)) return newest;
  const several = await newestReports(state, sync, MOST_STOPPED);
  const whole = several.findIndex((report) => !wasStopped(report));
  return whole < 0 ? several : several.slice(0, whole + 1);
}

/** Whether a run came so far that what waited before waits no more, or is what this one was stopped by. */
function hasDecided({ status, limit, only }: RunReport): boolean {
  return limit?.over === true || (only === undefined && (status !== "Failure" || limit !== undefined));
}

/** Sets that a limit stopped and that nobody has allowed, newest first. */
export async function waitingSets(state: State, sync: string, now: Date): Promise<readonly LimitedSet[]> {
  const sets = await readLimitedSets(state, sync);
  return sets.filter((set) => !isAllowed(set, now));
}
