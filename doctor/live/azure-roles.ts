/**
 * Roles of Azure that the service principals of a stack hold in the resource groups of its vaults, and above and below:
 * what a person gave one there by hand lets it read what it should not.
 *
 * @packageDocumentation
 */
import { builtInRoles } from "../../contract/azure-roles.ts";
import { vaultOf, type Outputs, type Registration } from "../../contract/outputs.ts";
import { printable } from "../../contract/text/printable.ts";
import { listed } from "../../contract/words.ts";
import type { ArmClient, RoleAssignment } from "../../sync/connectors/arm/index.ts";
import { DEPLOY, removeRole } from "../connectors/commands.ts";
import type { Fact } from "./facts.ts";

const READS = "Key Vault Secrets User";
const STATES = "Storage Blob Data Contributor";

/** Resource groups of the vaults that the outputs tell of; empty where they have none, or do not say where it is. */
export function vaultGroups({ vault, vendorVault }: Pick<Outputs, "vault" | "vendorVault">): string[] {
  const groups = [vault, vendorVault].flatMap((each) => (each?.id === undefined ? [] : [groupOf(each.id)]));
  return [...new Map(groups.map((group) => [group.toLowerCase(), group])).values()];
}

export const NO_VAULT_ID = "the outputs do not say where the vault is: deploy the stack again (pulumi up).";

/** Who could look, for a person. */
export function noReader(outputs: Pick<Outputs, "vault" | "vendorVault">): string {
  return `who is signed in here may not read them: the role Reader on ${listed(vaultGroups(outputs))} is enough.`;
}

/** `/subscriptions/<id>/resourceGroups/<name>` of a resource id. */
function groupOf(resourceId: string): string {
  return resourceId.split("/").slice(0, 5).join("/");
}

/** The one role that a deployment gives: the syncs read the secrets of their own vault. */
export function declaredRoleFacts(outputs: Outputs, { principalId }: Registration): Fact[] {
  const { vault, syncIdentity, credentials } = outputs;
  if (vault?.id === undefined || syncIdentity?.principalId !== principalId) return [];
  const isKept = [...credentials.secrets, ...credentials.given].some((each) => vaultOf(outputs, each) === vault);
  return [{ ...roleFact(READS, vault.id), putBack: DEPLOY, ...(!isKept && { optional: true }) }];
}

/**
 * @throws PermissionError where who looks may not read role assignments there (documented: Reader may)
 */
export async function liveRoleFacts(
  outputs: Outputs,
  { principalId }: Registration,
  arm: ArmClient,
  signal: AbortSignal,
): Promise<Fact[]> {
  const found = new Map<string, RoleAssignment>();
  for (const group of vaultGroups(outputs)) {
    // Above the groups of two vaults is one subscription.
    for (const each of await arm.rolesOf(principalId, group, signal)) found.set(each.id.toLowerCase(), each);
  }
  const facts: Fact[] = [];
  for (const { id, properties } of found.values()) {
    const { roleDefinitionId, scope, principalId: holder } = properties;
    const role = builtIn(roleDefinitionId) ?? (await arm.roleName(roleDefinitionId, signal));
    // Documented in docs/runs.md: where the state is in a blob, the syncs write it.
    const isState = role === STATES && /\/blobServices\/default\/containers\//i.test(scope);
    if (isState && outputs.syncIdentity?.principalId === principalId) continue;
    const isOwn = holder.toLowerCase() === principalId.toLowerCase();
    const fact = roleFact(role, scope);
    facts.push({
      ...fact,
      ...(!isOwn && { id: `${fact.id} by ${holder.toLowerCase()}`, label: `${fact.label}, by its group ${holder}` }),
      takeAway: removeRole(id, isOwn ? undefined : { group: holder, member: principalId }),
    });
  }
  return facts;
}

function roleFact(role: string, scope: string): Fact {
  return {
    ...{ aspect: "Azure role", on: "service principal" },
    id: `${role} on ${scope.toLowerCase()}`,
    label: printable(`${role} on ${scope}`),
  };
}

function builtIn(roleDefinitionId: string): string | undefined {
  const id = roleDefinitionId.split("/").at(-1)?.toLowerCase();
  return Object.entries(builtInRoles).find(([, known]) => known === id)?.[0];
}
