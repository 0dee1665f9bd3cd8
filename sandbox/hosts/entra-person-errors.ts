import { EntraError } from "./entra-error.ts";

/** What Entra refuses where a person signs in or an application acts for one (documented: AADSTS error codes). */
export const personRejections = {
  severalResources: (scope: string) =>
    new EntraError(
      28000,
      "invalid_scope",
      400,
      `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
    ),
  unknownScope: (application: string, scope: string, resource: string) =>
    new EntraError(
      650053,
      "invalid_client",
      400,
      `The application '${application}' asked for scope '${scope}' that doesn't exist on the resource '${resource}'. Contact the app vendor.`,
    ),
  redirectMismatch: (uri: string, clientId: string) =>
    new EntraError(
      50011,
      "invalid_request",
      400,
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
    ),
  redemptionMismatch: (sent: string, asked: string) =>
    new EntraError(
      500112,
      "invalid_client",
      401,
      `The reply address '${sent}' does not match the reply address '${asked}' provided when requesting Authorization code.`,
    ),
  notMultitenant: (clientId: string, name: string, created: string) =>
    new EntraError(
      50194,
      "invalid_request",
      400,
      `Application '${clientId}'(${name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '${created}'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
    ),
  unsupportedResponseType: (type: string) =>
    new EntraError(
      700054,
      "unsupported_response_type",
      400,
      `response_type '${type}' is not enabled for the application.`,
    ),
  notSignedIn: () =>
    new EntraError(50058, "login_required", 400, "A silent sign-in request was sent but no user is signed in."),
  unknownUser: (user: string, directory: string) =>
    new EntraError(
      50034,
      "invalid_grant",
      400,
      `The user account ${user} does not exist in the ${directory} directory. To sign into this application, the account must be added to the directory.`,
    ),
  deletedUser: (directory: string) =>
    new EntraError(
      500341,
      "invalid_grant",
      400,
      `The user account has been deleted from the ${directory} directory. To sign into this application, the account must be added to the directory.`,
    ),
  disabledUser: () => new EntraError(50057, "invalid_grant", 400, "The user account is disabled."),
  /** @param error `interaction_required` without a dialogue, `invalid_grant` at the token endpoint */
  consentMissing: (error: string, clientId: string, name: string) =>
    new EntraError(
      65001,
      error,
      400,
      `The user or administrator has not consented to use the application with ID '${clientId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
    ),
  administratorNeeded: (name: string) =>
    new EntraError(
      90094,
      "access_denied",
      400,
      `${name} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.`,
    ),
  malformedGrant: () =>
    new EntraError(9002313, "invalid_grant", 400, "Invalid request. Request is malformed or invalid."),
  foreignGrant: () =>
    new EntraError(
      70000,
      "invalid_grant",
      400,
      "Provided grant is invalid or malformed: it was issued to another client.",
    ),
  redeemedCode: () =>
    new EntraError(
      54005,
      "invalid_grant",
      400,
      "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    ),
  expiredCode: () =>
    new EntraError(
      70008,
      "invalid_grant",
      400,
      "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
    ),
  wrongVerifier: () =>
    new EntraError(
      501481,
      "invalid_grant",
      400,
      "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    ),
  publicClient: () =>
    new EntraError(
      700025,
      "invalid_client",
      401,
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    ),
  inactiveRefreshToken: (issued: string, days: number) =>
    new EntraError(
      700082,
      "invalid_grant",
      400,
      `The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for ${days}.00:00:00.`,
    ),
  /** The stand-in's own. */
  notHere: (what: string) =>
    new EntraError(900144, "invalid_request", 400, `The stand-in tenant does not have ${what}.`),
};
