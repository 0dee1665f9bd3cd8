/**
 * What differs between the properties that are and those that are wanted. Pure.
 *
 * @packageDocumentation
 */
import { isEqual, isRecord, type Properties } from "./json.ts";
import type { Field, InputSchema } from "./schema.ts";
import { isUnknown } from "./wire.ts";

export interface PropertyChange {
  /** As the engine writes it: `redirectUris[0]`, `tags.owner`, `properties.sku`. */
  readonly path: string;
  /** Top-level property that it belongs to. */
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

export interface DiffOptions {
  /** An empty text, list or object, 0 and false are the same as nothing (Terraform's way). */
  readonly emptyIsNothing: boolean;
}

interface Place {
  readonly path: string;
  readonly property: string;
  readonly replaces: boolean;
}

export function compare(
  schema: InputSchema,
  before: Properties,
  after: Properties,
  options: DiffOptions,
): readonly PropertyChange[] {
  return Object.entries(schema).flatMap(([name, field]) =>
    changes(
      field,
      before[name],
      after[name],
      { path: name, property: name, replaces: field.replaces === true },
      options,
    ),
  );
}

/** Leaves out what the program wants ignored: a property, something inside of it, or `*`. */
export function withoutIgnored(all: readonly PropertyChange[], ignored: readonly string[]): readonly PropertyChange[] {
  return all.filter(({ path }) => !ignored.some((entry) => covers(entry, path)));
}

function covers(entry: string, path: string): boolean {
  if (entry === "*" || entry === path) return true;
  return path.startsWith(entry) && (path[entry.length] === "." || path[entry.length] === "[");
}

function changes(
  field: Field,
  before: unknown,
  after: unknown,
  place: Place,
  options: DiffOptions,
): readonly PropertyChange[] {
  const was = hasValue(before, options);
  const is = hasValue(after, options);
  if (!is && (!was || field.chosen)) return [];
  if (!is) return [{ ...place, kind: "delete" }];
  if (!was) return [{ ...place, kind: "add" }];
  if (isUnknown(after)) return [{ ...place, kind: "update" }];
  if (field.same?.(before, after)) return [];
  if (field.type === "set" && Array.isArray(before) && Array.isArray(after)) return setChanges(before, after, place);
  if (field.type === "list" && Array.isArray(before) && Array.isArray(after)) {
    return listChanges(field, before, after, place, options);
  }
  if (isRecord(before) && isRecord(after)) return recordChanges(field, before, after, place, options);
  return isEqual(before, after) ? [] : [{ ...place, kind: "update" }];
}

/**
 * Sets have no places: a deleted item is named by its place in the sorted old value, an added one by its place in the
 * new one (seen: azuread provider 6.9.1).
 */
function setChanges(before: readonly unknown[], after: readonly unknown[], place: Place): readonly PropertyChange[] {
  const kinds = new Map<string, PropertyChange["kind"]>();
  for (const [index, item] of before.toSorted().entries()) {
    if (!after.some((other) => isEqual(item, other))) kinds.set(`${place.path}[${index}]`, "delete");
  }
  for (const [index, item] of after.entries()) {
    const path = `${place.path}[${index}]`;
    if (!before.some((other) => isEqual(item, other))) kinds.set(path, kinds.has(path) ? "update" : "add");
  }
  return [...kinds].map(([path, kind]) => ({ ...place, path, kind }));
}

function listChanges(
  field: Field,
  before: readonly unknown[],
  after: readonly unknown[],
  place: Place,
  options: DiffOptions,
): readonly PropertyChange[] {
  const length = Math.max(before.length, after.length);
  const items: Field = { ...(field.items ?? { type: "string" }) };
  return Array.from({ length }, (_, index) => {
    const at = { ...place, path: `${place.path}[${index}]` };
    return changes(items, before[index], after[index], at, options);
  }).flat();
}

function recordChanges(
  field: Field,
  before: Properties,
  after: Properties,
  place: Place,
  options: DiffOptions,
): readonly PropertyChange[] {
  const names = field.fields
    ? Object.keys(field.fields)
    : [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const inner: Field = field.fields?.[name] ?? field.items ?? { type: "string" };
    const at = {
      path: `${place.path}${keyOf(name)}`,
      property: place.property,
      replaces: place.replaces || inner.replaces === true,
    };
    return changes(inner, before[name], after[name], at, options);
  });
}

function keyOf(name: string): string {
  return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function hasValue(value: unknown, { emptyIsNothing }: DiffOptions): boolean {
  if (value === undefined || value === null) return false;
  if (!emptyIsNothing) return true;
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) ? Object.keys(value).length > 0 : value !== "" && value !== 0 && value !== false;
}
