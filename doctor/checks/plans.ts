/**
 * Checks of what the sync of plans needs: OnePlan's key, and for each organization who is connected, what may be read
 * and what may be written. Nothing is written.
 *
 * @packageDocumentation
 */
import { connectedAs, mayListPeople } from "../../sync/connectors/azure-devops/index.ts";
import {
  azureDevOpsConnection,
  type Connecting,
  openAzureDevOps,
  openOnePlan,
  TOKEN_SCOPES,
} from "../../sync/kinds/plans/connections.ts";
import { probeReads, probeWrites, writesWorkItems } from "../../sync/kinds/plans/probes.ts";
import type { PlansOrganization } from "../../contract/outputs/plans.ts";
import { listed } from "../../contract/words.ts";
import { planFields } from "../../sync/connectors/oneplan/integration.ts";
import type { Reach } from "../../sync/model/types.ts";
import type { Access } from "./access.ts";
import { type Check, ok, type Verdict, warning } from "./check.ts";
import { fill, storing } from "../../contract/this-stack.ts";

export function plansChecks(access: Access, reach: Reach): Check[] {
  const { plans } = access.outputs.integrations;
  if (!plans) return [];
  const connecting = connectingAs(access, reach);
  return [
    {
      id: "key/oneplan-plans",
      tried: "list the fields of OnePlan's plans",
      async run(signal) {
        await planFields(openOnePlan(plans, connecting), "plans", signal);
        return ok(`OnePlan takes the key "${plans.keyName}".`);
      },
    },
    ...plans.organizations.flatMap((organization) => organizationChecks(organization, connecting)),
  ];
}

/** As the sync would connect, as far as that is possible here. */
export function connectingAs(access: Access, reach: Reach): Connecting {
  return { reach, identity: () => access.syncIdentity(), secret: (name) => access.secret(name) };
}

function organizationChecks(organization: PlansOrganization, connecting: Connecting): Check[] {
  const { name, projects, tokenVaultSecret, url } = organization;
  const connection = azureDevOpsConnection(organization, connecting);
  const id = name.toLowerCase();
  const inCloud = new URL(url).host === "dev.azure.com";
  return [
    {
      id: `plans/${id}`,
      tried: `ask the organization ${name} of Azure DevOps who syncs its work items`,
      run: async (signal) => ok(`It knows ${await connectedAs(connection, signal)}.`),
    },
    {
      id: `plans-read/${id}`,
      tried: `read work items of ${listed(projects)}`,
      async run(signal) {
        await probeReads(openAzureDevOps(organization, connecting), organization, signal);
        return ok("They may be read.");
      },
    },
    ...(writesWorkItems(organization)
      ? [
          {
            id: `plans-write/${id}`,
            tried: `let Azure DevOps check a work item in ${listed(projects)}, without making it`,
            async run(signal: AbortSignal) {
              await probeWrites(openAzureDevOps(organization, connecting), organization, signal);
              return ok("Work items may be written.");
            },
          },
        ]
      : []),
    ...(tokenVaultSecret !== undefined && inCloud
      ? [
          {
            id: `plans-token/${id}`,
            tried: `whether the token for ${name} may do more than it needs`,
            run: async (signal: AbortSignal): Promise<Verdict> =>
              (await mayListPeople(connection, signal))
                ? warning(
                    `The personal access token for ${name} has more scopes than it needs, or all that its person has: make one with ${TOKEN_SCOPES} alone, store it (${storing(fill("name under its token.secret"))}), and deploy (pulumi up).`,
                  )
                : ok("It may not."),
          },
        ]
      : []),
  ];
}
