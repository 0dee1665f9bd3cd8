/** What a side of a sync can do. @packageDocumentation */
import type { State } from "../state/session.ts";
import type { Fields, Item } from "./item.ts";
import type { Json } from "./json-value.ts";

/**
 * Asks whether a product's key may be sent to where it would go.
 *
 * @throws NewHost when it may not
 */
export type Reach = (asked: {
  /** The target, as the command line calls it. */
  readonly target: string;
  /** What people call the product. */
  readonly product: string;
  readonly baseUrl: string;
}) => Promise<void>;

export type ReadMode = "full" | "delta";

export interface ReadRequest {
  readonly mode: ReadMode;
  /** The cursor of the last run that ended well; always there in a delta read. */
  readonly cursor?: Json;
  /** Correlation ids that have a link: what a source needs to tell who left its scope. */
  readonly isLinked: (id: string) => Promise<boolean>;
  /** State of the run, for what a source must remember besides its cursor; its partitions begin with the sync's name. */
  readonly state: State;
  /** Nothing may be stored in the state. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly read: number; readonly total?: number }) => void;
}

/** How a read ended. Only a complete full read says anything about objects that were not in it. */
export interface ReadResult {
  readonly complete: boolean;
  /** Where the next delta read starts; stored only when everything that this read gave is written or recorded. */
  readonly cursor: Json;
  /** Everything was read, although what has changed was asked for: the side does not tell that apart. */
  readonly whole?: true;
  /** A delta read gave also everything that nothing is linked to: what a new item may be matched with is among it. */
  readonly unlinkedRead?: true;
  /** Why it was not complete, or what else the report should say. */
  readonly notes: readonly string[];
  /** Correlation ids of objects that must never be disabled, whatever the source says of them. */
  readonly protected?: ReadonlySet<string>;
  /** What of the source is not as it should be; the report names each among its exceptions, whatever is synced of it. */
  readonly exceptions?: readonly ReadException[];
}

/** Something of the source that a person should mend there. */
export interface ReadException {
  /** Correlation id, or whatever else the source knows it by. */
  readonly id: string;
  readonly label: string;
  /** What is wrong, and how to mend it. */
  readonly reason: string;
}

/** Which one of its kind a side is. */
export interface Place {
  /** Never changes: the id of a tenant or group, the path of a file. */
  readonly id: string;
  /** What people call it, with its kind: `OnePlan group Contoso`. */
  readonly label: string;
  /** How to get to another one, as in "store the key of its OnePlan group". */
  readonly mend: string;
  /**
   * The id is a mere address, behind which there may be another one than before: a target counts as the same only where
   * it holds something that is linked, or nothing at all.
   */
  readonly isAddress?: true;
}

/** One side that objects come from. */
export interface Source {
  readonly name: string;
  /** Where a key goes that is its own, where it has one. */
  readonly host?: string;
  /** Asked before anything else; where it is there, a sync belongs to one place. */
  place?(signal: AbortSignal): Promise<Place>;
  /**
   * Streams objects page by page and returns how the read ended. An object may come more than once; the last wins.
   *
   * @throws CursorExpired when the cursor is no longer accepted: the engine then reads in full and says so
   * @throws ScopeError when it cannot be known who is in scope: nothing is planned
   */
  read(request: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void>;
  /**
   * Reads single objects again, for retries. Ids that are gone come back as items that are `gone`, or inactive. Only after
   * `read` of the same run has ended: what is in scope is known from there.
   */
  fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]>;
  /**
   * Reads what is meant by single words where nothing else is read, and then `fetch` and `get` answer as after a read. What
   * is meant may be more than the items of these ids. By default `fetch`.
   *
   * @param words ids, or whatever else a person calls an item, such as a mail address
   */
  readOnly?(words: readonly string[], request: OnlyRequest): Promise<OnlyRead>;
}

export interface OnlyRead extends Pick<ReadResult, "protected"> {
  readonly items: readonly Item[];
  /** Words that nothing is meant by. */
  readonly unknown: readonly string[];
}

/** Of a run of single items what they are read with. */
export type OnlyRequest = Pick<ReadRequest, "isLinked" | "state" | "dryRun" | "signal">;

/** What a create writes. */
export interface NewObject {
  /** Correlation id: the source's id, stored in the target. */
  readonly sourceId: string;
  readonly label: string;
  readonly fields: Fields;
}

/**
 * What a create was answered with. Without an id, the object is found by its correlation id when it is read back. An
 * update is answered so where it made another object in place of the one that there was.
 */
export interface Created {
  readonly id?: string | undefined;
}

/** An item, and the id that it was asked for by: it may have another one by now. */
export type Got = readonly [id: string, item: Item];

/**
 * Attribute of `matchBy` -> id of an object of the target that had a value there when it was last seen, or `null` where
 * none had when everything was last listed. An attribute that nothing is known of is not there.
 */
export type Samples = Readonly<Record<string, string | null>>;

/**
 * One side that objects are written to. What a write that is rejected became stands in its error, see `became.ts`; an
 * error that says nothing may have been done. A method that resolves proves nothing: the engine reads back.
 */
export interface Target {
  readonly name: string;
  /** Where its key goes, where it has one. */
  readonly host?: string;
  /** Attributes to match unlinked objects by, strongest first. The first is the correlation id. */
  readonly matchBy: readonly [string, ...string[]];
  /** Given to a target that keeps itself, or what it made, in the state, before anything else is asked of it. */
  within?(state: State): void;
  /** How many writes may be under way at once. */
  readonly concurrency: number;
  /** Asked before anything else; where it is there, a sync belongs to one place. */
  place?(signal: AbortSignal): Promise<Place>;
  /** Is the key accepted, do the mapped fields exist? Called before anything is read. */
  check(fieldNames: readonly string[], signal: AbortSignal): Promise<void>;
  /** Given before anything is looked up to a target that has to see first whether its search can be relied on. */
  tryOn?(samples: Samples): void;
  /** Streams every object. Rejects rather than ending early. */
  list(signal: AbortSignal): AsyncIterable<readonly Item[]>;
  find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]>;
  get(id: string, signal: AbortSignal): Promise<Item | undefined>;
  /**
   * The same for many at once, where that costs less than asking for each, in pages. What is left out may be there all the
   * same.
   */
  getMany?(ids: readonly string[], signal: AbortSignal): AsyncIterable<readonly Got[]>;
  /**
   * @param begun told the object's id as soon as it is there, by a side that has more to do then: should that fail, the
   *   next run goes on with this object
   */
  create(object: NewObject, signal: AbortSignal, begun?: (id: string) => void): Promise<Created>;
  /** Writes the given fields and leaves the others alone. */
  update(id: string, fields: Fields, signal: AbortSignal): Promise<void | Created>;
  setActive(id: string, active: boolean, signal: AbortSignal): Promise<void>;
  /** Stores the correlation id in an object that was matched by another attribute. */
  adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void>;
}

/** A side of a sync that goes both ways: it is read like a source, and written like a target. */
export type Side = Source & Target;
