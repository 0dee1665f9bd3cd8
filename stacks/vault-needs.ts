/** Which vaults a stack needs. Pure. @packageDocumentation */
import { type DeclaredRegistration, rotationOf } from "../contract/registrations.ts";
import { SYNC } from "./registration-names.ts";
import { declaredRegistrations } from "./registrations.ts";
import type { Settings } from "./settings.ts";
import { declaredKeys } from "./vendors.ts";

/** A registration of a vendor signs in with what no sync may read. */
export function keptIn({
  name,
  readBySyncs = false,
}: Pick<DeclaredRegistration, "name" | "readBySyncs">): "syncs" | "vendors" {
  return name === SYNC || readBySyncs ? "syncs" : "vendors";
}

/** Whether there is anything that no sync may read. */
export function needsVendorVault(settings: Settings): boolean {
  return (
    declaredRegistrations(settings).some((each) => rotationOf(each) && keptIn(each) === "vendors") ||
    declaredKeys(settings).some(({ forSyncs }) => !forSyncs)
  );
}

/** What is written of the vendors' vault where there is none, each told with what to do: nobody is given anything by it. */
export function unusedVaultSettings(settings: Settings): readonly string[] {
  const { vault } = settings;
  if (!vault || needsVendorVault(settings)) return [];
  const written = [
    ...(vault.vendorReaders.length > 0 ? ["vendorReaders"] : []),
    ...(vault.existing?.vendors === undefined ? [] : ["existing.vendors"]),
  ];
  return written.map(
    (name) =>
      `tenantwire:vault.${name} has no effect: no registration of a vendor signs in with a secret or a certificate, and no form asks for a key, so that there is no vendors' vault. Take it away, or leave it for when there is one.`,
  );
}
