/**
 * ONES' external API as far as this project uses it. EVERYTHING HERE IS ASSUMED, but for the base `/API/external`, the
 * one path `system/v1/information`, and the two forms of authentication: the vendor shows those and nothing else in
 * public. Where a server is otherwise, its own API document says how, and `tenantwire:ones.routes` in the settings
 * replaces any part of this.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { SettingsError } from "../../../contract/errors.ts";
import { describeIssues } from "../../../contract/settings-faults.ts";
import { tellSettings } from "../../../contract/this-stack.ts";

/** Documented: a read that needs nothing but the key. */
export const INFORMATION = "system/v1/information";

/** Documented: where all paths begin, below the server's root. */
export const BASE = "API/external";

const path = (what: string) =>
  z
    .string()
    // Never an address of its own: the key would go there.
    .regex(/^(?!\w+:)[^/{}\s]\S*$/)
    .describe(what);

const ofOne = path("a path").includes("{id}").describe(`a path, below ${BASE}/, with {id} in it`);

const property = (name: string) => z.string().regex(/\S/).describe("a name that the server uses").default(name);

/** How things of one kind are listed, made and changed. */
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
  /** The body holds only what changes: a route that replaces the whole must not be named here. */
  update: z
    .strictObject({
      method: z.enum(["PATCH", "POST", "PUT"]).describe("a method").default("PATCH"),
      path: ofOne.default(`${base}/{id}`),
    })
    .describe("settings: method, path")
    .prefault({}),
});

const one = (base: string) =>
  z
    .strictObject({ path: ofOne.default(`${base}/{id}`) })
    .describe("settings: path")
    .prefault({});

/** Fields that a user of ONES has, by our names for them; only `users.fields` that are listed here can be mapped. */
export const DEFAULT_FIELDS = ["userName", "displayName", "email", "cardNumber"] as const;

const UserProperties = z
  .object({
    id: property("id"),
    /** Where the source's id is stored. */
    externalId: property("externalId"),
    userName: property("userName"),
    displayName: property("displayName"),
    email: property("email"),
    cardNumber: property("cardNumber"),
    /** true or false; a user without it is enabled. */
    enabled: property("enabled"),
    /** A list of group names, written for new users only. */
    groups: property("userGroups"),
  })
  // Further names are fields that may be mapped too.
  .catchall(z.string().regex(/\S/).describe("a name that the server uses"))
  .describe("settings: our name of a property, the server's name of it");

/** Fields that a resource of ONES has, by our names for them. */
export const DEFAULT_ROOM_FIELDS = ["name", "email", "capacity", "floor", "equipment", "areas"] as const;

const RoomProperties = z
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

const RoomRoutes = z
  .strictObject({
    ...collection("resource/v1/resources"),
    get: one("resource/v1/resources"),
    properties: RoomProperties.prefault({}),
    areas: z
      .strictObject({ ...collection("resource/v1/areas"), properties: AreaProperties.prefault({}) })
      .describe("settings: list, create, update, properties")
      .prefault({}),
  })
  .describe("settings: list, get, create, update, properties, areas");
/** The part of the table that rooms are synced by: resources, and the areas that they are in. */
export type RoomRoutes = z.infer<typeof RoomRoutes>;

const Routes = z
  .strictObject({
    /**
     * Both forms stand in the vendor's text: `raw` sends the key alone as `Authorization`, `basic` sends it as the
     * user name of HTTP Basic with an empty password.
     */
    authentication: z.enum(["raw", "basic"]).describe("a form of authentication").default("raw"),
    ...collection("user/v1/users"),
    get: one("user/v1/users"),
    properties: UserProperties.prefault({}),
    /** Resources, which rooms are synced to, and their areas. */
    rooms: RoomRoutes.prefault({}),
  })
  .describe("settings: authentication, list, get, create, update, properties, rooms");
export type Routes = z.infer<typeof Routes>;

/** The routes of one kind of thing. */
export type Collection = Pick<Routes, "list" | "get" | "create" | "update">;

/**
 * @param written what the outputs hold of `tenantwire:ones.routes`, as it was written
 * @throws SettingsError with a line for each fault
 */
export function parseRoutes(written: unknown): Routes {
  const parsed = Routes.safeParse(written ?? {});
  if (parsed.success) return parsed.data;
  const faults = describeIssues(parsed.error.issues, Routes, written);
  throw new SettingsError(tellSettings(faults.map((fault) => ({ ...fault, path: ["ones", "routes", ...fault.path] }))));
}
