/**
 * Consents to vendors' own applications. Pure.
 *
 * @packageDocumentation
 */
import type { VendorConsent } from "../../contract/outputs.ts";
import { printable } from "../../contract/text/printable.ts";
import { failed, ok, unknowable, type Verdict, warning } from "./check.ts";
import type { ApiPrincipal, Granted } from "../connectors/grants.ts";
import { differenceOf, namesOf } from "./permissions.ts";

/** Where the settings say the vendor's application, by the name of the consent. */
const settings: Readonly<Record<string, string>> = {
  adSynchronization: "tenantwire:oneplan.vendorApplications.adSynchronization",
  consentIntegration: "tenantwire:oneplan.vendorApplications.consentIntegration",
  authorize: "tenantwire:oneplan.vendorApplications.authorize",
  adminConsent: "tenantwire:oneconnect.clientId",
};

/** The settings do not say the vendor's application, so nobody can look. */
export function unknownConsent({ name, product, purpose, link }: VendorConsent): Verdict {
  return unknowable(
    `Whether it was given cannot be known: the vendor publishes no client id. ${purpose} (${link}) ` +
      `Once it was given, copy the application's id from Entra > Enterprise applications > the application of ${product} > Application ID ` +
      `to ${settings[name] ?? "the settings"}, and deploy (pulumi up).`,
  );
}

/** @param granted `undefined`: the tenant does not know the application */
export function consentVerdict(consent: VendorConsent, granted: Granted | undefined): Verdict {
  const { clientId = "", product, link, permissions } = consent;
  const mend = `An administrator of the tenant has to open ${link}`;
  if (granted === undefined) {
    return failed(`Consent was not given: the tenant does not know the application ${clientId} of ${product}. ${mend}`);
  }
  if (permissions === undefined) {
    const given = { application: granted.application, delegated: granted.everybody };
    const names = namesOf(given);
    return names === ""
      ? failed(`The application ${clientId} of ${product} is there, but nothing was granted to it. ${mend}`)
      : ok(`Granted: ${names}.`);
  }
  const { missing } = differenceOf(permissions, granted);
  const names = namesOf(missing);
  return names === "" ? ok(`Granted: ${namesOf(permissions)}.`) : failed(`Not granted: ${names}. ${mend}`);
}

/**
 * Whether Microsoft verified who publishes the vendor's application: a look-alike has a name like it, and no such mark
 * (documented: publisher verification). Pure.
 *
 * @param principal `undefined`: the tenant does not know the application
 */
export function publisherVerdict(
  { product, clientId = "" }: Pick<VendorConsent, "product" | "clientId">,
  principal: Pick<ApiPrincipal, "name" | "publisher"> | undefined,
): Verdict {
  if (principal === undefined) return ok(`The tenant does not know the application ${clientId} yet.`);
  const name = printable(principal.name);
  if (principal.publisher !== undefined) return ok(`${name} is published by ${printable(principal.publisher)}.`);
  return warning(
    `Microsoft has verified nobody as the publisher of ${name} (${clientId}), which has consent as the application of ${product}. ` +
      `Ask the vendor whether this is its client id; if it is not: Entra > Enterprise applications > ${name} > Properties > Delete.`,
  );
}
