/**
 * The ways to both sides of plans: to an organization of Azure DevOps as the sync identity or by a personal access token,
 * to OnePlan by its key. No proof is read before it is known that it may go where it would be sent.
 *
 * @packageDocumentation
 */
import { organizationProduct } from "../../../contract/hosts.ts";
import type { TokenCredential } from "@azure/identity";
import { SettingsError } from "../../../contract/errors.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import type { PlansOrganization, PlansOutputs } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import {
  AZURE_DEVOPS_SCOPE,
  type AzureDevOpsConnection,
  type AzureDevOpsOptions,
} from "../../connectors/azure-devops/index.ts";
import { keyFor, vaultOf } from "../../connectors/declared.ts";
import { createOnePlanClient } from "../../connectors/oneplan/client.ts";
import type { Reach } from "../../model/types.ts";

/** What hosts are remembered under. */
export const PLANS_TARGET = "plans";

export interface Connecting {
  readonly outputs: Outputs;
  readonly reach: Reach;
  /** The sync identity, where it is a member of the organization. */
  readonly identity: () => TokenCredential;
  /** Somebody who may read the vault. */
  readonly vaultReader: () => Promise<TokenCredential>;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: AzureDevOpsOptions["onRequest"];
}

/** @throws SettingsError where the outputs declare no plans */
export function declaredPlans({ integrations: { plans }, mark }: Outputs): PlansOutputs {
  if (plans) return plans;
  throw new SettingsError(`The outputs of ${mark} have no plans: add plans to the settings and deploy (pulumi up).`);
}

/** What a token has to be allowed, in the words of the page where it is made. OnePlan's own integration asks for more. */
export const TOKEN_SCOPES = "Work Items (read & write), Project and Team (read), Identity (read)";

/** How somebody connects to an organization. */
export function azureDevOpsConnection(
  { name, url, tokenVaultSecret }: PlansOrganization,
  { outputs, reach, identity, vaultReader }: Connecting,
): AzureDevOpsConnection {
  const asked = { target: PLANS_TARGET, product: organizationProduct(name), baseUrl: url };
  if (tokenVaultSecret === undefined) {
    return {
      organization: name,
      root: url,
      mend: `add the sync identity to it, with access to the projects (tenantwire settings-sheet plans-${name.toLowerCase()} says as what).`,
      async proof() {
        await reach(asked);
        return { entraToken: (await identity().getToken(AZURE_DEVOPS_SCOPE))?.token ?? "" };
      },
    };
  }
  const { uri } = vaultOf(outputs, "Azure DevOps");
  return {
    organization: name,
    root: url,
    mend: `make a new personal access token for this organization, which needs at least ${TOKEN_SCOPES}; store it with pulumi config set --secret, and deploy (pulumi up).`,
    async proof() {
      const credential = await vaultReader();
      const token = keyFor({ ...asked, credential, reach, vaultUri: uri, vaultSecret: tokenVaultSecret });
      return { personalToken: await token() };
    },
  };
}

export function openOnePlan(
  { baseUrl, keyName, keyVaultSecret }: PlansOutputs,
  { outputs, reach, vaultReader, onRequest }: Connecting,
): ApiClient {
  const asked = { target: PLANS_TARGET, product: "OnePlan", baseUrl };
  const { uri } = vaultOf(outputs, "OnePlan");
  const key = async () => {
    const credential = await vaultReader();
    return keyFor({ ...asked, credential, reach, vaultUri: uri, vaultSecret: keyVaultSecret })();
  };
  return createOnePlanClient({ baseUrl, keyName, key, ...(onRequest && { onRequest: () => onRequest() }) });
}
