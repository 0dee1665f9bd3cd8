import type { DeletedVault } from "../../sync/connectors/arm/index.ts";
import { listed } from "../../contract/words.ts";
import { ok, type Verdict, warning } from "../checks/check.ts";

/**
 * Vaults of this stack that were deleted: their names stay taken until they are purged. A deployment makes a vault with
 * a name of its own (prefix and eight characters), so they are in nobody's way. Pure.
 *
 * @param mark of the stack: what it makes has it in the tag `tenantwire`
 */
export function judgeDeletedVaults(deleted: readonly DeletedVault[], mark: string): Verdict {
  const own = deleted.filter(({ properties }) => properties.tags?.["tenantwire"] === mark);
  if (own.length === 0) return ok("No vault of this stack waits to be purged.");
  const lines = own.map(({ name, properties }) => {
    const until = properties.scheduledPurgeDate.slice(0, 10);
    const purge = properties.purgeProtectionEnabled ? "it cannot be purged before" : `az keyvault purge --name ${name}`;
    return `${name} (until ${until}; recover: az keyvault recover --name ${name}; ${purge})`;
  });
  return warning(
    `Of this stack, deleted and not purged: ${listed(lines)}. The next vault gets another name, so nothing has to be done; recover one if its secrets are missed.`,
  );
}
