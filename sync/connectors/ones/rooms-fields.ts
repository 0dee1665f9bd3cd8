/**
 * Resources as ONES sends and takes them, by the names of the route table. Pure; areas are not here.
 *
 * @packageDocumentation
 */
import { didYouMean } from "../../../contract/nearest.ts";
import { TenantwireError } from "../../../contract/errors.ts";
import type { Fields, FieldValue, TargetObject } from "../../model/types.ts";
import { joined, parts } from "../text-list.ts";
import { fieldValue } from "../values.ts";
import type { Item } from "./rooms-list.ts";
import { DEFAULT_ROOM_FIELDS, type RoomRoutes } from "./rooms-routes.ts";
import { identifier } from "./users.ts";

type Properties = RoomRoutes["properties"];

/** The field whose value is a list of texts. */
const EQUIPMENT = "equipment";
/** The field whose value is a list of ids, by names that stand for them. */
export const AREAS = "areas";

/** Properties that are no fields: what writes them is the sync itself. */
const OWN = new Set(["id", "externalId", "enabled"]);

/** @throws TenantwireError naming the first mapped field that a resource of ONES does not have */
export function checkRoomFields(mapped: readonly string[], properties: Properties): void {
  const known = [...new Set([...DEFAULT_ROOM_FIELDS, ...Object.keys(properties)])].filter((name) => !OWN.has(name));
  const unknown = mapped.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, known) ?? `the fields are ${known.join(", ")}.`;
  throw new TenantwireError(
    `A resource of ONES has no field "${unknown}"; ${hint} ` +
      `Correct tenantwire:ones.rooms.fields, or name it in tenantwire:ones.routes.rooms.properties, and deploy (pulumi up).`,
  );
}

/** A resource, but for its areas; `undefined` for what has no id. */
export function resourceObject(
  item: Item,
  fieldNames: readonly string[],
  properties: Properties,
): TargetObject | undefined {
  const id = identifier(item[properties.id]);
  if (id === undefined) return undefined;
  const fields: Record<string, FieldValue> = {};
  for (const name of fieldNames) fields[name] = name === AREAS ? null : heldValue(name, item[nameOf(name, properties)]);
  const externalId = identifier(item[properties.externalId])?.toLowerCase();
  const mail = identifier(item[properties.email])?.toLowerCase();
  return {
    id,
    label: identifier(item[properties.name]) ?? id,
    active: item[properties.enabled] !== false,
    fields,
    keys: { ...(externalId !== undefined && { externalId }), ...(mail !== undefined && { mail }) },
  };
}

/** The ids of its areas, as the server has them. */
export function areasIn(item: Item, { areas }: Properties): readonly unknown[] {
  const ids = item[areas];
  return Array.isArray(ids) ? (ids as readonly unknown[]) : [];
}

/** What is written of the fields, but for the areas. */
export function resourceBody(fields: Fields, properties: Properties): Record<string, unknown> {
  const written = Object.entries(fields).filter(([name]) => name !== AREAS);
  return Object.fromEntries(written.map(([name, value]) => [nameOf(name, properties), sentValue(name, value)]));
}

function heldValue(name: string, value: unknown): FieldValue {
  if (name !== EQUIPMENT) return fieldValue(value);
  return Array.isArray(value) ? joined(value.map(String)) : fieldValue(value);
}

function sentValue(name: string, value: FieldValue): unknown {
  return name === EQUIPMENT ? parts(value === null ? null : String(value)) : value;
}

function nameOf(field: string, properties: Properties): string {
  return properties[field] ?? field;
}
