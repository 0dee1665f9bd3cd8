import { lowerCase, needs, rotationFaults, signInFaults, trustFaults } from "../../components/settings/faults.ts";
import { repeated } from "../../components/settings/repeated.ts";
import { type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { strategyFaults } from "../../contract/strategies.ts";
import { vendorFaults } from "../vendors.ts";

/** No sync reads what a vendor's registration signs in with. */
function oneVault(raw: unknown): SettingsFault[] {
  const [syncs, vendors] = ["syncs", "vendors"].map((part) => lowerCase(valueAt(raw, ["vault", "existing", part])));
  if (vendors === undefined || vendors !== syncs) return [];
  const text = "the vault of the syncs; name another one: what syncs read and what vendors sign in with are kept apart";
  return [{ path: ["vault", "existing", "vendors"], text }];
}

/**
 * Faults of settings that are right one by one and cannot be together. They are looked for in what was written, so
 * that they are told along with the faults of single settings.
 */
export function combinationFaults(raw: unknown): SettingsFault[] {
  return [
    ...needs(raw, ["vault"], ["azure"], "it says where tenantwire:vault is made"),
    ...signInFaults(raw, ["syncIdentity"], "the sync"),
    ...rotationFaults(raw, ["syncIdentity", "secret"]),
    ...rotationFaults(raw, ["syncIdentity", "certificate"]),
    ...oneVault(raw),
    ...vendorFaults(raw),
    ...strategyFaults(valueAt(raw, ["sync"])),
    ...repeated(raw, ["owners"], lowerCase),
    ...repeated(raw, ["adoptedCredentials"], (each) => lowerCase(valueAt(each, ["keyId"]))),
    ...trustFaults(raw, ["syncIdentity", "federated"]),
  ];
}
