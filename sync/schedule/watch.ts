/**
 * Whether everything ran at its time, as somebody outside sees it who only reads.
 *
 * @packageDocumentation
 */
import type { State } from "../state/session.ts";
import { isAlive, isAtWork, readScheduler, readStandings, type Scheduler } from "./book.ts";
import { GRACE_MS, KEPT_FROM_IT, NO_SCHEDULER, standingAt, type Missed, type Standing } from "./standing.ts";
import type { Strategy } from "./strategies.ts";
import { command } from "../../contract/this-stack.ts";

export interface Watched {
  readonly strategies: readonly WatchedStrategy[];
  /** What is wrong with the scheduler itself, as a sentence. */
  readonly scheduler?: string;
}

export interface WatchedStrategy {
  readonly name: string;
  /** In words. */
  readonly schedule: string;
  /** Instants. */
  readonly next: string;
  readonly running?: Standing["running"];
  readonly last?: Standing["last"];
  /** Times at which it did not run, and has not since. */
  readonly missed?: Missed;
}

export async function watch(state: State, strategies: readonly Strategy[], now: Date): Promise<Watched> {
  const scheduler = await readScheduler(state);
  const standings = await readStandings(state);
  const runs = scheduler !== undefined && isAtWork(scheduler, isAnyRunning(standings));
  const watched = strategies.map((strategy): WatchedStrategy => {
    const known = standings.get(strategy.name);
    // Never too late for a process that is at it; one that nobody is at any more is found as if it had not begun.
    const found = standingAt(strategy, known, now, runs ? KEPT_FROM_IT : NO_SCHEDULER);
    const { running } = known ?? {};
    const isRunning = running !== undefined && runs;
    const missed = isRunning ? known?.missed : found.standing.missed;
    return {
      name: strategy.name,
      schedule: found.standing.schedule,
      next: found.next.toISOString(),
      ...(isRunning && { running }),
      ...(known?.last && { last: known.last }),
      ...(missed && { missed }),
    };
  });
  const fault = runs ? undefined : schedulerFault(scheduler);
  return { strategies: watched, ...(fault !== undefined && { scheduler: fault }) };
}

/**
 * Strategies that did not run at their times, and have not since: as the scheduler noted it, which knows what waits for
 * what; as of now where there is none.
 *
 * @param declared asked where there is none
 */
export async function missedBy(
  state: State,
  declared: () => readonly Strategy[],
  now: Date,
): Promise<readonly { readonly strategy: string; readonly missed: Missed }[]> {
  const scheduler = await readScheduler(state);
  const standings = await readStandings(state);
  const found: readonly (readonly [string, Pick<Standing, "missed">])[] =
    scheduler && isAtWork(scheduler, isAnyRunning(standings))
      ? [...standings]
      : (await watch(state, declared(), now)).strategies.map((each) => [each.name, each]);
  return found.flatMap(([strategy, { missed }]) => (missed ? [{ strategy, missed }] : []));
}

function isAnyRunning(standings: ReadonlyMap<string, Standing>): boolean {
  return [...standings.values()].some(({ running }) => running !== undefined);
}

function schedulerFault(scheduler: Scheduler | undefined): string | undefined {
  if (scheduler === undefined) return `No scheduler has ever run with this state: start one (${command("run")}).`;
  const { holder, renewed, ended } = scheduler;
  const seen = ended ?? renewed;
  if (Math.abs(Date.now() - Date.parse(seen)) <= GRACE_MS) return undefined;
  if (isAlive(scheduler)) {
    return `The scheduler (process ${holder.pid} on ${holder.host}) is there and has done nothing since ${seen}: it hangs, or was paused. End it, and start it again (${command("run")}).`;
  }
  return `No scheduler is running since ${seen}: start one (${command("run")}).`;
}
