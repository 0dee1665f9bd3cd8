/**
 * Answers that are no success, and after which of them a request may be sent again.
 *
 * @packageDocumentation
 */
import type { IncomingHttpHeaders } from "undici/types/header.js";
import { Unreachable } from "../network.ts";

export type Headers = IncomingHttpHeaders;

/** An answer that is no success, until it is known whether it is asked again. It holds nothing of the request. */
export class NoSuccess extends Error {
  override name = "NoSuccess";
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(status: number, headers: Headers, text: string) {
    super(`status ${status}`);
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /** Milliseconds that the other side asks to wait, where it does. */
  get retryAfter(): number | undefined {
    return retryAfterMs(this.headers["retry-after"], answeredAt(this.headers));
  }
}

/** A page is of something in between, and says nothing of what was asked for. */
export function isPage(text: string): boolean {
  return /^\s*</.test(text);
}

/** Whether a refusal of what may be asked, or of what there is, is none of the service's own. */
export function isFromBetween({ status, text }: Pick<NoSuccess, "status" | "text">): boolean {
  return (status === 403 || status === 404) && isPage(text);
}

/** @param asked as in "it was asked to read users" */
export function betweenWords(host: string, status: number, asked: string): string {
  return `Something between this machine and ${host} answered ${status} when ${asked}: look at the proxy or firewall on the way.`;
}

/**
 * An answer of success that is none: it was cut off on the way, or is a page of something in between. After it a write may
 * have been done.
 */
export class Garbled extends Unreachable {
  override name = "Garbled";

  constructor(message: string, cause?: unknown) {
    super(message, { transient: true, begun: true }, cause);
  }
}

/** Failures of a server that stay: it knows no such method or version, meets itself, or wants something else first. */
const STAYING: ReadonlySet<number> = new Set([501, 505, 506, 508, 510, 511]);

/**
 * What may pass, whoever answers it: of a part of a batch too. What stands before a server has numbers of its own for a
 * server that is down or busy, such as 509, 520 to 530 and 599.
 */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && !STAYING.has(status));
}

/** After what may pass a read may be repeated; after a broken connection nobody knows whether a write was done. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return error.transient;
  return error instanceof NoSuccess && isPassingStatus(error.status);
}

/**
 * By definition nothing was begun: 425 and 429 say so, and 521 and 523 are of what stands before a server that it cannot
 * connect to (documented by Cloudflare).
 */
const NOT_BEGUN: ReadonlySet<number> = new Set([425, 429, 521, 523]);
/** The server is busy: it has begun with nothing where it says when to come back. */
const BUSY: ReadonlySet<number> = new Set([503, 509, 529]);

/** Whether the other side has begun with nothing: there was no connection, or it said so. */
export function wasNotBegun(error: unknown): boolean {
  if (error instanceof Unreachable) return error.transient && !error.begun;
  if (!(error instanceof NoSuccess)) return false;
  return NOT_BEGUN.has(error.status) || (BUSY.has(error.status) && error.retryAfter !== undefined);
}

/** Whether all that is asked of the host would meet it now, rather than this request alone. */
export function isOfHost(error: unknown): boolean {
  return wasNotBegun(error) || (error instanceof NoSuccess && BUSY.has(error.status));
}

/**
 * `Retry-After` is a number of seconds or a date; of several, which two servers on the way may have said, the longest
 * counts. `undefined` for what is neither.
 */
export function retryAfterMs(value: unknown, now = Date.now()): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
  const said = Array.isArray(value) ? value.join(",") : value;
  if (typeof said !== "string" || said.trim() === "") return undefined;
  // The date of HTTP has a comma of its own, behind the day of the week.
  const pauses = said.split(/,(?! \d+ [A-Z][a-z]{2} )/).map((one) => {
    const seconds = Number(one);
    return Number.isNaN(seconds) ? Date.parse(one) - now : seconds * 1000;
  });
  const known = pauses.filter((pause) => !Number.isNaN(pause));
  return known.length === 0 ? undefined : Math.max(0, ...known);
}

/** When it was answered, by the clock of whoever answers: so are other instants that it names. */
export function answeredAt(headers: Headers): number {
  const answered = Date.parse(headerOf(headers, "date") ?? "");
  return Number.isNaN(answered) ? Date.now() : answered;
}

export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Headers of the answer that an error of one of Azure's libraries is about. */
export function headersIn(error: unknown): Headers {
  const { response } = error as { readonly response?: { readonly headers?: { toJSON?(): Headers } } };
  return response?.headers?.toJSON?.() ?? {};
}

/** Headers in which services name a request, so that their support finds it. */
export const REQUEST_IDS = ["request-id", "x-ms-request-id", "x-vss-activityid", "activityid", "x-request-id"] as const;

const NAMED = new RegExp(` \\((?:${REQUEST_IDS.join("|")}) [\\w.:-]{1,100}(?:, date [\\w.:-]+)?\\)`, "g");

/** A text without what {@link requestName} says, which is another one each time: what is left is the same for the same fault. */
export function withoutRequests(text: string): string {
  return text.replaceAll(NAMED, "");
}

/** A part of a text that is the same for the same fault: up to what {@link requestName} says. */
export function untilRequest(text: string): string {
  const at = text.search(NAMED);
  return at < 0 ? text : text.slice(0, at);
}

/** What the service's support is told of a request: ` (request-id ..., date ...)`; nothing where it gave no id. */
export function requestName(headers: Headers): string {
  const header = REQUEST_IDS.find((name) => headerOf(headers, name) !== undefined);
  const id = header && headerOf(headers, header);
  // Printed: nothing that an id never holds.
  if (id === undefined || !/^[\w.:-]{1,100}$/.test(id)) return "";
  const date = headerOf(headers, "date");
  return date !== undefined && !Number.isNaN(Date.parse(date))
    ? ` (${header} ${id}, date ${new Date(date).toISOString()})`
    : ` (${header} ${id})`;
}
