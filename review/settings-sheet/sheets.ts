/**
 * What a vendor's form asks, in its order and with its labels, filled in from the outputs of a stack. Pure.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../contract/outputs.ts";
import { azureDevOpsSheets } from "./azure-devops.ts";
import type { Sheet } from "./form.ts";
import { oneconnectSheets, oneplanSheets } from "./oneplan.ts";
import { onesSheets } from "./ones.ts";

/** A sheet for each form that the stack's integrations have. */
export function settingsSheets(outputs: Outputs): Sheet[] {
  return [
    ...onesSheets(outputs),
    ...oneplanSheets(outputs),
    ...oneconnectSheets(outputs),
    ...azureDevOpsSheets(outputs),
  ];
}
