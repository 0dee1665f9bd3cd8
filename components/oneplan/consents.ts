/**
 * Consents that the vendor's own applications need: given in a browser, on a page of Entra or of the vendor. Pure.
 *
 * @packageDocumentation
 */
import type { VendorConsent } from "../../contract/outputs.ts";
import { adminConsentLink } from "../consent/link.ts";
import type { DeclaredTenant } from "../vendor.ts";
import { allowsOffice365, oneconnectPermissions } from "./oneconnect-permissions.ts";
import { type Both, oneconnectRoot, oneplanRoot } from "./settings.ts";

export function consents({ oneplan, oneconnect }: Both, tenant: DeclaredTenant): VendorConsent[] {
  const needed: VendorConsent[] = [];
  if (oneplan?.entraUsers) {
    const root = oneplanRoot(oneplan);
    const { adSynchronization, consentIntegration, authorize } = oneplan.vendorApplications;
    needed.push({
      name: "adSynchronization",
      product: "OnePlan",
      purpose:
        "Lets OnePlan read Entra users: OnePlan > Admin > Users > AD Synchronization, the link at the bottom of the page.",
      link: adSynchronization ? adminConsentLink(tenant, adSynchronization) : root,
      ...(adSynchronization && { clientId: adSynchronization }),
    });
    needed.push({
      name: "consentIntegration",
      product: "OnePlan",
      purpose: `Lets the integrations of the OnePlan group${oneplan.group ? ` ${oneplan.group}` : ""} use the tenant.`,
      link: `${root}/account/ConsentIntegration`,
      ...(consentIntegration && { clientId: consentIntegration }),
    });
    if (oneplan.entraUsers.application === "vendor") {
      needed.push({
        name: "authorize",
        product: "OneConnect",
        purpose:
          "Lets the vendor's application read Entra users: the button Authorize of the integration in OneConnect.",
        link: oneconnectRoot(oneplan),
        ...(authorize && { clientId: authorize }),
      });
    }
  }
  if (oneconnect?.application === "vendor" && allowsOffice365(oneconnect)) {
    const { application, delegated } = oneconnectPermissions(oneconnect);
    needed.push({
      name: "adminConsent",
      product: "OneConnect",
      purpose: `Lets people of the group ${oneconnect.group} sign in with Office 365: the settings of the group, Admin Consent.`,
      link: oneconnect.clientId ? adminConsentLink(tenant, oneconnect.clientId) : oneconnectRoot(oneplan),
      ...(oneconnect.clientId && { clientId: oneconnect.clientId }),
      permissions: { application: [...application], delegated: [...delegated] },
    });
  }
  return needed;
}
