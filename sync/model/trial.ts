/** What can be tried of a target without writing anything. @packageDocumentation */
import type { Reach, Target } from "./side.ts";

export interface Trial {
  /** Of the check: `key/ones`. Syncs of one product may share one. */
  readonly id: string;
  /** What is tried, as in "list the users of ONES". */
  readonly tried: string;
  /**
   * @returns what is right, in a sentence
   * @throws TenantwireError what is wrong, and how to mend it
   */
  run(signal: AbortSignal): Promise<string>;
}

/** What is tried with. */
export interface Trying {
  /** Opened once, by whoever may read its key. */
  readonly target: () => Promise<Target>;
  /** Names of the mapped fields. */
  readonly fields: readonly string[];
  /** Asked before a key is read. */
  readonly reach: Reach;
  /** A secret of the vault that it is kept in. */
  readonly secret: (name: string) => Promise<string>;
}
