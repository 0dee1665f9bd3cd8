/**
 * A look at both sides that takes a while: begun on request, one at a time, and remembered in memory alone, since it has
 * names in it.
 *
 * @packageDocumentation
 */
import type { Job } from "./work.ts";
import { REMEMBERED_MS } from "./work.ts";

export interface Checked<T> extends Pick<Job, "by" | "error"> {
  /** Instants. */
  readonly began: Date;
  readonly ended?: Date;
  readonly found?: T;
}

export class Check<T> {
  readonly #look: () => Promise<T>;
  readonly #now: () => Date;
  #last: Checked<T> | undefined;
  #running: Promise<void> | undefined;

  constructor(look: () => Promise<T>, now: () => Date) {
    this.#look = look;
    this.#now = now;
  }

  /** The one that runs, or the last one for half an hour. */
  get last(): Checked<T> | undefined {
    const { ended } = this.#last ?? {};
    if (ended && this.#now().getTime() - ended.getTime() > REMEMBERED_MS) this.#last = undefined;
    return this.#last;
  }

  /** Begins one, unless one runs. */
  begin(by: string): void {
    if (this.#running) return;
    const began = this.#now();
    this.#last = { by, began };
    this.#running = this.#look()
      .then(
        (found) => ({ found }),
        (error: unknown) => ({ error }),
      )
      .then((result) => {
        this.#last = { by, began, ended: this.#now(), ...result };
        this.#running = undefined;
      });
  }

  /** Resolves once none runs. */
  async over(): Promise<void> {
    await this.#running;
  }
}
