/** A refusal of Graph, in its own words. */
export class GraphError extends Error {
  override name = "GraphError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Documented: the body of every error. */
export function errorBody(error: GraphError, now: Date, requestId: string, clientRequestId: string): object {
  return {
    error: {
      code: error.code,
      message: error.message,
      innerError: {
        date: now.toISOString().slice(0, 19),
        "request-id": requestId,
        "client-request-id": clientRequestId,
      },
    },
  };
}

export function notFound(id: string): GraphError {
  return new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function forbidden(): GraphError {
  return new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

/** Reported (php-connect-sample #9): how calendars and rooms are refused, which live in Exchange. */
export function exchangeForbidden(): GraphError {
  return new GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
}

/** What the request says is understood and not possible. */
export function badRequest(message: string): GraphError {
  return new GraphError(400, "Request_BadRequest", message);
}

/** What the request says is not understood. */
export function malformed(message: string): GraphError {
  return new GraphError(400, "BadRequest", message);
}

/** A query that is understood and that this collection, or this way of asking, does not answer. */
export function unsupportedQuery(message: string): GraphError {
  return new GraphError(400, "Request_UnsupportedQuery", message);
}

export function duplicate(message: string): GraphError {
  return new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
}

/** Reported (microsoft-graph-docs #119): the words, and the code; the status is documented. */
export function notAllowed(): GraphError {
  return new GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
}

/** What the stand-in has not, and nobody here knows of Graph. */
export function notKnown(what: string): GraphError {
  return new GraphError(
    501,
    "NotImplemented",
    `The stand-in tenant does not have ${what}, and does not know whether Microsoft Graph does.`,
  );
}

/** What Graph has and the stand-in has not: it says so itself, so that nobody takes it for Graph's own answer. */
export function notHere(what: string): GraphError {
  return new GraphError(501, "NotImplemented", `The stand-in tenant does not have ${what}; Microsoft Graph does.`);
}
