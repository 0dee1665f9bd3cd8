import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Work that nothing waits for, done in its order while the requests that were handed over before are on their way. Done at
 * once it would keep them from being sent: of a target that answers within a millisecond, both sides would take turns at
 * having nothing to do.
 */
export class Meanwhile {
  #waiting: (() => void)[] = [];
  #working: Promise<void> | undefined;
  #failed: { readonly error: unknown } | undefined;

  /** @throws what work of before threw: nothing is begun any more */
  do(work: () => void): void {
    this.#throwIfFailed();
    this.#waiting.push(work);
    this.#working ??= this.#work();
  }

  /**
   * Resolves when all of it is done.
   *
   * @throws what the first of it threw that failed; what came after that is not done
   */
  async done(): Promise<void> {
    while (this.#working) await this.#working;
    this.#throwIfFailed();
  }

  async #work(): Promise<void> {
    // On a connection that is used again, undici sends at the end of a turn; a turn later it has.
    await nextTurn();
    await nextTurn();
    this.#working = undefined;
    try {
      for (const work of this.#waiting.splice(0)) work();
    } catch (error) {
      this.#failed ??= { error };
    }
  }

  #throwIfFailed(): void {
    if (this.#failed) throw this.#failed.error;
  }
}
