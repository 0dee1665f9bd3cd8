/**
 * What becomes of a run's writes, and when to stop: not when many fail, but when nothing succeeds any more.
 *
 * What fails is put aside, and the rest is written. Where nothing of one kind of change has succeeded for so many tries
 * in a row, the rest of that kind is put aside untried, and the other kinds go on. The run ends early where no kind is
 * left. An object that failed in an earlier run already does not count when it fails again: it says nothing new, and a
 * few that fail every night must not keep all the others from being written.
 *
 * @packageDocumentation
 */
import { TooManyFailures } from "../../contract/errors.ts";
import { counted } from "../../contract/words.ts";
import type { OpKind } from "../model/types.ts";
import type { FailureLimit } from "../planner/limits.ts";
import type { RetryTable } from "../scratch/retries.ts";

interface Streak {
  failed: number;
  last: string;
  cause: unknown;
}

export class FailureTally {
  readonly #limit: FailureLimit;
  readonly #retries: Pick<RetryTable, "get">;
  readonly #targetName: string;
  /** Failures in a row, by kind of change. */
  readonly #streaks = new Map<OpKind, Streak>();

  constructor(limit: FailureLimit, retries: Pick<RetryTable, "get">, targetName: string) {
    this.#limit = limit;
    this.#retries = retries;
    this.#targetName = targetName;
  }

  /** The target answered success. */
  answered(kind: OpKind): void {
    this.#streaks.delete(kind);
  }

  failed(kind: OpKind, sourceId: string, reason: string, cause?: unknown): void {
    if ((this.#retries.get(sourceId)?.attempts ?? 0) > 0) return;
    const failed = (this.#streaks.get(kind)?.failed ?? 0) + 1;
    this.#streaks.set(kind, { failed, last: reason, cause });
  }

  /** Why nothing more of this kind is tried, in words; `undefined` while it may go on. */
  whyNot(kind: OpKind): string | undefined {
    const failed = this.#streaks.get(kind)?.failed ?? 0;
    if (failed < this.#limit.count) return undefined;
    return `the last ${counted(failed, "write")} of this kind failed, so that it was not tried`;
  }

  /**
   * Reading back is over.
   *
   * @param failed writes that were answered with success and not done
   * @param proved writes that were done
   * @throws TooManyFailures where nothing was done
   */
  unproved(failed: readonly { readonly sourceId: string; readonly reason: string }[], proved: number): void {
    const isNew = failed.filter(({ sourceId }) => (this.#retries.get(sourceId)?.attempts ?? 0) === 0);
    if (proved > 0 || isNew.length < this.#limit.count) return;
    const last = isNew.at(-1)?.reason ?? "";
    throw new TooManyFailures(
      `${counted(isNew.length, "write")} to ${this.#targetName} failed, and none was done; the last one: ${last.replace(/\.$/, "")}. ` +
        `The next run starts from the same place: mend that and run again.`,
    );
  }

  /**
   * Nothing is left to be written but what is not tried.
   *
   * @throws TooManyFailures where that is since nothing succeeds any more
   */
  ended(kind: OpKind): void {
    const streak = this.#streaks.get(kind);
    if (!streak || streak.failed < this.#limit.count) return;
    const { failed, last, cause } = streak;
    throw new TooManyFailures(
      `The last ${counted(failed, "write")} to ${this.#targetName} failed; the last one: ${last.replace(/\.$/, "")}. ` +
        `Nothing more was written, and the next run starts from the same place: mend that and run again.`,
      { cause },
    );
  }
}
