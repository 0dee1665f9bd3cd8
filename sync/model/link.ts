/** Pairs of items that belong together. @packageDocumentation */
import type { Fields } from "./item.ts";
import type { Json } from "./json-value.ts";

/** The two sides of a sync. A sync that goes one way reads `a` and writes `b`. */
export type SideName = "a" | "b";

export function otherSide(side: SideName): SideName {
  return side === "a" ? "b" : "a";
}

/** One side of a pair: its item, and what was last agreed there, as read back there. */
export interface Half {
  readonly id: string;
  /** The revision that this was read in, where the side has revisions. */
  readonly revision?: string;
  readonly active: boolean;
  /** By the side's own field names. Of a side that is only read nothing has to be remembered: empty. */
  readonly agreed: Fields;
  /** What some of it was before the last change; only of sides that are both written. */
  readonly before?: Fields;
  /** The side refused to take this state when it was last tried; not tried again before `until` (ISO instant). */
  readonly refused?: { readonly active: boolean; readonly until: string };
}

/** A pair that belongs together. */
export interface Link {
  readonly a: Half;
  readonly b: Half;
  readonly label: string;
  readonly origin: "created" | "adopted";
  /** How often in a row, and when last, a value went back to what it was before: see `agreed.ts` of the planner. */
  readonly flips?: { readonly count: number; readonly at: string };
}

/** A side that is only read: its id is all that a link remembers of it. */
export function readOnlyHalf(id: string): Half {
  return { id, active: true, agreed: {} };
}

/** As a link was stored before both sides of a pair were remembered. */
interface FlatLink {
  readonly sourceId: string;
  readonly targetId: string;
  readonly label: string;
  readonly origin: Link["origin"];
  readonly active: boolean;
  readonly agreed: Fields;
  readonly refused?: NonNullable<Half["refused"]>;
}

/** A link as it was stored by this version or by one before. */
export function linkFromJson(value: Json): Link {
  const stored = value as unknown as (Omit<Link, "a"> & { readonly a: Half | string }) | FlatLink;
  if ("sourceId" in stored) {
    const { sourceId, targetId, label, origin, active, agreed, refused } = stored;
    return {
      a: readOnlyHalf(sourceId),
      b: { id: targetId, active, agreed, ...(refused && { refused }) },
      label,
      origin,
    };
  }
  return typeof stored.a === "string" ? { ...stored, a: readOnlyHalf(stored.a) } : { ...stored, a: stored.a };
}

/** Of a side that is only read the id alone is stored. */
export function linkToJson(link: Link): Json {
  const { a } = link;
  const isReadOnly = a.active && a.revision === undefined && Object.keys(a.agreed).length === 0 && !a.refused;
  return { ...link, a: isReadOnly ? a.id : a } as unknown as Json;
}
