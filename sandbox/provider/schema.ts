/**
 * What a resource type accepts, and whether given inputs are that. Pure.
 *
 * @packageDocumentation
 */
import { isRecord, type Properties } from "./json.ts";
import { isUnknown } from "./wire.ts";

export interface Field {
  readonly type: "string" | "integer" | "boolean" | "list" | "set" | "map" | "object";
  readonly required?: true;
  readonly default?: string | number | boolean;
  readonly oneOf?: readonly (string | number)[];
  readonly format?: Format;
  /** Of a list, a set or a map: what its items are. Default: text. */
  readonly items?: Field;
  /** Of an object: its properties. Without them every property goes. */
  readonly fields?: InputSchema;
  /** Its name in the API, where that is another one. */
  readonly apiName?: string;
  /** A change makes another object. */
  readonly replaces?: true;
  /** Left out, the service chooses, and its choice is no difference. */
  readonly chosen?: true;
  /** Two values that are written differently and mean the same. */
  readonly same?: (a: unknown, b: unknown) => boolean;
}

export type InputSchema = Readonly<Record<string, Field>>;

export interface Format {
  matches(value: string): boolean;
  /** Continues "must be ...". */
  readonly words: string;
  /** What Terraform says instead, where that was seen. @param path as Terraform writes it, `redirect_uris.0` */
  readonly terraform?: (path: string) => string;
}

export interface Failure {
  /** Of the property, as Pulumi writes it: `redirectUris[0]`. */
  readonly path: string;
  /** A sentence without its full stop that names the property. */
  readonly words: string;
  readonly format?: Format;
}

export interface Completed {
  /** The inputs with defaults filled in. */
  readonly inputs: Properties;
  /** Names of the properties that got their default. */
  readonly defaulted: readonly string[];
  readonly failures: readonly Failure[];
}

const TEXT: Field = { type: "string" };

/**
 * Fills in defaults and says what is wrong, each fault as a sentence that names the property. Values are never
 * repeated in it, since they may be secret. Unknown values pass.
 */
export function complete(schema: InputSchema, given: Properties): Completed {
  const inputs: Record<string, unknown> = { ...given };
  const defaulted: string[] = [];
  for (const [name, field] of Object.entries(schema)) {
    if (field.default === undefined || isGiven(inputs[name])) continue;
    inputs[name] = field.default;
    defaulted.push(name);
  }
  return { inputs, defaulted, failures: faultsOf(schema, inputs, "") };
}

function faultsOf(schema: InputSchema, values: Properties, prefix: string): readonly Failure[] {
  // Names with two underscores are the engine's and the providers' own.
  const names = Object.keys(values).filter((name) => !name.startsWith("__"));
  const surplus = names.filter((name) => isGiven(values[name]) && !(name in schema));
  const missing = Object.keys(schema).filter((name) => schema[name]?.required && !isGiven(values[name]));
  return [
    ...surplus.map((name) => ({ path: prefix + name, words: `property '${prefix}${name}' is unknown here` })),
    ...missing.map((name) => ({ path: prefix + name, words: `missing required property '${prefix}${name}'` })),
    ...Object.entries(schema).flatMap(([name, field]) => faults(field, values[name], prefix + name)),
  ];
}

function faults(field: Field, value: unknown, name: string): readonly Failure[] {
  if (!isGiven(value) || isUnknown(value)) return [];
  const fault = (words: string) => ({ path: name, words: `property '${name}' must be ${words}` });
  if (!hasType(field, value)) return [fault(TYPE_WORDS[field.type])];
  if (field.oneOf && !field.oneOf.includes(value as string)) return [fault(`one of ${field.oneOf.join(", ")}`)];
  const { format } = field;
  if (format && !format.matches(value as string)) return [{ ...fault(format.words), format }];
  const items = field.items ?? TEXT;
  if (Array.isArray(value)) return value.flatMap((item, index) => faults(items, item, `${name}[${index}]`));
  if (!isRecord(value)) return [];
  if (field.type === "map")
    return Object.entries(value).flatMap(([key, item]) => faults(items, item, `${name}.${key}`));
  return field.fields ? faultsOf(field.fields, value, `${name}.`) : [];
}

const TYPE_WORDS: Readonly<Record<Field["type"], string>> = {
  string: "a text",
  integer: "a whole number",
  boolean: "true or false",
  list: "a list",
  set: "a list",
  map: "an object with texts",
  object: "an object",
};

function hasType(field: Field, value: unknown): boolean {
  if (field.type === "list" || field.type === "set") return Array.isArray(value);
  if (field.type === "map" || field.type === "object") return isRecord(value);
  return field.type === "integer" ? Number.isInteger(value) : typeof value === field.type;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
