/** Consents that are given in a browser. Pure. @packageDocumentation */
import type { Outputs, VendorConsent } from "../../contract/outputs.ts";
import type { ConsentLink, RegistrationChange } from "./types.ts";
import { quoted } from "./words.ts";

/**
 * Where somebody has to consent because of this deployment: to a registration with the consent `link` that asks for
 * more than before, and to a vendor's application that was not used before.
 *
 * @param vendor what the vendors' applications need, by the settings as they are now
 * @param last of the last deployment
 */
export function consentLinks(
  registrations: readonly RegistrationChange[],
  vendor: readonly VendorConsent[],
  last: Outputs | undefined,
): ConsentLink[] {
  const own = registrations
    .filter(({ consentMode, permissions }) => consentMode === "link" && permissions.added.length > 0)
    .map(({ name, displayName }): ConsentLink => {
      const link = last?.registrations.find((registration) => registration.name === name)?.consent.link;
      const purpose = "An administrator grants what it asks for.";
      return { who: quoted(displayName), purpose, ...(link !== undefined && { link }) };
    });
  const before = last?.consents ?? [];
  const others = vendor
    .filter(({ name, link }) => !before.some((each) => each.name === name && each.link === link))
    .map(({ product, purpose, link }) => ({ who: product, purpose, link }));
  return [...own, ...others];
}
