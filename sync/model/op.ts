/** What a run means to do. @packageDocumentation */
import type { Fields, FieldValue, References } from "./item.ts";
import type { SideName } from "./link.ts";

/**
 * - `create`, `update`, `enable`, `disable`: a write of that kind (an `enable` may carry changed fields too);
 * - `link`: an existing item of the written side is adopted (and brought up to date with the fields that differ);
 * - `skip`: wanted, but not possible or not allowed, for a reason that is no failure;
 * - `fail`: cannot be planned (two candidates, a conflict that a person has to decide);
 * - `none`: already as it should be.
 */
export type OpKind = "create" | "update" | "enable" | "disable" | "link" | "skip" | "fail" | "none";

/** One write on one side, or why there is none. */
export interface Op {
  readonly kind: OpKind;
  /** The side that is written. */
  readonly side: SideName;
  /** Id of the item on the side that it comes from. */
  readonly sourceId: string;
  /** Id of the item on the side that is written; a create has none yet. */
  readonly targetId?: string;
  readonly label: string;
  readonly reason: string;
  /** Fields that differ, as they are (unknown in a create) and as they will be; by the written side's names. */
  readonly before?: Fields;
  readonly after?: Fields;
  /** Whether it is active and whether it will be; absent where that stays as it is. */
  readonly active?: { readonly before: boolean; readonly after: boolean };
  /** The correlation id is not in the existing item yet and has to be stored there. */
  readonly adopt?: true;
  /** Id of the item whose link to the written one ends with this one. */
  readonly replaces?: string;
  /** Fields that refer to items which the written side does not have yet: it is written after those, and with their ids. */
  readonly waits?: References;
  /**
   * Fields, by the names of side `a`, that are agreed on once this is done; absent: all of them. What another op of the
   * same pair carries the other way is agreed on only when that one is done.
   */
  readonly settles?: readonly string[];
}

/** A value of a field of the written side that makes somebody an administrator. */
export interface Grants {
  readonly field: string;
  readonly value: FieldValue;
}

/** Fields of the written side that it would empty, sorted. */
export function emptiedBy({ kind, before, after }: Pick<Op, "kind" | "before" | "after">): readonly string[] {
  if (kind === "create" || after === undefined) return [];
  const names = Object.keys(after).filter((name) => after[name] === null && (before?.[name] ?? null) !== null);
  return names.sort();
}

export function isGrant({ after }: Pick<Op, "after">, grants: Grants | undefined): boolean {
  return grants !== undefined && after?.[grants.field] === grants.value;
}

/** What limits count of an op besides its kind: `clear <field>` for each field that it empties, and `grant`. */
export function limitedBesides(op: Pick<Op, "kind" | "before" | "after">, grants?: Grants): readonly string[] {
  return [...emptiedBy(op).map((name) => `clear ${name}`), ...(isGrant(op, grants) ? ["grant"] : [])];
}
