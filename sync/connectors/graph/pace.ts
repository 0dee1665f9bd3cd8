/**
 * Keeps within what Graph allows an app in a tenant, so that being throttled is rare: in any ten seconds no more
 * resource units are begun than documented. Who stays below never waits.
 *
 * @packageDocumentation
 */
import { sleep as sleepFor, type Sleep } from "../../model/sleep.ts";

const WINDOW_MS = 10_000;
/** Documented: from this share of the limit on, answers say how much of it is used. */
const WARNING = 0.8;
/** What is left when others use up the limit: little, but there is an end. */
const LEAST_SHARE = 0.05;

/** Units that one app may use of one tenant in ten seconds, by the number of its users. Documented. */
export function budgetFor(users: number): number {
  if (users < 50) return 3_500;
  return users <= 500 ? 5_000 : 8_000;
}

interface PaceOptions {
  /** By default a clock that nobody sets meanwhile. */
  readonly now?: () => number;
  readonly sleep?: Sleep;
}

/** Begins calls, one after another in the order in which they are asked for. */
export class Pace {
  readonly #now: () => number;
  readonly #sleep: Sleep;
  /** What was begun, or will be, oldest first; older than a window is dropped. */
  readonly #begun: { readonly at: number; readonly units: number }[] = [];
  #used = 0;
  #users = 0;
  #pausedUntil = -Infinity;
  #slowed = { until: -Infinity, budget: 0 };

  constructor({ now = () => performance.now(), sleep = sleepFor }: PaceOptions = {}) {
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Resolves when a call of so many units may be sent. */
  async begin(units: number, signal: AbortSignal): Promise<void> {
    const wait = this.#reserve(units) - this.#now();
    if (wait > 0) await this.#sleep(wait, signal);
  }

  /** So many more users were seen; the limit grows with the tenant, and is taken to be a small one's until then. */
  saw(users: number): void {
    this.#users += users;
  }

  /** Graph said to come back later: nothing is begun until then. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + milliseconds);
  }

  /**
   * Graph said what share of the limit is used: others use it too, or a call costs more than the table says. For one
   * window we use less than in the last one, by as much as leads back to where Graph begins to warn.
   */
  warned(share: number): void {
    if (!(share >= WARNING)) return;
    const now = this.#now();
    const used = this.#begun.reduce((sum, { at, units }) => (at > now - WINDOW_MS && at <= now ? sum + units : sum), 0);
    const least = budgetFor(this.#users) * LEAST_SHARE;
    this.#slowed = { until: now + WINDOW_MS, budget: Math.max(least, (used * WARNING) / share) };
  }

  /** The instant at which a call of so many units may begin, which is taken for it. */
  #reserve(units: number): number {
    const last = this.#begun.at(-1)?.at ?? -Infinity;
    let at = Math.max(this.#now(), last, this.#pausedUntil);
    for (;;) {
      this.#forget(at);
      const budget = this.#budgetAt(at);
      // What costs more than there is goes alone.
      if (this.#used === 0 || this.#used + units <= budget) break;
      const freed = (this.#begun[0]?.at ?? at) + WINDOW_MS;
      at = at < this.#slowed.until ? Math.min(freed, this.#slowed.until) : freed;
    }
    this.#begun.push({ at, units });
    this.#used += units;
    return at;
  }

  #budgetAt(at: number): number {
    const budget = budgetFor(this.#users);
    return at < this.#slowed.until ? Math.min(budget, this.#slowed.budget) : budget;
  }

  /** What is a window ago or longer no longer counts for what begins now, nor for anything that begins later. */
  #forget(at: number): void {
    while (this.#begun[0] && this.#begun[0].at <= at - WINDOW_MS) this.#used -= this.#begun.shift()?.units ?? 0;
  }
}
