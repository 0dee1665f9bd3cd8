import type { TokenCredential } from "@azure/identity";
import type { Outputs } from "../../../contract/outputs.ts";
import { hasAssertion } from "./federated.ts";
import { syncCredential } from "./index.ts";
import { signedIn } from "./signed-in.ts";

/**
 * Who reads and writes state that is kept in Azure: the sync identity where it can sign in, and elsewhere whoever is
 * signed in, such as an administrator who looks at past runs.
 *
 * @throws CredentialError from `getToken`, in words, when signing in fails
 */
export function stateCredential(outputs: Outputs, environment: NodeJS.ProcessEnv): TokenCredential {
  const signIn = outputs.syncIdentity?.signIn.kind;
  if (signIn === "secret" || signIn === "certificate" || (signIn === "federated" && hasAssertion(environment))) {
    return syncCredential(outputs, environment);
  }
  return signedIn(
    outputs.tenant,
    "use the state in Azure",
    environment,
    ", or run this where the sync identity can show its federated token (AZURE_FEDERATED_TOKEN_FILE, or GitHub Actions)",
  );
}
