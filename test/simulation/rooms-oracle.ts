/**
 * What the target of the rooms must hold, told from Exchange's rooms and the clock alone. A room is known by its place: its
 * address stays, while its mailbox may be made anew, with another id.
 */
import type { Rooms } from "../../sandbox/directory/rooms.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { Fields, NewObject } from "../../sync/model/types.ts";
import type { MemoryTarget, Stored, Witness } from "./target.ts";

const HOUR_MS = 60 * 60_000;
/** Nothing is retired by one answer, nor by all that are given within two days. */
export const RETIRE_AFTER = { hours: 48, reads: 3 } as const;

export class RoomsOracle implements Witness {
  /** What must not have happened, in words. */
  readonly violations: string[] = [];
  /** Nothing may be written in this run; why not. */
  still: string | undefined;
  /** Nothing may be retired in this run; why not. */
  retiresNothing: string | undefined;
  /** Objects that were retired, and rooms that were created, since the run began, but for what an earlier one asked for. */
  readonly retired = new Set<string>();
  readonly created = new Set<string>();
  /** Objects that a person made active: whether they are wanted is a question. */
  readonly revived = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #askedBefore = new Set<string>();
  /** Places that were seen by a run since the state was new: of others no sync can know. */
  readonly #seen = new Set<string>();
  /** By place: since when it is out of sight, and in how many runs. */
  readonly #gone = new Map<string, { since: number; runs: number }>();
  /** Objects that carried an id when the state was lost: of one that is not the room's, nothing says that it is the same. */
  readonly #apart = new Set<string>();
  /** In every run since the state was new: what a room is called once, it stays. */
  #hadIds = true;
  /** Objects whose adoption was asked for, by the place of the room; the target may not have done it. */
  readonly #adopting = new Map<string, string>();
  readonly #rooms: Rooms;
  readonly #target: () => MemoryTarget;
  readonly #now: () => number;

  constructor(rooms: Rooms, target: () => MemoryTarget, now: () => number) {
    this.#rooms = rooms;
    this.#target = target;
    this.#now = now;
  }

  /**
   * A run begins that is no dry one.
   *
   * @param hasIds Graph tells the ids that rooms keep
   */
  begins(hasIds: boolean): void {
    this.#hadIds &&= hasIds;
    this.retired.clear();
    this.created.clear();
    for (const each of this.#asked) this.#askedBefore.add(each);
    const there = new Set(this.#listed().map(placeOf));
    for (const place of there) {
      this.#seen.add(place);
      this.#gone.delete(place);
    }
    for (const place of this.#seen) {
      if (there.has(place)) continue;
      const before = this.#gone.get(place) ?? { since: this.#now(), runs: 0 };
      this.#gone.set(place, { ...before, runs: before.runs + 1 });
    }
  }

  losesState(): void {
    this.#hadIds = true;
    this.#seen.clear();
    this.#gone.clear();
    for (const object of this.#target().stored.values()) if (object.sourceId !== "") this.#apart.add(object.id);
  }

  population(): number {
    return new Set([...this.#seen, ...[...this.#target().stored.values()].map((object) => this.#ownerOf(object))]).size;
  }

  asked(what: "create" | "disable", id: string): void {
    this.#asked.add(`${what} ${id}`);
  }

  creates({ sourceId, fields }: NewObject): void {
    this.#mayWrite(`create ${sourceId}`);
    const place = digits(sourceId);
    if (!this.#askedBefore.has(`create ${sourceId}`)) this.created.add(sourceId);
    const holder = this.#holding(place).find((object) => !this.#isApart(object));
    if (holder) this.#violated(`${sourceId} was created though ${holder.id} is there`);
    this.#mustHold(`${sourceId} was created`, place, fields, true);
  }

  adopts(object: Stored, sourceId: string): void {
    const what = `${object.id} was adopted for ${sourceId}`;
    this.#mayWrite(what);
    if (object.sourceId !== "" && digits(object.sourceId) !== digits(sourceId))
      this.#violated(`${what}, of another room`);
    this.#adopting.set(object.id, digits(sourceId));
    const room = this.#room(digits(sourceId));
    if (!room) return this.#violated(`${what}, which is not there`);
    if (!this.#target().mailsOf(object).includes(text(room, "emailAddress")))
      this.#violated(`${what} without a reason`);
  }

  updates(object: Stored, fields: Fields): void {
    this.#mayWrite(`update ${object.id}`);
    this.#mustHold(`${object.id} was updated`, this.#ownerOf(object), fields, false);
  }

  setsActive(object: Stored, active: boolean): void {
    const place = this.#ownerOf(object);
    const change = `${object.id} (${object.sourceId}) was ${active ? "brought back" : "retired"}`;
    this.#mayWrite(change);
    this.revived.delete(object.id);
    if (active) {
      if (!this.#room(place)) this.#violated(`${change}, and its room is not there`);
      return;
    }
    if (!this.#askedBefore.has(`disable ${object.id}`)) this.retired.add(object.id);
    const gone = this.#gone.get(place);
    if (this.retiresNothing !== undefined) this.#violated(`${change}, though ${this.retiresNothing}`);
    if (!this.#seen.has(place)) this.#violated(`${change}, and no run knows of its room`);
    if (!gone) return this.#violated(`${change}, and its room is there`);
    const isLong = gone.runs >= RETIRE_AFTER.reads && this.#now() - gone.since > RETIRE_AFTER.hours * HOUR_MS;
    if (!isLong) this.#violated(`${change} after ${(this.#now() - gone.since) / HOUR_MS} h and ${gone.runs} runs`);
  }

  byHand({ id }: Stored, active: boolean): void {
    if (active) this.revived.add(id);
    else this.revived.delete(id);
  }

  /** What is there twice. */
  checkOnce(): void {
    const ids = [...this.#target().stored.values()].map(({ sourceId }) => sourceId).filter((id) => id !== "");
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) this.#violated(`${twice} is there twice`);
  }

  /** Whether the target holds what it must, once nothing is under way. */
  checkAll(seeded: ReadonlyMap<string, Stored>): void {
    this.checkOnce();
    for (const room of this.#listed()) {
      const place = placeOf(room);
      const holding = this.#holding(place);
      if (holding.some((object) => this.#isApart(object))) continue;
      const [object, ...others] = holding;
      if (!object) this.#violated(`the room ${place} is missing`);
      if (!object || others.length > 0) continue;
      if (!object.active) this.#violated(`${object.id} of the room ${place} is retired`);
      this.#mustHold(`${object.id} is held`, place, object.fields, true);
    }
    for (const object of this.#target().stored.values()) {
      const then = seeded.get(object.id);
      const isForeign = object.sourceId === "another system's" || (then !== undefined && this.#ownerOf(object) === "");
      if (isForeign && JSON.stringify(then) !== JSON.stringify(object)) this.#violated(`${object.id} was touched`);
      const gone = this.#gone.get(this.#ownerOf(object));
      // What was to be adopted and never was is nobody's, once its room is gone.
      const isCertain = object.sourceId !== "" && !this.revived.has(object.id) && !this.#isApart(object);
      if (!isForeign && object.active && gone && isCertain)
        this.#violated(`${object.id} (${object.sourceId}) is active`);
    }
  }

  /** Of which objects and rooms nobody can know what is meant. */
  isQuestion(id: string): boolean {
    const objects = this.#holding(digits(id));
    return objects.some((object) => this.revived.has(object.id) || this.#isApart(object));
  }

  /** By the id that it carries, or was to be given; what nobody adopted yet is nobody's. */
  #ownerOf({ id, sourceId }: Stored): string {
    return sourceId === "" ? (this.#adopting.get(id) ?? "") : digits(sourceId);
  }

  #isApart({ id, sourceId }: Stored): boolean {
    const room = this.#room(digits(sourceId));
    return this.#apart.has(id) && (!this.#hadIds || room === undefined || text(room, "placeId") !== sourceId);
  }

  #listed(): readonly DirectoryObject[] {
    return [...this.#rooms.rooms.values()].filter((room) => this.#rooms.isListed(room));
  }

  #room(place: string): DirectoryObject | undefined {
    return this.#listed().find((room) => placeOf(room) === place);
  }

  #holding(place: string): readonly Stored[] {
    return [...this.#target().stored.values()].filter((object) => this.#ownerOf(object) === place && place !== "");
  }

  #mustHold(what: string, place: string, fields: Fields, whole: boolean): void {
    const room = this.#room(place);
    if (!room) return this.#violated(`${what}, and its room is not there`);
    const { capacity } = room;
    const wanted: Fields = {
      name: text(room, "displayName"),
      mail: text(room, "emailAddress"),
      // Of none, or of 0, nothing is known: the target keeps what it has.
      ...(typeof capacity === "number" && capacity > 0 && { seats: capacity }),
    };
    for (const name of whole ? Object.keys(wanted) : Object.keys(fields)) {
      if (fields[name] !== wanted[name]) {
        this.#violated(`${what} with ${name} ${String(fields[name])} instead of ${String(wanted[name])}`);
      }
    }
  }

  #mayWrite(what: string): void {
    if (this.still !== undefined) this.#violated(`${what}, though ${this.still}`);
  }

  #violated(what: string): void {
    this.violations.push(what);
  }
}

/** Of an id or address of a room, the number of its place; empty for anything else. */
function digits(id: string): string {
  return /^room(\d+)/.exec(id)?.[1] ?? "";
}

function placeOf(room: DirectoryObject): string {
  return digits(text(room, "emailAddress"));
}
