import { TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { wasInterrupted } from "./interruption.ts";

/**
 * What to print, and how to exit, when a command ends with an error. What was thrown on purpose is one readable
 * message; anything else is a defect of tenantwire and keeps its stack.
 */
export function describeFailure(error: unknown): { message: string; exitCode: number } {
  if (error instanceof TenantwireError) return { message: `tenantwire: ${error.message}`, exitCode: error.exitCode };
  // What breaks off then is no defect.
  if (wasInterrupted())
    return { message: "tenantwire: Stopped on request, before it was done.", exitCode: ExitCode.failure };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `tenantwire: unexpected: ${detail}`, exitCode: ExitCode.failure };
}
