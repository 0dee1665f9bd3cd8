/**
 * Each system's own way to say that something is wrong, for faults that are answered without asking the host.
 *
 * @packageDocumentation
 */

export interface ErrorBody {
  readonly contentType: string;
  readonly body: string;
}

/** The body that a system sends with an error status. */
export type ErrorStyle = (status: number) => ErrorBody;

/** Documented: Graph error resource, `{error: {code, message, innerError}}`; the codes of single statuses are assumed. */
export function graphError(status: number): ErrorBody {
  const known = graphCodes[status] ?? { code: "UnknownError", message: "" };
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": crypto.randomUUID(),
    "client-request-id": crypto.randomUUID(),
  };
  return json({ error: { ...known, innerError } });
}

const graphCodes: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: "Request_BadRequest", message: "Invalid request." },
  401: { code: "InvalidAuthenticationToken", message: "Access token validation failure." },
  403: { code: "Authorization_RequestDenied", message: "Insufficient privileges to complete the operation." },
  404: {
    code: "Request_ResourceNotFound",
    message: "Resource does not exist or one of its queried reference-property objects are not present.",
  },
  409: {
    code: "Request_MultipleObjectsWithSameKeyValue",
    message: "A conflicting object with one or more of the specified property values is present in the directory.",
  },
  410: { code: "syncStateNotFound", message: "The sync state generation is not found; run a full synchronization." },
  429: { code: "TooManyRequests", message: "Too many requests" },
  500: { code: "Service_InternalServerError", message: "Encountered an internal server error." },
  503: { code: "serviceNotAvailable", message: "The service is temporarily unavailable. Please try again later." },
};

/** Documented: the token endpoint's OAuth error body; the AADSTS number is the one of transient errors. */
export function entraError(status: number): ErrorBody {
  return json({
    error: status === 429 || status >= 500 ? "temporarily_unavailable" : "invalid_request",
    error_description: "AADSTS90033: A transient error has occurred. Please try again.",
    error_codes: [90033],
    timestamp: new Date().toISOString().replace(/T/, " ").replace(/\.\d+/, ""),
    trace_id: crypto.randomUUID(),
    correlation_id: crypto.randomUUID(),
  });
}

/** Documented: ARM's `{error: {code, message}}`; the message of a status is assumed. */
export function armError(status: number): ErrorBody {
  const code = azureCodes[status] ?? "InternalServerError";
  const message =
    status === 429
      ? "The request is being throttled as the limit has been reached for operation type. Please try again after the time in Retry-After."
      : "The server encountered an error. Please retry the request.";
  return json({ error: { code, message } });
}

const azureCodes: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "InvalidAuthenticationToken",
  403: "AuthorizationFailed",
  404: "ResourceNotFound",
  409: "Conflict",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

/** Documented: Key Vault's throttling guidance for 429; other statuses assumed. */
export function vaultError(status: number): ErrorBody {
  if (status !== 429)
    return json({
      error: { code: azureCodes[status] ?? "InternalServerError", message: "The request could not be processed." },
    });
  const message =
    "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached";
  return json({ error: { code: "Throttled", message } });
}

/** Documented: the Blob service answers XML; the codes are those of Azure's other services (assumed). */
export function blobError(status: number): ErrorBody {
  const code = azureCodes[status] ?? "InternalError";
  const message = status === 503 ? "The server is busy." : "The server encountered an internal error.";
  return {
    contentType: "application/xml",
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}

/** Seen in one tenant: a 500 is .NET's text; other statuses are assumed to be plain text too. */
export function netError(status: number): ErrorBody {
  const text =
    netTexts[status] ??
    "System.NullReferenceException: Object reference not set to an instance of an object.\r\n   at OnePlan.Api.Controllers.ApiControllerBase.Execute()";
  return { contentType: "text/plain; charset=utf-8", body: text };
}

const netTexts: Readonly<Record<number, string>> = {
  401: "Authorization has been denied for this request.",
  403: "Forbidden",
  404: "The resource cannot be found.",
  429: "Too Many Requests",
  502: "Bad Gateway",
  503: "The service is unavailable.",
  504: "Gateway Timeout",
};

/** Assumed: nothing is published but the status 401. */
export function onesError(status: number): ErrorBody {
  return json({ message: netTexts[status] ?? "Internal Server Error" });
}

function json(value: unknown): ErrorBody {
  return { contentType: "application/json; charset=utf-8", body: JSON.stringify(value) };
}
