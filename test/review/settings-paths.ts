/** Every place that settings can be written in, by their schema, and values that might be taken there. */
import { z } from "zod";
import { SettingsSchema } from "../../stacks/settings.ts";

/** Part of a JSON schema, as far as it is looked at here. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
}

/** A place: names of properties, `[]` for whatever is in a list, `*` for whatever is under a name of one's own. */
export type Place = readonly string[];

export interface Known {
  readonly place: Place;
  readonly schema: Schema;
}

export const settingsSchema = z.toJSONSchema(SettingsSchema, { io: "input", unrepresentable: "any" }) as Schema;

/** All places below a schema, each once, with what it takes. */
export function placesOf(schema: Schema, at: Place = []): Known[] {
  const own = at.length > 0 ? [{ place: at, schema }] : [];
  const below = branchesOf(schema).flatMap((branch) => [
    ...Object.entries(branch.properties ?? {}).flatMap(([name, each]) => placesOf(each, [...at, name])),
    ...(branch.items ? placesOf(branch.items, [...at, "[]"]) : []),
    ...(typeof branch.additionalProperties === "object" ? placesOf(branch.additionalProperties, [...at, "*"]) : []),
  ]);
  const found = new Map([...own, ...below].map((known) => [known.place.join("."), known]));
  return [...found.values()];
}

function branchesOf(schema: Schema): Schema[] {
  const { anyOf = [], oneOf = [], allOf = [] } = schema;
  return [schema, ...[...anyOf, ...oneOf, ...allOf].flatMap(branchesOf)];
}

const GUIDS = ["11111111-2222-4333-8444-555555555555", "e9da86d3-51cf-4a76-82d8-c50195c3f466"];
const TEXTS = [
  ...["x", "department", "eu", "all", "vendor", "onesKey", "oneplanKey", "x@contoso.com", "2026-05-04", "employeeId"],
  ...["User.Read", "203.0.113.9", "ones", "06:30", "UTC", "Web"],
];

/** Values that a place may take: the first one that is accepted counts. */
export function samplesOf(schema: Schema): unknown[] {
  return branchesOf(schema).flatMap((branch): unknown[] => {
    if (branch.const !== undefined) return [branch.const];
    if (branch.enum) return [...branch.enum];
    if (branch.type === "boolean") return [true, false];
    if (branch.type === "number" || branch.type === "integer") return [1, 2, 30, 60, 90, 120];
    if (branch.type === "array") return (branch.items ? samplesOf(branch.items) : TEXTS).map((each) => [each]);
    if (branch.type === "object") return [objectOf(branch)];
    if (branch.type === "string" || branch.type === undefined) {
      return [
        ...(branch.format === "uri" ? ["https://x.contoso.com"] : []),
        ...GUIDS,
        "2026-05-04T00:00:00Z",
        ...TEXTS,
        "https://x.contoso.com/y",
      ];
    }
    return [];
  });
}

function objectOf({ required = [], properties = {}, additionalProperties }: Schema): Record<string, unknown> {
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  const needed = names.map((name) => [name, samplesOf(properties[name] ?? {})[0]]);
  const extra = typeof additionalProperties === "object" ? [["x", samplesOf(additionalProperties)[0]]] : [];
  return Object.fromEntries([...needed, ...extra]) as Record<string, unknown>;
}

/**
 * What is written, with whatever its schema has besides: at every place something that might be taken there. What is
 * written stays as it is; together it need not be right.
 */
export function completed(written: unknown, schema: Schema): unknown {
  const branches = branchesOf(schema);
  const properties = branches.flatMap((branch) => Object.entries(branch.properties ?? {}));
  const other = branches
    .map(({ additionalProperties }) => additionalProperties)
    .find((each) => typeof each === "object");
  const items = branches.find((branch) => branch.items)?.items;
  if (written === undefined && properties.length === 0 && !other && !items) return samplesOf(schema)[0];
  if (items && (written === undefined || Array.isArray(written))) {
    const present: readonly unknown[] = written ?? [];
    return (present.length > 0 ? present : [undefined]).map((item) => completed(item, items));
  }
  if (written !== undefined && (typeof written !== "object" || written === null || Array.isArray(written)))
    return written;
  const here: Record<string, unknown> = { ...(written as Readonly<Record<string, unknown>> | undefined) };
  const known = new Set(properties.map(([name]) => name));
  const names = Object.keys(here).filter((name) => !known.has(name));
  if (typeof other === "object") {
    for (const name of names.length + known.size > 0 ? names : ["x"]) here[name] = completed(here[name], other);
  }
  // Where several branches have a name, each adds what it knows.
  for (const [name, each] of properties) here[name] = completed(here[name], each);
  return here;
}
