import { clouds } from "../../contract/clouds.ts";
import type { Cloud } from "../../contract/outputs.ts";

/**
 * Where an administrator of the tenant grants everything that an application asks for (documented: admin consent
 * endpoint). Pure.
 */
export function adminConsentLink(tenant: { readonly id: string; readonly cloud: Cloud }, clientId: string): string {
  return `${clouds[tenant.cloud].authority}/${tenant.id}/adminconsent?client_id=${clientId}`;
}

/**
 * Where an administrator grants what a registration of the tenant asks for. The consent page sends people back to a
 * redirect URI, and is an error without one (AADSTS500113); the portal's page "API permissions" needs none. Pure.
 */
export function consentLink(
  tenant: { readonly id: string; readonly cloud: Cloud },
  clientId: string,
  redirectUris: readonly string[],
): string {
  if (redirectUris.length > 0) return adminConsentLink(tenant, clientId);
  const page = "#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId";
  return `${clouds[tenant.cloud].portal}/${page}/${clientId}`;
}
