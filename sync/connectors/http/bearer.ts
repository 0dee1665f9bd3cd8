import type { AccessToken, TokenCredential } from "@azure/identity";
import { CredentialError, TenantwireError } from "../../../contract/errors.ts";
import { firstLine, quoted } from "../../../contract/words.ts";
import type { HttpOptions } from "./client.ts";

/** A credential that can be told that what it gave was refused; the libraries give the same token for most of an hour. */
export interface RenewableCredential extends TokenCredential {
  /** The next token is a new one. */
  renew?(): void;
}

/** A token is renewed when it has no longer to live than this: the libraries' own margin. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;

/**
 * Access tokens, for each try the one that is good then. They are kept for most of their life: the libraries have caches
 * too, but asking them costs milliseconds. Requests that are sent at once, or refused at once, sign in once.
 *
 * @param service what is signed in to, for messages
 */
export function bearer(credential: RenewableCredential, host: string, service: string): HttpOptions["authorization"] {
  let held: AccessToken | undefined;
  let signingIn: SigningIn | undefined;

  async function signedIn(renewed: boolean, signal: AbortSignal): Promise<string> {
    const own = (signingIn ??= {
      token: credential.getToken(`https://${host}/.default`, { abortSignal: signal }),
      renewed,
      signal,
    });
    try {
      const token = await own.token;
      if (token === null) throw new CredentialError(`Signing in to ${service} failed: there was no token.`);
      if (signingIn === own) held = token;
      return `Bearer ${token.token}`;
    } catch (error) {
      signal.throwIfAborted();
      if (!own.signal.aborted) throw inWords(error, service);
    } finally {
      if (signingIn === own) signingIn = undefined;
    }
    // Whoever began to sign in was told to stop, and nobody else was.
    return signedIn(own.renewed, signal);
  }

  return (renew, signal) => {
    // The token that is being renewed already was nobody's yet.
    if (renew && !signingIn?.renewed) {
      held = signingIn = undefined;
      credential.renew?.();
    }
    if (held !== undefined && held.expiresOnTimestamp - Date.now() > RENEW_BEFORE_MS) return `Bearer ${held.token}`;
    return signedIn(renew, signal);
  };
}

interface SigningIn {
  readonly token: Promise<AccessToken | null>;
  /** After a token was refused. */
  readonly renewed: boolean;
  /** Of whoever began. */
  readonly signal: AbortSignal;
}

function inWords(error: unknown, service: string): TenantwireError {
  if (error instanceof TenantwireError) return error;
  const said = firstLine(String((error as Error | undefined)?.message ?? error));
  return new CredentialError(`Signing in to ${service} failed: ${quoted(said)}`, { cause: error });
}
