import { clouds } from "../../contract/clouds.ts";
import type { Cloud } from "../../contract/outputs.ts";

/**
 * Where an administrator of the tenant grants everything that an application asks for (documented: admin consent
 * endpoint). Pure.
 */
export function adminConsentLink(tenant: { readonly id: string; readonly cloud: Cloud }, clientId: string): string {
  return `${clouds[tenant.cloud].authority}/${tenant.id}/adminconsent?client_id=${clientId}`;
}
