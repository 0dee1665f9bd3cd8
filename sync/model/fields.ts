/** Comparing and choosing field values. */
import { jsonHash } from "./json-hash.ts";
import type { Fields, FieldValue } from "./types.ts";

/**
 * The wanted fields that are not so yet. A field that the other side does not have is `null` there, and a field that
 * is wanted as `undefined` is one that the source does not know: it is not compared.
 */
export function differing(wanted: Fields, present: Fields): Fields {
  const differences: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(wanted) as [string, FieldValue | undefined][]) {
    if (value !== undefined && (valueOf(present, name) ?? null) !== value) differences[name] = value;
  }
  return differences;
}

/** The named fields; one that is absent is `null`. */
export function picked(fields: Fields, names: Iterable<string>): Fields {
  const chosen: Record<string, FieldValue> = {};
  for (const name of names) chosen[name] = valueOf(fields, name) ?? null;
  return chosen;
}

/** Same fields with the same values. */
export function sameFields(one: Fields, other: Fields): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && one[name] === other[name]);
}

/** The same for the same fields with the same values, in whatever order. */
export function fieldsHash(fields: Fields): string {
  return jsonHash(sortedEntries(fields));
}

/** In the order of their names. */
export function sortedEntries<T>(values: Readonly<Record<string, T>>): (readonly [string, T])[] {
  return Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
}

export function isEmpty(fields: Readonly<Record<string, unknown>>): boolean {
  for (const _name in fields) return false;
  return true;
}

export function valueOf(fields: Fields, name: string): FieldValue | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
