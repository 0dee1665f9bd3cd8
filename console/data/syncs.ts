/** How the syncs stand, from what the state remembers. @packageDocumentation */
import { type Strategy, strategyName } from "../../sync/schedule/strategies.ts";
import type { State } from "../../sync/index.ts";
import { type LimitedSet, readLimitedSets } from "../../sync/run/allowances.ts";
import { newestReports } from "../../sync/run/history.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { readUnderWay, type UnderWay } from "../../sync/run/under-way.ts";
import { type Watched, watch, type WatchedStrategy } from "../../sync/schedule/watch.ts";
import type { KnownSync } from "../work/work.ts";

export interface SyncStanding extends KnownSync {
  readonly last?: RunReport;
  /** A run that has begun and not ended, in whatever process. */
  readonly underWay?: UnderWay;
  readonly strategy?: WatchedStrategy;
  /** Sets that a limit stopped and that nobody has allowed, newest first. */
  readonly waiting: readonly LimitedSet[];
}

export interface Standing {
  readonly syncs: readonly SyncStanding[];
  /** What is wrong with the scheduler, as a sentence. */
  readonly scheduler?: string;
}

export async function readStanding(
  state: State,
  {
    syncs,
    strategies,
    now,
  }: { readonly syncs: readonly KnownSync[]; readonly strategies: readonly Strategy[]; readonly now: Date },
): Promise<Standing> {
  const watched: Watched = strategies.length === 0 ? { strategies: [] } : await watch(state, strategies, now);
  const standings = await Promise.all(
    syncs.map(async (known): Promise<SyncStanding> => {
      const [last] = await newestReports(state, known.sync, 1);
      const underWay = await readUnderWay(state, known.sync);
      const strategy = watched.strategies.find(({ name }) => name === strategyName(known));
      // What was written since is another plan.
      const waiting = last?.limit?.over === true ? await waitingSets(state, known.sync, now) : [];
      return {
        ...known,
        ...(last && { last }),
        ...(underWay && { underWay }),
        ...(strategy && { strategy }),
        waiting,
      };
    }),
  );
  return { syncs: standings, ...(watched.scheduler !== undefined && { scheduler: watched.scheduler }) };
}

async function waitingSets(state: State, sync: string, now: Date): Promise<readonly LimitedSet[]> {
  const sets = await readLimitedSets(state, sync);
  return sets.filter(({ allowedUntil }) => allowedUntil === undefined || Date.parse(allowedUntil) < now.getTime());
}
