/**
 * How far a run is, told to other processes through the state: a few bytes every few seconds, and nothing of a run that
 * is over sooner.
 *
 * @packageDocumentation
 */
import { toJson } from "../model/json.ts";
import { partitionsOf } from "../state/partitions.ts";
import type { State } from "../state/session.ts";
import type { Progress } from "./context.ts";
import { readBegun } from "./history.ts";
import type { RunReport } from "./report.ts";

/** Between two entries; whoever looks on need not look more often. */
export const PROGRESS_EVERY_MS = 5_000;
/** Beside the report of the run that has begun. What an earlier run left there has another run's id. */
const KEY = "progress";

interface KeptProgress extends Progress {
  readonly runId: string;
  /** Instant. */
  readonly at: string;
}

export interface UnderWay extends Pick<RunReport, "runId" | "startedAt" | "trigger" | "by" | "source" | "target"> {
  /** How far it was when it was last heard of; absent: it began a moment ago. */
  readonly progress?: Progress;
  /** Instant at which it was last heard of. */
  readonly at: string;
}

export class ProgressTeller {
  readonly #state: Pick<State, "commit">;
  readonly #run: { readonly sync: string; readonly runId: string };
  readonly #now: () => Date;
  #last: number;
  #telling: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(state: Pick<State, "commit">, run: { readonly sync: string; readonly runId: string }, now: () => Date) {
    this.#state = state;
    this.#run = run;
    this.#now = now;
    this.#last = now().getTime();
  }

  /** At most every few seconds; the run does not wait for it. */
  readonly tell = (progress: Progress): void => {
    const at = this.#now();
    // A clock that was put back keeps nobody waiting.
    if (this.#isOver || Math.abs(at.getTime() - this.#last) < PROGRESS_EVERY_MS) return;
    this.#last = at.getTime();
    const { sync, runId } = this.#run;
    const value: KeptProgress = { ...progress, runId, at: at.toISOString() };
    const edit = { partition: partitionsOf(sync).begun, key: KEY, value: toJson(value) };
    // What is wrong with the state the run itself is told, as soon as it keeps something.
    this.#telling = this.#telling.then(() => this.#state.commit([edit])).catch(() => void (this.#isOver = true));
  };

  /** Resolves once nothing more of it is on its way to the state. */
  async settled(): Promise<void> {
    await this.#telling;
  }
}

/** The run of a sync that has begun and was not heard of since, in whatever process it is. */
export async function readUnderWay(state: Pick<State, "get">, sync: string): Promise<UnderWay | undefined> {
  const begun = await readBegun(state, sync);
  if (!begun) return undefined;
  const { runId, startedAt, trigger, by, source, target } = begun;
  const run = { runId, startedAt, trigger, ...(by !== undefined && { by }), source, target };
  const kept = (await state.get(partitionsOf(sync).begun, KEY)) as KeptProgress | undefined;
  if (kept?.runId !== runId) return { ...run, at: startedAt };
  const { phase, done, total, at } = kept;
  return { ...run, progress: { phase, done, ...(total !== undefined && { total }) }, at };
}
