/** How the syncs stand, from what the state remembers. @packageDocumentation */
import { type Strategy, strategyName } from "../../sync/schedule/strategies.ts";
import type { State } from "../../sync/index.ts";
import type { LimitedSet } from "../../sync/run/allowances.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { standingRuns, waitingSets } from "../../sync/run/standing.ts";
import { readUnderWay, type UnderWay } from "../../sync/run/under-way.ts";
import { type Watched, watch, type WatchedStrategy } from "../../sync/schedule/watch.ts";
import type { KnownSync } from "../work/work.ts";

export interface SyncStanding extends KnownSync {
  readonly last?: RunReport;
  /** The last one, and one before whose plan waits still. */
  readonly runs: readonly RunReport[];
  /** A run that has begun and not ended, in whatever process. */
  readonly underWay?: UnderWay;
  readonly strategy?: WatchedStrategy;
  /** The set of the plan that waits for somebody's word, where one does. */
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
      const runs = await standingRuns(state, known.sync, now);
      const [last] = runs;
      const underWay = await readUnderWay(state, known.sync);
      const strategy = watched.strategies.find(({ name }) => name === strategyName(known));
      // Of older sets there is nothing to decide any more.
      const stopped = runs.flatMap(({ limit }) => (limit?.over === true ? [limit.hash] : []));
      const sets = stopped.length > 0 ? await waitingSets(state, known.sync, now) : [];
      const waiting = sets.filter(({ hash }) => stopped.includes(hash));
      return {
        ...known,
        ...(last && { last }),
        runs,
        ...(underWay && { underWay }),
        ...(strategy && { strategy }),
        waiting,
      };
    }),
  );
  return { syncs: standings, ...(watched.scheduler !== undefined && { scheduler: watched.scheduler }) };
}
