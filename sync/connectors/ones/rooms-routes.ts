/**
 * The part of the route table that rooms are synced by: resources and the areas that they are in. ALL OF IT IS ASSUMED,
 * by those for users: the vendor publishes no route for either. `tenantwire:ones.routes.rooms` in the settings replaces
 * any part of it.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { BASE, ofOne, path, property } from "./route-parts.ts";

/** Fields that a resource of ONES has, by our names for them. */
export const DEFAULT_ROOM_FIELDS = ["name", "email", "capacity", "floor", "equipment", "areas"] as const;

const collection = (base: string) => ({
  list: z
    .strictObject({
      path: path(`a path below ${BASE}/`).default(base),
      /** Where they stand in the answer; an empty text: the answer is the list itself. */
      items: z.string().describe("the name of the list in the answer, or an empty text").default("items"),
      /** Query parameter of the page's number, from 1; an empty text: everything comes at once. */
      pageParameter: z.string().describe("the name of a query parameter, or an empty text").default("page"),
      sizeParameter: z.string().describe("the name of a query parameter, or an empty text").default("pageSize"),
      pageSize: z.int().min(1).describe("a whole number").default(100),
    })
    .describe("settings: path, items, pageParameter, sizeParameter, pageSize")
    .prefault({}),
  create: z
    .strictObject({
      method: z.enum(["POST", "PUT"]).describe("a method").default("POST"),
      path: path(`a path below ${BASE}/`).default(base),
    })
    .describe("settings: method, path")
    .prefault({}),
  /** The body holds only what changes. */
  update: z
    .strictObject({
      method: z.enum(["PATCH", "POST", "PUT"]).describe("a method").default("PATCH"),
      path: ofOne("a path").default(`${base}/{id}`),
    })
    .describe("settings: method, path")
    .prefault({}),
});

const Properties = z
  .object({
    id: property("id"),
    /** Where the room's id in Graph is stored. */
    externalId: property("externalId"),
    name: property("name"),
    email: property("email"),
    capacity: property("capacity"),
    floor: property("floor"),
    /** A list of texts. */
    equipment: property("equipment"),
    /** A list of ids of areas. */
    areas: property("areas"),
    /** true or false; a resource without it is enabled. One that is not cannot be booked. */
    enabled: property("enabled"),
  })
  // Further names are fields that may be mapped too.
  .catchall(z.string().regex(/\S/).describe("a name that the server uses"))
  .describe("settings: our name of a property, the server's name of it");

const AreaProperties = z
  .strictObject({ id: property("id"), externalId: property("externalId"), name: property("name") })
  .describe("settings: id, externalId, name");

export const RoomRoutes = z
  .strictObject({
    ...collection("resource/v1/resources"),
    get: z
      .strictObject({ path: ofOne("a path").default("resource/v1/resources/{id}") })
      .describe("settings: path")
      .prefault({}),
    properties: Properties.prefault({}),
    areas: z
      .strictObject({ ...collection("resource/v1/areas"), properties: AreaProperties.prefault({}) })
      .describe("settings: list, create, update, properties")
      .prefault({}),
  })
  .describe("settings: list, get, create, update, properties, areas");
export type RoomRoutes = z.infer<typeof RoomRoutes>;
