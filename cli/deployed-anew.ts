/** Whether a process that stays works with what is declared by now. @packageDocumentation */
import { isDeepStrictEqual } from "node:util";
import { TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";

/**
 * Whether the outputs are others than those that were read when the process began. What cannot be read just now is looked at
 * again the next time.
 */
export async function isDeployedAnew(outputs: Outputs, from: OutputsSource): Promise<boolean> {
  try {
    return !isDeepStrictEqual(await loadOutputs(from), outputs);
  } catch (error) {
    if (error instanceof TenantwireError) return false;
    throw error;
  }
}
