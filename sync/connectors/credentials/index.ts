/**
 * Signing in as the sync identity of a deployed stack. The Azure libraries are loaded when a token is first wanted:
 * they take a quarter of a second.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import type { Outputs } from "../../../contract/outputs.ts";
import { SettingsError } from "../../../contract/errors.ts";
import { clouds } from "../../../contract/clouds.ts";
import { azureIdentity } from "../azure-libraries.ts";
import type { SignIn } from "./failures.ts";
import { type Assertion, compareWithTrusted, findAssertion } from "./federated.ts";
import { VaultSecretCredential } from "./secret.ts";
import { signedIn } from "./signed-in.ts";
import { TranslatedCredential } from "./translated.ts";

/**
 * The credential of the sync identity, by the outputs: the client id is always theirs, never the environment's.
 *
 * @param environment where a federated token, or the identity that may read the vault, is found
 * @throws SettingsError when the outputs name no sync identity
 * @throws CredentialError from `getToken`, in words, when signing in fails
 */
export function syncCredential(outputs: Outputs, environment: NodeJS.ProcessEnv): TokenCredential {
  const identity = outputs.syncIdentity;
  if (identity === undefined) {
    throw new SettingsError(
      `The outputs of ${outputs.mark} name no sync identity: nothing that is synced is in its settings. Add an integration and deploy (pulumi up).`,
    );
  }
  const authority = clouds[outputs.tenant.cloud].authority;
  // The library's default is to try for a good six seconds.
  const options = { authorityHost: authority, retryOptions: { maxRetries: 2, retryDelayInMs: 300 } };
  const trusted = outputs.credentials.federated.filter(({ clientId }) => clientId === identity.clientId);
  let shown: string | undefined;
  const signIn: SignIn = {
    tenantId: outputs.tenant.id,
    clientId: identity.clientId,
    host: new URL(authority).host,
    proof: () => compareWithTrusted(shown, trusted),
  };

  if (identity.signIn.kind === "federated") {
    return new TranslatedCredential(signIn, async () => {
      const assertion: Assertion = findAssertion(environment, trusted);
      const { ClientAssertionCredential } = azureIdentity();
      const get = async () => (shown = await assertion.get());
      return new ClientAssertionCredential(outputs.tenant.id, identity.clientId, get, options);
    });
  }

  const { kind, vaultSecret } = identity.signIn;
  const vault = outputs.vault;
  if (vault === undefined) {
    throw new SettingsError(
      `The outputs of ${outputs.mark} name a ${kind} for the sync identity but no vault: deploy the stack again (pulumi up).`,
    );
  }
  const proven = { ...signIn, certificate: kind === "certificate" };
  return new TranslatedCredential(proven, async () => {
    const { ClientCertificateCredential, ClientSecretCredential } = azureIdentity();
    return new VaultSecretCredential({
      vaultUri: vault.uri,
      secretName: vaultSecret,
      reader: signedIn(outputs.tenant, `read the sync identity's ${kind} from vault ${vault.name}`, environment),
      withSecret: (value) =>
        kind === "certificate"
          ? new ClientCertificateCredential(outputs.tenant.id, identity.clientId, { certificate: value }, options)
          : new ClientSecretCredential(outputs.tenant.id, identity.clientId, value, options),
    });
  });
}
