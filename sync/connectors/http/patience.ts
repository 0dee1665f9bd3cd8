/**
 * For how long a host may fail before it is given up. A run that nobody waits for sits out what passes in minutes; who
 * waits for an answer wants to know that a host is down.
 *
 * @packageDocumentation
 */

/** Of a run. */
export const RUN_PATIENCE_MS = 15 * 60 * 1000;
/** Of a command whose answer somebody waits for. */
export const ANSWER_PATIENCE_MS = 2 * 60 * 1000;

let current = RUN_PATIENCE_MS;

/** What counts in this process for hosts that are asked from now on; a run's patience until it is set. */
export function bePatientFor(milliseconds: number): void {
  current = milliseconds;
}

export function patienceMs(): number {
  return current;
}

/** Tries after a failure that may be of one request alone: 0.3, 0.6, ... 9.6 s apart. */
export const OWN_TRIES = 6;
const OWN_WAIT_MS = 300;

/**
 * Milliseconds before a request is tried again that failed alone.
 *
 * @param tries the last one's number, from 1 on
 * @param asked the pause that the other side asks for: one that is none would spend all tries at once
 */
export function ownWaitMs(tries: number, asked = 0): number {
  return Math.max(asked, OWN_WAIT_MS * 2 ** (tries - 1) * (0.75 + Math.random() / 2));
}
