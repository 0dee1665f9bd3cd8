/**
 * Resources of ONES (Bookings ONE, Offision) as a target of rooms, by the route table.
 *
 * @packageDocumentation
 */
import type { Created, Fields, NewObject, Place, Target, TargetObject } from "../../model/types.ts";
import { type ApiClient, ApiRefusal } from "../api.ts";
import { type AreaOfList, Areas } from "./rooms-areas.ts";
import { AREAS, areasIn, checkRoomFields, resourceBody, resourceObject } from "./rooms-fields.ts";
import { type Item, listAll, type Listing, listPage } from "./rooms-list.ts";
import type { RoomRoutes } from "./rooms-routes.ts";
import { INFORMATION } from "./routes.ts";
import { clientOf, type OnesConnection, pathOf } from "./target.ts";
import { identifier } from "./users.ts";

export interface OnesRoomsOptions extends OnesConnection {
  /** Fields of a resource that are mapped. */
  readonly fields: readonly string[];
  /** The room lists as they were read last: those that rooms are in become areas. */
  readonly lists: () => readonly AreaOfList[];
}

/** ONES says nothing about limits. */
const CONCURRENCY = 4;

export function createOnesRoomsTarget(options: OnesRoomsOptions): Target {
  return new OnesRoomsTarget(options);
}

class OnesRoomsTarget implements Target {
  readonly name = "ONES";
  readonly matchBy = ["externalId", "mail"] as const;
  readonly concurrency = CONCURRENCY;
  readonly #options: OnesRoomsOptions;
  readonly #routes: RoomRoutes;
  readonly #client: ApiClient;
  readonly #areas: Areas;
  readonly #listing: Listing;
  #everything: Promise<readonly TargetObject[]> | undefined;

  constructor(options: OnesRoomsOptions) {
    const { rooms } = options.routes;
    this.#options = options;
    this.#routes = rooms;
    this.#client = clientOf(options, "resources and areas are changed by a Global Administrator");
    this.#areas = new Areas(this.#client, rooms.areas, options.lists);
    this.#listing = {
      client: this.#client,
      route: rooms.list,
      id: rooms.properties.id,
      what: "resources",
      setting: "tenantwire:ones.routes.rooms",
    };
  }

  /** What the information call answers is not published: a server is told by its address, and by what it has. */
  async place(): Promise<Place> {
    const { baseUrl } = this.#options;
    const mend = "correct tenantwire:ones.baseUrl and deploy (pulumi up)";
    return { id: baseUrl, label: "the ONES server", mend, isAddress: true };
  }

  async check(fieldNames: readonly string[], signal: AbortSignal): Promise<void> {
    checkRoomFields(fieldNames, this.#routes.properties);
    await this.#client.get(INFORMATION, {}, "tell about the server", signal);
    // Whether there are such routes is not known before they are asked.
    await listPage(this.#listing, 1, signal);
    if (fieldNames.includes(AREAS)) await this.#areas.namesOf([], signal);
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly TargetObject[], void, void> {
    for await (const page of listAll(this.#listing, signal)) {
      yield (await Promise.all(page.map((item) => this.#objectOf(item, signal)))).flatMap((object) => object ?? []);
    }
  }

  /** No route for a search is assumed: everything is listed once for all look-ups between two writes. */
  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly TargetObject[]> {
    const everything = (this.#everything ??= this.#listAll(signal));
    const wanted = value.toLowerCase();
    try {
      return (await everything).filter(({ keys }) => keys[attribute] === wanted);
    } catch (error) {
      this.#everything = undefined;
      throw error;
    }
  }

  async get(id: string, signal: AbortSignal): Promise<TargetObject | undefined> {
    const item = await this.#read(id, signal);
    return item && this.#objectOf(item, signal);
  }

  async create(object: NewObject, signal: AbortSignal): Promise<Created> {
    const { create, properties } = this.#routes;
    const body = {
      ...(await this.#bodyOf(object.fields, async () => [], signal)),
      [properties.externalId]: object.sourceId,
      [properties.enabled]: true,
    };
    const created = (await this.#send(create.method, create.path, body, "create a resource", signal)) as Item | null;
    const id = identifier(created?.[properties.id]);
    return id === undefined ? {} : { id };
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    const held = async () => areasIn((await this.#read(id, signal)) ?? {}, this.#routes.properties);
    await this.#write(id, await this.#bodyOf(fields, held, signal), "update a resource", signal);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    const { enabled } = this.#routes.properties;
    await this.#write(id, { [enabled]: active }, active ? "enable a resource" : "retire a resource", signal);
  }

  async adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void> {
    const { externalId } = this.#routes.properties;
    await this.#write(id, { [externalId]: sourceId }, "store the room's id in a resource", signal);
  }

  /** @param held areas that the resource is in */
  async #bodyOf(fields: Fields, held: () => Promise<readonly unknown[]>, signal: AbortSignal): Promise<object> {
    const body = resourceBody(fields, this.#routes.properties);
    const areas = fields[AREAS];
    if (areas === undefined) return body;
    const ids = await this.#areas.idsFor(areas === null ? null : String(areas), await held(), signal);
    return { ...body, [this.#routes.properties.areas]: ids };
  }

  async #objectOf(item: Item, signal: AbortSignal): Promise<TargetObject | undefined> {
    const { fields } = this.#options;
    const { properties } = this.#routes;
    const object = resourceObject(item, fields, properties);
    if (object === undefined || !fields.includes(AREAS)) return object;
    const areas = await this.#areas.namesOf(areasIn(item, properties), signal);
    return { ...object, fields: { ...object.fields, [AREAS]: areas } };
  }

  async #read(id: string, signal: AbortSignal): Promise<Item | undefined> {
    try {
      return (await this.#client.get(pathOf(this.#routes.get.path, id), {}, "read a resource", signal)) as Item;
    } catch (error) {
      // That the address is right is known by now.
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  async #write(id: string, body: object, doing: string, signal: AbortSignal): Promise<void> {
    const { method, path } = this.#routes.update;
    await this.#send(method, pathOf(path, id), body, doing, signal);
  }

  /** What was listed before or meanwhile may no longer be so. */
  async #send(...write: Parameters<ApiClient["write"]>): Promise<unknown> {
    try {
      return await this.#client.write(...write);
    } finally {
      this.#everything = undefined;
    }
  }

  async #listAll(signal: AbortSignal): Promise<readonly TargetObject[]> {
    const objects: TargetObject[] = [];
    for await (const page of this.list(signal)) objects.push(...page);
    return objects;
  }
}
