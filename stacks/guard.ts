/**
 * The tenant guard: what a stack declares goes into no other tenant than its settings say. Pure.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../contract/errors.ts";
import type { Path } from "../contract/path.ts";
import { place } from "../contract/settings-faults.ts";
import type { Settings } from "./settings.ts";

/** @throws SettingsError when the credential is of another tenant */
export function guardTenant(
  expected: Settings["tenant"],
  tenantId: string,
  stack: string,
  whereIs: (path: Path) => string = place,
): void {
  if (tenantId.toLowerCase() === expected.id) return;
  throw new SettingsError(
    `The deploying credential is of tenant ${tenantId}, the settings of stack "${stack}" are for tenant ${expected.id} ` +
      `(${whereIs(["tenant", "id"])}): sign in to ${expected.id} (ARM_TENANT_ID, or az login --tenant), correct the setting, or choose another stack.`,
  );
}

/** @throws SettingsError when the domain is none of the tenant's */
export function guardDomain(
  expected: Settings["tenant"],
  domains: readonly string[],
  stack: string,
  whereIs: (path: Path) => string = place,
): void {
  if (domains.some((domain) => domain.toLowerCase() === expected.domain)) return;
  throw new SettingsError(
    `Tenant ${expected.id} has no verified domain ${expected.domain}, which the settings of stack "${stack}" say ` +
      `(${whereIs(["tenant", "domain"])}): it has ${domains.join(", ") || "none"}. Mend the id or the domain.`,
  );
}
