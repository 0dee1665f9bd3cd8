/**
 * What is remembered of the strategies, and which process is the scheduler: in the state that the syncs have. A state of
 * one lock for everything is not held while syncs run, so each change takes the lock for itself.
 *
 * @packageDocumentation
 */
import { StateLocked } from "../../contract/errors.ts";
import { fromJson, toJson } from "../model/json.ts";
import type { Sleep } from "../model/sleep.ts";
import { Turns } from "../model/turns.ts";
import { isDead, type ProcessIdentity, thisProcess } from "../state/process-identity.ts";
import { addNewest } from "../state/retention.ts";
import {
  type Edit,
  entitiesIn,
  holding,
  objectsIn,
  readObject,
  type State,
  StateFenced,
  type StateStore,
} from "../state/session.ts";
import type { Missed, Standing } from "./standing.ts";

const LOCK = "schedule";
const STANDINGS = "schedule-strategies";
const MISSED = "schedule-missed";
const PROCESS = "schedule-process";
const KEY = "scheduler";
/** So many are kept: more than one a day for two years. */
const KEPT_MISSED = 1_000;

/** A scheduler on another machine that gave no sign of life for this long is gone. */
const LEASE_MS = 15 * 60 * 1000;
/** Between two signs of life. */
export const RENEW_MS = 5 * 60 * 1000;
/** Until a lock that a sync has is asked for again, and how often by who was told to stop. */
const RETRY_MS = 500;
const TRIES_WHEN_STOPPED = 3;

/** The process that is, or was, the scheduler. Instants by the machine's clock. */
export interface Scheduler {
  readonly holder: ProcessIdentity;
  readonly since: string;
  readonly renewed: string;
  /** There when it ended as it should. */
  readonly ended?: string;
  /** While a sync runs it gives no sign of life: the state has one lock, which that run has. */
  readonly quiet?: true;
}

export function isAlive({ holder, renewed, ended }: Scheduler, now = Date.now()): boolean {
  if (ended !== undefined || isDead(holder)) return false;
  return holder.machine === thisProcess().machine || Math.abs(now - Date.parse(renewed)) < LEASE_MS;
}

/**
 * Whether it does its work, as far as it tells: a process that was stopped, or hangs, is alive and starts nothing.
 *
 * @param isRunning a strategy of it runs
 */
export function isAtWork(scheduler: Scheduler, isRunning: boolean): boolean {
  const now = Date.now();
  if (!isAlive(scheduler, now)) return false;
  return Math.abs(now - Date.parse(scheduler.renewed)) < LEASE_MS || (scheduler.quiet === true && isRunning);
}

export async function readScheduler(state: Pick<State, "get">): Promise<Scheduler | undefined> {
  return readObject<Scheduler>(state, PROCESS, KEY);
}

/** By the strategies' names. */
export async function readStandings(state: Pick<State, "list">): Promise<ReadonlyMap<string, Standing>> {
  return new Map((await entitiesIn(state, STANDINGS)).map(({ key, value }) => [key, fromJson<Standing>(value)]));
}

/** Times at which a strategy did not run, after which it did. */
export interface PastMissed extends Missed {
  readonly strategy: string;
  /** Instant at which a run that the schedule started had ended again. */
  readonly recovered: string;
}

/** Oldest first. */
export function readMissed(state: Pick<State, "list">): Promise<readonly PastMissed[]> {
  return objectsIn<PastMissed>(state, MISSED);
}

/** The book as the scheduler writes it; one process at a time is the scheduler. */
export class Book {
  readonly #store: StateStore;
  readonly #sleep: Sleep;
  readonly #signal: AbortSignal;
  readonly #claim: Scheduler;
  readonly #turns = new Turns();

  private constructor(store: StateStore, sleep: Sleep, signal: AbortSignal, claim: Scheduler) {
    this.#store = store;
    this.#sleep = sleep;
    this.#signal = signal;
    this.#claim = claim;
  }

  /**
   * Becomes the scheduler.
   *
   * @throws StateLocked when another process is
   */
  static async open(store: StateStore, sleep: Sleep, signal: AbortSignal): Promise<Book> {
    const since = new Date().toISOString();
    const quiet = store.oneLock && { quiet: true as const };
    const book = new Book(store, sleep, signal, { holder: thisProcess(), since, renewed: since, ...quiet });
    await book.#locked(async (state) => {
      const other = await readScheduler(state);
      if (other && isAlive(other)) {
        const { holder, since: begun } = other;
        throw new StateLocked(
          `A scheduler runs already since ${begun} (process ${holder.pid} on ${holder.host}), with the state in ${store.location}: end that one first.`,
        );
      }
      await state.commit([book.#edit({})]);
    });
    return book;
  }

  read(): Promise<State> {
    return this.#store.read();
  }

  /** Remembers strategies, in one commit. */
  async put(standings: ReadonlyMap<string, Standing>): Promise<void> {
    await this.#asScheduler((state) =>
      state.commit([...standings].map(([key, standing]) => ({ partition: STANDINGS, key, value: toJson(standing) }))),
    );
  }

  async putMissed(missed: PastMissed): Promise<void> {
    const edit = { partition: MISSED, key: `${missed.noticed} ${missed.strategy}`, value: toJson(missed) };
    await this.#asScheduler((state) => addNewest(state, { counts: "schedule-counts" }, MISSED, [edit], KEPT_MISSED));
  }

  /** A sign of life. */
  async renew(): Promise<void> {
    await this.#asScheduler((state) => state.commit([this.#edit({})]));
  }

  async close(): Promise<void> {
    await this.#asScheduler((state) => state.commit([this.#edit({ ended: new Date().toISOString() })]));
  }

  #edit(rest: { readonly ended?: string }): Edit {
    const value = toJson({ ...this.#claim, renewed: new Date().toISOString(), ...rest });
    return { partition: PROCESS, key: KEY, value };
  }

  #asScheduler(work: (state: State) => Promise<void>): Promise<void> {
    return this.#locked(async (state) => {
      const { holder, since } = (await readScheduler(state)) ?? {};
      if (holder?.pid !== this.#claim.holder.pid || since !== this.#claim.since) {
        throw new StateFenced("Another scheduler has taken over; this one stops.");
      }
      await work(state);
    });
  }

  /** One after another; where a sync has the only lock, after it. */
  #locked(work: (state: State) => Promise<void>): Promise<void> {
    return this.#turns.alone(() => holding(this.#lock(), work));
  }

  async #lock() {
    let tries = 0;
    for (;;) {
      try {
        return await this.#store.lock(LOCK);
      } catch (error) {
        if (this.#signal.aborted) tries += 1;
        if (!(error instanceof StateLocked) || tries > TRIES_WHEN_STOPPED) throw error;
        await this.#sleep(RETRY_MS, tries > 0 ? new AbortController().signal : this.#signal);
      }
    }
  }
}
