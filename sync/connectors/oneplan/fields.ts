import { didYouMean } from "../../../contract/nearest.ts";
import { TenantwireError } from "../../../contract/errors.ts";

/** Fields that every resource has, whether or not they are in the list of custom ones. */
const builtIn = ["name", "mail"];

/** A resource field as OnePlan lists it. */
export interface ResourceField {
  readonly InternalName?: unknown;
  readonly DisplayName?: unknown;
}

/**
 * A field that does not exist is not refused by OnePlan: the write answers 200 and does nothing.
 *
 * @throws TenantwireError naming the first mapped field that does not exist
 */
export function checkFields(mapped: readonly string[], existing: readonly ResourceField[]): void {
  const known = new Set(builtIn);
  for (const { InternalName } of existing) if (typeof InternalName === "string") known.add(InternalName);
  for (const name of mapped) {
    if (known.has(name)) continue;
    const shown = existing.find(({ DisplayName }) => DisplayName === name)?.InternalName;
    const hint =
      typeof shown === "string" ? `that is what people see; its internal name is "${shown}".` : didYouMean(name, known);
    throw new TenantwireError(
      `OnePlan has no resource field "${name}"${hint === undefined ? "" : `; ${hint}`}${hint === undefined ? "." : ""} ` +
        `Correct tenantwire:oneplan.users.fields and deploy (pulumi up), or make the field in OnePlan first.`,
    );
  }
}
