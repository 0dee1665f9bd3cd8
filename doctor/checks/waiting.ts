/**
 * What was just deployed takes minutes to hold: documented of Azure's roles (up to 10), seen of consents. Whoever looks
 * right after a deployment waits for it, until a deadline.
 *
 * @packageDocumentation
 */
import { setTimeout as delay } from "node:timers/promises";
import { counted, duration, listed } from "../../contract/words.ts";
import type { CheckResult } from "./check.ts";

/** Milliseconds between two tries. */
const PAUSE_MS = 15_000;

export interface Waiting {
  /** Milliseconds after which what is still missing is missing. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Told, in words, of what is waited for, before each pause. */
  readonly onWait: (line: string) => void;
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Tries everything again while somebody lacks a right, in words that say so.
 *
 * @param look signs in anew each time: what is granted later is in no older token
 * @returns what was found last
 */
export async function untilRightsHold(look: () => Promise<CheckResult[]>, waiting: Waiting): Promise<CheckResult[]> {
  const { patienceMs, signal, onWait, now = Date.now, sleep = sleepFor } = waiting;
  const deadline = now() + patienceMs;
  for (;;) {
    const findings = await look();
    const missing = findings.filter(({ lacksRight }) => lacksRight === true);
    const left = deadline - now();
    if (missing.length === 0 || left <= 0) return findings;
    onWait(
      `Not yet: ${counted(missing.length, "check")} for want of a right (${listed(missing.map(({ id }) => id))}). ` +
        `What was just granted can take minutes to hold: tried again for ${duration(left)}.`,
    );
    await sleep(Math.min(PAUSE_MS, left), signal);
  }
}

async function sleepFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal });
}
