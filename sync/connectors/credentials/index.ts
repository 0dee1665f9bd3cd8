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
import { clientCredential } from "./application.ts";
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
  const { tenant } = outputs;
  const trusted = outputs.credentials.federated.filter(({ clientId }) => clientId === identity.clientId);
  let shown: string | undefined;
  const signIn: SignIn = {
    tenantId: tenant.id,
    clientId: identity.clientId,
    host: new URL(clouds[tenant.cloud].authority).host,
    proof: () => compareWithTrusted(shown, trusted),
  };

  if (identity.signIn.kind === "federated") {
    return new TranslatedCredential(signIn, async () => {
      const assertion: Assertion = findAssertion(environment, trusted);
      return clientCredential(tenant, identity.clientId, { assertion: async () => (shown = await assertion()) });
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
    return new VaultSecretCredential({
      vaultUri: vault.uri,
      secretName: vaultSecret,
      reader: signedIn(tenant, `read the sync identity's ${kind} from vault ${vault.name}`, environment),
      withSecret: (value) =>
        clientCredential(
          tenant,
          identity.clientId,
          kind === "certificate" ? { certificate: value } : { secret: value },
        ),
    });
  });
}
