import { EntraError } from "./entra-error.ts";
import { personRejections } from "./entra-person-errors.ts";

export { EntraError };

/** What Entra refuses, by its published error codes (documented: AADSTS error codes). */
export const rejections = {
  ...personRejections,
  tenantNotFound: (tenant: string) =>
    new EntraError(
      90002,
      "invalid_request",
      400,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    ),
  noTenant: () =>
    new EntraError(
      50059,
      "invalid_request",
      400,
      "No tenant-identifying information found in either the request or implied by any provided credentials.",
    ),
  /** Documented: the code; the words are the stand-in's. */
  invalidRequest: (status: number, message: string) => new EntraError(90100, "invalid_request", status, message),
  /** Documented: the code and its words. */
  noReplyAddress: () =>
    new EntraError(500113, "invalid_request", 400, "No reply address is registered for the application."),
  onlyPost: (method: string) =>
    new EntraError(
      900561,
      "invalid_request",
      400,
      `The endpoint only accepts POST requests. Received a ${method} request.`,
    ),
  parameterMissing: (name: string) =>
    new EntraError(900144, "invalid_request", 400, `The request body must contain the following parameter: '${name}'.`),
  unsupportedGrant: (grant: string) =>
    new EntraError(70003, "unsupported_grant_type", 400, `The app requested an unsupported grant type '${grant}'.`),
  applicationNotFound: (clientId: string, directory: string) =>
    new EntraError(
      700016,
      "unauthorized_client",
      400,
      `Application with identifier '${clientId}' was not found in the directory '${directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    ),
  principalMissing: (clientId: string, tenantId: string) =>
    new EntraError(
      7000229,
      "unauthorized_client",
      400,
      `The client application ${clientId} is missing service principal in the tenant ${tenantId}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119`,
    ),
  applicationDisabled: (clientId: string, name: string) =>
    new EntraError(7000112, "unauthorized_client", 400, `Application '${clientId}'(${name}) is disabled.`),
  noCredential: () =>
    new EntraError(
      7000218,
      "invalid_client",
      401,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
  invalidSecret: (clientId: string) =>
    new EntraError(
      7000215,
      "invalid_client",
      401,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    ),
  expiredSecret: (clientId: string) =>
    new EntraError(
      7000222,
      "invalid_client",
      401,
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    ),
  malformedAssertion: () => new EntraError(50027, "invalid_request", 400, "JWT token is invalid or malformed."),
  noFederatedCredential: (clientId: string) =>
    new EntraError(
      70025,
      "invalid_client",
      401,
      `The client '${clientId}' has no configured federated identity credentials.`,
    ),
  noMatchingCredential: (code: 700211 | 700212 | 700213, what: "issuer" | "audience" | "subject", value: string) =>
    new EntraError(
      code,
      "invalid_client",
      401,
      `No matching federated identity record found for presented assertion ${what} '${value}'. Please note that the matching is done using a case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
    ),
  subjectCase: (subject: string) =>
    new EntraError(
      7002138,
      "invalid_client",
      401,
      `No matching federated identity record found for presented assertion subject '${subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. See documentation at: https://learn.microsoft.com/entra/workload-id/workload-identity-federation.`,
    ),
  issuerUnreachable: () => new EntraError(90061, "invalid_request", 400, "Request to External OIDC endpoint failed."),
  assertionSignature: () =>
    new EntraError(
      50013,
      "invalid_client",
      401,
      "Assertion failed signature validation. [Reason - The key was not found.]",
    ),
  assertionTime: (now: Date, from: string, until: string) =>
    new EntraError(
      700024,
      "invalid_client",
      401,
      `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, assertion valid from ${from}, expiry time of assertion ${until}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
    ),
  invalidScope: (scope: string) =>
    new EntraError(
      1002012,
      "invalid_scope",
      400,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    ),
  resourceNotFound: (resource: string, directory: string) =>
    new EntraError(
      500011,
      "invalid_resource",
      400,
      `The resource principal named ${resource} was not found in the tenant named ${directory}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    ),
};
