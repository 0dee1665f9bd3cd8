import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import { clouds } from "../../../contract/clouds.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { CredentialError } from "../../../contract/errors.ts";

/**
 * Whoever is signed in here: a person by `az login`, a pipeline by its environment. The library answers with a page of
 * text about everything that it has tried.
 *
 * @param what completes "Nobody is signed in here who could"
 * @param instead what else can be done, as a sentence after "sign in (az login)"
 * @throws CredentialError from `getToken`, in words, when nobody is
 */
export function signedIn(tenant: Outputs["tenant"], what: string, instead = ""): TokenCredential {
  return new SignedIn(tenant, `Nobody is signed in here who could ${what}: sign in (az login)${instead}.`);
}

class SignedIn implements TokenCredential {
  readonly #tenant: Outputs["tenant"];
  readonly #nobody: string;
  #inner: Promise<TokenCredential> | undefined;

  constructor(tenant: Outputs["tenant"], nobody: string) {
    this.#tenant = tenant;
    this.#nobody = nobody;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    this.#inner ??= this.#make();
    try {
      return await (await this.#inner).getToken(scopes, options);
    } catch (error) {
      throw new CredentialError(this.#nobody, { cause: error });
    }
  }

  async #make(): Promise<TokenCredential> {
    const { DefaultAzureCredential } = await import("@azure/identity");
    return new DefaultAzureCredential({
      tenantId: this.#tenant.id,
      authorityHost: clouds[this.#tenant.cloud].authority,
      retryOptions: { maxRetries: 2, retryDelayInMs: 300 },
    });
  }
}
