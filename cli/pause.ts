/** @packageDocumentation */
import { setTimeout as wait } from "node:timers/promises";

/** Resolves after that time, or as soon as `until` is aborted: whoever pauses looks at that next, it is no error. */
export async function pause(milliseconds: number, until: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal: until });
  } catch (error) {
    if (!until.aborted) throw error;
  }
}
