/**
 * Users as ONES sends and takes them, by the names of the route table. Pure.
 *
 * @packageDocumentation
 */
import { didYouMean } from "../../../contract/nearest.ts";
import { TenantwireError } from "../../../contract/errors.ts";
import type { Fields, FieldValue, NewObject, TargetObject } from "../../model/types.ts";
import { fieldValue } from "../values.ts";
import { DEFAULT_FIELDS, type Routes } from "./routes.ts";

/** A user as the server sends it. Nothing of it is believed unseen. */
export type User = Readonly<Record<string, unknown>>;

type Properties = Routes["properties"];

/** Properties that are no fields: what writes them is the sync itself. */
const OWN = new Set(["id", "externalId", "enabled", "groups"]);

/** @throws TenantwireError naming the first mapped field that a user of ONES does not have */
export function checkFields(mapped: readonly string[], properties: Properties): void {
  const known = [...new Set([...DEFAULT_FIELDS, ...Object.keys(properties)])].filter((name) => !OWN.has(name));
  const unknown = mapped.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, known) ?? `the fields are ${known.join(", ")}.`;
  throw new TenantwireError(
    `A user of ONES has no field "${unknown}"; ${hint} ` +
      `Correct tenantwire:ones.users.fields, or name it in tenantwire:ones.routes.properties, and deploy (pulumi up).`,
  );
}

/** @returns `undefined` for what is no user, or has no id */
export function toTargetObject(
  answer: unknown,
  fieldNames: readonly string[],
  properties: Properties,
): TargetObject | undefined {
  const user: User = typeof answer === "object" && answer !== null ? (answer as User) : {};
  const id = identifier(user[properties.id]);
  if (id === undefined) return undefined;
  const fields: Record<string, FieldValue> = {};
  for (const name of fieldNames) fields[name] = fieldValue(user[nameOf(name, properties)]);
  const externalId = identifier(user[properties.externalId])?.toLowerCase();
  const mail = identifier(user[properties.email])?.toLowerCase();
  return {
    id,
    label: identifier(user[properties.displayName]) ?? identifier(user[properties.userName]) ?? id,
    active: user[properties.enabled] !== false,
    fields,
    keys: { ...(externalId !== undefined && { externalId }), ...(mail !== undefined && { mail }) },
  };
}

/** Ids that ONES shows are numbers (`#1`). */
export function identifier(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The groups are given to a new user once; later they are the administrator's. */
export function createBody(object: NewObject, groups: readonly string[], properties: Properties): object {
  return {
    ...updateBody(object.fields, properties),
    [properties.externalId]: object.sourceId,
    [properties.enabled]: true,
    ...(groups.length > 0 && { [properties.groups]: groups }),
  };
}

export function updateBody(fields: Fields, properties: Properties): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [nameOf(name, properties), value]));
}

function nameOf(field: string, properties: Properties): string {
  return properties[field] ?? field;
}
