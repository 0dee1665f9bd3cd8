/**
 * Load as Azure DevOps counts it: in TSTU, of which an identity may cause so many in any five minutes. Above that its
 * requests are delayed, then refused. Headers tell of it before delays begin (documented). Pure.
 *
 * @packageDocumentation
 */
import { answeredAt, headerOf, type Headers } from "../http/answer.ts";

/** Documented. */
const WINDOW_MS = 5 * 60 * 1000;
/** The share of the limit that is left free, for what is under way at once and for others of the same identity. */
const LEFT_FREE = 0.2;
/** The service's own words may be longer than a line. */
const LONGEST_NAME = 100;

export interface Load {
  /** What of the service is loaded: for people, since its names change without warning (documented). */
  readonly resource: string;
  /** TSTU of the last five minutes. */
  readonly used: number;
  /** TSTU above which requests are delayed. */
  readonly limit: number;
  /** For how long this request was held back, in milliseconds. */
  readonly delayedMs: number;
  /** Milliseconds after which nothing of it would count any more, if nothing more was asked. */
  readonly goneInMs: number;
}

/** @returns undefined where the answer does not tell of it */
export function loadOf(headers: Headers): Load | undefined {
  const header = (name: string) => numberOf(headerOf(headers, `x-ratelimit-${name}`));
  const [limit, remaining, reset] = [header("limit"), header("remaining"), header("reset")];
  if (limit === undefined || limit === 0 || remaining === undefined) return undefined;
  const goneInMs = reset === undefined ? WINDOW_MS : reset * 1000 - answeredAt(headers);
  return {
    resource: (headerOf(headers, "x-ratelimit-resource") ?? "").slice(0, LONGEST_NAME),
    used: Math.max(0, limit - remaining),
    limit,
    delayedMs: (header("delay") ?? 0) * 1000,
    goneInMs: Math.min(WINDOW_MS, Math.max(0, goneInMs)),
  };
}

/** Milliseconds until so much of the load is gone that a fifth of the limit is free, taken to go evenly. */
export function paceMs({ used, limit, goneInMs }: Load): number {
  const tooMuch = used - limit * (1 - LEFT_FREE);
  return tooMuch > 0 ? Math.ceil((tooMuch / used) * goneInMs) : 0;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
