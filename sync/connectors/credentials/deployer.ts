import type { TokenCredential } from "@azure/identity";
import { clouds } from "../../../contract/clouds.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { ARM } from "../../../contract/sign-in-failures.ts";
import { applicationCredential, type ApplicationSignIn } from "./application.ts";
import { requestGitHubToken } from "./federated.ts";
import { signedIn } from "./signed-in.ts";

/**
 * Who is at work here: the identity that Pulumi would deploy with where the environment names one (`ARM_CLIENT_ID`, with
 * `ARM_CLIENT_SECRET`, `ARM_OIDC_TOKEN` or, in GitHub Actions, `ARM_USE_OIDC=true`), and elsewhere whoever is signed in.
 *
 * @param what completes "Nobody is signed in here who could"
 * @throws CredentialError from `getToken`, in words
 */
export function deployerCredential(
  tenant: Outputs["tenant"],
  environment: NodeJS.ProcessEnv,
  what: string,
): TokenCredential {
  const {
    ARM_CLIENT_ID: clientId,
    ARM_CLIENT_SECRET: secret,
    ARM_OIDC_TOKEN: token,
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
  } = environment;
  const identity = { who: "the deploying identity", named: ARM };
  const application = (proof: ApplicationSignIn["proof"]) =>
    applicationCredential(tenant, { ...identity, clientId: clientId ?? "", proof });
  if (clientId && secret) return application({ secret });
  if (clientId && environment["ARM_USE_OIDC"] === "true") {
    if (token) return application({ assertion: async () => token });
    if (url && bearer) {
      const audience = clouds[tenant.cloud].tokenExchange;
      return application({ assertion: () => requestGitHubToken(url, bearer, audience, identity.who) });
    }
  }
  const instead = clientId
    ? `. ARM_CLIENT_ID is set, and nothing that proves it: set ARM_CLIENT_SECRET, or ARM_USE_OIDC=true with ARM_OIDC_TOKEN (in GitHub Actions with the permission "id-token: write" alone)`
    : ", or set ARM_CLIENT_ID and ARM_CLIENT_SECRET";
  return signedIn(tenant, what, environment, instead);
}
