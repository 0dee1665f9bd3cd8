/**
 * What may be under way at once: most writes may, and one that takes a tree of items apart wants to be alone, since it goes
 * on from what it saw of the others when it began.
 *
 * @packageDocumentation
 */
export class Turns {
  /** The last one that wanted to be alone; it never rejects. */
  #alone: Promise<unknown> = Promise.resolve();
  /** What was begun after it. */
  readonly #together = new Set<Promise<unknown>>();

  /** Begins when the last one that wanted to be alone has ended. */
  together<T>(work: () => Promise<T>): Promise<T> {
    const doing = this.#alone.then(work);
    const ended: Promise<unknown> = Promise.allSettled([doing]).then(() => this.#together.delete(ended));
    this.#together.add(ended);
    return doing;
  }

  /** Begins when everything before it has ended, and nothing else begins meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const doing = Promise.all([this.#alone, ...this.#together]).then(work);
    this.#alone = Promise.allSettled([doing]);
    return doing;
  }
}
