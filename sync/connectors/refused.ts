/**
 * Answers that are no success, and after which of them a request may be repeated.
 *
 * @packageDocumentation
 */
import type { Dispatcher } from "undici";
import { Unreachable } from "./network.ts";

/** An answer that is no success, until it is known whether it is asked again. It holds nothing of the request. */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  readonly location: string;
  /** Milliseconds that the product asks to wait, where it does. */
  readonly retryAfter: number | undefined;
  readonly text: string;

  constructor({ statusCode, headers }: Dispatcher.ResponseData, text: string) {
    super(`status ${statusCode}`);
    this.status = statusCode;
    this.location = headerOf(headers, "location") ?? "";
    this.retryAfter = milliseconds(headerOf(headers, "retry-after"));
    this.text = text;
  }
}

/** What may pass. A read may be repeated after it; after a broken connection nobody knows whether a write was done. */
export function isPassing(error: Error): boolean {
  if (error instanceof Unreachable) return error.transient;
  return error instanceof Refused && [408, 429, 500, 502, 503, 504].includes(error.status);
}

/** 429 is a refusal by definition; 503 is one when it says when to come back. */
export function wasNotBegun(error: Error): boolean {
  if (!(error instanceof Refused)) return false;
  return error.status === 429 || (error.status === 503 && error.retryAfter !== undefined);
}

/** `Retry-After` is a number of seconds or a date. */
function milliseconds(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  const pause = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(pause) ? undefined : Math.max(0, pause);
}

export function headerOf(headers: Dispatcher.ResponseData["headers"], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
