import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import type { RenewableCredential } from "../http/bearer.ts";
import { type SignIn, signInFailure } from "./failures.ts";

/** Makes the real credential when it is first needed, and its failures readable. */
export class TranslatedCredential implements RenewableCredential {
  readonly #signIn: SignIn;
  readonly #make: () => Promise<TokenCredential>;
  #inner: Promise<TokenCredential> | undefined;

  constructor(signIn: SignIn, make: () => Promise<TokenCredential>) {
    this.#signIn = signIn;
    this.#make = make;
  }

  /** What was given was refused: everything is made anew, since the libraries keep tokens. */
  renew(): void {
    this.#inner = undefined;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    this.#inner ??= this.#make();
    try {
      return await (await this.#inner).getToken(scopes, options);
    } catch (error) {
      throw await signInFailure(error, this.#signIn);
    }
  }
}
