import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import { clouds } from "../../../contract/clouds.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { CredentialError } from "../../../contract/errors.ts";
import { AZURE } from "../../../contract/sign-in-failures.ts";
import { azureIdentity } from "../azure-libraries.ts";
import { libraryOptions } from "./application.ts";
import { signInFailure } from "./failures.ts";

/**
 * Whoever is signed in here: a person by `az login`, a pipeline by its environment.
 *
 * @param what completes "Nobody is signed in here who could"
 * @param environment where who it is may be named
 * @param instead what else can be done, as a sentence after "sign in (az login)"
 * @throws CredentialError from `getToken`, in words, when nobody is, or when Entra refuses who is
 */
export function signedIn(
  tenant: Outputs["tenant"],
  what: string,
  environment: NodeJS.ProcessEnv,
  instead = AZURE_VARIABLES,
): TokenCredential {
  const { AZURE_CLIENT_ID: clientId, ARM_CLIENT_ID: deployer } = environment;
  const unused =
    deployer && !clientId && instead === AZURE_VARIABLES
      ? " ARM_CLIENT_ID and what belongs to it are for deploying, and are not used for this."
      : "";
  const nobody = `Nobody is signed in here who could ${what}: sign in (az login)${instead}.${unused}`;
  return new SignedIn(tenant, nobody, clientId);
}

const AZURE_VARIABLES = ", or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of an identity that may";

class SignedIn implements TokenCredential {
  readonly #tenant: Outputs["tenant"];
  readonly #nobody: string;
  readonly #clientId: string | undefined;
  #inner: Promise<TokenCredential> | undefined;

  constructor(tenant: Outputs["tenant"], nobody: string, clientId: string | undefined) {
    this.#tenant = tenant;
    this.#nobody = nobody;
    this.#clientId = clientId;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    this.#inner ??= this.#make();
    try {
      return await (await this.#inner).getToken(scopes, options);
    } catch (error) {
      throw await this.#failure(error);
    }
  }

  /** Where nobody is, the library answers with a page of text about everything that it has tried. */
  async #failure(error: unknown): Promise<unknown> {
    if (this.#clientId === undefined || isNobody(error)) return new CredentialError(this.#nobody, { cause: error });
    return signInFailure(error, {
      tenantId: this.#tenant.id,
      clientId: this.#clientId,
      who: "the identity of AZURE_CLIENT_ID",
      named: AZURE,
      host: new URL(clouds[this.#tenant.cloud].authority).host,
    });
  }

  async #make(): Promise<TokenCredential> {
    const { DefaultAzureCredential } = azureIdentity();
    return new DefaultAzureCredential({
      tenantId: this.#tenant.id,
      ...libraryOptions(this.#tenant.cloud),
    });
  }
}

/** Nothing that the library looks for is here, as distinct from something that did not work. */
function isNobody(error: unknown): boolean {
  const { name } = error as { readonly name?: unknown };
  return name === "CredentialUnavailableError" || name === "AggregateAuthenticationError";
}
