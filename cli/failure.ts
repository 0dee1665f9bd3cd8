import { TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";

/**
 * What to print, and how to exit, when a command ends with an error. What was thrown on purpose is one readable
 * message; anything else is a defect of tenantwire and keeps its stack.
 */
export function describeFailure(error: unknown): { message: string; exitCode: number } {
  if (error instanceof TenantwireError) return { message: `tenantwire: ${error.message}`, exitCode: error.exitCode };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `tenantwire: unexpected: ${detail}`, exitCode: ExitCode.failure };
}
