/**
 * Passwords that were tried, by the mail address that somebody typed, whether it is anybody's or not: who tries learns
 * nothing of that. An attempt is counted before it is looked at, so that many at once are no way around.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { fromJson, toJson } from "../../sync/model/json.ts";
import { Turns } from "../../sync/model/turns.ts";
import type { Kept } from "../http/sessions.ts";

/** So many wrong ones in a row lock an address; each further one locks it for double the time. */
export const FREE = 10;
const FIRST_LOCK_MS = 15 * 60 * 1000;
const LONGEST_LOCK_MS = 24 * 60 * 60 * 1000;
/** NIST SP 800-63B-4, 3.2.2: no more than 100 in a row. Then only a new password opens it. */
export const MOST = 100;
/** Of addresses that were never locked it is forgotten after so long. */
const FORGOTTEN_MS = 2 * 24 * 60 * 60 * 1000;
const TIDY_MS = 60 * 60 * 1000;

/** The last instant that there is. */
const FOR_EVER = new Date(8_640_000_000_000_000);

const TRIES = "console-tries";

interface Tried {
  readonly failed: number;
  /** Instant of the last one. */
  readonly at: string;
}

export class Tries {
  readonly #kept: Kept;
  readonly #now: () => Date;
  readonly #turns = new Turns();
  #tidied = 0;

  constructor(kept: Kept, now: () => Date) {
    this.#kept = kept;
    this.#now = now;
  }

  /**
   * Counts an attempt as a wrong one, until {@link succeeded} says that it was none.
   *
   * @returns `locked`: it may not even be looked at; `next`: until when the address is locked, if this one is wrong
   */
  begin(mail: string): Promise<{ readonly locked?: Date; readonly next?: Date }> {
    return this.#turns.alone(async () => {
      await this.#tidy();
      const key = keyOf(mail);
      const before = await this.#of(key);
      const now = this.#now();
      const locked = before && lockOf(before);
      if (locked && isStill(locked, now)) return { locked };
      const tried = { failed: (before?.failed ?? 0) + 1, at: now.toISOString() };
      await this.#kept.commit([{ partition: TRIES, key, value: toJson(tried) }]);
      const next = lockOf(tried);
      return next ? { next } : {};
    });
  }

  /** The right password was given, or a new one was set. */
  succeeded(mail: string): Promise<void> {
    return this.#turns.alone(() => this.#kept.commit([{ partition: TRIES, key: keyOf(mail) }]));
  }

  async #of(key: string): Promise<Tried | undefined> {
    const value = await this.#kept.get(TRIES, key);
    return value === undefined ? undefined : fromJson<Tried>(value);
  }

  async #tidy(): Promise<void> {
    const now = this.#now().getTime();
    if (Math.abs(now - this.#tidied) < TIDY_MS) return;
    this.#tidied = now;
    for await (const page of this.#kept.list(TRIES)) {
      for (const { key, value } of page) {
        const { failed, at } = fromJson<Tried>(value);
        if (failed < FREE && now - Date.parse(at) > FORGOTTEN_MS) await this.#kept.commit([{ partition: TRIES, key }]);
      }
    }
  }
}

function lockOf({ failed, at }: Tried): Date | undefined {
  if (failed < FREE) return undefined;
  if (failed >= MOST) return FOR_EVER;
  return new Date(Date.parse(at) + Math.min(FIRST_LOCK_MS * 2 ** (failed - FREE), LONGEST_LOCK_MS));
}

/** A lock that lasts for longer than any but the last was made by a clock that was ahead. */
function isStill(locked: Date, now: Date): boolean {
  const left = locked.getTime() - now.getTime();
  return left > 0 && (left <= LONGEST_LOCK_MS || locked.getTime() === FOR_EVER.getTime());
}

/** What somebody typed is not kept. */
function keyOf(mail: string): string {
  return createHash("sha256").update(mail.trim().toLowerCase()).digest("hex");
}
