/**
 * The published values of what a resource is made of (azure-rest-api-specs). Whatever is not named in a table is taken as
 * it is: what the services do with properties that they do not know is not known here.
 *
 * @packageDocumentation
 */

/** By path, such as `sku.name`: what stands there, if anything does. */
export type Values = Readonly<Record<string, readonly string[] | "boolean">>;

/** The first path whose value is none of its own; letter case is passed over, as by ARM. */
export function wrongValue(body: object, values: Values): string | undefined {
  return Object.keys(values).find((path) => {
    const value = path.split(".").reduce<unknown>(member, body);
    const allowed = values[path];
    if (value === undefined || value === null || allowed === undefined) return false;
    if (allowed === "boolean") return typeof value !== "boolean";
    return typeof value !== "string" || !allowed.some((each) => each.toLowerCase() === value.toLowerCase());
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
