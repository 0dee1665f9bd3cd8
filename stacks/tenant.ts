/**
 * One tenant's declarations: from its settings to the outputs that its syncs live on.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { Integration } from "../components/integration/index.ts";
import { Vault, VaultSecret } from "../components/vault/index.ts";
import { clouds } from "../contract/clouds.ts";
import { exchangeCommands } from "../contract/exchange.ts";
import {
  type GivenCredential,
  type Outputs,
  OUTPUTS_VERSION,
  type Registration,
  type SyncIdentity,
} from "../contract/outputs.ts";
import { resolvePermissions } from "../contract/permissions/resolve.ts";
import type { DeclaredKey, DeclaredRegistration } from "../contract/registrations.ts";
import { heedRules } from "./judgement.ts";
import { lookUpTenant, type TenantFacts } from "./look-ups.ts";
import { SYNC } from "./registration-names.ts";
import { declaredRegistrations } from "./registrations.ts";
import { type PlannedSecret, plannedSecrets } from "./rotation.ts";
import type { Settings } from "./settings.ts";
import { declaredKeys, integrations, vendorConsents } from "./vendors.ts";

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

/**
 * Declares everything that the settings say. All that can be refused is refused before the first resource.
 *
 * @throws SettingsError for a finding of a mandatory rule, another tenant, an unknown permission, a tenant that cannot be read
 */
export async function declareTenant(settings: Settings, deployment: Deployment): Promise<DeclaredOutputs> {
  const { organization, project, stack, today } = deployment;
  const mark = `${project}/${stack}`;
  heedRules(settings);
  const registrations = declaredRegistrations(settings);
  const { graph } = await lookUpTenant(settings.tenant, stack);
  // Once for all of them before the first is made; each component takes its own again.
  for (const { permissions } of registrations) resolvePermissions(permissions, graph);
  const secrets = await plannedSecrets(
    registrations,
    `${organization}/${project}/${stack}`,
    today,
    settings.azure?.resourceGroup,
  );

  const vault = makeVault(settings, mark);
  const keys = declaredKeys(settings);
  const making = { settings, mark, graph, secrets, vault };
  const made = registrations.map((declared) => {
    const readsVault = declared.name === SYNC && keys.some(({ forSyncs }) => forSyncs) ? vault : undefined;
    return { declared, integration: makeIntegration(declared, readsVault, making) };
  });
  const identity = made.find(({ declared }) => declared.name === SYNC);
  const vaultSecrets = keepKeys(keys, vault, deployment, mark);

  return {
    version: OUTPUTS_VERSION,
    mark,
    tenant: settings.tenant,
    ...(vault && { vault: pulumi.output({ name: vault.vaultName, uri: vault.uri }) }),
    ...(identity && { syncIdentity: describeSyncIdentity(identity) }),
    credentials: pulumi.output({
      secrets: pulumi.all(made.flatMap(({ integration }) => integration.secrets)),
      federated: pulumi.all(made.flatMap(({ integration }) => integration.federated)),
      given: vaultSecrets.apply((kept) => keys.flatMap((key) => givenCredential(key, kept))),
    }),
    registrations: pulumi.all(made.map((each) => describe(each, settings))),
    consents: vendorConsents(settings),
    integrations: vaultSecrets.apply((kept) => integrations(settings, { tenant: settings.tenant, vaultSecrets: kept })),
    ...(settings.sync !== undefined && { sync: settings.sync }),
  };
}

interface Making {
  readonly settings: Settings;
  /** Mark of the stack. */
  readonly mark: string;
  readonly graph: TenantFacts["graph"];
  readonly secrets: ReadonlyMap<string, PlannedSecret>;
  readonly vault: Vault | undefined;
}

interface Made {
  readonly declared: DeclaredRegistration;
  readonly integration: Integration;
}

/** @param readsVault the vault whose secrets it may read, if it needs any */
function makeIntegration(
  declared: DeclaredRegistration,
  readsVault: Vault | undefined,
  { settings, mark, graph, secrets, vault }: Making,
): Integration {
  const { tenant, deployer, owners, protect } = settings;
  const secret = secrets.get(declared.name);
  return new Integration(declared, declared.name, {
    displayName: declared.displayName,
    mark,
    deployer,
    owners,
    tenant,
    graph,
    protect,
    permissions: declared.permissions,
    consent: declared.consent,
    redirectUris: declared.redirectUris,
    multipleTenants: declared.audience === "multipleTenants",
    secret: secret && vault && { ...secret, vault },
    trusts: declared.federated?.map(({ audience = clouds[tenant.cloud].tokenExchange, ...trust }) => ({
      ...trust,
      audience,
    })),
    readsVault,
  });
}

function describeSyncIdentity({ declared, integration }: Made): pulumi.Output<SyncIdentity> {
  const { clientId, principalId } = integration.registration;
  return pulumi
    .all([clientId, principalId, integration.secrets[0]])
    .apply(([clientId, principalId, secret]): SyncIdentity => ({
      clientId,
      principalId,
      permissions: [...declared.permissions.application],
      signIn: secret ? { kind: "secret", vaultSecret: secret.vaultSecret } : { kind: "federated" },
    }));
}

function describe(
  { declared, integration }: Made,
  { tenant: { cloud }, deployer, owners }: Settings,
): pulumi.Output<Registration> {
  const { name, setting, displayName, permissions, consent, redirectUris, audience, exchangeScope } = declared;
  const { consentLink } = integration;
  const { clientId, objectId, principalId } = integration.registration;
  return pulumi.all([clientId, objectId, principalId, consentLink]).apply(([client, object, principal, link]) => ({
    name,
    setting: setting.join("."),
    displayName,
    clientId: client,
    objectId: object,
    principalId: principal,
    permissions: { application: [...permissions.application], delegated: [...permissions.delegated] },
    consent: { mode: consent, ...(link !== undefined && { link }) },
    redirectUris: [...redirectUris],
    audience,
    owners: [...new Set([deployer, ...owners])],
    ...(exchangeScope && {
      exchangeScope: {
        ...exchangeScope,
        commands: exchangeCommands({
          displayName,
          clientId: client,
          principalId: principal,
          scope: exchangeScope,
          cloud,
        }),
      },
    }),
  }));
}

function makeVault({ vault, azure, tenant }: Settings, mark: string): Vault | undefined {
  if (!vault || !azure) return undefined;
  const { namePrefix, purgeProtection } = vault;
  return new Vault("vault", { ...azure, namePrefix, purgeProtection, mark, tenantId: tenant.id });
}

/** Keys of the vendors' products, in the vault: name of the key -> name of its secret there. */
function keepKeys(
  keys: readonly DeclaredKey[],
  vault: Vault | undefined,
  { secret }: Deployment,
  mark: string,
): pulumi.Output<Readonly<Record<string, string>>> {
  // The settings' own checks have made sure that there is a vault where there is a key.
  if (!vault) return pulumi.output<Record<string, string>>({});
  const kept = keys.map(({ name, configuration, resource, formerParent }) => {
    const { secretName } = new VaultSecret(
      resource,
      { vault, mark, namePrefix: name, value: secret(configuration) },
      {
        // Where it was a child of a component that is gone, it stays what it is.
        aliases: formerParent
          ? [{ type: "tenantwire:vault:VaultSecret", parent: pulumi.createUrn(formerParent.name, formerParent.type) }]
          : [],
      },
    );
    return secretName.apply((secretName) => [name, secretName] as const);
  });
  return pulumi.all(kept).apply((entries): Record<string, string> => Object.fromEntries(entries));
}

function givenCredential(
  { name, product, keyName, expires }: DeclaredKey,
  kept: Readonly<Record<string, string>>,
): GivenCredential[] {
  const vaultSecret = kept[name];
  return vaultSecret === undefined ? [] : [{ name, product, keyName, ...(expires && { expires }), vaultSecret }];
}
