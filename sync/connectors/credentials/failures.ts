/**
 * Entra's reasons for not signing an application in, as errors that a person can act on.
 *
 * @packageDocumentation
 */
import { CredentialError, TenantwireError } from "../../../contract/errors.ts";
import { type FailedSignIn, whySignInFailed } from "../../../contract/sign-in-failures.ts";
import { firstLine } from "../../../contract/words.ts";
import { isPassingStatus } from "../http/answer.ts";
import { isAbort, Unreachable, unreachable, unreachableNow } from "../network.ts";

/** Who signs in, and with what. */
export interface SignIn extends FailedSignIn {
  readonly clientId: string;
  /** Who it is, for messages; by default the sync identity. */
  readonly who?: string;
  /** Host of the authority, for when it cannot be reached. */
  readonly host: string;
}

/** What the library says of connections; of a proxy that says no it says that the client, or the server, made an error. */
const CONNECTION =
  /network|ECONN|ENOTFOUND|EAI_AGAIN|socket|certificate|fetch failed|endpoints_resolution|client_error|server_error/i;

/**
 * What an Azure credential threw, translated; what is an error of ours already stays as it is.
 *
 * @returns Unreachable where asking again may help: whoever asks a host has the same patience with signing in to it
 */
export async function signInFailure(error: unknown, signIn: SignIn): Promise<unknown> {
  if (error instanceof TenantwireError || isAbort(error)) return error;
  const message = String((error as Error | undefined)?.message ?? error);
  const status = statusOf(error, message);
  const known = whySignInFailed(message, signIn);
  if (known === undefined) return withoutCode(error, message, status, signIn);
  const trace = /Trace ID: ([\w-]+)/i.exec(message)?.[1];
  const named = trace === undefined ? known.code : `${known.code}, trace ${trace}`;
  const words = `Entra does not sign ${whoOf(signIn)} in: ${known.reason} (${named})`;
  return known.passes || (status !== undefined && isPassingStatus(status))
    ? new Unreachable(words, { transient: true, begun: false }, error)
    : new CredentialError(words, { cause: error });
}

async function withoutCode(
  error: unknown,
  message: string,
  status: number | undefined,
  signIn: SignIn,
): Promise<Error> {
  const { host } = signIn;
  if (status !== undefined || CONNECTION.test(message)) {
    const url = new URL(`https://${host}/common/v2.0/.well-known/openid-configuration`);
    const now = await unreachableNow(url);
    if (now !== undefined) return now;
    if (status === undefined) return unreachable(host, error);
    const words = `${host} answered ${status} when asked to sign ${whoOf(signIn)} in: try again.`;
    return isPassingStatus(status)
      ? new Unreachable(words, { transient: true, begun: false }, error)
      : new CredentialError(words, { cause: error });
  }
  return new CredentialError(`Signing in ${whoOf(signIn)} failed: ${firstLine(message)}`, { cause: error });
}

/** The library's error of an answer holds its status, but for those that it repeats from memory: these say it. */
function statusOf(error: unknown, message: string): number | undefined {
  const { cause } = error as { readonly cause?: { readonly status?: unknown } };
  if (typeof cause?.status === "number") return cause.status;
  const said = /^Http status code: (\d{3})$/m.exec(message)?.[1];
  return said === undefined ? undefined : Number(said);
}

function whoOf({ who = "the sync identity", clientId }: SignIn): string {
  return `${who} (client id ${clientId})`;
}
