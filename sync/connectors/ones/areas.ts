/**
 * Areas of ONES that stand for room lists. An area is ours by its external id; all others are left as they are, and stay
 * with the resources that a person put into them.
 *
 * @packageDocumentation
 */
import { ConnectionError, TenantwireError } from "../../../contract/errors.ts";
import { type ApiClient, ApiError } from "../api.ts";
import { joined, parts } from "../text-list.ts";
import { pathOf } from "./connection.ts";
import { identifier, type Received, listAll, type Listing } from "./list.ts";
import type { RoomRoutes } from "./routes.ts";

/** A room list, which becomes an area. */
export interface AreaOfList {
  /** Never changes. */
  readonly id: string;
  readonly address: string;
  /** No two have the same. */
  readonly name: string;
}

/** External ids of our areas begin so. */
const OURS = "tenantwire:";

interface Area {
  /** As the server gives it: a number or a text. */
  readonly id: unknown;
  readonly name: string;
  readonly externalId: string | undefined;
}

export class Areas {
  readonly #client: ApiClient;
  readonly #routes: RoomRoutes["areas"];
  readonly #lists: () => readonly AreaOfList[];
  readonly #making = new Map<string, Promise<Area>>();
  #loaded: Promise<Area[]> | undefined;

  /** @param lists the room lists as they were read last */
  constructor(client: ApiClient, routes: RoomRoutes["areas"], lists: () => readonly AreaOfList[]) {
    this.#client = client;
    this.#routes = routes;
    this.#lists = lists;
  }

  /** The names of the room lists whose areas are among these, as one text. */
  async namesOf(ids: readonly unknown[], signal: AbortSignal): Promise<string | null> {
    const ours = (await this.#areas(signal)).filter((area) => isOurs(area) && ids.includes(area.id));
    return joined(ours.map((area) => this.#listName(area)));
  }

  /** The ids of the areas for these names, besides those among `present` that are not ours; missing areas are made. */
  async idsFor(names: string | null, present: readonly unknown[], signal: AbortSignal): Promise<readonly unknown[]> {
    const areas = await this.#areas(signal);
    const ours = new Set(areas.filter(isOurs).map(({ id }) => id));
    const wanted: unknown[] = [];
    for (const name of parts(names)) wanted.push((await this.#areaFor(name, signal)).id);
    return [...present.filter((id) => !ours.has(id)), ...wanted];
  }

  async #areaFor(name: string, signal: AbortSignal): Promise<Area> {
    const areas = await this.#areas(signal);
    const list = this.#lists().find((each) => joined([each.name]) === name);
    if (list === undefined) {
      // A list that cannot be read any more keeps the area that it has.
      const area = areas.find((each) => isOurs(each) && each.name === name);
      if (area) return area;
      throw new TenantwireError(`No room list is called ${name}, and no area of ONES was made for one.`);
    }
    const existing = areas.find(({ externalId }) => externalId === OURS + list.id.toLowerCase());
    if (existing && this.#listName(existing) === list.name) return existing;
    // Several resources want it at once.
    let making = this.#making.get(list.id);
    if (making === undefined) {
      making = existing ? this.#rename(existing, list, signal) : this.#make(list, signal);
      this.#making.set(list.id, making);
      const done = () => this.#making.delete(list.id);
      making.then(done, done);
    }
    return making;
  }

  #make(list: AreaOfList, signal: AbortSignal): Promise<Area> {
    const { create, properties } = this.#routes;
    return this.#named(list, async (name) => {
      const body = { [properties.name]: name, [properties.externalId]: OURS + list.id };
      return this.#client.write(create.method, create.path, body, "create an area", signal);
    });
  }

  async #rename({ id, externalId }: Area, list: AreaOfList, signal: AbortSignal): Promise<Area> {
    const { update, properties } = this.#routes;
    const path = pathOf(update.path, String(id));
    const renamed = await this.#named(list, (name) =>
      this.#client.write(update.method, path, { [properties.name]: name }, "rename an area", signal),
    );
    return { ...renamed, id, externalId };
  }

  /** Names of areas are unique (assumed): where somebody else's area has the name, the list's address is added. */
  async #named(list: AreaOfList, write: (name: string) => Promise<unknown>): Promise<Area> {
    const { properties } = this.#routes;
    for (const name of [list.name, withAddress(list)]) {
      try {
        const answer = (await write(name)) as Received | null;
        const area = { id: answer?.[properties.id], name, externalId: OURS + list.id.toLowerCase() };
        const loaded = await this.#loaded;
        loaded?.splice(0, Infinity, ...loaded.filter(({ externalId }) => externalId !== area.externalId), area);
        if (identifier(area.id) !== undefined) return area;
        throw new ConnectionError(`ONES (${this.#client.host}) answered the writing of an area without its id.`);
      } catch (error) {
        const isTaken = error instanceof ApiError && error.status === 409;
        if (!isTaken || name !== list.name) throw error;
      }
    }
    throw new TypeError("Both names were tried.");
  }

  #listName({ externalId, name }: Area): string {
    const list = this.#lists().find(({ id }) => OURS + id.toLowerCase() === externalId);
    return list !== undefined && name === withAddress(list) ? list.name : name;
  }

  async #areas(signal: AbortSignal): Promise<readonly Area[]> {
    this.#loaded ??= this.#load(signal);
    try {
      return await this.#loaded;
    } catch (error) {
      this.#loaded = undefined;
      throw error;
    }
  }

  async #load(signal: AbortSignal): Promise<Area[]> {
    const { list: route, properties } = this.#routes;
    const listing: Listing = {
      client: this.#client,
      route,
      id: properties.id,
      what: "areas",
      setting: "tenantwire:ones.routes.rooms.areas",
    };
    const areas: Area[] = [];
    for await (const page of listAll(listing, signal)) {
      for (const item of page) {
        const externalId = identifier(item[properties.externalId])?.toLowerCase();
        areas.push({ id: item[properties.id], name: identifier(item[properties.name]) ?? "", externalId });
      }
    }
    return areas;
  }
}

function isOurs({ externalId }: Area): boolean {
  return externalId?.startsWith(OURS) === true;
}

function withAddress({ name, address }: AreaOfList): string {
  return `${name} (${address})`;
}
