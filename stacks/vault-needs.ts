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
