import type { Outputs } from "../contract/outputs.ts";
import { consentOf, type Sheet } from "../contract/sheet.ts";
import type { Vendor } from "../components/vendor.ts";
import { vendors } from "../components/vendors.ts";

/**
 * What the vendors' forms ask, in their order and with their labels, filled in from the outputs of a stack; and last,
 * the consents that belong to no form, that of the sync identity for example. Pure.
 */
export function settingsSheets(outputs: Outputs): Sheet[] {
  const forms = vendors.flatMap((vendor: Vendor) => vendor.sheets?.(outputs) ?? []);
  const inForms = forms.flatMap(({ further }) => further);
  const others = outputs.registrations.flatMap(consentOf).filter((consent) => !inForms.includes(consent));
  if (others.length === 0) return forms;
  return [
    ...forms,
    { name: "consents", title: "Consents beside the forms", where: "In a browser, once", parts: [], further: others },
  ];
}
