/**
 * The addresses that a receiver answers to, as the state has them now: whoever turns events on or off, or makes them anew,
 * restarts nothing.
 *
 * @packageDocumentation
 */
import type { Subscribed } from "./addresses.ts";

/** By the name of the sync. */
export type Known = ReadonlyMap<string, Pick<Subscribed, "hashes">>;

/** However many ask, strangers too, the state is read no more often. */
const FRESH_MS = 10_000;

export class KnownAddresses {
  readonly #read: () => Promise<Known>;
  readonly #now: () => Date;
  #known: Known;
  #readAt: number;
  #reading: Promise<void> | undefined;

  /** @param known as they were just read */
  constructor(known: Known, read: () => Promise<Known>, now: () => Date) {
    this.#known = known;
    this.#read = read;
    this.#now = now;
    this.#readAt = now().getTime();
  }

  /** Where the state cannot be read, those of before. */
  async current(): Promise<Known> {
    const isFresh = Math.abs(this.#now().getTime() - this.#readAt) < FRESH_MS;
    if (!isFresh) this.#reading ??= this.#refresh().finally(() => (this.#reading = undefined));
    await this.#reading;
    return this.#known;
  }

  async #refresh(): Promise<void> {
    this.#readAt = this.#now().getTime();
    try {
      this.#known = await this.#read();
    } catch {
      // The next request after a while tries again; a run that cannot read the state says so.
      return;
    }
  }
}
