/**
 * What the blob service says, as errors that a person can act on.
 *
 * @packageDocumentation
 */
import { CredentialError, PermissionError, StateError, TenantwireError } from "../../../contract/errors.ts";
import { headersIn, requestName } from "../../connectors/http/answer.ts";
import { StateFenced } from "../session.ts";
import { isAbort, unreachable } from "../../connectors/network.ts";

/** The lease is not this run's any more: it ran out, was broken, or is somebody else's. */
const leaseLost = new Set([
  "LeaseIdMismatchWithBlobOperation",
  "LeaseIdMismatchWithLeaseOperation",
  "LeaseIdMissing",
  "LeaseIsBrokenAndCannotBeRenewed",
  "LeaseLost",
  "LeaseNotPresentWithBlobOperation",
  "LeaseNotPresentWithLeaseOperation",
]);

/** Somebody else has the lease, or has just been thrown out of it. */
const leaseTaken = new Set(["LeaseAlreadyPresent", "LeaseIsBreakingAndCannotBeAcquired"]);

/** The service's word for what went wrong (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). */
export function blobErrorCode(error: unknown): string | undefined {
  const { code, details } = error as { code?: string; details?: { errorCode?: string } };
  return details?.errorCode ?? code;
}

export function isLeaseTaken(error: unknown): boolean {
  return leaseTaken.has(blobErrorCode(error) ?? "");
}

/** Nobody has renewed the lease for a minute. It is this run's still where nobody took it or wrote meanwhile (documented). */
export function isLeaseOver(error: unknown): boolean {
  return blobErrorCode(error) === "LeaseLost";
}

/** The blob is another one than this run left. */
export function isChanged(error: unknown): boolean {
  return blobErrorCode(error) === "ConditionNotMet";
}

/**
 * What a request for the state's blob threw, translated; what is an error of ours already stays as it is.
 *
 * @param address of the blob, without a signature
 */
export function blobFailure(address: string, error: unknown): unknown {
  if (error instanceof TenantwireError || error instanceof StateFenced || isAbort(error)) return error;
  const { host } = new URL(address);
  const { statusCode } = error as { statusCode?: number };
  const code = blobErrorCode(error);
  const cause = { cause: error };
  if (code !== undefined && leaseLost.has(code)) return new StateFenced(fencedMessage(address), cause);
  if (isChanged(error)) return new StateFenced(`Something else has written to ${address}; this run stops.`, cause);
  if (code === "ContainerNotFound") {
    return new StateError(
      `There is no container for ${address}: make it (az storage container create), or name another one.`,
      cause,
    );
  }
  if ((statusCode === 403 || statusCode === 407) && !("x-ms-request-id" in headersIn(error))) {
    // Documented: the service names every request. What a proxy answers, the library takes for the service's.
    return unreachable(host, new Error(`Proxy response (${statusCode})`, cause));
  }
  if (statusCode === 401) {
    return new CredentialError(
      `${host} did not accept the access token (${code ?? "401"}): is the storage account of the tenant in the outputs?`,
      cause,
    );
  }
  const name = requestName(headersIn(error));
  if (statusCode === 403 && code === "AuthorizationPermissionMismatch") {
    return new PermissionError(
      `${host} does not let this identity use ${address} (${code}): it needs the role "Storage Blob Data Contributor" on the container. ` +
        `A new role can take some minutes to work.${name}`,
      cause,
    );
  }
  if (statusCode === 403 && code === "AuthorizationFailure") {
    return new PermissionError(
      `${host} does not let this machine in (${code}): the account's firewall, or a private link that it wants, is in the way, ` +
        `or requests with access tokens are not allowed. The role "Storage Blob Data Contributor" on the container is needed as well.${name}`,
      cause,
    );
  }
  if (statusCode === 403) {
    return new PermissionError(
      `${host} does not let this identity use ${address} (${code ?? "403"}): it needs the role "Storage Blob Data Contributor" on the container, ` +
        `and the account's firewall has to let this machine in. A new role can take some minutes to work.${name}`,
      cause,
    );
  }
  if (statusCode === undefined) return unreachable(host, error);
  return new StateError(`${address} cannot be used as state (${statusCode} ${code ?? ""}): try again.${name}`, cause);
}

export function fencedMessage(address: string): string {
  return `The lease on ${address} is lost, so that another run may have taken over; this one stops.`;
}
