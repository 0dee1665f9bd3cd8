/**
 * Whether the report of sign-ins shows that an old credential is used by nobody. Pure.
 *
 * @packageDocumentation
 */
import { addDays, daysBetween } from "../../contract/days.ts";
import type { SignIns } from "../connectors/sign-ins.ts";

/** A credential that is to go, beside the one that readers should have by now. */
export interface Retiring {
  readonly keyId: string;
  readonly current: { readonly keyId: string; readonly key: string };
}

/** One that was made by hand: nothing came after it that its readers would use instead. */
export interface RetiringByHand {
  readonly keyId: string;
  /** The UTC day since which it is declared, and looked at. */
  readonly since: string | undefined;
}

/** Days without a sign-in that count as nobody: what works once in a quarter has worked in them. */
const QUIET_DAYS = 90;

/** Days in which the report has to know a sign-in of the same registration, to be believed about this one. */
const ALIVE_DAYS = 7;

/**
 * Whether the report shows that nobody uses a credential that was made by hand. That it knows no sign-in is evidence only
 * where it was looked at for long enough, and where the report knows of others meanwhile. Pure.
 *
 * @returns undefined: it shows that; else why not, in one sentence
 */
export function stillInUseByHand(
  { keyId, since }: RetiringByHand,
  signIns: SignIns,
  today: string,
): string | undefined {
  const last = signIns.get(keyId.toLowerCase())?.slice(0, 10);
  if (last !== undefined && daysBetween(last, today) < QUIET_DAYS) return `It signed in on ${last}.`;
  if (since === undefined)
    return "The settings do not say since when it is declared, so that no time without it counts.";
  if (daysBetween(since, today) < QUIET_DAYS) {
    return `It is declared since ${since}: that it does not sign in counts from ${addDays(since, QUIET_DAYS)} on.`;
  }
  const others = [...signIns].flatMap(([id, instant]) => (id === keyId.toLowerCase() ? [] : [instant.slice(0, 10)]));
  if (!others.some((day) => daysBetween(day, today) <= ALIVE_DAYS)) {
    return `The report knows of no sign-in of this registration in the last ${ALIVE_DAYS} days: it may know of none with this one either.`;
  }
  return undefined;
}

/**
 * Whether the report shows that nobody uses a credential any more: the one after it signs in, and this one has not since.
 * Pure.
 *
 * @returns undefined: it shows that; else why not, in one sentence
 */
export function stillInUse({ keyId, current }: Retiring, signIns: SignIns): string | undefined {
  const last = signIns.get(keyId.toLowerCase());
  const newer = signIns.get(current.keyId.toLowerCase());
  if (newer === undefined) {
    return "The current one has not signed in yet, so that nothing shows that its readers have it.";
  }
  if (last === undefined || last < newer.slice(0, 10)) {
    return last !== undefined && last.slice(0, 10) >= current.key
      ? `It signed in on ${last.slice(0, 10)}, after the current one was made: somebody reads an old copy.`
      : undefined;
  }
  return `It signed in on ${last.slice(0, 10)}, as the current one does.`;
}
