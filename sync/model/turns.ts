/**
 * What may be under way at once: most work may, and some wants to be alone. Where all of it wants that, it is done one
 * after another, in the order in which it came.
 *
 * @packageDocumentation
 */
export class Turns {
  /** The last one that wanted to be alone; it never rejects. */
  #alone: Promise<unknown> = Promise.resolve();
  /** What was begun after it. */
  readonly #together = new Set<Promise<unknown>>();

  /** Begins when the last one that wanted to be alone has ended, well or not. */
  together<T>(work: () => Promise<T>): Promise<T> {
    const doing = this.#alone.then(work);
    const ended: Promise<unknown> = Promise.allSettled([doing]).then(() => this.#together.delete(ended));
    this.#together.add(ended);
    return doing;
  }

  /** Begins when everything before it has ended, well or not, and nothing else begins meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const doing = Promise.all([this.#alone, ...this.#together]).then(work);
    this.#alone = Promise.allSettled([doing]);
    return doing;
  }
}
