/**
 * What Graph answers in place of success, as errors that a person can act on.
 *
 * @packageDocumentation
 */
import { ConnectionError, CredentialError, PermissionError } from "../../../contract/errors.ts";
import { firstLine, quoted } from "../../../contract/words.ts";
import { type Headers, requestName } from "../http/answer.ts";

/** What a call is for: the words of its error messages. */
export interface Purpose {
  /** What is done, as in "read users". */
  readonly doing: string;
  /** Application permissions of Microsoft Graph that it needs. */
  readonly needs: readonly string[];
}

/** Graph answered with an error that no general rule explains; who asked may know better. */
export class GraphError extends ConnectionError {
  override name = "GraphError";
  readonly status: number;
  /** Graph's own code, e.g. `Request_ResourceNotFound`. */
  readonly code: string;
  /** In Graph's own words. */
  readonly said: string;

  constructor(message: string, status: number, code: string, said: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.said = said;
  }
}

/**
 * @param body the parsed answer, if it could be parsed
 * @param headers of the answer; of a part of a batch, what names the request is in its body
 */
export function failureOf(host: string, status: number, body: unknown, purpose: Purpose, headers: Headers = {}): Error {
  const { code, message, innerError } = errorIn(body);
  const name = requestName(headers) || requestName(innerError);
  if ((status === 401 || status === 403) && isAccessPolicy(code, message)) {
    return new PermissionError(
      `Conditional access of the tenant does not let the sync identity ${purpose.doing} (${code || status}): ${quoted(firstLine(message))} ` +
        `Have a policy for workload identities let it in from this network.${name}`,
    );
  }
  const says = message ? ` It says: ${quoted(firstLine(message))}` : "";
  if (status === 401) {
    return new CredentialError(
      `Microsoft Graph (${host}) did not accept the access token while asked to ${purpose.doing} (${code || "401"}): ` +
        `check that the outputs are of this tenant and cloud.${says}${name}`,
    );
  }
  if (status === 403) {
    const several = purpose.needs.length > 1;
    const permissions = purpose.needs.join(" and ");
    return new PermissionError(
      `Microsoft Graph does not let the sync identity ${purpose.doing} (${code || "403"}): that needs the application ` +
        `permission${several ? "s" : ""} ${permissions}, and ${several ? "one" : "it"} is not declared or consent was not granted. ` +
        `Deploy the stack again (pulumi up --refresh), or ask an administrator of the tenant for consent.${says}${name}`,
    );
  }
  // What it says may name people.
  const said = [code, message && quoted(firstLine(message))].filter(Boolean).join(": ") || "no explanation";
  return new GraphError(
    `Microsoft Graph (${host}) answered ${status} when asked to ${purpose.doing}: ${said}${name}`,
    status,
    code,
    message,
  );
}

/**
 * Signing in went well, and a policy of the tenant stops what is done then: with 403, or with 401 where access is
 * evaluated continuously (reported: msgraph-sdk-powershell #3322).
 */
function isAccessPolicy(code: string, message: string): boolean {
  return /(conditional|continuous) ?access|AADSTS53\d{3}|\blocations?\b|network perimeter|ip address/i.test(
    `${code} ${message}`,
  );
}

/** Of what is asked for by a text of somebody's: Graph does not take it for what it should be. */
export function isBadRequest(error: unknown): error is GraphError {
  return error instanceof GraphError && error.status === 400;
}

/**
 * A delta link is refused: it is older than Graph keeps it (7 days for directory objects), or Graph wants a new start.
 * Documented: 410, or a 40x whose code says so; the codes differ by service.
 */
export function isExpiredLink(error: unknown): error is GraphError {
  if (!(error instanceof GraphError)) return false;
  if (error.status === 410) return true;
  if (error.status !== 400 && error.status !== 404) return false;
  return /sync_?state|resync|(delta|skip|page)_?token/i.test(`${error.code} ${error.said}`);
}

function errorIn(body: unknown): { code: string; message: string; innerError: Headers } {
  const error = (body as { error?: { code?: unknown; message?: unknown; innerError?: unknown } } | undefined)?.error;
  return {
    code: typeof error?.code === "string" ? error.code : "",
    message: typeof error?.message === "string" ? error.message : "",
    innerError: typeof error?.innerError === "object" ? ((error.innerError ?? {}) as Headers) : {},
  };
}
