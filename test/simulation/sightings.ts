/**
 * What one stack may know of the rooms, by what its runs saw and remembered, as the documentation has it: a room is known
 * by its place id, else by its address; it is missing since the first answer without it that a run remembered.
 */

/** A room as an answer shows it. */
export interface Shown {
  /** Absent where Graph does not tell any. */
  readonly placeId: string | undefined;
  readonly address: string;
}

export interface Scoped {
  /** By what it is in scope, if it is. */
  readonly by?: "all" | "address" | "list";
  /** The address by which it is. */
  readonly at?: string;
  /** Of those that hold it, the ones that the stack asks for. */
  readonly lists: readonly string[];
}

export interface Sighting extends Shown, Scoped {
  /** The number of the run that saw it last: of two rooms that had an address, the later one left it. */
  readonly run: number;
  /** Since when, and in how many answers, it is missing. */
  readonly gone?: { readonly since: number; readonly reads: number };
  /** It is there, and the settings do not name it any more. */
  readonly isDropped?: true;
  /** It was dropped while nobody can say whether anything was linked to it: it may have been forgotten. */
  readonly isDoubtful?: true;
  /** What it is called since it is wanted again, if it was forgotten. */
  readonly anew?: string;
}

/** Whether anything is linked to a room. */
export type Held = "surely" | "perhaps" | "not";

type Names = ReadonlyMap<string, Sighting>;

export class Sightings<Room extends object> {
  #remembered: Names = new Map();
  #seen: Names = new Map();
  /** What each room of the last answer is called, and the other way round. */
  #names = new Map<Room, string>();
  #rooms = new Map<string, Room>();
  #run = 0;

  /**
   * Looks at an answer.
   *
   * @param isStillNamed of what was in scope and is there: whether the settings name by what it was
   * @param heldAs whether anything is called so: what is not, and is wanted no more, is forgotten
   * @param now absent where the answer says nothing of what is not in it
   */
  look(
    rooms: readonly Room[],
    shown: (room: Room) => Shown,
    scoped: (room: Room, before: Sighting | undefined) => Scoped,
    isStillNamed: (before: Sighting) => boolean,
    heldAs: (name: string) => Held,
    now: number | undefined,
  ): void {
    this.#run += 1;
    this.#names = new Map();
    this.#rooms = new Map();
    const seen = new Map(this.#remembered);
    const ids = new Set(rooms.map((room) => shown(room).placeId));
    const missing = (name: string, before: Sighting) => {
      if (now === undefined) return;
      const { since, reads } = before.gone ?? { since: now, reads: 0 };
      seen.set(name, { ...before, gone: { since, reads: reads + 1 } });
    };
    for (const room of rooms) {
      const is = shown(room);
      const name = nameOf(is, this.#remembered, ids);
      if (name === "") continue;
      const before = this.#remembered.get(name);
      const scope = scoped(room, before);
      this.#names.set(room, name);
      this.#rooms.set(name, room);
      const there = { ...is, placeId: is.placeId ?? before?.placeId, run: this.#run };
      const free = [is.placeId, is.address].find((each) => each === name || (each && !this.#remembered.has(each)));
      const anew = before?.anew ?? (before?.isDoubtful ? free : undefined);
      const held = heldAs(name);
      if (scope.by !== undefined)
        seen.set(name, { ...there, ...scope, ...(anew !== undefined && anew !== name && { anew }) });
      else if (before && isStillNamed(before)) missing(name, { ...before, ...there });
      else if (before && held === "perhaps") seen.set(name, { ...before, ...there, isDropped: true, isDoubtful: true });
      else if (before && held === "surely") seen.set(name, { ...before, ...there, isDropped: true });
      else seen.delete(name);
    }
    for (const [name, before] of this.#remembered) if (!this.#rooms.has(name)) missing(name, before);
    this.#seen = seen;
  }

  /** What was looked at last is kept. */
  remember(): void {
    this.#remembered = this.#seen;
  }

  forget(): void {
    this.#remembered = this.#seen = new Map();
  }

  /** It is certain by now that it was not forgotten. */
  isSure(name: string): void {
    const seen = this.#seen.get(name);
    if (!seen) return;
    this.#seen = new Map(this.#seen).set(name, surely(seen));
  }

  /** It goes by another name from now on: nothing was called by the one that it had, or it was forgotten. */
  rename(room: Room, name: string): void {
    const before = this.#names.get(room) ?? "";
    const rename = (names: Names) =>
      new Map([...names].map(([each, is]) => (each === before ? [name, surely(is)] : [each, is])));
    [this.#seen, this.#remembered] = [rename(this.#seen), rename(this.#remembered)];
    this.#names.set(room, name);
    this.#rooms.delete(before);
    this.#rooms.set(name, room);
  }

  nameOf(room: Room): string {
    return this.#names.get(room) ?? "";
  }

  /** What it is called if it was forgotten: its name, where it was not. */
  nameAnew(room: Room): string {
    const name = this.nameOf(room);
    return this.#seen.get(name)?.anew ?? name;
  }

  /** The room that is there by this name. */
  room(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  get(name: string): Sighting | undefined {
    return this.#seen.get(name);
  }

  names(): readonly string[] {
    return [...this.#seen.keys()];
  }
}

/** Empty where it could only be called what another one is called. */
function nameOf({ placeId, address }: Shown, known: Names, ids: ReadonlySet<string | undefined>): string {
  const all = [...known].sort(([, one], [, other]) => other.run - one.run);
  const same = all.find(([, is]) => placeId !== undefined && is.placeId === placeId);
  if (same) return same[0];
  const [last] = all.filter(([, is]) => is.address === address);
  if (last && !(last[1].placeId !== undefined && ids.has(last[1].placeId))) return last[0];
  return [placeId, address].find((name) => name !== undefined && !known.has(name)) ?? "";
}

function surely({ isDoubtful: _isDoubtful, anew: _anew, ...sighting }: Sighting): Sighting {
  return sighting;
}
