/** Objects of either side, in the one form that sides are compared in. @packageDocumentation */

/** A value that both sides can be compared by. `null` is "no value". */
export type FieldValue = string | number | boolean | null;

/** Values by the side's field names. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Values that items of both sides are matched by, under the same attribute names on both sides. */
export type MatchKeys = Readonly<Record<string, string>>;

/** Another item of the same side that a field of the other side refers to. */
export interface Reference {
  /** Its id on the side that the reference was read from. */
  readonly id: string;
  /** While the other side does not have that item the field keeps what it holds; without this it is emptied. */
  readonly keep?: true;
  /** Nothing is made before what it refers to is there, as with the item that something lies in. */
  readonly first?: true;
}

/** By the field names of the side that is written. */
export type References = Readonly<Record<string, Reference>>;

/**
 * - `active`: there, and meant to be;
 * - `inactive`: there, and not meant to be any more (disabled, closed, out of scope);
 * - `gone`: not there any more.
 */
export type Life = "active" | "inactive" | "gone";

/** An object of one side. */
export interface Item {
  /** Never changes. A read-only side's is stored on the other side as the correlation id. */
  readonly id: string;
  /** Where a side has several kinds of items. */
  readonly type?: string;
  /** What changes with every change of the item, where the side has such a thing. */
  readonly revision?: string;
  /** Instant of its last change, where the side tells; what `newest` decides by. */
  readonly changedAt?: string;
  /** What a person recognises it by; shown in reports. */
  readonly label: string;
  readonly life: Life;
  /** Why it is not active, in words for the report. */
  readonly why?: string;
  /** By which rule it refers to another item than its side says, in words for the report. */
  readonly placed?: string;
  /** Absent when the side no longer knows them (a deleted object). */
  readonly fields?: Fields;
  /**
   * Fields that hold the id which another item of this side has on the OTHER side. They are not among `fields`: a run puts
   * them there once that item is linked.
   */
  readonly references?: References;
  /** An empty correlation id: it could carry one, and carries none. */
  readonly keys: MatchKeys;
  /** Why it cannot be synced although it is active (a required field is empty). It is reported, not failed. */
  readonly skip?: string;
  /** Why this item must never be disabled or deleted (an owner), if so. */
  readonly protected?: string;
}

/** Whether it should be, or is, active. */
export function isActive({ life }: Pick<Item, "life">): boolean {
  return life === "active";
}

/** An item that is not there any more; nothing else is known of it. */
export function gone(id: string): Item {
  return { id, label: id, life: "gone", keys: {} };
}
