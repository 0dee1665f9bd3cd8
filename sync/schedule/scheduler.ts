/**
 * Starts each strategy when it comes due, until it is told to stop. Strategies of one kind run one after another, so
 * that they can read their source together; different kinds run beside each other, where the state has a lock for each.
 *
 * @packageDocumentation
 */
import { StateLocked, TenantwireError } from "../../contract/errors.ts";
import { messageOf } from "../../contract/words.ts";
import type { Sleep } from "../model/sleep.ts";
import { StateFenced, type StateStore } from "../state/session.ts";
import type { RunReport } from "../run/report.ts";
import { Book, readStandings, RENEW_MS } from "./book.ts";
import { KEPT_FROM_IT, NO_SCHEDULER, standingAt, type Missed, type Standing } from "./standing.ts";
import type { Strategy } from "./strategies.ts";
import { nextDue } from "./times.ts";

/** How long it sleeps at most: a clock that jumped is noticed after that. */
const NAP_MS = 60 * 1000;
/** How old what is declared may get. */
const DECLARED_MS = 15 * 60 * 1000;
/** After a start that came to no run. */
const RETRY_MS = 15 * 60 * 1000;
/** Where a run that somebody started by hand is under way. */
const LOCKED_RETRY_MS = 60 * 1000;

export type SchedulerEvent =
  | { readonly kind: "waiting"; readonly strategies: readonly { readonly strategy: Strategy; readonly next: Date }[] }
  | { readonly kind: "undeclared"; readonly message: string }
  /** The state cannot be read or written; tried again. */
  | { readonly kind: "unkept"; readonly message: string }
  | { readonly kind: "missed"; readonly strategy: Strategy; readonly missed: Missed }
  | { readonly kind: "recovered"; readonly strategy: Strategy; readonly missed: Missed }
  | { readonly kind: "started"; readonly strategy: Strategy }
  | { readonly kind: "ended"; readonly strategy: Strategy; readonly report: RunReport }
  | { readonly kind: "locked" | "trouble"; readonly strategy: Strategy; readonly message: string };

interface SchedulerOptions {
  readonly store: StateStore;
  /** Asked again and again: a deployment counts without a new start. */
  readonly strategies: () => Promise<readonly Strategy[]>;
  /**
   * Runs strategies one after another: those of one kind, or of all where the state has one lock.
   *
   * @param hooks told when each of them begins and ends
   */
  readonly run: (strategies: readonly Strategy[], hooks: RunHooks) => Promise<void>;
  readonly tell: (event: SchedulerEvent) => void;
  /** Called where people may have to be told something: after runs, of times that were missed, and again and again. */
  readonly alert: () => Promise<void>;
  readonly now: () => Date;
  /** Resolves early when the signal is aborted. */
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

export interface RunHooks {
  readonly started: (strategy: Strategy) => Promise<void>;
  readonly ended: (strategy: Strategy, ended: Ended) => Promise<void>;
}

/** What a start came to: a report, or what kept it from one. */
type Ended = { readonly report: RunReport } | { readonly error: unknown };

/** @throws StateLocked when another scheduler runs with this state */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const book = await Book.open(options.store, options.sleep, options.signal);
  try {
    await new Loop(options, book).run();
  } catch (error) {
    // Where not even that can be written down, the error says why.
    if (!(error instanceof StateFenced)) await book.close().catch(() => undefined);
    throw error;
  }
  await book.close();
}

class Loop {
  readonly #options: SchedulerOptions;
  readonly #book: Book;
  #declared: readonly Strategy[] = [];
  #declaredAt = -Infinity;
  #renewedAt = Date.now();
  /** What runs, by its lane. */
  readonly #running = new Map<string, Promise<void>>();
  /** Not to be tried before, by name. */
  readonly #later = new Map<string, number>();
  #shown = "";
  /** Whether something happened that people may have to be told. */
  #isChanged = false;
  #failure: { readonly error: unknown } | undefined;
  /** Why what is noticed to be late was not started. */
  #why = NO_SCHEDULER;
  /** What is wrong with the state; told once. */
  #unkept = "";

  constructor(options: SchedulerOptions, book: Book) {
    this.#options = options;
    this.#book = book;
  }

  async run(): Promise<void> {
    const { signal, sleep } = this.#options;
    while (!signal.aborted) {
      this.#isChanged = (await this.#declare()) || this.#isChanged;
      let wait = NAP_MS;
      try {
        wait = await this.#turn();
        this.#unkept = "";
      } catch (error) {
        this.#tellUnkept(error);
      }
      if (this.#failure) break;
      await Promise.race([sleep(wait, signal), ...this.#running.values()]);
    }
    await Promise.all(this.#running.values());
    if (this.#isChanged && !this.#failure) await this.#options.alert();
    if (this.#failure) throw this.#failure.error;
  }

  /** @returns for how long there is nothing to do */
  async #turn(): Promise<number> {
    const { now, store } = this.#options;
    const next = await this.#start(this.#why);
    this.#why = KEPT_FROM_IT;
    if (this.#failure) return 0;
    // What is new with a run is told when it is over; other things have their time.
    if (this.#isChanged) await this.#options.alert();
    this.#isChanged = false;
    const isTime = Math.abs(Date.now() - this.#renewedAt) >= RENEW_MS;
    if (isTime && (this.#running.size === 0 || !store.oneLock)) {
      await this.#book.renew();
      this.#renewedAt = Date.now();
    }
    return Math.min(NAP_MS, Math.max(0, next - now().getTime()));
  }

  /**
   * A state that cannot be read or written for a while - a full disk, a storage account that is out of reach - ends
   * nothing: what is due stays due.
   *
   * @throws whatever else is wrong: another scheduler has taken over, or a defect
   */
  #tellUnkept(error: unknown): void {
    if (!(error instanceof TenantwireError)) throw error;
    const message = messageOf(error);
    if (message !== this.#unkept) this.#options.tell({ kind: "unkept", message });
    this.#unkept = message;
  }

  /** @returns whether it was read anew */
  async #declare(): Promise<boolean> {
    const { strategies, tell, now } = this.#options;
    if (Math.abs(now().getTime() - this.#declaredAt) < DECLARED_MS) return false;
    try {
      this.#declared = await strategies();
    } catch (error) {
      // What was declared before goes on; where nothing was, there is nothing to go on with.
      if (this.#declaredAt === -Infinity) throw error;
      tell({ kind: "undeclared", message: messageOf(error) });
    }
    this.#declaredAt = now().getTime();
    return true;
  }

  /** @returns the instant of what comes due next, in milliseconds */
  async #start(why: string): Promise<number> {
    const { now, tell } = this.#options;
    const known = await readStandings(await this.#book.read());
    const changed = new Map<string, Standing>();
    const due: Strategy[] = [];
    const waiting: { readonly strategy: Strategy; readonly next: Date }[] = [];
    const missed: { readonly strategy: Strategy; readonly missed: Missed }[] = [];
    for (const strategy of this.#declared) {
      const { name, schedule } = strategy;
      const before = known.get(name);
      if (this.#running.has(this.#laneOf(strategy))) {
        waiting.push({ strategy, next: nextDue(schedule, now()) });
        continue;
      }
      const { standing, isNew, isDue, next } = standingAt(strategy, before, now(), why);
      if (isNew) changed.set(name, standing);
      if (standing.missed && !before?.missed) missed.push({ strategy, missed: standing.missed });
      if (isDue && !this.#waits(name)) due.push(strategy);
      waiting.push({ strategy, next });
    }
    if (changed.size > 0) await this.#book.put(changed);
    for (const each of missed) tell({ kind: "missed", ...each });
    if (missed.length > 0) this.#isChanged = true;
    for (const [lane, strategies] of Map.groupBy(due, (strategy) => this.#laneOf(strategy))) {
      this.#begin(lane, strategies);
    }
    if (this.#running.size === 0) this.#tellWaiting(waiting);
    return Math.min(...waiting.map(({ next }) => next.getTime()));
  }

  /** Whether it is not to be tried yet. What waits for longer than anything does waits by a clock that was ahead. */
  #waits(name: string): boolean {
    const wait = (this.#later.get(name) ?? -Infinity) - this.#options.now().getTime();
    return wait > 0 && wait <= RETRY_MS;
  }

  /** Once, until it is another time. */
  #tellWaiting(strategies: readonly { readonly strategy: Strategy; readonly next: Date }[]): void {
    const shown = JSON.stringify(strategies.map(({ strategy, next }) => [strategy.name, next]));
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.tell({ kind: "waiting", strategies });
  }

  /** Those of one lane run one after another. */
  #laneOf({ kind }: Strategy): string {
    return this.#options.store.oneLock ? "all" : kind;
  }

  #begin(lane: string, strategies: readonly Strategy[]): void {
    const hooks = { started: this.#started.bind(this), ended: this.#ended.bind(this) };
    const running = this.#options
      .run(strategies, hooks)
      .catch((error: unknown) => this.#lost(strategies, error))
      .finally(() => this.#running.delete(lane));
    this.#running.set(lane, running);
  }

  /** What a run came to could not be written down: it is still due, and is tried again as after a lock. */
  #lost(strategies: readonly Strategy[], error: unknown): void {
    try {
      this.#tellUnkept(error);
    } catch {
      this.#failure ??= { error };
      return;
    }
    const later = this.#options.now().getTime() + LOCKED_RETRY_MS;
    for (const { name } of strategies) this.#later.set(name, later);
  }

  async #started(strategy: Strategy): Promise<void> {
    const since = this.#options.now().toISOString();
    await this.#change(strategy, (standing) => ({ ...standing, running: { since } }));
    this.#options.tell({ kind: "started", strategy });
  }

  async #ended(strategy: Strategy, ended: Ended): Promise<void> {
    const { now, tell, signal } = this.#options;
    this.#isChanged = true;
    if ("report" in ended) {
      const { report } = ended;
      tell({ kind: "ended", strategy, report });
      // What was stopped on request is still due: whoever comes next begins it.
      if (!signal.aborted || report.status !== "Failure") return this.#settle(strategy, report);
    }
    const error = "error" in ended ? ended.error : undefined;
    if (error instanceof StateFenced) throw error;
    const isLocked = error instanceof StateLocked;
    const message = error === undefined ? "the scheduler was stopped while it ran" : messageOf(error);
    const trouble = { at: now().toISOString(), message };
    await this.#change(strategy, ({ running: _running, ...standing }) => ({ ...standing, trouble }));
    this.#later.set(strategy.name, now().getTime() + (isLocked ? LOCKED_RETRY_MS : RETRY_MS));
    if (error !== undefined) tell({ kind: isLocked ? "locked" : "trouble", strategy, message });
  }

  async #settle(strategy: Strategy, { startedAt, finishedAt, runId, status }: RunReport): Promise<void> {
    const { now, tell } = this.#options;
    let recovered: Missed | undefined;
    await this.#change(strategy, ({ schedule, running, missed }) => {
      recovered = missed;
      const settled = running?.since ?? startedAt;
      return { schedule, settled, last: { startedAt, endedAt: finishedAt, runId, status } };
    });
    this.#later.delete(strategy.name);
    if (!recovered) return;
    await this.#book.putMissed({ ...recovered, strategy: strategy.name, recovered: now().toISOString() });
    tell({ kind: "recovered", strategy, missed: recovered });
  }

  async #change({ name }: Strategy, change: (standing: Standing) => Standing): Promise<void> {
    const standing = (await readStandings(await this.#book.read())).get(name);
    if (standing) await this.#book.put(new Map([[name, change(standing)]]));
  }
}
