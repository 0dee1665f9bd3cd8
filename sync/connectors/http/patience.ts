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
