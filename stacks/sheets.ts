import type { Outputs } from "../contract/outputs.ts";
import type { Sheet } from "../contract/sheet.ts";
import type { Vendor } from "../components/vendor.ts";
import { vendors } from "../components/vendors.ts";

/** What the vendors' forms ask, in their order and with their labels, filled in from the outputs of a stack. Pure. */
export function settingsSheets(outputs: Outputs): Sheet[] {
  return vendors.flatMap((vendor: Vendor) => vendor.sheets?.(outputs) ?? []);
}
