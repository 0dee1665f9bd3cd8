/**
 * What a filter expression says about a person. Pure.
 *
 * Texts are compared with regard to letter case, as Entra's own provisioning does and as group names are compared
 * here; an accented letter is the same however it is composed. A property without a value makes every comparison with a text or with true and false untrue, `ne` too; that a
 * property has no value is said with `eq null`.
 *
 * @packageDocumentation
 */
import type { Filter, Literal } from "./filter-parser.ts";
import type { FieldValue } from "../../model/types.ts";

/** @param valueOf the person's value of a property, `null` when there is none */
export function matches(filter: Filter, valueOf: (property: string) => FieldValue): boolean {
  switch (filter.op) {
    case "and":
      return filter.parts.every((part) => matches(part, valueOf));
    case "or":
      return filter.parts.some((part) => matches(part, valueOf));
    case "not":
      return !matches(filter.part, valueOf);
    case "eq":
      return isEqual(valueOf(filter.property), filter.value);
    case "ne":
      return isOther(valueOf(filter.property), filter.value);
    case "in":
      return filter.values.some((value) => isEqual(valueOf(filter.property), value));
    case "startswith":
      return textOf(valueOf(filter.property))?.startsWith(composed(filter.value)) ?? false;
    case "endswith":
      return textOf(valueOf(filter.property))?.endsWith(composed(filter.value)) ?? false;
    case "contains":
      return textOf(valueOf(filter.property))?.includes(composed(filter.value)) ?? false;
  }
}

function isEqual(value: FieldValue, wanted: Literal): boolean {
  return comparable(value) === comparable(wanted);
}

function isOther(value: FieldValue, unwanted: Literal): boolean {
  if (unwanted === null) return value !== null;
  return value !== null && comparable(value) !== comparable(unwanted);
}

/** A number is only met in a directory extension; it is compared as it is written. */
function comparable(value: FieldValue | Literal): Literal {
  if (typeof value === "string") return composed(value);
  return typeof value === "number" ? String(value) : value;
}

function textOf(value: FieldValue): string | undefined {
  return value === null ? undefined : composed(String(value));
}

function composed(text: string): string {
  return text.normalize("NFC");
}

/** Every property that decides, each once. */
export function propertiesOf(filter: Filter): ReadonlySet<string> {
  const properties = new Set<string>();
  const visit = (each: Filter): void => {
    if ("parts" in each) each.parts.forEach(visit);
    else if ("part" in each) visit(each.part);
    else properties.add(each.property);
  };
  visit(filter);
  return properties;
}

/** The expression in its shortest spelling: parsing it gives the same tree, and spaces are no change of a filter. */
export function printFilter(filter: Filter): string {
  switch (filter.op) {
    case "and":
    case "or":
      return filter.parts.map((part) => nested(part)).join(` ${filter.op} `);
    case "not":
      return `not ${nested(filter.part)}`;
    case "eq":
    case "ne":
      return `${filter.property} ${filter.op} ${printLiteral(filter.value)}`;
    case "in":
      return `${filter.property} in (${filter.values.map(printLiteral).join(",")})`;
    default:
      return `${filter.op}(${filter.property},${printLiteral(filter.value)})`;
  }
}

function nested(filter: Filter): string {
  return filter.op === "and" || filter.op === "or" ? `(${printFilter(filter)})` : printFilter(filter);
}

function printLiteral(value: Literal): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}
