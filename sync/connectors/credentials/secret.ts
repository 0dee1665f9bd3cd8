/**
 * Signing in with a client secret or a certificate that the vault holds, read by whoever runs the sync.
 *
 * @packageDocumentation
 */
import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import { readSecret, readSecretBefore } from "../vault/index.ts";

interface SecretSignIn {
  readonly vaultUri: string;
  readonly secretName: string;
  /** Whoever runs the sync: reads the vault, and nothing else. */
  readonly reader: TokenCredential;
  readonly withSecret: (secret: string) => TokenCredential;
}

/**
 * Takes the newest version of the secret, and the one before when Entra refuses it as wrong: right after a rotation
 * not every server of Entra knows the new one yet.
 */
export class VaultSecretCredential implements TokenCredential {
  readonly #signIn: SecretSignIn;
  #working: Promise<TokenCredential> | undefined;

  constructor(signIn: SecretSignIn) {
    this.#signIn = signIn;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    this.#working ??= this.#choose(scopes, options);
    try {
      return await (await this.#working).getToken(scopes, options);
    } catch (error) {
      this.#working = undefined;
      throw error;
    }
  }

  async #choose(scopes: string | string[], options?: GetTokenOptions): Promise<TokenCredential> {
    const { vaultUri, secretName, reader, withSecret } = this.#signIn;
    const newest = withSecret(await readSecret(vaultUri, secretName, reader));
    try {
      await newest.getToken(scopes, options);
      return newest;
    } catch (error) {
      if (!isWrongSecret(error)) throw error;
      const before = await readSecretBefore(vaultUri, secretName, reader);
      if (before === undefined) throw error;
      const older = withSecret(before);
      // When the older one does not work either, what is wrong with the newest is what a person should hear.
      return older.getToken(scopes, options).then(
        () => older,
        () => Promise.reject(error as Error),
      );
    }
  }
}

function isWrongSecret(error: unknown): boolean {
  return /AADSTS(7000215|700027)\b/.test(String((error as Error | undefined)?.message));
}
