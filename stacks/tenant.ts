/**
 * One tenant's declarations: from its settings to the outputs that its syncs live on.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { type PermissionNames, resolvePermissions } from "../components/app-registration/index.ts";
import { next } from "../components/credentials/index.ts";
import { OnePlan, userSyncPermissions } from "../components/oneplan/index.ts";
import { Ones } from "../components/ones/index.ts";
import { type SignIn, SYNC_IDENTITY_SECRET, SyncIdentity } from "../components/sync-identity/index.ts";
import { Vault } from "../components/vault/index.ts";
import { lookUpTenant } from "./look-ups.ts";
import { type Cloud, type FileOutputs, type OnesOutputs, type Outputs, OUTPUTS_VERSION } from "./outputs.ts";
import { previousCredentials } from "./previous.ts";
import { oneplanRoot, type Settings, type SyncIdentitySettings } from "./settings.ts";

export interface Deployment {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** The UTC day, `2026-03-31`. */
  readonly today: string;
  /** The secret that a configuration key holds. */
  readonly secret: (key: string) => pulumi.Input<string>;
}

export type DeclaredOutputs = { readonly [Key in keyof Outputs]: pulumi.Input<Outputs[Key]> };

/** What tokens of an outside identity are for, by Microsoft's own convention. */
const TOKEN_EXCHANGE: Readonly<Record<Cloud, string>> = {
  Microsoft: "api://AzureADTokenExchange",
  USGovernment: "api://AzureADTokenExchangeUSGov",
  "21Vianet": "api://AzureADTokenExchangeChina",
};

/**
 * Declares everything that the settings say. All that can be refused is refused before the first resource.
 *
 * @throws Fault for another tenant, an unknown permission, a tenant that cannot be read
 */
export async function declareTenant(settings: Settings, deployment: Deployment): Promise<DeclaredOutputs> {
  const { tenant, deployer, owners, azure, oneplan, ones, files } = settings;
  const mark = `${deployment.project}/${deployment.stack}`;
  const facts = await lookUpTenant(tenant, deployment.stack);
  const permissions = resolvePermissions(neededPermissions(settings), facts.graph);
  const rotation = settings.syncIdentity?.secret && (await nextSecret(settings.syncIdentity.secret, deployment));

  const vault =
    settings.vault &&
    azure &&
    new Vault("vault", {
      namePrefix: settings.vault.namePrefix,
      mark,
      tenantId: tenant.id,
      location: azure.location,
      resourceGroup: azure.resourceGroup,
      purgeProtection: settings.vault.purgeProtection,
    });
  const syncIdentity =
    settings.syncIdentity &&
    new SyncIdentity("sync", {
      displayName: settings.syncIdentity.displayName,
      mark,
      deployer,
      owners,
      graph: { principalId: facts.graph.objectId, permissions },
      signIn:
        rotation && vault ? { kind: "secret", state: rotation, vault } : trusting(settings.syncIdentity, tenant.cloud),
      vault: (oneplan ?? ones) && vault,
    });
  const onePlan =
    oneplan &&
    vault &&
    new OnePlan("oneplan", {
      baseUrl: oneplanRoot(oneplan),
      key: { name: oneplan.key.name, value: deployment.secret(oneplan.key.secret) },
      users: oneplan.users,
      vault,
      mark,
    });
  const onesServer =
    ones &&
    vault &&
    new Ones("ones", {
      baseUrl: ones.baseUrl,
      key: { name: ones.key.name, value: deployment.secret(ones.key.secret) },
      users: onesUsers(ones),
      routes: ones.routes,
      vault,
      mark,
    });

  return {
    version: OUTPUTS_VERSION,
    mark,
    tenant,
    ...(vault && { vault: pulumi.output({ name: vault.vaultName, uri: vault.uri }) }),
    ...(syncIdentity && { syncIdentity: syncIdentity.description }),
    credentials: pulumi.output({
      secrets: [...(syncIdentity?.secrets ?? [])],
      federated: [...(syncIdentity?.federated ?? [])],
    }),
    integrations: pulumi.output({
      ...(onePlan && { oneplan: onePlan.description }),
      ...(onesServer && { ones: onesServer.description }),
      ...(files && { file: fileOutputs(files) }),
    }),
    ...(settings.sync !== undefined && { sync: settings.sync }),
  };
}

/** What the syncs of this tenant read in Microsoft Graph, all of them together. */
function neededPermissions({ oneplan, ones, files }: Settings): PermissionNames {
  const needed = [oneplan, ones, files].flatMap((target) => (target ? [userSyncPermissions(target.users)] : []));
  return {
    application: [...new Set(needed.flatMap(({ application }) => application))].sort(),
    delegated: [...new Set(needed.flatMap(({ delegated }) => delegated))].sort(),
  };
}

/** Card numbers of ONES have one place to go to. */
function onesUsers({ users }: NonNullable<Settings["ones"]>): OnesOutputs["users"] {
  const { cardNumber, ...rest } = users;
  return { ...rest, ...(cardNumber && { cardNumber: { ...cardNumber, field: "cardNumber" } }) };
}

function fileOutputs({ users: { path, format, ...users } }: NonNullable<Settings["files"]>): FileOutputs {
  return { path, format, users };
}

async function nextSecret(secret: NonNullable<SyncIdentitySettings["secret"]>, deployment: Deployment) {
  const { organization, project, stack, today } = deployment;
  const previous = await previousCredentials(`${organization}/${project}/${stack}`);
  const policy = { period: secret.periodDays, overlap: secret.overlapDays, lateness: secret.latenessDays };
  return next(today, policy, previous.get(SYNC_IDENTITY_SECRET)).state;
}

function trusting({ federated }: SyncIdentitySettings, cloud: Cloud): SignIn {
  const trusts = (federated ?? []).map(({ audience, ...trust }) => ({
    ...trust,
    audience: audience ?? TOKEN_EXCHANGE[cloud],
  }));
  return { kind: "federated", trusts };
}
