/**
 * The vendors, taken together: what settings they add, and what their settings declare. Pure.
 *
 * @packageDocumentation
 */
import type { UnionToIntersection } from "../contract/union.ts";
import type { Integrations, VendorConsent } from "../contract/outputs.ts";
import type { PermissionNames } from "../contract/permissions/resolve.ts";
import type { DeclaredKey, DeclaredRegistration } from "../contract/registrations.ts";
import type { SettingsFault } from "../contract/settings-faults.ts";
import type { Path } from "../contract/path.ts";
import type { DeclaredTenant, OutputsInput, Vendor } from "../components/vendor.ts";
import { vendors as listed } from "../components/vendors.ts";

type VendorSettings = UnionToIntersection<(typeof listed)[number]["settings"]>;

/** Each knows its own part of the settings, and is given all of them. */
const vendors: readonly Vendor[] = listed;

export const vendorSettings = Object.assign({}, ...vendors.map(({ settings }) => settings)) as VendorSettings;

/** Settings, as far as vendors read them. */
type Parsed = Parameters<Vendor["outputs"]>[0];

export function vendorFaults(raw: unknown): SettingsFault[] {
  return vendors.flatMap((vendor) => vendor.faults(raw));
}

/** The settings that name a secret. */
export function secretSettings(raw: unknown): Path[] {
  return vendors.flatMap((vendor) => vendor.secretSettings?.(raw) ?? []);
}

export const vendorRegistrationNames: readonly string[] = vendors.flatMap((vendor) => vendor.registrationNames ?? []);

export function vendorRegistrations(settings: Parsed): DeclaredRegistration[] {
  return vendors.flatMap((vendor) => vendor.registrations?.(settings) ?? []);
}

/** Keys and tokens that people brought along. */
export function declaredKeys(settings: Parsed): DeclaredKey[] {
  return vendors.flatMap((vendor) => vendor.keys?.(settings) ?? []);
}

/** What the syncs read in Microsoft Graph, all of them together. */
export function syncPermissions(settings: Parsed & { readonly tenant: DeclaredTenant }): PermissionNames {
  const needed = vendors.flatMap((vendor) => vendor.reads?.(settings, settings.tenant) ?? []);
  return {
    application: [...new Set(needed.flatMap(({ application }) => application))].sort(),
    delegated: [...new Set(needed.flatMap(({ delegated }) => delegated))].sort(),
  };
}

export function vendorConsents(settings: Parsed & { readonly tenant: DeclaredTenant }): VendorConsent[] {
  return vendors.flatMap((vendor) => vendor.consents?.(settings, settings.tenant) ?? []);
}

export function integrations(settings: Parsed, input: OutputsInput): Integrations {
  return Object.assign({}, ...vendors.map((vendor) => vendor.outputs(settings, input))) as Integrations;
}
