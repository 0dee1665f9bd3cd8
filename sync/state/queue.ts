/**
 * Collects changes of the state into commits.
 *
 * What is asked for together is committed together, whole or not at all, and resolves when it is stored, so that nothing
 * is believed to be recorded before it is. What is asked for while a commit is on its way makes up the next one: the
 * slower the store, the fuller the commits. A change that nothing has to wait for goes along with the next one.
 *
 * @packageDocumentation
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { MAX_COMMIT, type Edit, type State } from "./session.ts";

/** How many commits are made together, where the store can do that. */
const TOGETHER = 20;

interface Waiting {
  readonly edits: readonly Edit[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Nobody waits for it. */
  readonly posted?: true;
}

interface Commit {
  readonly asked: readonly Waiting[];
  readonly edits: readonly Edit[];
}

export class CommitQueue {
  readonly #state: Pick<State, "commit" | "commitTogether">;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  /** What the first of the posts met that was not stored. */
  #lost: { readonly error: unknown } | undefined;

  constructor(state: Pick<State, "commit" | "commitTogether">) {
    this.#state = state;
  }

  /** Whole or not at all. */
  commit(...edits: readonly Edit[]): Promise<void> {
    if (edits.length === 0) return Promise.resolve();
    if (edits.length > MAX_COMMIT) throw new RangeError(`A commit holds at most ${MAX_COMMIT} changes.`);
    return this.#asked(edits);
  }

  #asked(edits: readonly Edit[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ edits, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** What nothing waits for: it goes along with the next commit. {@link flushed} tells whether it was stored. */
  post(...edits: readonly Edit[]): void {
    const reject = (error: unknown) => {
      this.#lost ??= { error };
    };
    this.#waiting.push({ edits, resolve: () => undefined, reject, posted: true });
  }

  /**
   * Resolves when everything that was asked for has been tried.
   *
   * @throws what a post met that was not stored
   */
  async flushed(): Promise<void> {
    if (this.#waiting.length > 0) await this.#asked([]).catch(() => undefined);
    await this.#flushing;
    if (this.#lost) throw this.#lost.error;
  }

  async #flush(): Promise<void> {
    // After the current turn, so that what is asked for in it travels together.
    await nextTurn();
    // What was only posted meanwhile makes no commit of its own.
    while (this.#waiting.some(({ posted }) => posted !== true)) {
      const commits = [this.#next()];
      const most = this.#state.commitTogether ? TOGETHER : 1;
      while (commits.length < most && this.#waiting.length > 0) commits.push(this.#next());
      const groups = commits.flatMap(({ asked }) => asked);
      try {
        await this.#store(commits.map(({ edits }) => edits));
        for (const { resolve } of groups) resolve();
      } catch (error) {
        for (const { reject } of groups) reject(error);
      }
    }
    this.#flushing = undefined;
  }

  async #store([first = [], ...more]: readonly (readonly Edit[])[]): Promise<void> {
    if (more.length > 0) await this.#state.commitTogether?.([first, ...more]);
    else await this.#state.commit(first);
  }

  /** As many as fit. Of several changes of one entity the last one: a commit takes an entity once. */
  #next(): Commit {
    const edits = new Map<string, Edit>();
    let taken = 0;
    for (const { edits: asked } of this.#waiting) {
      const keyed = asked.map((edit) => [`${edit.partition} ${edit.key}`, edit] as const);
      const more = keyed.filter(([key]) => !edits.has(key)).length;
      if (edits.size + more > MAX_COMMIT) break;
      for (const [key, edit] of keyed) edits.set(key, edit);
      taken += 1;
    }
    return { asked: this.#waiting.splice(0, taken), edits: [...edits.values()] };
  }
}
