import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import type { Outputs } from "../../../stacks/outputs.ts";
import { CredentialError } from "../../engine/errors.ts";
import { clouds } from "../../../stacks/clouds.ts";
import { hasAssertion } from "./federated.ts";
import { syncCredential } from "./index.ts";

/**
 * Who reads and writes state that is kept in Azure: the sync identity where it can sign in, and elsewhere whoever is
 * signed in, such as an administrator who looks at past runs.
 *
 * @throws CredentialError from `getToken`, in words, when signing in fails
 */
export function stateCredential(outputs: Outputs, environment: NodeJS.ProcessEnv): TokenCredential {
  const signIn = outputs.syncIdentity?.signIn.kind;
  if (signIn === "secret" || (signIn === "federated" && hasAssertion(environment))) {
    return syncCredential(outputs, environment);
  }
  return new SignedIn(outputs.tenant);
}

/** Whoever is signed in here. The library answers with a page of text about everything that it has tried. */
class SignedIn implements TokenCredential {
  readonly #tenant: Outputs["tenant"];
  #inner: Promise<TokenCredential> | undefined;

  constructor(tenant: Outputs["tenant"]) {
    this.#tenant = tenant;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    this.#inner ??= this.#make();
    try {
      return await (await this.#inner).getToken(scopes, options);
    } catch (error) {
      throw new CredentialError(
        `Nobody is signed in here who could use the state in Azure: sign in (az login), ` +
          `or run this where the sync identity can show its federated token (AZURE_FEDERATED_TOKEN_FILE, or GitHub Actions).`,
        { cause: error },
      );
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
