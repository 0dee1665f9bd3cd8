/**
 * Key vaults as resources: RBAC authorization, soft delete, names that stay taken. Documented: Key Vault REST
 * reference and soft-delete overview; messages as seen in clients' reports.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { forgetVault } from "../vault/store.ts";
import { vaultId } from "./data.ts";
import type { ArmData, DeletedVault, Vault, VaultProperties } from "./data.ts";
import { ArmError, badRequest, groupNotFound, resourceNotFound } from "./errors.ts";
import { allowing, covers } from "./rbac.ts";
import { isCollection, operationResult, propertiesOf, tagsOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { wrongValue } from "./values.ts";
import type { Values } from "./values.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const TYPE = "Microsoft.KeyVault/vaults";
const VALUES: Values = {
  "sku.family": ["A"],
  "sku.name": ["standard", "premium"],
  createMode: ["default", "recover"],
  publicNetworkAccess: ["Enabled", "Disabled", "SecuredByPerimeter"],
  "networkAcls.bypass": ["AzureServices", "None"],
  "networkAcls.defaultAction": ["Allow", "Deny"],
  enableRbacAuthorization: "boolean",
  enablePurgeProtection: "boolean",
  enableSoftDelete: "boolean",
};

/** Documented. */
export const VAULT_NAME = /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/i;

export const vaults: ArmType = { name: TYPE, handlers: { GET: get, PUT: put, DELETE: remove } };

/** The vault that a path names, or is inside of. */
export function findVault(request: ArmRequest): Vault {
  const { data, path } = request;
  const group = /\/resourcegroups\/([^/]+)/.exec(path.scope)?.[1] ?? "";
  const name = path.names[0] ?? "";
  const vault = data.vaults[name.toLowerCase()];
  if (!data.resourceGroups[group]) throw groupNotFound(group);
  if (!vault || vault.resourceGroup.toLowerCase() !== group) throw resourceNotFound(TYPE, name, group);
  return vault;
}

/** Soft delete: the secrets are kept, the name stays taken, the role assignments are gone (documented). */
export function deleteVault(world: World, data: ArmData, vault: Vault): void {
  const now = world.now();
  data.deletedVaults[vault.name.toLowerCase()] = {
    vault,
    deletionDate: now.toISOString(),
    scheduledPurgeDate: new Date(now.getTime() + vault.properties.softDeleteRetentionInDays * DAY_MS).toISOString(),
  };
  delete data.vaults[vault.name.toLowerCase()];
  data.roleAssignments = data.roleAssignments.filter(({ scope }) => !covers(vaultId(world, vault), scope));
}

/** The deleted vault that holds a name, unless its time is over: then it is purged. */
export function findDeletedVault(world: World, data: ArmData, name: string): DeletedVault | undefined {
  const deleted = data.deletedVaults[name.toLowerCase()];
  if (!deleted || new Date(deleted.scheduledPurgeDate) > world.now()) return deleted;
  purgeVault(world, data, name);
  return undefined;
}

export function purgeVault(world: World, data: ArmData, name: string): void {
  delete data.deletedVaults[name.toLowerCase()];
  forgetVault(world, name);
}

function get(request: ArmRequest): ArmAnswer {
  if (!isCollection(request, 1)) return { status: 200, body: answer(request, findVault(request)) };
  const value = Object.values(request.data.vaults).filter((vault) =>
    covers(request.path.scope, vaultId(request.world, vault)),
  );
  return { status: 200, body: { value: value.map((vault) => answer(request, vault)) } };
}

function remove(request: ArmRequest): ArmAnswer {
  const { data, path } = request;
  if (!data.vaults[(path.names[0] ?? "").toLowerCase()]) return { status: 204 };
  deleteVault(request.world, data, findVault(request));
  return { status: 200 };
}

function put(request: ArmRequest): ArmAnswer {
  const { world, data, path, body } = request;
  const name = path.names[0] ?? "";
  const group = data.resourceGroups[/\/resourcegroups\/([^/]+)/.exec(path.scope)?.[1] ?? ""];
  if (!group) throw groupNotFound(path.scope.split("/").at(-1) ?? "");
  if (!VAULT_NAME.test(name)) {
    throw new ArmError(
      400,
      "VaultNameNotValid",
      `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742`,
    );
  }
  const existing = data.vaults[name.toLowerCase()];
  if (existing && existing.resourceGroup !== group.name) throw nameTaken(name);
  const properties = propertiesOf(body);
  const deleted = existing ? undefined : findDeletedVault(world, data, name);
  if (deleted && properties["createMode"] !== "recover") {
    throw new ArmError(
      409,
      "ConflictError",
      "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
    );
  }
  const location = body["location"];
  if (typeof location !== "string")
    throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  const before = existing ?? deleted?.vault;
  const vault: Vault = {
    name: before?.name ?? name,
    resourceGroup: group.name,
    location: location.toLowerCase().replaceAll(" ", ""),
    tags: tagsOf(body),
    properties: deleted ? deleted.vault.properties : vaultProperties(world, properties, before?.properties),
  };
  if (before && before.location !== vault.location) {
    throw new ArmError(
      409,
      "InvalidResourceLocation",
      `The resource '${name}' already exists in location '${before.location}' in resource group '${before.resourceGroup}'. A resource with the same name cannot be created in location '${vault.location}'. Please select a new resource name.`,
    );
  }
  if (existing && existing.properties.enableRbacAuthorization !== vault.properties.enableRbacAuthorization) {
    checkModelChange(request);
  }
  data.vaults[name.toLowerCase()] = vault;
  delete data.deletedVaults[name.toLowerCase()];
  return { status: existing ? 200 : 201, body: answer(request, vault) };
}

/**
 * Documented: whoever changes what a vault is opened by needs to assign roles without any condition. The words as in a
 * report (Azure/bicep #13541).
 */
function checkModelChange({ data, caller, path }: ArmRequest): void {
  const action = "Microsoft.Authorization/roleAssignments/write";
  const question = { principalId: caller.oid, action, scope: path.id, plane: "control" as const };
  const unrestricted = [...allowing(data.roleAssignments, question, data.ownRoles)].some(
    ({ condition }) => condition === undefined,
  );
  if (unrestricted) return;
  throw new ArmError(
    403,
    "InsufficientPermissions",
    `Caller is not allowed to change permission model. For more information on how to change the permissions model follow this link: https://go.microsoft.com/fwlink/?linkid=2155160. Details: oid=${caller.oid}; action=${action}; resource=${path.id}; decision=NotAllowed;`,
  );
}

function vaultProperties(
  world: World,
  wanted: Record<string, unknown>,
  before: VaultProperties | undefined,
): VaultProperties {
  const { tenantId, sku, enablePurgeProtection, enableSoftDelete, softDeleteRetentionInDays, accessPolicies } = wanted;
  if (tenantId !== world.tenant.id)
    throw badRequest(`The tenant ID '${String(tenantId)}' is not the tenant of the subscription.`);
  if (typeof sku !== "object" || sku === null) throw badRequest("The parameter sku is not specified.");
  const wrong = wrongValue(wanted, VALUES);
  // Assumed: the words.
  if (wrong !== undefined) throw badRequest(`The value of the parameter ${wrong} is not valid.`);
  if (enablePurgeProtection === false) {
    throw badRequest(
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
  }
  if (enableSoftDelete === false) {
    throw badRequest(
      "The property \"enableSoftDelete\" can be set to false only for creating new vault. Enabling the 'soft delete' functionality is an irreversible action.",
    );
  }
  const usesRbac = wanted["enableRbacAuthorization"] ?? before?.enableRbacAuthorization ?? false;
  if (!usesRbac && !Array.isArray(accessPolicies)) throw badRequest("The parameter accessPolicies is not specified.");
  const days = softDeleteRetentionInDays ?? before?.softDeleteRetentionInDays ?? 90;
  if (typeof days !== "number" || days < 7 || days > 90) {
    throw badRequest('The property "softDeleteRetentionInDays" must be between 7 and 90 days.');
  }
  if (before && days !== before.softDeleteRetentionInDays) {
    throw badRequest('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.');
  }
  return {
    tenantId: world.tenant.id,
    sku: { family: "A", name: "standard", ...sku },
    enableRbacAuthorization: usesRbac === true,
    softDeleteRetentionInDays: days,
    ...((enablePurgeProtection === true || before?.enablePurgeProtection) && { enablePurgeProtection: true as const }),
    publicNetworkAccess: typeof wanted["publicNetworkAccess"] === "string" ? wanted["publicNetworkAccess"] : "Enabled",
    accessPolicies: Array.isArray(accessPolicies) ? accessPolicies : [],
  };
}

function nameTaken(name: string): ArmError {
  return new ArmError(
    409,
    "VaultAlreadyExists",
    `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information on soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.`,
  );
}

function answer({ world }: ArmRequest, vault: Vault): object {
  return {
    id: vaultId(world, vault),
    name: vault.name,
    type: TYPE,
    location: vault.location,
    tags: vault.tags,
    properties: {
      ...vault.properties,
      enabledForDeployment: false,
      enableSoftDelete: true,
      vaultUri: `https://${vault.name.toLowerCase()}.vault.azure.net/`,
      provisioningState: "Succeeded",
    },
  };
}

/** `deletedVaults` of a subscription or of one location in it. */
export const deletedVaults: ArmType = {
  name: "Microsoft.KeyVault/deletedVaults",
  handlers: {
    GET(request) {
      const { world, data } = request;
      const value = Object.keys(data.deletedVaults).flatMap((name) => findDeletedVault(world, data, name) ?? []);
      return { status: 200, body: { value: value.map((deleted) => deletedAnswer(request, deleted)) } };
    },
  },
};

export const locationDeletedVaults: ArmType = {
  name: "Microsoft.KeyVault/locations/deletedVaults",
  handlers: {
    GET: (request) => ({ status: 200, body: deletedAnswer(request, mustFindDeleted(request)) }),
  },
};

export const purge: ArmType = {
  name: "Microsoft.KeyVault/locations/deletedVaults/purge",
  postAction: "action",
  handlers: {
    POST(request) {
      const { vault } = mustFindDeleted(request);
      if (vault.properties.enablePurgeProtection) {
        throw new ArmError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.");
      }
      purgeVault(request.world, request.data, vault.name);
      return { status: 202, location: operationResult(request, request.query["api-version"]) };
    },
  },
};

function mustFindDeleted(request: ArmRequest): DeletedVault {
  const [location = "", name = ""] = request.path.names;
  const deleted = findDeletedVault(request.world, request.data, name);
  if (deleted?.vault.location === location.toLowerCase()) return deleted;
  throw new ArmError(404, "DeletedVaultNotFound", `The specified deleted vault '${name}' does not exist.`);
}

function deletedAnswer({ world }: ArmRequest, { vault, deletionDate, scheduledPurgeDate }: DeletedVault): object {
  const id = `/subscriptions/${world.subscriptionId}/providers/Microsoft.KeyVault/locations/${vault.location}/deletedVaults/${vault.name}`;
  return {
    id,
    name: vault.name,
    type: "Microsoft.KeyVault/deletedVaults",
    properties: {
      vaultId: vaultId(world, vault),
      location: vault.location,
      tags: vault.tags,
      deletionDate,
      scheduledPurgeDate,
      ...(vault.properties.enablePurgeProtection && { purgeProtectionEnabled: true }),
    },
  };
}
