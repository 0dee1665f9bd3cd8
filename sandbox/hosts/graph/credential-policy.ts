import type { Forbidden } from "../../directory/app-management.ts";
import { GraphError } from "./errors.ts";

/**
 * Reported: codes and messages of secrets that a policy forbids; that certificates have the same, and the status, are
 * assumed.
 *
 * @throws GraphError 400
 */
export function checkAllowed(forbidden: Forbidden | undefined): void {
  if (!forbidden) return;
  const { because, policyId } = forbidden;
  throw because === "kind"
    ? new GraphError(
        400,
        "CredentialTypeNotAllowedAsPerAppPolicy",
        `Credential type not allowed as per assigned policy '${policyId}'.`,
      )
    : new GraphError(
        400,
        "CredentialInvalidLifetimeAsPerAppPolicy",
        `Credential lifetime exceeds the max value allowed as per assigned policy '${policyId}'.`,
      );
}
