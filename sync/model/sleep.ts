import { setTimeout as delay } from "node:timers/promises";

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** @throws AbortError as soon as the signal is aborted */
export const sleep: Sleep = (milliseconds, signal) => delay(milliseconds, undefined, { signal });
