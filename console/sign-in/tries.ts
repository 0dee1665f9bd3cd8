/**
 * Passwords that were tried, by the mail address that somebody typed, whether it is anybody's or not: who tries learns
 * nothing of that. An attempt is counted before it is looked at, so that many at once are no way around. A stranger who
 * knows an address can lock it, but keeps nobody out of a browser that he signed in from before: those are counted apart
 * (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { fromJson, toJson } from "../../sync/model/json.ts";
import { entitiesIn, readObject } from "../../sync/state/session.ts";
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
/** Of those that were locked, and are no more. */
const LOCKED_FORGOTTEN_MS = 30 * 24 * 60 * 60 * 1000;
/** Addresses that are remembered, whoever makes up others; about so many. */
export const MOST_KEPT = 10_000;
/** A browser from which nobody signed in for so long is a stranger's. */
export const KNOWN_MS = 90 * 24 * 60 * 60 * 1000;
const TIDY_MS = 60 * 60 * 1000;
/** Tries after which it is looked at sooner. */
export const TIDY_AFTER = 1_000;

/** The last instant that there is. */
const FOR_EVER = new Date(8_640_000_000_000_000);

const TRIES = "console-tries";
const KNOWN = "console-known";

interface Tried {
  readonly failed: number;
  /** Instant of the last one. */
  readonly at: string;
}

/** A browser that somebody signed in from before, for one address: what others try does not keep it out. */
interface Known {
  /** Wrong ones in a row, from there. */
  readonly failed: number;
  /** Instant of the last time that the password was right. */
  readonly at: string;
}

/** What was typed, and the random text that the browser has since somebody signed in from it. */
export interface Attempt {
  readonly mail: string;
  readonly browser: string | undefined;
}

export class Tries {
  readonly #kept: Kept;
  readonly #now: () => Date;
  readonly #turns = new Turns();
  #tidied = 0;
  #since = 0;

  constructor(kept: Kept, now: () => Date) {
    this.#kept = kept;
    this.#now = now;
  }

  /**
   * Counts an attempt as a wrong one, until {@link succeeded} says that it was none.
   *
   * @returns `locked`: it may not even be looked at; `next`: until when the address is locked, if this one is wrong
   */
  begin({ mail, browser }: Attempt): Promise<{ readonly locked?: Date; readonly next?: Date }> {
    return this.#turns.alone(async () => {
      await this.#tidy();
      if (browser !== undefined && (await this.#fromKnown(keyOf(mail, browser)))) return {};
      const key = keyOf(mail);
      const before = await readObject<Tried>(this.#kept, TRIES, key);
      const now = this.#now();
      const locked = before && lockOf(before);
      if (locked && isStill(locked, now)) return { locked };
      const tried: Tried = { failed: (before?.failed ?? 0) + 1, at: now.toISOString() };
      await this.#kept.commit([{ partition: TRIES, key, value: toJson(tried) }]);
      const next = lockOf(tried);
      return next ? { next } : {};
    });
  }

  /**
   * The right password was given. What others tried at the same address stands, where it was given from a browser that is
   * known; any other one is known from now on.
   */
  succeeded({ mail, browser }: Attempt): Promise<void> {
    return this.#turns.alone(async () => {
      const known: Known = { failed: 0, at: this.#now().toISOString() };
      const key = browser === undefined ? undefined : keyOf(mail, browser);
      const isKnown = key !== undefined && (await readObject<Known>(this.#kept, KNOWN, key)) !== undefined;
      await this.#kept.commit([
        ...(key === undefined ? [] : [{ partition: KNOWN, key, value: toJson(known) }]),
        ...(isKnown ? [] : [{ partition: TRIES, key: keyOf(mail) }]),
      ]);
    });
  }

  /** A new password was set: whatever was tried, it opens the address. */
  opened(mail: string): Promise<void> {
    return this.#turns.alone(() => this.#kept.commit([{ partition: TRIES, key: keyOf(mail) }]));
  }

  /** Who has somebody's browser has as many tries as anybody, and then is a stranger. */
  async #fromKnown(key: string): Promise<boolean> {
    const known = await readObject<Known>(this.#kept, KNOWN, key);
    if (!known) return false;
    const failed = known.failed + 1;
    if (failed > FREE || isOld(known, this.#now())) {
      await this.#kept.commit([{ partition: KNOWN, key }]);
      return false;
    }
    await this.#kept.commit([{ partition: KNOWN, key, value: toJson({ ...known, failed } satisfies Known) }]);
    return true;
  }

  /** Now and then, and where many are tried. */
  async #tidy(): Promise<void> {
    const now = this.#now().getTime();
    this.#since += 1;
    if (Math.abs(now - this.#tidied) < TIDY_MS && this.#since < TIDY_AFTER) return;
    this.#tidied = now;
    this.#since = 0;
    const left: (Tried & { readonly key: string })[] = [];
    for (const { key, value } of await entitiesIn(this.#kept, TRIES)) {
      const tried = fromJson<Tried>(value);
      if (isForgotten(tried, now)) await this.#kept.commit([{ partition: TRIES, key }]);
      else left.push({ ...tried, key });
    }
    // Whoever makes up addresses loses those first: fewest tries, and the oldest of these.
    left.sort((one, other) => one.failed - other.failed || (one.at < other.at ? -1 : 1));
    for (const { key } of left.slice(0, Math.max(0, left.length - MOST_KEPT)))
      await this.#kept.commit([{ partition: TRIES, key }]);
    for (const { key, value } of await entitiesIn(this.#kept, KNOWN)) {
      if (isOld(fromJson<Known>(value), this.#now())) await this.#kept.commit([{ partition: KNOWN, key }]);
    }
  }
}

function isOld({ at }: Known, now: Date): boolean {
  return now.getTime() - Date.parse(at) > KNOWN_MS;
}

function isForgotten(tried: Tried, now: number): boolean {
  if (tried.failed >= MOST) return false;
  return now - Date.parse(tried.at) > (tried.failed < FREE ? FORGOTTEN_MS : LOCKED_FORGOTTEN_MS);
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

/** What somebody typed is not kept, nor what the browser has. */
function keyOf(mail: string, browser = ""): string {
  return createHash("sha256")
    .update(mail.trim().toLowerCase())
    .update(browser === "" ? "" : `\n${browser}`)
    .digest("hex");
}
