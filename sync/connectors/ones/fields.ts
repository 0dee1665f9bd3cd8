import { TenantwireError } from "../../../contract/errors.ts";
import { didYouMean } from "../../../contract/nearest.ts";

/** What the server calls a property. */
export function nameOf(field: string, properties: Readonly<Record<string, unknown>>): string {
  const name = properties[field];
  return typeof name === "string" ? name : field;
}

/**
 * @param known fields that there are, by our names for them
 * @param where what has them, and where fields and routes are in the settings
 * @throws TenantwireError naming the first mapped field that is not among them
 */
export function checkFields(
  mapped: readonly string[],
  known: readonly string[],
  { of, settings: [fields, routes] }: { readonly of: string; readonly settings: readonly [string, string] },
): void {
  const unknown = mapped.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const names = [...new Set(known)];
  const hint = didYouMean(unknown, names) ?? `the fields are ${names.join(", ")}.`;
  throw new TenantwireError(
    `A ${of} of ONES has no field "${unknown}"; ${hint} ` +
      `Correct tenantwire:${fields}.fields, or name it in tenantwire:${routes}.properties, and deploy (pulumi up).`,
  );
}
