/**
 * The identities that pipelines sign in as, and the storage of their state.
 *
 * @packageDocumentation
 */
import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { AzureRole } from "../components/azure-role.ts";
import { PipelineIdentity, type Purpose } from "../components/pipeline-identity/index.ts";
import { StateStorage, stateAddress } from "../components/state-storage/index.ts";
import { clouds } from "../contract/clouds.ts";
import { lookUpTenant } from "../stacks/look-ups.ts";
import { azureDevOpsCommands, gitHubCommands, type Made, purposesOf, stackSettings } from "./handover.ts";
import { type BootstrapSettings, stackGroupOf } from "./settings.ts";
import { environmentOf, trustsOf } from "./trusts.ts";

/** What an administrator takes away from it. No output is secret. */
export interface BootstrapOutputs {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly identities: pulumi.Output<Made["identities"]>;
  /** What `PULUMI_BACKEND_URL` is set to. */
  readonly backendUrl: pulumi.Output<string>;
  /** What `pulumi stack init --secrets-provider` is told. */
  readonly secretsProvider: pulumi.Output<string>;
  /** The same for the grants, where they are deployed apart. */
  readonly grants?: pulumi.Output<{ readonly backendUrl: string; readonly secretsProvider: string }>;
  /** What `--state` of the stack's syncs is told. */
  readonly stateAddress: pulumi.Output<string>;
  /** Lines for the stack's settings. */
  readonly stackSettings: pulumi.Output<string>;
  /** Commands that store the variables of the pipelines; empty where there are none. */
  readonly gitHub: pulumi.Output<string>;
  readonly azureDevOps: pulumi.Output<string>;
}

/**
 * Declares everything that the settings say. All that can be refused is refused before the first resource.
 *
 * @param mark mark of the bootstrap stack, `<project>/<stack>`
 * @throws SettingsError for another tenant, or one that cannot be read
 */
export async function declareBootstrap(
  settings: BootstrapSettings,
  { mark, stack: bootstrap }: { readonly mark: string; readonly stack: string },
): Promise<BootstrapOutputs> {
  const { tenant, stack, azure, namePrefix, protect } = settings;
  const { graph } = await lookUpTenant(tenant, bootstrap);
  const { subscriptionId } = await authorization.getClientConfig();

  const storage = new StateStorage("state", {
    ...azure,
    namePrefix,
    mark,
    tenantId: tenant.id,
    protect,
    grants: settings.consent,
  });
  const deployments = deploymentsOf(settings, subscriptionId, mark);
  const identities: Partial<Record<Purpose, PipelineIdentity>> = {};
  for (const purpose of purposesOf(settings)) {
    identities[purpose] = new PipelineIdentity(purpose, {
      purpose,
      identityName: `tenantwire-${environmentOf(stack, purpose)}`,
      mark,
      location: azure.location,
      storage,
      deployments,
      graph,
      trusts: trustsOf(settings, purpose),
      audience: clouds[tenant.cloud].tokenExchange,
    });
  }
  for (const principalId of settings.syncIdentities) {
    new AzureRole(`sync-state-${principalId}`, {
      role: "Storage Blob Data Contributor",
      scope: storage.syncs.containerId,
      principalId,
    });
  }

  const address = storage.syncs.blobEndpoint.apply((endpoint) =>
    stateAddress(endpoint, storage.syncs.containerName, stack),
  );
  const made = pulumi
    .all([storage.backendUrl, address, pulumi.all(describe(identities)), storage.grants?.backendUrl])
    .apply(([backendUrl, stateAddress, identities, grantsBackendUrl]): Made => ({
      tenantId: tenant.id,
      subscriptionId,
      backendUrl,
      grantsBackendUrl: grantsBackendUrl ?? "",
      stateAddress,
      identities,
    }));
  return {
    tenantId: tenant.id,
    subscriptionId,
    identities: made.identities,
    backendUrl: storage.backendUrl,
    secretsProvider: storage.secretsProvider,
    ...(storage.grants && {
      grants: pulumi.output({ backendUrl: storage.grants.backendUrl, secretsProvider: storage.grants.secretsProvider }),
    }),
    stateAddress: address,
    stackSettings: made.apply(({ identities }) =>
      stackSettings(settings, identities.deploy, trustsOf(settings, "sync")),
    ),
    gitHub: made.apply((made) => gitHubCommands(settings, made)),
    azureDevOps: made.apply((made) => azureDevOpsCommands(settings, made)),
  };
}

/** Name of each resource group that the stack deploys into -> its id: what the rights of every pipeline end at. */
function deploymentsOf(
  settings: BootstrapSettings,
  subscriptionId: string,
  mark: string,
): ReadonlyMap<string, pulumi.Input<string>> {
  const { deployTo = [], azure, protect } = settings;
  const group = stackGroupOf(settings);
  if (group === undefined) {
    return new Map(deployTo.map((name) => [name, `/subscriptions/${subscriptionId}/resourceGroups/${name}`]));
  }
  const made = new resources.ResourceGroup(
    "stack-group",
    { resourceGroupName: group, location: azure.location, tags: { tenantwire: mark } },
    { protect },
  );
  return new Map([[group, made.id]]);
}

function describe(identities: Partial<Record<Purpose, PipelineIdentity>>) {
  const described = Object.entries(identities).map(([purpose, { clientId, principalId }]) => [
    purpose,
    pulumi.all({ clientId, principalId }),
  ]);
  return Object.fromEntries(described) as Record<
    Purpose,
    pulumi.Output<{ readonly clientId: string; readonly principalId: string }>
  >;
}
