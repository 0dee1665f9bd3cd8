import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import { clouds } from "../../../contract/clouds.ts";
import type { Outputs, SecretCredential } from "../../../contract/outputs.ts";
import type { Named } from "../../../contract/sign-in-refusals.ts";
import type { RenewableCredential } from "../http/bearer.ts";
import { signInFailure } from "./failures.ts";

/** An application of the tenant, and how it proves that it is the one. */
export interface ApplicationSignIn {
  readonly clientId: string;
  /** Who it is, for messages: "ONES". */
  readonly who: string;
  /** Where it is named, where the stack does not declare it. */
  readonly named?: Named;
  readonly proof: KeptProof | { readonly assertion: () => Promise<string> };
}

/** What a vault keeps: a secret, or a private key and its certificate in PEM. */
export type KeptProof = { readonly secret: string } | { readonly certificate: string };

/** What the value of a vault secret proves. */
export function keptProof({ kind }: Pick<SecretCredential, "kind">, value: string): KeptProof {
  return kind === "certificate" ? { certificate: value } : { secret: value };
}

/**
 * Any application of the tenant, signed in with what is known of it.
 *
 * @throws CredentialError from `getToken`, in words
 */
export function applicationCredential(tenant: Outputs["tenant"], signIn: ApplicationSignIn): TokenCredential {
  return new ApplicationCredential(tenant, signIn);
}

class ApplicationCredential implements RenewableCredential {
  readonly #tenant: Outputs["tenant"];
  readonly #signIn: ApplicationSignIn;
  #inner: Promise<TokenCredential> | undefined;

  constructor(tenant: Outputs["tenant"], signIn: ApplicationSignIn) {
    this.#tenant = tenant;
    this.#signIn = signIn;
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
      const { clientId, who, named } = this.#signIn;
      const host = new URL(clouds[this.#tenant.cloud].authority).host;
      const proof = () => "Issuer, subject and audience are those of the token that this machine was given.";
      const certificate = "certificate" in this.#signIn.proof;
      throw await signInFailure(error, { tenantId: this.#tenant.id, clientId, who, named, host, certificate, proof });
    }
  }

  async #make(): Promise<TokenCredential> {
    const { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } =
      await import("@azure/identity");
    const { clientId, proof } = this.#signIn;
    const authorityHost = clouds[this.#tenant.cloud].authority;
    const options = { authorityHost, retryOptions: { maxRetries: 2, retryDelayInMs: 300 } };
    if ("certificate" in proof) return new ClientCertificateCredential(this.#tenant.id, clientId, proof, options);
    return "secret" in proof
      ? new ClientSecretCredential(this.#tenant.id, clientId, proof.secret, options)
      : new ClientAssertionCredential(this.#tenant.id, clientId, proof.assertion, options);
  }
}
