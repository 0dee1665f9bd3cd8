import type { Context, Middleware, MiddlewareOptions } from "@microsoft/microsoft-graph-client";
import type { Pace } from "./pace.ts";

/** What a request costs; given with each. */
export class CallCost implements MiddlewareOptions {
  readonly units: number;
  readonly signal: AbortSignal;

  constructor(units: number, signal: AbortSignal) {
    this.units = units;
    this.signal = signal;
  }
}

/** Lets a request go when there is room for it, and learns from the answer; a repeated one is a request too. */
export class PaceHandler implements Middleware {
  readonly #pace: Pace;
  #next: Middleware | undefined;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    const cost = context.middlewareControl?.getMiddlewareOptions(CallCost) as CallCost | undefined;
    if (cost === undefined) throw new TypeError("A request to Microsoft Graph without its cost.");
    await this.#pace.begin(cost.units, cost.signal);
    await this.#next?.execute(context);
    const { status, headers } = context.response ?? {};
    this.#pace.warned(Number(headers?.get("x-ms-throttle-limit-percentage") ?? Number.NaN));
    const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
    if (status === 429 && seconds > 0) this.#pace.pause(Math.min(seconds, MAX_PAUSE) * 1000);
  }
}

/** Seconds; the longest that the middleware that repeats a request waits. */
const MAX_PAUSE = 180;
