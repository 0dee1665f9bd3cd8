/**
 * What one reading says of every room: in scope, out of it, missing, retired, or not usable as it is. Pure; runs, dry
 * runs, explanations and the list of rooms are all made of it.
 *
 * @packageDocumentation
 */
import type { RoomScope } from "../../../contract/outputs/rooms.ts";
import { CAPACITY } from "../../../contract/room-properties.ts";
import type { ReadException, Item } from "../../model/types.ts";
import { capacityLack, capacityNote } from "./capacity.ts";
import { addressException, listException, requiredFault, roomFaults } from "./faults.ts";
import { idsOf, type KnownRoom, type KnownRooms } from "./known.ts";
import { type KnownLists, knownLists } from "./lists.ts";
import { roomFields } from "./mapping.ts";
import { equalNames, madeAnew } from "./notes.ts";
import { absence, type RetireAfter } from "./retirement.ts";

import type { Inventory, Room } from "./room.ts";
import type { RoomList } from "../../model/room-list.ts";
import { leftBy, namedInVain, rulesOf, type Verdict, type Way } from "./scope.ts";

export interface SurveyOptions {
  readonly scope: RoomScope;
  /** Field of the target -> property of the room. */
  readonly fields: Readonly<Record<string, string>>;
  /** Fields that the target refuses to be without, and what they are called in a report. */
  readonly required: Readonly<Record<string, string>>;
  readonly retireAfter: RetireAfter;
  /** Place of the scope in the settings, for messages. */
  readonly setting: string;
}

interface SurveyInput {
  readonly inventory: Inventory;
  readonly known: KnownRooms;
  /** Ids that something of the target is linked to. */
  readonly linked: ReadonlySet<string>;
  readonly now: Date;
}

type RoomState = "in scope" | "not in scope" | "missing" | "retired" | "not usable";

/** A room that there is, or that there was. */
export interface SurveyedRoom {
  /** Absent for a room of which nothing can be known yet. */
  readonly id?: string;
  readonly address: string;
  readonly name: string;
  readonly state: RoomState;
  /** In words. */
  readonly why: string;
}

export interface Survey {
  readonly rooms: readonly SurveyedRoom[];
  readonly lists: readonly RoomList[];
  /** What the engine is told. */
  readonly objects: readonly Item[];
  /** What is to be remembered from now on; `undefined` is forgotten. */
  readonly known: ReadonlyMap<string, KnownRoom | undefined>;
  readonly exceptions: readonly ReadException[];
  readonly notes: readonly string[];
}

export function survey(options: SurveyOptions, input: SurveyInput): Survey {
  return new Surveyor(options, input).survey();
}

class Surveyor {
  readonly #options: SurveyOptions;
  readonly #input: SurveyInput;
  readonly #lists: KnownLists;
  readonly #listNames: ReadonlyMap<string, string>;
  readonly #rooms: SurveyedRoom[] = [];
  readonly #objects: Item[] = [];
  readonly #known = new Map<string, KnownRoom | undefined>();

  constructor(options: SurveyOptions, input: SurveyInput) {
    const { inventory, known } = input;
    this.#options = options;
    this.#input = input;
    this.#lists = knownLists(inventory, known);
    this.#listNames = new Map(this.#lists.lists.map(({ address, name }) => [address, name]));
  }

  survey(): Survey {
    const { inventory, known } = this.#input;
    const ids = idsOf(inventory.rooms, known, inventory.complete);
    const rooms = inventory.rooms.map((room) => this.#withUnreadLists(room, ids.get(room)));
    const verdictOf = rulesOf(this.#options.scope, this.#lists.lists);
    const inScope: Identified[] = [];
    const faults = this.#faults(rooms.map(({ room }) => room));
    for (const { room, id } of rooms) {
      const verdict = verdictOf(room);
      const { way } = verdict;
      const fault = faults.get(room);
      if (way !== undefined) inScope.push({ room, ...(id !== undefined && { id }) });
      if (id === undefined) this.#unidentified(room, fault);
      else if (fault !== undefined && way !== undefined) this.#unusable(room, id, fault);
      else if (way === undefined) this.#outOfScope(room, id, verdict.why);
      else this.#inScope(room, id, way, verdict);
    }
    this.#absent(new Set(rooms.flatMap(({ id }) => id ?? [])));
    return {
      rooms: this.#rooms,
      lists: this.#lists.lists,
      objects: this.#objects,
      known: this.#known,
      exceptions: this.#exceptions(inScope, faults),
      notes: [
        ...inventory.notes,
        ...madeAnew(rooms, known),
        ...this.#notesOf(inScope.map(({ room }) => room)),
        ...(inventory.complete ? namedInVain(this.#options.scope, inventory.rooms, this.#options.setting) : []),
      ],
    };
  }

  #notesOf(inScope: readonly Room[]): string[] {
    return [...equalNames(inScope), ...(this.#mapsCapacity ? capacityNote(inScope) : [])];
  }

  get #mapsCapacity(): boolean {
    return Object.values(this.#options.fields).includes(CAPACITY);
  }

  #faults(rooms: readonly Room[]): ReadonlyMap<Room, string> {
    const { fields, required } = this.#options;
    const faults = new Map(roomFaults(rooms));
    for (const room of rooms) {
      const fault = faults.get(room) ?? requiredFault(room, fields, required, this.#listNames);
      if (fault !== undefined) faults.set(room, fault);
    }
    return faults;
  }

  /** A list that cannot be read is taken to hold whom it held. */
  #withUnreadLists(room: Room, id: string | undefined): Identified {
    const before = (id === undefined ? undefined : this.#input.known.get(id))?.lists ?? {};
    const kept = Object.keys(before).filter((address) => this.#lists.unread.has(address));
    const whole = kept.length === 0 ? room : { ...room, lists: [...(room.lists ?? []), ...kept] };
    return id === undefined ? { room: whole } : { room: whole, id };
  }

  #inScope(room: Room, id: string, way: Way, { named, why }: Verdict): void {
    const { address, name, lists = [] } = room;
    const placeId = room.placeId ?? this.#input.known.get(id)?.placeId;
    const inLists = [...lists].sort().flatMap((list) => this.#lists.byAddress.get(list) ?? []);
    this.#known.set(id, {
      address,
      name,
      ...(placeId !== undefined && { placeId }),
      way,
      ...(named !== undefined && { named }),
      lists: Object.fromEntries(inLists.map((list) => [list.address, { id: list.id, name: list.name }])),
    });
    const lack = this.#mapsCapacity ? capacityLack(room) : undefined;
    this.#rooms.push({ id, address, name, state: "in scope", why: lack === undefined ? why : `${why}; ${lack}` });
    const fields = roomFields(room, this.#options.fields, this.#listNames);
    this.#objects.push({ id, label: name, life: "active", fields, keys: keysOf(id, address) });
  }

  /** What a person took out of the settings is meant; what was changed in the tenant may be a mistake there. */
  #outOfScope({ address, name, placeId }: Room, id: string, why: string): void {
    const before = this.#input.known.get(id);
    const known = before && { ...before, address, name, ...(placeId !== undefined && { placeId }) };
    const left = known && leftBy(this.#options.scope, known);
    if (known && left !== undefined) return this.#missing(id, known, left);
    this.#rooms.push({ id, address, name, state: "not in scope", why });
    if (!this.#input.linked.has(id)) return this.#forget(id);
    if (known) this.#known.set(id, known);
    this.#objects.push({
      id,
      label: name,
      life: "inactive",
      why: `not in scope: it ${why}`,
      keys: keysOf(id, address),
    });
  }

  #unusable({ address, name }: Room, id: string, fault: string): void {
    this.#rooms.push({ id, address, name, state: "not usable", why: fault });
    this.#leaveAlone(id, name, address, fault);
  }

  #unidentified({ address, name, placeId }: Room, fault: string | undefined): void {
    const unknown =
      placeId === undefined
        ? "has the address that another room had, from which nothing but a place id would tell it"
        : "has another place id than before; a complete read tells whether its mailbox was made anew";
    this.#rooms.push({ address, name, state: "not usable", why: fault ?? unknown });
  }

  /** Rooms that are remembered and were not read. */
  #absent(read: ReadonlySet<string>): void {
    for (const [id, room] of this.#input.known) {
      if (!read.has(id)) this.#missing(id, room, "not listed by Microsoft Graph");
    }
  }

  /** @param what is no longer so */
  #missing(id: string, room: KnownRoom, what: string): void {
    const { linked, now, inventory } = this.#input;
    const isLinked = linked.has(id);
    if (!inventory.complete) {
      if (isLinked) this.#missingForNow(id, room);
      return;
    }
    const { missing, retired, reason } = absence(room, what, this.#options.retireAfter, now);
    // What the target made and has not shown yet is linked later: its answers without the room count from the first one.
    if (!isLinked && retired) return this.#forget(id);
    const { address, name } = room;
    this.#known.set(id, { ...room, missing });
    if (!isLinked) return;
    this.#rooms.push({ id, address, name, state: retired ? "retired" : "missing", why: reason });
    if (!retired) this.#leaveAlone(id, name, address, reason);
    else this.#objects.push({ id, label: name, life: "inactive", why: reason, keys: keysOf(id, address) });
  }

  /** An incomplete read says nothing of what is not in it: neither is it counted, nor is anything undone. */
  #missingForNow(id: string, { name, address, missing }: KnownRoom): void {
    const why = "not in an answer of Microsoft Graph that was not complete";
    this.#rooms.push({ id, address, name, state: missing?.retired ? "retired" : "missing", why });
  }

  /** Wanted, so that nothing takes it for gone, and not written. */
  #leaveAlone(id: string, label: string, address: string, skip: string): void {
    if (!this.#input.linked.has(id)) return;
    this.#objects.push({ id, label, life: "active", keys: keysOf(id, address), skip });
  }

  #forget(id: string): void {
    if (this.#input.known.has(id)) this.#known.set(id, undefined);
  }

  #exceptions(inScope: readonly Identified[], faults: ReadonlyMap<Room, string>): ReadException[] {
    const { inventory, known } = this.#input;
    const { setting } = this.#options;
    const isMissing = new Set(
      [...known.values()].filter(({ missing }) => !missing?.retired).map(({ address }) => address),
    );
    const unfound = [...inventory.unfound].filter(([address]) => !isMissing.has(address));
    return [
      ...inScope.flatMap(({ room, id = room.address || room.properties.id }) => {
        const fault = faults.get(room);
        return fault === undefined ? [] : [{ id, label: room.name, reason: fault }];
      }),
      ...inventory.lists.flatMap((list) => listException(list) ?? []),
      ...unfound.map(([address, what]) => addressException(address, what, setting)),
    ];
  }
}

/** A room with what it is called here, as far as that is known. */
interface Identified {
  readonly room: Room;
  readonly id?: string;
}

/** Addresses are compared without regard to letter case. */
function keysOf(id: string, address: string): Record<string, string> {
  return { externalId: id, ...(address !== "" && { mail: address }) };
}
