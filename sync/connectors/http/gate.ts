/**
 * The one way to a host: where it wants to be left alone, or cannot be reached, all that is asked of it waits together,
 * and longer each time. Patience is a matter of the host: it ends when nothing has succeeded for so long.
 *
 * @packageDocumentation
 */
import { sleep as sleepFor, type Sleep } from "../../model/sleep.ts";
import { patienceMs as patienceOfProcess } from "./patience.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Failures in a row after which a pause that is shorter than one of our own is believed. */
const BELIEVED = 5;

interface GateOptions {
  /** For how long the host may fail without anything succeeding in between; by default what counts in this process. */
  readonly patienceMs?: number;
  /** By default a clock that nobody sets meanwhile. */
  readonly now?: () => number;
  readonly sleep?: Sleep;
  /**
   * Told of every time that the host is left alone, why, and for how many milliseconds after it there is patience, where
   * it failed.
   */
  readonly onWait?: (milliseconds: number, why: string, patience?: number) => void;
}

export class Gate {
  readonly #patienceMs: number;
  readonly #now: () => number;
  readonly #sleep: Sleep;
  readonly #onWait: NonNullable<GateOptions["onWait"]>;
  #closedUntil = -Infinity;
  #failingSince: number | undefined;
  #failures = 0;

  constructor({
    patienceMs = patienceOfProcess(),
    now = () => performance.now(),
    sleep = sleepFor,
    onWait,
  }: GateOptions = {}) {
    this.#patienceMs = patienceMs;
    this.#now = now;
    this.#sleep = sleep;
    this.#onWait = onWait ?? (() => undefined);
  }

  /** Resolves when the host may be asked. Ends at once with the signal. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await this.#sleep(wait, signal);
  }

  /** The host did what it was asked for. */
  succeeded(): void {
    this.#failingSince = undefined;
    this.#failures = 0;
  }

  /**
   * The host begins with nothing at the moment.
   *
   * @param asked milliseconds that it wants to be left alone for, where it says so
   * @returns whether there is patience left to ask again
   */
  failed(asked: number | undefined, why: string): boolean {
    const now = this.#now();
    this.#failingSince ??= now;
    // What was under way together fails together, and that is one failure.
    const isNew = now >= this.#closedUntil;
    if (isNew) this.#failures += 1;
    const growing = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
    const own = isNew ? growing * (0.75 + Math.random() / 2) : 0;
    // Who asks for no pause again and again would be asked without one for as long as there is patience.
    const wait = asked === undefined || (asked < own && this.#failures > BELIEVED) ? own : asked;
    const patience = this.#failingSince + this.#patienceMs - (now + wait);
    if (patience < 0) return false;
    this.#close(wait, why, patience);
    return true;
  }

  /** The host did what it was asked for, and is left alone all the same: never for longer than there is patience. */
  pause(milliseconds: number, why: string): void {
    this.#close(Math.min(milliseconds, this.#patienceMs), why);
  }

  #close(wait: number, why: string, patience?: number): void {
    const until = this.#now() + wait;
    if (until <= this.#closedUntil) return;
    this.#closedUntil = until;
    if (wait > 0) this.#onWait(wait, why, patience);
  }

  #wait(): number {
    return this.#closedUntil - this.#now();
  }
}
