/**
 * What the subscription holds, as plain JSON.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { groupNotFound } from "./errors.ts";
import type { RoleAssignment, RoleDefinition } from "./rbac.ts";

export interface ResourceGroup {
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VaultProperties {
  readonly tenantId: string;
  readonly sku: { readonly family: string; readonly name: string };
  readonly enableRbacAuthorization: boolean;
  readonly softDeleteRetentionInDays: number;
  /** Only ever true (documented: it cannot be taken back); absent otherwise. */
  readonly enablePurgeProtection?: true;
  readonly publicNetworkAccess: string;
  readonly accessPolicies: readonly unknown[];
}

export interface Vault {
  /** As written when it was created. */
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: VaultProperties;
}

export interface DeletedVault {
  readonly vault: Vault;
  readonly deletionDate: string;
  readonly scheduledPurgeDate: string;
}

/** Its service principal is the directory's; the federated credentials that it trusts are kept there too. */
export interface UserAssignedIdentity {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly principalId: string;
  readonly clientId: string;
}

export interface StorageAccount {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sku: { readonly name: string };
  readonly kind: string;
  readonly identity?: unknown;
  /** What was asked for. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly creationTime: string;
  /** By name: what was asked for. */
  readonly containers: Record<
    string,
    { readonly properties: Readonly<Record<string, unknown>>; readonly changed: string }
  >;
  /** What was asked for of its blobs as a whole: versions, for example. */
  blobService?: Readonly<Record<string, unknown>>;
}

/** A role that somebody defined. */
export interface OwnRole extends RoleDefinition {
  readonly description: string;
  readonly assignableScopes: readonly string[];
}

export interface ArmData {
  /** By name, lower case. */
  resourceGroups: Record<string, ResourceGroup>;
  /** By name, lower case: vault names are taken worldwide (documented). */
  vaults: Record<string, Vault>;
  deletedVaults: Record<string, DeletedVault>;
  roleAssignments: RoleAssignment[];
  /** Taken away and still obeyed, until then: milliseconds since 1970. */
  endingRoles: { readonly assignment: RoleAssignment; readonly until: number }[];
  /** Those that somebody defined. */
  ownRoles: OwnRole[];
  /** By resource id, lower case. */
  identities: Record<string, UserAssignedIdentity>;
  /** By name: names of storage accounts are taken worldwide (documented). */
  storageAccounts: Record<string, StorageAccount>;
}

/** The subscription's part of the world. In a new one the deployer has the rights that a deployment needs. */
export function armData(world: World): ArmData {
  const data = world.section<ArmData>("arm", () => ({
    identities: {},
    storageAccounts: {},
    resourceGroups: {},
    vaults: {},
    deletedVaults: {},
    ownRoles: [],
    endingRoles: [],
    roleAssignments: [
      "b24988ac-6180-42a0-ab88-20f7382dd24c",
      "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
      "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    ].map((roleId) => ({
      name: world.guid("role assignment", roleId),
      scope: `/subscriptions/${world.subscriptionId}`,
      writtenScope: `/subscriptions/${world.subscriptionId}`,
      roleId,
      principalId: world.deployer.objectId,
      principalType: "ServicePrincipal",
      createdOn: world.now().toISOString(),
      createdBy: world.administrator.objectId,
    })),
  }));
  // A world that was put away before it had these gets them now.
  const kept: Partial<ArmData> = data;
  kept.identities ??= {};
  kept.storageAccounts ??= {};
  kept.ownRoles ??= [];
  kept.endingRoles ??= [];
  return data;
}

/** The resource group that a scope is in. @throws ArmError when it is not there */
export function existingGroup(data: ArmData, scope: string): ResourceGroup {
  const name = /\/resourcegroups\/([^/]+)/i.exec(scope)?.[1] ?? "";
  const group = data.resourceGroups[name.toLowerCase()];
  if (!group) throw groupNotFound(name);
  return group;
}

export function groupId(world: World, name: string): string {
  return `/subscriptions/${world.subscriptionId}/resourceGroups/${name}`;
}

export function vaultId(world: World, vault: Vault): string {
  return `${groupId(world, vault.resourceGroup)}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
}

export function identityId(world: World, { resourceGroup, name }: UserAssignedIdentity): string {
  return `${groupId(world, resourceGroup)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

export function storageAccountId(world: World, { resourceGroup, name }: StorageAccount): string {
  return `${groupId(world, resourceGroup)}/providers/Microsoft.Storage/storageAccounts/${name}`;
}
