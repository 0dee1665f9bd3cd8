/**
 * Resources of ONES as a target of rooms, by the names of the route table.
 *
 * @packageDocumentation
 */
import type { Fields, FieldValue, Target, Item } from "../../model/types.ts";
import { joined, parts } from "../text-list.ts";
import { fieldValue } from "../values.ts";
import { type AreaOfList, Areas } from "./areas.ts";
import { clientOf, type OnesConnection } from "./connection.ts";
import { checkFields, nameOf } from "./fields.ts";
import { type Received, heldItem } from "./list.ts";
import { DEFAULT_ROOM_FIELDS, type RoomRoutes } from "./routes.ts";
import { OnesTarget } from "./target.ts";

interface OnesRoomsOptions extends OnesConnection {
  /** Fields of a resource that are mapped. */
  readonly fields: readonly string[];
  /** The room lists as they were read last: those that rooms are in become areas. */
  readonly lists: () => readonly AreaOfList[];
}

type Properties = RoomRoutes["properties"];

/** The field whose value is a list of texts. */
const EQUIPMENT = "equipment";
/** The field whose value is a list of ids, by names that stand for them. */
const AREAS = "areas";

/** Properties that are no fields: what writes them is the sync itself. */
const OWN = ["id", "externalId", "enabled"];

export function createOnesRoomsTarget(options: OnesRoomsOptions): Target {
  const { baseUrl, routes, fields, lists } = options;
  const { rooms } = routes;
  const { properties } = rooms;
  const known = [...DEFAULT_ROOM_FIELDS, ...Object.keys(properties)].filter((name) => !OWN.includes(name));
  const client = clientOf(options, "resources and areas are changed by a Global Administrator");
  const areas = new Areas(client, rooms.areas, lists);
  return new OnesTarget(baseUrl, client, {
    one: "a resource",
    several: "resources",
    routes: rooms,
    setting: "tenantwire:ones.routes.rooms",
    words: { disable: "retire a resource", adopt: "store the room's id in a resource" },
    check: (mapped) => checkFields(mapped, known, { of: "resource", settings: ["ones.rooms", "ones.routes.rooms"] }),
    async tryRoutes(mapped, signal) {
      if (mapped.includes(AREAS)) await areas.namesOf([], signal);
    },
    async objectOf(item, signal) {
      const object = resourceObject(item, fields, properties);
      if (object === undefined || !fields.includes(AREAS)) return object;
      const names = await areas.namesOf(areasIn(item, properties), signal);
      return { ...object, fields: { ...object.fields, [AREAS]: names } };
    },
    async bodyOf(written, held, signal) {
      const body = resourceBody(written, properties);
      const names = written[AREAS];
      if (names === undefined) return body;
      const present = areasIn(await held(), properties);
      return {
        ...body,
        [properties.areas]: await areas.idsFor(names === null ? null : String(names), present, signal),
      };
    },
  });
}

/** A resource, but for its areas; `undefined` for what has no id. */
function resourceObject(item: Received, fieldNames: readonly string[], properties: Properties): Item | undefined {
  const fields: Record<string, FieldValue> = {};
  for (const name of fieldNames) fields[name] = name === AREAS ? null : heldValue(name, item[nameOf(name, properties)]);
  return heldItem(item, properties, fields, [properties.name]);
}

/** The ids of its areas, as the server has them. */
function areasIn(item: Received, { areas }: Properties): readonly unknown[] {
  const ids = item[areas];
  return Array.isArray(ids) ? (ids as readonly unknown[]) : [];
}

/** What is written of the fields, but for the areas. */
function resourceBody(fields: Fields, properties: Properties): Record<string, unknown> {
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
