/**
 * Counts what becomes of a run's writes, and ends the run when so many fail that the fault is hardly with the objects.
 *
 * An object that failed in an earlier run already does not count when it fails again: it says nothing new, and a few
 * that fail every night must not keep all the others from being written.
 *
 * @packageDocumentation
 */
import { TooManyFailures } from "../../contract/errors.ts";
import { tooManyFailures, type FailureLimit } from "../planner/limits.ts";
import type { RetryTable } from "../scratch/retries.ts";

export class FailureTally {
  readonly #limit: FailureLimit;
  readonly #retries: Pick<RetryTable, "get">;
  readonly #targetName: string;
  #answered = 0;
  #failed = 0;

  constructor(limit: FailureLimit, retries: Pick<RetryTable, "get">, targetName: string) {
    this.#limit = limit;
    this.#retries = retries;
    this.#targetName = targetName;
  }

  /** The target answered success. */
  answered(): void {
    this.#answered += 1;
  }

  /** @throws TooManyFailures when the run may not go on */
  failed(sourceId: string, reason: string, cause?: unknown): void {
    if (this.#isKnown(sourceId)) return;
    this.#failed += 1;
    this.#check(reason, cause);
  }

  /** Reading back showed that it was not done, though the target answered success; checked when all are told. */
  unproved(rows: Iterable<{ readonly sourceId: string; readonly reason: string }>): void {
    let last = "";
    for (const { sourceId, reason } of rows) {
      if (this.#isKnown(sourceId)) continue;
      this.#failed += 1;
      this.#answered -= 1;
      last = reason;
    }
    if (last !== "") this.#check(last);
  }

  #check(last: string, cause?: unknown): void {
    const failed = this.#failed;
    const written = this.#answered + failed;
    const why = tooManyFailures(this.#limit, { written, failed, targetName: this.#targetName });
    if (why === undefined) return;
    throw new TooManyFailures(
      `${why}; the last one: ${last.replace(/\.$/, "")}. Nothing more was written, and the next run starts from the same place: ` +
        `mend that and run again.`,
      { cause },
    );
  }

  #isKnown(sourceId: string): boolean {
    return (this.#retries.get(sourceId)?.attempts ?? 0) > 0;
  }
}
