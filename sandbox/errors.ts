import { TenantwireError } from "../contract/errors.ts";

/** The stand-in tenant could not be started, or does not answer. */
export class SandboxError extends TenantwireError {
  override name = "SandboxError";
}
