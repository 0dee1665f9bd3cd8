/**
 * Entra's reasons for not signing an application in, as errors that a person can act on.
 *
 * @packageDocumentation
 */
import { CredentialError, TenantwireError } from "../../../contract/errors.ts";
import { type RefusedSignIn, signInRefusal } from "../../../contract/sign-in-refusals.ts";
import { isAbort, unreachable, unreachableNow } from "../network.ts";

/** Who signs in, and with what. */
export interface SignIn extends RefusedSignIn {
  readonly clientId: string;
  /** Who it is, for messages; by default the sync identity. */
  readonly who?: string;
  /** Host of the authority, for when it cannot be reached. */
  readonly host: string;
}

/** What the library says of connections; of a proxy's refusal it says that the client, or the server, made an error. */
const CONNECTION =
  /network|ECONN|ENOTFOUND|EAI_AGAIN|socket|certificate|fetch failed|endpoints_resolution|client_error|server_error/i;

/** What an Azure credential threw, translated; what is an error of ours already stays as it is. */
export async function signInFailure(error: unknown, signIn: SignIn): Promise<unknown> {
  if (error instanceof TenantwireError || isAbort(error)) return error;
  const message = String((error as Error | undefined)?.message ?? error);
  const refusal = signInRefusal(message, signIn);
  if (refusal === undefined) return withoutCode(error, message, signIn);
  const trace = /Trace ID: ([\w-]+)/i.exec(message)?.[1];
  const named = trace === undefined ? refusal.code : `${refusal.code}, trace ${trace}`;
  return new CredentialError(`Entra does not sign ${whoOf(signIn)} in: ${refusal.reason} (${named})`, {
    cause: error,
  });
}

async function withoutCode(error: unknown, message: string, signIn: SignIn): Promise<Error> {
  if (CONNECTION.test(message)) {
    const url = new URL(`https://${signIn.host}/common/v2.0/.well-known/openid-configuration`);
    return (await unreachableNow(url)) ?? unreachable(signIn.host, error);
  }
  return new CredentialError(`Signing in ${whoOf(signIn)} failed: ${firstLine(message)}`, { cause: error });
}

function whoOf({ who = "the sync identity", clientId }: SignIn): string {
  return `${who} (client id ${clientId})`;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]?.trim() ?? "";
}
