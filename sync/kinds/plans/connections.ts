/**
 * The ways to both sides of plans: to an organization of Azure DevOps as the sync identity or by a personal access token,
 * to OnePlan by its key. No proof is read before it is known that it may go where it would be sent.
 *
 * @packageDocumentation
 */
import { organizationProduct } from "../../../contract/hosts.ts";
import { SettingsError } from "../../../contract/errors.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import type { PlansOrganization, PlansOutputs } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import {
  AZURE_DEVOPS_SCOPE,
  type AzureDevOpsClient,
  type AzureDevOpsConnection,
  type AzureDevOpsOptions,
  createAzureDevOpsClient,
} from "../../connectors/azure-devops/index.ts";
import type { RenewableCredential } from "../../connectors/http/bearer.ts";
import { createOnePlanClient } from "../../connectors/oneplan/client.ts";
import type { Reach } from "../../model/types.ts";
import { command, fill, storing } from "../../../contract/this-stack.ts";
import { PLANS_TARGET } from "./declared.ts";

export interface Connecting {
  readonly reach: Reach;
  /** The sync identity, where it is a member of the organization. */
  readonly identity: () => RenewableCredential;
  /** Reads a secret of the syncs' vault. */
  readonly secret: (name: string) => Promise<string>;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: AzureDevOpsOptions["onRequest"];
}

/** @throws SettingsError where the outputs declare no plans */
export function declaredPlans({ integrations: { plans }, mark }: Outputs): PlansOutputs {
  if (plans) return plans;
  throw new SettingsError(`The outputs of ${mark} have no plans: add plans to the settings and deploy (pulumi up).`);
}

/** What a token has to be allowed, in the words of the page where it is made. OnePlan's own integration asks for more. */
export const TOKEN_SCOPES = "Work Items (read & write) and Project and Team (read)";

/** How somebody connects to an organization. */
export function azureDevOpsConnection(
  { name, url, tokenVaultSecret }: PlansOrganization,
  { reach, identity, secret }: Connecting,
): AzureDevOpsConnection {
  const asked = { target: PLANS_TARGET, product: organizationProduct(name), baseUrl: url };
  if (tokenVaultSecret === undefined) {
    return {
      organization: name,
      root: url,
      mend: `add the sync identity to it, with access to the projects (${command("settings-sheet", `plans-${name.toLowerCase()}`)} says as what).`,
      async proof(renew) {
        await reach(asked);
        const credential = identity();
        // The libraries would give the same token again.
        if (renew) credential.renew?.();
        return { entraToken: (await credential.getToken(AZURE_DEVOPS_SCOPE))?.token ?? "" };
      },
    };
  }
  return {
    organization: name,
    root: url,
    mend: `make a new personal access token for this organization, which needs at least ${TOKEN_SCOPES}; store it (${storing(fill("name under its token.secret"))}), and deploy (pulumi up).`,
    async proof() {
      await reach(asked);
      return { personalToken: await secret(tokenVaultSecret) };
    },
  };
}

export function openOnePlan(
  { baseUrl, keyName, keyVaultSecret }: PlansOutputs,
  { reach, secret, onRequest }: Connecting,
): ApiClient {
  const key = async () => {
    await reach({ target: PLANS_TARGET, product: "OnePlan", baseUrl });
    return secret(keyVaultSecret);
  };
  return createOnePlanClient({ baseUrl, keyName, key, ...(onRequest && { onRequest: () => onRequest() }) });
}

/** Work items of an organization. */
export function openAzureDevOps(organization: PlansOrganization, connecting: Connecting): AzureDevOpsClient {
  const { onRequest } = connecting;
  return createAzureDevOpsClient({ ...azureDevOpsConnection(organization, connecting), onRequest });
}
