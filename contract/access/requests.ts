/**
 * Requests for access: who asked and why, what becomes of them, and who is told. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredAccess } from "../outputs/access.ts";
import type { Role } from "./rules.ts";
import { DAY_MS } from "../days.ts";

/** Longer reasons are read by nobody. */
const MAX_WHY = 500;
/** After a denial the same person can ask again so many days later. */
const REST_DAYS = 1;

export interface AccessRequest {
  readonly id: string;
  /** Key of the person. */
  readonly person: string;
  readonly name: string;
  readonly mail?: string | undefined;
  readonly tenant: string;
  readonly objectId: string;
  readonly why: string;
  /** Instants. */
  readonly asked: string;
  readonly expires: string;
  /** An open one whose time is over counts as expired at once; see {@link stateOf}. */
  readonly state: "open" | "approved" | "denied" | "expired";
  readonly decided?:
    { readonly at: string; readonly by: string; readonly role?: Role; readonly why?: string } | undefined;
}

/** As it is now, whether somebody has noted that or not. */
export function stateOf({ state, expires }: AccessRequest, now: Date): AccessRequest["state"] {
  return state === "open" && Date.parse(expires) <= now.getTime() ? "expired" : state;
}

export function expiryOf(asked: Date, { expireAfterDays }: DeclaredAccess["requests"]): string {
  return new Date(asked.getTime() + expireAfterDays * DAY_MS).toISOString();
}

/** Why somebody cannot ask now, if so. `earlier` are the requests of the same person. */
export function whyNotAsk(why: string, earlier: readonly AccessRequest[], now: Date): string | undefined {
  if (why.trim() === "") return "say why: an administrator decides by it";
  if (why.length > MAX_WHY) return `say why in at most ${MAX_WHY} characters`;
  const denied = earlier.findLast(({ state }) => state === "denied")?.decided;
  // By a clock that was ahead nobody rests until then.
  if (denied && Math.abs(now.getTime() - Date.parse(denied.at)) < REST_DAYS * DAY_MS) {
    return `it was denied a short time ago${denied.why === undefined ? "" : ` (${denied.why})`}; ask again tomorrow, or speak with an administrator`;
  }
  return undefined;
}

/** Key of each administrator who was mailed of a request -> instant of the last time. */
export type Mailed = Readonly<Record<string, string>>;

/** The administrators who have to be told of an open request now: those who never were, and those who are reminded. */
export function toTell(
  request: AccessRequest,
  mailed: Mailed,
  administrators: readonly string[],
  now: Date,
  { remindAfterDays }: DeclaredAccess["requests"],
): readonly string[] {
  if (stateOf(request, now) !== "open") return [];
  return administrators.filter((key) => {
    const last = Object.hasOwn(mailed, key) ? mailed[key] : undefined;
    return last === undefined || Math.abs(now.getTime() - Date.parse(last)) >= remindAfterDays * DAY_MS;
  });
}

/** Mails about requests that one administrator gets within an hour; what is more comes together, in one of the next hour. */
const MOST_MAILS = 10;
const HOUR_MS = 60 * 60 * 1000;

/** Whether an administrator has had enough of them for now. */
export function isFlooded(administrator: string, mailed: readonly Mailed[], now: Date): boolean {
  const mails = mailed.flatMap((each) => (Object.hasOwn(each, administrator) ? [each[administrator]] : []));
  const lately = mails.filter((at) => at !== undefined && Math.abs(now.getTime() - Date.parse(at)) < HOUR_MS);
  return new Set(lately).size >= MOST_MAILS;
}
