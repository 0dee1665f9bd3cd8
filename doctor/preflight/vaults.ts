import type { DeletedVault } from "../../sync/connectors/arm/index.ts";
import { listed } from "../../contract/words.ts";
import { ok, type Verdict, warning } from "../checks/check.ts";

/**
 * Vaults of this stack that were deleted: their names stay taken until they are purged. A deployment makes a vault with
 * a name of its own (prefix and eight characters), so they are in nobody's way. Pure.
 *
 * @param mark of the stack: what it makes has it in the tag `tenantwire`
 */
export function deletedVaultsVerdict(deleted: readonly DeletedVault[], mark: string): Verdict {
  const own = deleted.filter(({ properties }) => properties.tags?.["tenantwire"] === mark);
  if (own.length === 0) return ok("No vault of this stack waits to be purged.");
  const names = own.map(({ name, properties }) => {
    const until = properties.scheduledPurgeDate.slice(0, 10);
    return `${name} (until ${until}${properties.purgeProtectionEnabled ? "; it cannot be purged before" : ""})`;
  });
  const commands = own.flatMap(({ name, properties }) => [
    `Recover: az keyvault recover --name ${name}`,
    ...(properties.purgeProtectionEnabled ? [] : [`Purge: az keyvault purge --name ${name}`]),
  ]);
  const text = `Of this stack, deleted and not purged: ${listed(names)}. The next vault gets another name, so nothing has to be done; recover one if its secrets are missed.`;
  return warning([text, ...commands]);
}
