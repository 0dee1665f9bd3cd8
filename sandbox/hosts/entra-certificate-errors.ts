import { EntraError } from "./entra-error.ts";

/** What Entra refuses of an assertion by certificate (documented: AADSTS error codes; the words: reported by clients). */
export const certificateRejections = {
  foreignAssertion: () =>
    invalidClient(700021, "Client assertion application identifier doesn't match 'client_id' parameter."),
  algorithm: (given: string, supported: readonly string[]) =>
    invalidClient(
      5002738,
      `Invalid JWT token. '${given}' is not a supported signature algorithm. Supported signing algorithms are: '${supported.join(", ")}'`,
    ),
  noThumbprint: () =>
    invalidClient(
      5002723,
      "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header.",
    ),
  unknownCertificate: (clientId: string, objectId: string, thumbprint: string) =>
    notRegistered(clientId, objectId, `The key was not found., Thumbprint of key used by client: '${thumbprint}'`),
  expiredCertificate: (clientId: string, objectId: string, thumbprint: string, start: string, end: string) =>
    notRegistered(
      clientId,
      objectId,
      `The key used is expired., Thumbprint of key used by client: '${thumbprint}', Found key 'Start=${start}, End=${end}'`,
    ),
  wrongSignature: (clientId: string, thumbprint: string) =>
    invalidClient(
      700027,
      `Client assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '${thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.]`,
    ),
  audience: () =>
    invalidClient(
      700023,
      "Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
    ),
};

function notRegistered(clientId: string, objectId: string, reason: string): EntraError {
  return invalidClient(
    700027,
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - ${reason}, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/${objectId}'].`,
  );
}

function invalidClient(code: number, message: string): EntraError {
  return new EntraError(code, "invalid_client", 401, message);
}
