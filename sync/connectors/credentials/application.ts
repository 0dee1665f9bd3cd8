import type { TokenCredential } from "@azure/identity";
import { clouds } from "../../../contract/clouds.ts";
import type { Cloud, Outputs, SecretCredential } from "../../../contract/outputs.ts";
import type { Named } from "../../../contract/sign-in-failures.ts";
import { azureIdentity } from "../azure-libraries.ts";
import { TranslatedCredential } from "./translated.ts";

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
export function applicationCredential(
  { id: tenantId, cloud }: Outputs["tenant"],
  { clientId, who, named, proof }: ApplicationSignIn,
): TokenCredential {
  const signIn = {
    ...{ tenantId, clientId, who, host: new URL(clouds[cloud].authority).host },
    ...(named && { named }),
    certificate: "certificate" in proof,
    proof: () => "Issuer, subject and audience are those of the token that this machine was given.",
  };
  return new TranslatedCredential(signIn, async () => clientCredential({ id: tenantId, cloud }, clientId, proof));
}

/** What the library is told of a cloud; its default is to try for a good six seconds. */
export function libraryOptions(cloud: Cloud) {
  return { authorityHost: clouds[cloud].authority, retryOptions: { maxRetries: 2, retryDelayInMs: 300 } };
}

/** The library's own credential of an application. */
export function clientCredential(
  { id, cloud }: Pick<Outputs["tenant"], "id" | "cloud">,
  clientId: string,
  proof: ApplicationSignIn["proof"],
): TokenCredential {
  const { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } = azureIdentity();
  const options = libraryOptions(cloud);
  if ("certificate" in proof) return new ClientCertificateCredential(id, clientId, proof, options);
  return "secret" in proof
    ? new ClientSecretCredential(id, clientId, proof.secret, options)
    : new ClientAssertionCredential(id, clientId, proof.assertion, options);
}
