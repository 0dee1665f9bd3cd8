/**
 * The words of every sync: what a source gives, what a target can do, what a change is. Nothing here knows of
 * Microsoft, OnePlan or any other system.
 *
 * @packageDocumentation
 */
import type { Json } from "./json-value.ts";
import type { State } from "../state/session.ts";

/** A value that both sides can be compared by. `null` is "no value". */
export type FieldValue = string | number | boolean | null;

/** Values by the target's field names. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Values that objects of both sides are matched by, under the same attribute names on both sides. */
export type MatchKeys = Readonly<Record<string, string>>;

/** Another object of the source that a field of the target refers to. */
export interface Reference {
  /** Its id in the source. */
  readonly id: string;
  /** While the target does not have that object the field keeps what it holds; without this it is emptied. */
  readonly keep?: true;
}

/** By the target's field names. */
export type References = Readonly<Record<string, Reference>>;

/** An object of the source, already mapped to what the target should hold. */
export interface SourceObject {
  /** Immutable id in the source; stored in the target as the correlation id. */
  readonly id: string;
  /** What a person recognises it by; shown in reports. */
  readonly label: string;
  /** Whether it should be active in the target; if not, why, in words for the report. */
  readonly want: { readonly active: true } | { readonly active: false; readonly reason: string };
  /** Fields for the target; absent when the source no longer knows them (a deleted object). */
  readonly fields?: Fields;
  /**
   * Fields that hold the id which another object of the source has in the TARGET. They are not among `fields`: a run
   * puts them there once that object is linked.
   */
  readonly references?: References;
  readonly keys: MatchKeys;
  /** Why it cannot be synced although it is wanted (a required field is empty). It is reported, not failed. */
  readonly skip?: string;
}

/** An object as the target holds it. */
export interface TargetObject {
  readonly id: string;
  readonly label: string;
  readonly active: boolean;
  readonly fields: Fields;
  readonly keys: MatchKeys;
  /** Why this object must never be disabled or deleted (an owner), if so. */
  readonly protected?: string;
}

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
  /** Asked before anything else; where it is there, a sync belongs to one place. */
  place?(signal: AbortSignal): Promise<Place>;
  /**
   * Streams objects page by page and returns how the read ended. An object may come more than once; the last wins.
   *
   * @throws CursorExpired when the cursor is no longer accepted: the engine then reads in full and says so
   * @throws ScopeError when it cannot be known who is in scope: nothing is planned
   */
  read(request: ReadRequest): AsyncGenerator<readonly SourceObject[], ReadResult, void>;
  /**
   * Reads single objects again, for retries. Ids that are gone come back as objects that are not wanted. Only after
   * `read` of the same run has ended: what is in scope is known from there.
   */
  fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly SourceObject[]>;
}

/** What a create writes. */
export interface NewObject {
  /** Correlation id: the source's id, stored in the target. */
  readonly sourceId: string;
  readonly label: string;
  readonly fields: Fields;
  readonly keys: MatchKeys;
}

/** What a create was answered with. Without an id, the object is found by its correlation id when it is read back. */
export interface Created {
  readonly id?: string | undefined;
}

/**
 * One side that objects are written to. What a write that is rejected became stands in its error, see `became.ts`; an
 * error that says nothing may have been done. A method that resolves proves nothing: the engine reads back.
 */
export interface Target {
  readonly name: string;
  /** Attributes to match unlinked objects by, strongest first. The first is the correlation id. */
  readonly matchBy: readonly [string, ...string[]];
  /** How many writes may be under way at once. */
  readonly concurrency: number;
  /** Asked before anything else; where it is there, a sync belongs to one place. */
  place?(signal: AbortSignal): Promise<Place>;
  /** Is the key accepted, do the mapped fields exist? Called before anything is read. */
  check(fieldNames: readonly string[], signal: AbortSignal): Promise<void>;
  /** Streams every object. Rejects rather than ending early. */
  list(signal: AbortSignal): AsyncIterable<readonly TargetObject[]>;
  find(attribute: string, value: string, signal: AbortSignal): Promise<readonly TargetObject[]>;
  get(id: string, signal: AbortSignal): Promise<TargetObject | undefined>;
  create(object: NewObject, signal: AbortSignal): Promise<Created>;
  /** Writes the given fields and leaves the others alone. */
  update(id: string, fields: Fields, signal: AbortSignal): Promise<void>;
  setActive(id: string, active: boolean, signal: AbortSignal): Promise<void>;
  /** Stores the correlation id in an object that was matched by another attribute. */
  adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void>;
}

/**
 * - `create`, `update`, `enable`, `disable`: a write of that kind (an `enable` may carry changed fields too);
 * - `link`: an existing object of the target is adopted (and brought up to date with the fields that differ);
 * - `skip`: wanted, but not possible or not allowed, for a reason that is no failure;
 * - `fail`: cannot be planned (two candidates);
 * - `none`: already as it should be.
 */
export type ChangeKind = "create" | "update" | "enable" | "disable" | "link" | "skip" | "fail" | "none";

/** What one run means to do with one object, and why. */
export interface Change {
  readonly kind: ChangeKind;
  readonly sourceId: string;
  readonly targetId?: string;
  readonly label: string;
  readonly reason: string;
  /** Fields that differ, as they are (unknown in a create) and as they will be. */
  readonly before?: Fields;
  readonly after?: Fields;
  /** Whether it is active and whether it will be; absent where that stays as it is. */
  readonly active?: { readonly before: boolean; readonly after: boolean };
  /** The correlation id is not in the existing object yet and has to be stored there. */
  readonly adopt?: true;
  /** Id of the source whose link to the object ends with this one. */
  readonly replaces?: string;
}

/** A pair that belongs together, and what was last agreed on. */
export interface Link {
  readonly sourceId: string;
  readonly targetId: string;
  readonly label: string;
  readonly origin: "created" | "adopted";
  readonly active: boolean;
  /** What the target held when it was last read back. */
  readonly agreed: Fields;
  /** The target refused to take this state when it was last tried; not tried again before `until` (ISO instant). */
  readonly refused?: { readonly active: boolean; readonly until: string };
}

export type RunStatus = "Success" | "Success with Exceptions" | "Failure";
