/**
 * Rooms of Microsoft Graph as a source. There is no delta of places: every read is a full one.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../../contract/outputs.ts";
import type { RoomsOutputs } from "../../../contract/outputs/rooms.ts";
import { ROOM_LISTS } from "../../../contract/room-properties.ts";
import type { SignedInClient } from "../../connectors/graph/index.ts";
import type { Place, OnlyRead, OnlyRequest, ReadRequest, ReadResult, Source, Item } from "../../model/types.ts";
import { type InventoryRequest, readInventory } from "./inventory.ts";
import { keepKnown, idsOf, loadKnown, type KnownRooms } from "./known.ts";
import type { RetireAfter } from "./retirement.ts";
import type { Inventory } from "./room.ts";
import type { RoomList } from "../../model/room-list.ts";
import { lowered } from "./scope.ts";
import { survey, type Survey } from "./survey.ts";
import { tenantOf } from "./tenant.ts";

interface RoomsSourceOptions {
  readonly client: SignedInClient;
  readonly tenant: Outputs["tenant"];
  /** Name of the sync. */
  readonly sync: string;
  readonly rooms: RoomsOutputs;
  /** Fields that the target refuses to be without, and what they are called in a report. */
  readonly required: Readonly<Record<string, string>>;
  readonly retireAfter: RetireAfter;
  /** Place of the rooms in the settings: `tenantwire:ones.rooms`. */
  readonly setting: string;
  readonly now: () => Date;
  /** Told of the room lists of each read, before anything is written. */
  readonly onLists?: (lists: readonly RoomList[]) => void;
}

type Looking = Pick<ReadRequest, "state" | "isLinked" | "signal"> & Partial<Pick<ReadRequest, "onProgress">>;

export interface RoomsSource extends Source {
  /** Reads without remembering anything: what the next run would find. */
  look(request: Looking): Promise<Survey>;
}

export function createRoomsSource(options: RoomsSourceOptions): RoomsSource {
  return new GraphRooms(options);
}

class GraphRooms implements RoomsSource {
  readonly name = "Microsoft Graph";
  readonly #options: RoomsSourceOptions;
  /** Of the read of this run. */
  #objects: ReadonlyMap<string, Item> | undefined;
  #complete = false;

  constructor(options: RoomsSourceOptions) {
    this.#options = options;
  }

  /** What may read rooms may not ask which tenant this is; the access token says so. */
  place(signal: AbortSignal): Promise<Place> {
    const { client, tenant } = this.#options;
    return tenantOf(client, tenant, signal);
  }

  async *read(request: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    const { known, inventory, surveyed } = await this.#survey(request);
    if (!request.dryRun) await keepKnown(request.state, this.#options.sync, known, surveyed.known);
    yield surveyed.objects;
    const { notes, exceptions } = surveyed;
    return { complete: inventory.complete, cursor: null, notes, exceptions };
  }

  /** Nothing is asked again: the read of this run gave everything. */
  async fetch(ids: readonly string[]): Promise<readonly Item[]> {
    const objects = this.#objects;
    if (objects === undefined) throw new TypeError("Single rooms are known after the read of the run.");
    return ids.map((id) => objects.get(id) ?? (this.#complete ? gone(id) : unread(id)));
  }

  /** All rooms are read: there is no other way. */
  async readOnly(words: readonly string[], request: OnlyRequest): Promise<OnlyRead> {
    const { surveyed } = await this.#survey(request);
    const items: Item[] = [];
    const unknown: string[] = [];
    for (const word of words) {
      const asked = word.trim().toLowerCase();
      const room = surveyed.rooms.find(({ id, address }) => id?.toLowerCase() === asked || address === asked);
      const id = room ? (room.id ?? room.address) : word;
      const item = this.#objects?.get(id);
      if (item) items.push(item);
      else if (await request.isLinked(id)) items.push(...(await this.fetch([id])));
      else unknown.push(word);
    }
    return { items, unknown };
  }

  async look(request: Looking): Promise<Survey> {
    return (await this.#survey(request)).surveyed;
  }

  async #survey(request: Looking): Promise<{ inventory: Inventory; known: KnownRooms; surveyed: Survey }> {
    const { sync, rooms, now, onLists } = this.#options;
    const known = await loadKnown(request.state, sync);
    const inventory = await readInventory(this.#request(request));
    const ids = [...known.keys(), ...idsOf(inventory.rooms, known, inventory.complete).values()];
    const linked = await linkedOf(ids, request);
    const { fields } = rooms;
    const surveyed = survey({ ...this.#options, scope: rooms, fields }, { inventory, known, linked, now: now() });
    this.#complete = inventory.complete;
    onLists?.(surveyed.lists);
    this.#objects = new Map(surveyed.objects.map((object) => [object.id, object]));
    return { inventory, known, surveyed };
  }

  #request({ signal, onProgress }: Looking): InventoryRequest {
    const { client, rooms, setting } = this.#options;
    const { scope, workspaces, fields } = rooms;
    const named = lowered(rooms);
    const isSpecified = scope === "specified";
    const onlyAddresses = isSpecified && [named.lists, named.buildings, named.tags].every(({ size }) => size === 0);
    return {
      client,
      workspaces,
      lists: { all: Object.values(fields).includes(ROOM_LISTS), named: isSpecified ? [...named.lists] : [] },
      addresses: isSpecified ? [...named.addresses] : [],
      onlyAddresses,
      setting,
      signal,
      onRead: (read) => onProgress?.({ read }),
    };
  }
}

async function linkedOf(ids: Iterable<string | undefined>, { isLinked }: Looking): Promise<ReadonlySet<string>> {
  const linked = new Set<string>();
  for (const id of new Set(ids)) if (id !== undefined && (await isLinked(id))) linked.add(id);
  return linked;
}

function gone(id: string): Item {
  return { id, label: id, life: "gone", why: "not listed by Microsoft Graph", keys: {} };
}

/** An incomplete answer left it out, which says nothing of it. */
function unread(id: string): Item {
  return {
    id,
    label: id,
    life: "active",
    keys: {},
    skip: "was not in an incomplete answer of Microsoft Graph",
  };
}
