/**
 * The registrations that settings declare, as data: components make them, rules judge them. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredRegistration, DeclaredRotation } from "../contract/registrations.ts";
import type { Settings } from "./settings.ts";
import { SYNC } from "./registration-names.ts";
import { syncPermissions, vendorRegistrations } from "./vendors.ts";

/** Everything that the settings make in Entra. */
export function declaredRegistrations(settings: Settings): DeclaredRegistration[] {
  return [...syncRegistration(settings), ...vendorRegistrations(settings)];
}

function syncRegistration(settings: Settings): DeclaredRegistration[] {
  if (!settings.syncIdentity) return [];
  return [
    {
      name: SYNC,
      component: "SyncIdentity",
      aliases: ["tenantwire:sync-identity:SyncIdentity"],
      setting: ["syncIdentity"],
      usedBy: "the syncs",
      ...settings.syncIdentity,
      audience: "singleTenant",
      permissions: syncPermissions(settings),
      redirectUris: [],
    },
  ];
}

/** Of the credential in the outputs: another one for a certificate, which begins anew where a secret was before. */
export function credentialName(registration: string, part: DeclaredRotation["part"]): string {
  if (part === "certificate")
    return registration === SYNC ? "sync-identity-certificate" : `${registration}-certificate`;
  return registration === SYNC ? "sync-identity" : `${registration}-client-secret`;
}
