/** By which runs a sync stands. */
import type { State } from "../state/session.ts";
import { isAllowed, type LimitedSet, readLimitedSets } from "./allowances.ts";
import { newestReports, readReports } from "./history.ts";
import type { RunReport } from "./report.ts";

/**
 * The last run of a sync; and the one before it whose plan waits for somebody's word still, where all since have failed,
 * or were for single objects: these tell nothing of what waits.
 */
export async function standingRuns(state: State, sync: string, now: Date): Promise<readonly RunReport[]> {
  const last = await newestReports(state, sync, 1);
  if (last.every(hasDecided)) return last;
  const sets = await waitingSets(state, sync, now);
  if (sets.length === 0) return last;
  let stopped: RunReport | undefined;
  for await (const report of readReports(state, sync)) if (hasDecided(report)) stopped = report;
  return stopped?.limit?.over === true && sets.some(({ hash }) => hash === stopped.limit?.hash)
    ? [...last, stopped]
    : last;
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
