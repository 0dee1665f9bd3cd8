/**
 * One tenant's declarations: from its settings to the outputs that its syncs live on.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { Integration } from "../components/integration/index.ts";
import { Vault, VaultReader, VaultSecret } from "../components/vault/index.ts";
import { clouds } from "../contract/clouds.ts";
import { type KeyHost, keyHosts, newHosts } from "../contract/hosts.ts";
import { exchangeCommands } from "../contract/exchange.ts";
import { addDays, midnight } from "../contract/days.ts";
import { SettingsError } from "../contract/errors.ts";
import type { Path } from "../contract/path.ts";
import { place } from "../contract/settings-faults.ts";
import {
  type AdoptedCredential,
  type GivenCredential,
  type Outputs,
  OUTPUTS_VERSION,
  type Registration,
  type SyncIdentity,
} from "../contract/outputs.ts";
import { resolvePermissions } from "../contract/permissions/resolve.ts";
import { type DeclaredKey, type DeclaredRegistration, rotationOf } from "../contract/registrations.ts";
import { heedRules } from "./heed-rules.ts";
import { projectFolder } from "./project-folder.ts";
import { atOf } from "./settings-file.ts";
import { lookUpTenant, type TenantFacts } from "./look-ups.ts";
import {
  formerNameOf,
  lastDeployment,
  type PreviousCredentials,
  previousCredentials,
  previousHosts,
} from "./previous.ts";
import { SYNC } from "./registration-names.ts";
import { declaredRegistrations } from "./registrations.ts";
import { type PlannedSecret, plannedSecrets } from "./rotation.ts";
import type { Settings } from "./settings.ts";
import { keptIn, needsVendorVault, unusedVaultSettings } from "./vault-needs.ts";
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
  heedRules(settings, atOf(stack, projectFolder()));
  const registrations = declaredRegistrations(settings);
  const { graph } = await lookUpTenant(settings.tenant, stack);
  // Once for all of them before the first is made; each component takes its own again.
  for (const { permissions } of registrations) resolvePermissions(permissions, graph);
  const keys = declaredKeys(settings);
  const own = `${organization}/${project}/${stack}`;
  const last = lastDeployment(registrations, keys, own);
  const previous = await previousCredentials(registrations, own, last);
  const waiting = newHosts(hostsOf(settings, keys), await previousHosts(own, last));
  const secrets = await plannedSecrets(registrations, previous, today, settings.azure?.resourceGroup);

  const vaults = makeVaults(settings, mark);
  const { syncs: vault, vendors: vendorVault } = vaults;
  const making = { settings, mark, graph, secrets, vaults, previous };
  const made = registrations.map((declared) => {
    const readsVault = declared.name === SYNC && isReadBySyncs(registrations, keys) ? vault : undefined;
    return { declared, integration: makeIntegration(declared, readsVault, making) };
  });
  const identity = made.find(({ declared }) => declared.name === SYNC);
  const vaultSecrets = keepKeys(keys, vaults, deployment, mark);

  return {
    version: OUTPUTS_VERSION,
    mark,
    tenant: settings.tenant,
    ...(vault && { vault: describeVault(vault) }),
    ...(vendorVault && { vendorVault: describeVault(vendorVault) }),
    ...(identity && { syncIdentity: describeSyncIdentity(identity) }),
    credentials: pulumi.output({
      secrets: pulumi.all(made.flatMap(({ integration }) => integration.secrets)),
      federated: pulumi.all(made.flatMap(({ integration }) => integration.federated)),
      ...(settings.adoptedCredentials.length > 0 && {
        adopted: pulumi.all(settings.adoptedCredentials.map((each) => adoptedCredential(each, made))),
      }),
      given: vaultSecrets.apply((kept) => keys.flatMap((key) => givenCredential(key, kept))),
    }),
    registrations: pulumi.all(made.map((each) => describe(each, settings))),
    consents: vendorConsents(settings),
    integrations: vaultSecrets.apply((kept) => integrations(settings, { tenant: settings.tenant, vaultSecrets: kept })),
    ...(waiting.length > 0 && { newHosts: waiting }),
    ...(settings.sync !== undefined && { sync: settings.sync }),
  };
}

/** Where keys are sent, known before anything is made. */
function hostsOf(settings: Settings, keys: readonly DeclaredKey[]): KeyHost[] {
  const vaultSecrets = Object.fromEntries(keys.map(({ name }) => [name, name]));
  return keyHosts(integrations(settings, { tenant: settings.tenant, vaultSecrets }));
}

interface Making {
  readonly settings: Settings;
  /** Mark of the stack. */
  readonly mark: string;
  readonly graph: TenantFacts["graph"];
  readonly secrets: ReadonlyMap<string, PlannedSecret>;
  readonly vaults: Vaults;
  readonly previous: PreviousCredentials;
}

/** Where secrets are kept. There is none where there are no secrets. */
interface Vaults {
  /** What the syncs read. */
  readonly syncs: Vault | undefined;
  /** What the vendors' registrations sign in with, and what is entered into their forms. */
  readonly vendors: Vault | undefined;
}

interface Made {
  readonly declared: DeclaredRegistration;
  readonly integration: Integration;
}

function describeVault({ vaultName: name, uri, vaultId: id }: Vault) {
  return pulumi.output({ name, uri, id });
}

/** @param readsVault the vault whose secrets it may read, if it needs any */
function makeIntegration(
  declared: DeclaredRegistration,
  readsVault: Vault | undefined,
  { settings, mark, graph, secrets, vaults, previous }: Making,
): Integration {
  const { tenant, deployer, owners, protect, about } = settings;
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
    assignmentRequired: declared.assignmentRequired,
    about,
    secret: secret && {
      ...secret,
      output: { ...secret.output, ...inVendorVault(keptIn(declared)) },
      vault: vaultOf(vaults, keptIn(declared), declared.setting),
    },
    trusts: declared.federated?.map(({ audience = clouds[tenant.cloud].tokenExchange, ...trust }) => ({
      ...trust,
      audience,
      formerly: formerNameOf(trust, declared.federated ?? [], previous),
    })),
    readsVault,
  });
}

/** @throws SettingsError for one of a registration that the settings do not declare */
function adoptedCredential(
  { registration, kind, keyId, ends, thumbprint, since, note }: Settings["adoptedCredentials"][number],
  made: readonly Made[],
): pulumi.Output<AdoptedCredential> {
  const own = made.find(({ declared }) => declared.name === registration);
  if (!own) {
    throw new SettingsError(
      `tenantwire:adoptedCredentials: the settings declare no registration "${registration}" (key id ${keyId}). Take the entry out.`,
    );
  }
  return own.integration.registration.clientId.apply((clientId) => ({
    ...{ registration, clientId, kind, keyId, note },
    end: midnight(ends),
    ...(thumbprint !== undefined && { thumbprint }),
    ...(since !== undefined && { since }),
  }));
}

function describeSyncIdentity({ declared, integration }: Made): pulumi.Output<SyncIdentity> {
  const { clientId, principalId } = integration.registration;
  return pulumi
    .all([clientId, principalId, integration.secrets[0]])
    .apply(([clientId, principalId, secret]): SyncIdentity => ({
      clientId,
      principalId,
      permissions: [...declared.permissions.application],
      signIn: secret ? { kind: secret.kind ?? "secret", vaultSecret: secret.vaultSecret } : { kind: "federated" },
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
    ...(declared.assignmentRequired && { assignmentRequired: true as const }),
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

/** Whether there is anything in the vault that whoever runs the syncs has to read as the sync identity. */
function isReadBySyncs(registrations: readonly DeclaredRegistration[], keys: readonly DeclaredKey[]): boolean {
  return (
    keys.some(({ forSyncs }) => forSyncs) ||
    registrations.some((each) => each.readBySyncs === true && rotationOf(each) !== undefined)
  );
}

/** @throws SettingsError where there is none, which the settings' own checks have told of before */
function vaultOf(vaults: Vaults, of: keyof Vaults, setting: Path): Vault {
  const vault = vaults[of];
  if (!vault) throw new SettingsError(`tenantwire:vault: missing; what ${place(setting)} declares is kept there.`);
  return vault;
}

/** As credentials tell it. */
function inVendorVault(vault: keyof Vaults): { vault?: "vendors" } {
  return vault === "vendors" ? { vault } : {};
}

function makeVaults(settings: Settings, mark: string): Vaults {
  const { vault, azure, tenant } = settings;
  if (!vault || !azure) return { syncs: undefined, vendors: undefined };
  const { namePrefix, purgeProtection, vendorReaders, network, existing: there } = vault;
  const common = { location: azure.location, purgeProtection, mark, tenantId: tenant.id, network };
  const { resourceGroup, existing } = azure;
  const syncs = new Vault("vault", {
    ...{ ...common, resourceGroup, namePrefix, existingVault: there?.syncs },
    // A vault that is there is in a group that is there.
    existing: existing ?? there?.syncs !== undefined,
  });
  for (const unused of unusedVaultSettings(settings)) void pulumi.log.warn(unused);
  if (!needsVendorVault(settings)) return { syncs, vendors: undefined };
  const vendors = new Vault("vendor-vault", {
    ...common,
    resourceGroup: syncs.resourceGroupName,
    existing: true,
    namePrefix: `${namePrefix.slice(0, 14).replace(/-$/, "")}-v`,
    existingVault: there?.vendors,
  });
  for (const principalId of vendorReaders) {
    new VaultReader(`vendor-reader-${principalId}`, { vault: vendors, principalId, principal: "User" });
  }
  return { syncs, vendors };
}

/** Keys of the vendors' products, in their vaults: name of the key -> name of its secret there. */
function keepKeys(
  keys: readonly DeclaredKey[],
  vaults: Vaults,
  { secret }: Deployment,
  mark: string,
): pulumi.Output<Readonly<Record<string, string>>> {
  const kept = keys.map(({ name, setting, configuration, resource, formerParent, forSyncs, expires }) => {
    const vault = vaultOf(vaults, forSyncs ? "syncs" : "vendors", setting);
    const { secretName } = new VaultSecret(
      resource,
      {
        ...{ vault, mark, namePrefix: name, value: secret(configuration) },
        // It works on that day still.
        ...(expires && { expires: midnight(addDays(expires, 1)) }),
      },
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
  { name, product, keyName, expires, forSyncs }: DeclaredKey,
  kept: Readonly<Record<string, string>>,
): GivenCredential[] {
  const vaultSecret = kept[name];
  return vaultSecret === undefined
    ? []
    : [
        {
          name,
          product,
          keyName,
          ...(expires && { expires }),
          vaultSecret,
          ...inVendorVault(forSyncs ? "syncs" : "vendors"),
        },
      ];
}
