import { ConnectionError } from "../../../contract/errors.ts";
import { becameOf } from "../../model/became.ts";

/**
 * Waits for a write. What was answered with an error that says nothing of what became of it, or was not answered, may have
 * been done: reading back tells.
 *
 * @returns that error, to be thrown where it was not done; undefined where the answer was success
 * @throws every other error
 */
export async function unansweredOf(write: Promise<unknown>, signal: AbortSignal): Promise<Error | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof ConnectionError && becameOf(error) === "unknown" && !signal.aborted) return error;
    throw error;
  }
}
