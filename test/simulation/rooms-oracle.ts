/**
 * What the target of the rooms must hold, told from Exchange's rooms and lists, from what the runs of a stack saw of them
 * and from the clock alone.
 */
import type { Rooms } from "../../sandbox/directory/rooms.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { Fields, NewObject } from "../../sync/model/types.ts";
import { type Held, type Scoped, type Sighting, Sightings } from "./sightings.ts";
import type { MemoryTarget, Stored, Witness } from "./target.ts";

const HOUR_MS = 60 * 60_000;
/** Nothing is retired by one answer, nor by all that are given within two days. */
export const RETIRE_AFTER = { hours: 48, reads: 3 } as const;

/** Which rooms a stack syncs. */
export interface RoomsSettings {
  readonly all: boolean;
  /** Addresses of rooms, and of room lists. */
  readonly addresses: readonly string[];
  readonly lists: readonly string[];
}

export interface Exchange {
  readonly rooms: Rooms;
  /** Graph answers with rooms, and with the ids that they keep. */
  readonly service: () => { readonly lists: boolean; readonly ids: boolean };
  /** Graph gives the members of that list. */
  readonly isReadable: (list: string) => boolean;
}

export interface RoomsOracleOptions {
  readonly exchange: Exchange;
  readonly settings: () => RoomsSettings;
  /** The lists of a room are a field of the target. */
  readonly mapsLists: boolean;
  readonly target: () => MemoryTarget;
  readonly now: () => number;
}

export class RoomsOracle implements Witness {
  /** What must not have happened, in words. */
  readonly violations: string[] = [];
  /** Nothing may be written in this run; why not. */
  still: string | undefined;
  /** Objects that were retired, and rooms that were created, since the run began, but for what an earlier one asked for. */
  readonly retired = new Set<string>();
  readonly created = new Set<string>();
  /** Objects that carry an id and that this stack need not have linked: they were there before, or another one made them. */
  readonly unsure = new Set<string>();
  /** Objects that somebody else made active: whether they are wanted is a question. */
  readonly #revived = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #askedBefore = new Set<string>();
  readonly #sightings = new Sightings<DirectoryObject>();
  /** Objects whose adoption was asked for, by the name of the room; the target may not have done it. */
  readonly #adopting = new Map<string, string>();
  readonly #options: RoomsOracleOptions;

  constructor(options: RoomsOracleOptions) {
    this.#options = options;
  }

  /** A run begins that is no dry one. */
  begins(): void {
    this.retired.clear();
    this.created.clear();
    for (const each of this.#asked) this.#askedBefore.add(each);
    this.look();
  }

  /** What the run saw is in the state. */
  remembers(): void {
    this.#sightings.remember();
  }

  /** @param failed names of which the run told that something was wrong */
  endsWell(failed: ReadonlySet<string>): void {
    for (const name of this.#sightings.names()) {
      if (!this.#isWanted(name) || this.#callsOf(name).some((each) => failed.has(each))) continue;
      this.#sightings.isSure(name);
      for (const { id } of this.#carrying(name)) for (const ids of [this.unsure, this.#revived]) ids.delete(id);
    }
    this.remembers();
  }

  /** Looks at Exchange, and remembers nothing. */
  look(): void {
    const { ids, lists } = this.#options.exchange.service();
    this.#sightings.look(
      this.#listed(),
      (room) => ({ placeId: ids ? text(room, "placeId") : undefined, address: text(room, "emailAddress") }),
      (room, before) => this.#scopeOf(room, before),
      (before) => this.#isStillNamed(before),
      (name) => this.#heldAs(name),
      lists ? this.#options.now() : undefined,
    );
  }

  /** What the room that has this address is called. */
  nameAt(address: string): string {
    const room = this.#roomAt(address);
    return room ? this.#sightings.nameOf(room) : "";
  }

  losesState(): void {
    this.#sightings.forget();
    this.#adopting.clear();
    for (const { id, sourceId } of this.#stored()) if (sourceId !== "") this.unsure.add(id);
  }

  population(): number {
    return new Set([...this.#sightings.names(), ...this.#stored().map((object) => this.#ownerOf(object))]).size;
  }

  asked(what: "create" | "disable", id: string): void {
    this.#asked.add(`${what} ${id}`);
  }

  creates({ sourceId, fields }: NewObject): void {
    this.#mayWrite(`create ${sourceId}`);
    if (!this.#askedBefore.has(`create ${sourceId}`)) this.created.add(sourceId);
    const room = this.#roomAt(fields["mail"]);
    const name = room ? this.#sightings.nameOf(room) : "";
    // A room that nothing was made of, and that was missing for long, may have been forgotten.
    const isFree =
      this.#carrying(name).length === 0 &&
      room !== undefined &&
      [text(room, "placeId"), fields["mail"]].includes(sourceId);
    if (room && name !== sourceId && (isFree || this.#sightings.nameAnew(room) === sourceId)) {
      this.#sightings.rename(room, sourceId);
    }
    const [holder] = this.#carrying(sourceId);
    if (holder) this.#violated(`${sourceId} was created though ${holder.id} is there`);
    const unclaimed = this.#stored().find(
      (object) =>
        this.#ownerOf(object) === "" &&
        object.sourceId === "" &&
        this.#target()
          .mailsOf(object)
          .every((mail) => mail === fields["mail"]),
    );
    if (unclaimed) this.#violated(`${sourceId} was created though ${unclaimed.id} has its address`);
    this.#mustHold(`${sourceId} was created`, sourceId, fields, true);
  }

  adopts(object: Stored, sourceId: string): void {
    const what = `${object.id} was adopted for ${sourceId}`;
    this.#mayWrite(what);
    if (object.sourceId !== "" && object.sourceId !== sourceId) this.#violated(`${what}, of ${object.sourceId}`);
    this.#adopting.set(object.id, sourceId);
    const forgotten = this.#listed().find((each) => this.#sightings.nameAnew(each) === sourceId);
    if (forgotten && !this.#sightings.room(sourceId)) this.#sightings.rename(forgotten, sourceId);
    const room = this.#sightings.room(sourceId);
    if (!room) return this.#violated(`${what}, which is not there`);
    if (!this.#target().mailsOf(object).includes(text(room, "emailAddress")))
      this.#violated(`${what} without a reason`);
  }

  updates(object: Stored, fields: Fields): void {
    this.#mayWrite(`update ${object.id}`);
    this.#mustHold(`${object.id} was updated`, this.#ownerOf(object), fields, false);
  }

  setsActive(object: Stored, active: boolean): void {
    const name = this.#ownerOf(object);
    const change = `${object.id} (${object.sourceId}) was ${active ? "brought back" : "retired"}`;
    this.#mayWrite(change);
    this.#revived.delete(object.id);
    if (active) {
      if (!this.#isWanted(name)) this.#violated(`${change}, and its room is not there`);
      return;
    }
    if (!this.#askedBefore.has(`disable ${object.id}`)) this.retired.add(object.id);
    if (!this.#options.exchange.service().lists) this.#violated(`${change}, though Graph listed nothing`);
    const sighting = this.#sightings.get(name);
    if (!sighting) return this.#violated(`${change}, and no run knows of its room`);
    if (sighting.isDropped) return;
    const { gone } = sighting;
    if (!gone) return this.#violated(`${change}, and its room is there`);
    const isLong = gone.reads >= RETIRE_AFTER.reads && this.#options.now() - gone.since > RETIRE_AFTER.hours * HOUR_MS;
    if (!isLong)
      this.#violated(`${change} after ${(this.#options.now() - gone.since) / HOUR_MS} h and ${gone.reads} answers`);
  }

  byHand({ id }: Stored, active: boolean): void {
    if (active) this.#revived.add(id);
    else this.#revived.delete(id);
  }

  /** What is there twice. */
  checkOnce(): void {
    const ids = this.#stored()
      .map(({ sourceId }) => sourceId)
      .filter((id) => id !== "");
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) this.#violated(`${twice} is there twice`);
  }

  /** Whether the target holds what it must, once nothing is under way. */
  checkAll(seeded: ReadonlyMap<string, Stored>): void {
    this.checkOnce();
    this.look();
    for (const room of this.#listed()) {
      const name = this.#sightings.nameOf(room);
      if (!this.#isWanted(name) || this.#isDisputed(room)) continue;
      const [object] = this.#carrying(name);
      if (!object) this.#violated(`the room ${name} is missing`);
      if (!object) continue;
      if (!object.active) this.#violated(`${object.id} of the room ${name} is retired`);
      this.#mustHold(`${object.id} is held`, name, object.fields, true);
    }
    for (const object of this.#stored()) {
      const then = seeded.get(object.id);
      const name = this.#ownerOf(object);
      const isNobodys = object.sourceId === "" && !this.#target().claimed.has(object.id);
      const isForeign = object.sourceId === "another system's" || (then !== undefined && isNobodys);
      if (isForeign && JSON.stringify(then) !== JSON.stringify(object)) this.#violated(`${object.id} was touched`);
      // What was to be adopted and never was is nobody's, once its room is gone.
      const isCertain = object.sourceId !== "" && !this.#revived.has(object.id) && !this.unsure.has(object.id);
      if (object.active && isCertain && this.#sightings.get(name) && !this.#isWanted(name)) {
        this.#violated(`${object.id} (${object.sourceId}) is active`);
      }
    }
  }

  /** Rooms, lists and addresses of which nobody can know what is meant, or a person has to mend something. */
  questions(): readonly string[] {
    this.look();
    const { exchange, settings } = this.#options;
    const { addresses } = settings();
    const there = this.#listed().map((room) => text(room, "emailAddress"));
    const lists = [...exchange.rooms.roomLists.values()].map((list) => text(list, "emailAddress"));
    const revived = this.#stored().filter(({ id }) => this.#revived.has(id));
    return [
      ...addresses.filter((address) => !there.includes(address)),
      ...lists.filter((list) => this.#membersOf(list).length === 0),
      ...revived.map((object) => this.#ownerOf(object)),
      ...this.#listed()
        .filter((room) => this.#isDisputed(room))
        .flatMap((room) => this.#callsOf(this.#sightings.nameOf(room))),
    ];
  }

  /** Nothing is the room's own, and its address is in something that carries another id, or in several. */
  #isDisputed(room: DirectoryObject): boolean {
    const name = this.#sightings.nameAnew(room);
    if (this.#carrying(name).length > 0) return false;
    const same = this.#stored().filter((object) => object.fields["mail"] === text(room, "emailAddress"));
    return same.length > 1 || same.some((object) => !["", name].includes(this.#ownerOf(object)));
  }

  /** What the room of that name is called, and what it is if it was forgotten. */
  #callsOf(name: string): readonly string[] {
    const room = this.#sightings.room(name);
    return room ? [name, this.#sightings.nameAnew(room)] : [name];
  }

  #heldAs(name: string): Held {
    const carrying = this.#carrying(name);
    if (carrying.length === 0) return "not";
    return carrying.every(({ id }) => this.unsure.has(id)) ? "perhaps" : "surely";
  }

  /** By the id that it carries, or was to be given; what nobody adopted yet is nobody's. */
  #ownerOf({ id, sourceId }: Stored): string {
    return sourceId === "" ? (this.#adopting.get(id) ?? "") : sourceId;
  }

  #isWanted(name: string): boolean {
    const sighting = this.#sightings.get(name);
    return sighting !== undefined && sighting.gone === undefined && !sighting.isDropped;
  }

  #scopeOf(room: DirectoryObject, before: Sighting | undefined): Scoped {
    const { exchange, settings, mapsLists } = this.#options;
    const { all, addresses, lists: named } = settings();
    const there = [...exchange.rooms.roomLists.values()].map((list) => text(list, "emailAddress"));
    // Nobody can see that a list is gone where none is listed.
    const shown = exchange.service().lists ? there : [...there, ...(before?.lists ?? [])];
    // Whom a list that cannot be read held before, it is taken to hold.
    const lists = [...new Set([...(mapsLists ? shown : []), ...named])].filter((list) =>
      exchange.isReadable(list) ? this.#membersOf(list).includes(room) : before?.lists.includes(list),
    );
    if (all) return { by: "all", lists };
    const at = text(room, "emailAddress");
    if (addresses.includes(at)) return { by: "address", at, lists };
    return { ...(lists.some((list) => named.includes(list)) && { by: "list" }), lists };
  }

  /** The settings name a list that held it, or the address that it had: it was not the settings that changed. */
  #isStillNamed({ by, at = "", lists }: Sighting): boolean {
    const { addresses, lists: named } = this.#options.settings();
    return (
      (by === "address" && addresses.includes(at)) || (by === "list" && lists.some((list) => named.includes(list)))
    );
  }

  #membersOf(list: string): readonly DirectoryObject[] {
    const { rooms } = this.#options.exchange;
    const found = rooms.roomLists.byKey(list);
    return found ? rooms.membersOf(found, "rooms").filter((room) => rooms.isListed(room)) : [];
  }

  /** What Graph tells of: also where it lists nothing, the rooms whose addresses it is asked for. */
  #listed(): readonly DirectoryObject[] {
    const { exchange, settings } = this.#options;
    const { rooms } = exchange;
    const { addresses } = settings();
    const listed = [...rooms.rooms.values()].filter((room) => rooms.isListed(room));
    return listed.filter((room) => exchange.service().lists || addresses.includes(text(room, "emailAddress")));
  }

  #roomAt(address: unknown): DirectoryObject | undefined {
    return this.#listed().find((room) => text(room, "emailAddress") === address);
  }

  #stored(): readonly Stored[] {
    return [...this.#target().stored.values()];
  }

  #target(): MemoryTarget {
    return this.#options.target();
  }

  #carrying(name: string): readonly Stored[] {
    return this.#stored().filter(({ sourceId }) => sourceId === name && name !== "");
  }

  #mustHold(what: string, name: string, fields: Fields, whole: boolean): void {
    const room = this.#sightings.room(name);
    if (!room || !this.#isWanted(name)) return this.#violated(`${what}, and its room is not there`);
    const { capacity } = room;
    const wanted: Fields = {
      name: text(room, "displayName"),
      mail: text(room, "emailAddress"),
      // Of none, or of 0, nothing is known: the target keeps what it has.
      ...(typeof capacity === "number" && capacity > 0 && { seats: capacity }),
    };
    for (const field of whole ? Object.keys(wanted) : Object.keys(fields).filter((each) => each !== "lists")) {
      if (fields[field] !== wanted[field]) {
        this.#violated(`${what} with ${field} ${String(fields[field])} instead of ${String(wanted[field])}`);
      }
    }
    if (this.#options.mapsLists && (whole || "lists" in fields))
      this.#mustTellLists(what, name, fields["lists"] ?? null);
  }

  /** Of a list that cannot be read nobody knows what it is called by now. */
  #mustTellLists(what: string, name: string, said: Fields[string]): void {
    const { exchange } = this.#options;
    const lists = this.#sightings.get(name)?.lists ?? [];
    const names = said === null ? [] : String(said).split("; ");
    const readable = lists.filter((list) => exchange.isReadable(list));
    const wanted = readable.map((list) => text(exchange.rooms.roomLists.byKey(list) ?? { id: "" }, "displayName"));
    if (names.length === lists.length && wanted.every((each) => names.includes(each))) return;
    this.#violated(`${what} in the lists ${String(said)} instead of ${wanted.join("; ")}, of ${lists.length}`);
  }

  #mayWrite(what: string): void {
    if (this.still !== undefined) this.#violated(`${what}, though ${this.still}`);
  }

  #violated(what: string): void {
    this.violations.push(what);
  }
}
