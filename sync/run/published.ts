/**
 * What reports and explanations show of items, links and ops: forms that others read as JSON, whatever the engine calls
 * things inside.
 *
 * @packageDocumentation
 */
import type { Candidate } from "../planner/match.ts";
import {
  type Fields,
  isActive,
  type Item,
  type Link,
  type MatchKeys,
  type Op,
  type References,
} from "../model/types.ts";

/** An object of the side that is read, as it should be on the other one. */
export interface ShownSource {
  readonly id: string;
  readonly label: string;
  /** Whether it should be active in the target; if not, why. */
  readonly want: { readonly active: true } | { readonly active: false; readonly reason: string };
  readonly fields?: Fields;
  readonly references?: References;
  readonly keys: MatchKeys;
  readonly skip?: string;
}

/** An object as the target holds it. */
export interface ShownTarget {
  readonly id: string;
  readonly label: string;
  readonly active: boolean;
  readonly fields: Fields;
  readonly keys: MatchKeys;
  readonly protected?: string;
}

export interface ShownLink {
  readonly sourceId: string;
  readonly targetId: string;
  readonly label: string;
  readonly origin: Link["origin"];
  readonly active: boolean;
  readonly agreed: Fields;
  readonly refused?: Link["b"]["refused"];
}

/** An op; of a sync that goes one way its side says nothing. */
export type Change = Omit<Op, "side" | "settles" | "waits"> & {
  readonly side?: "a";
  /** Fields that get the id of what the run makes first, with the id of the item that this is made for. */
  readonly waits?: Readonly<Record<string, string>>;
};

export type ShownCandidate = Omit<Candidate, "object"> & { readonly object: ShownTarget };

export function shownSource(item: Item): ShownSource {
  const { id, label, why = item.life, fields, references, keys, skip } = item;
  return {
    id,
    label,
    want: isActive(item) ? { active: true } : { active: false, reason: why },
    ...(fields && { fields }),
    ...(references && { references }),
    keys,
    ...(skip !== undefined && { skip }),
  };
}

export function shownTarget(item: Item): ShownTarget {
  const { id, label, fields = {}, keys, protected: why } = item;
  return { id, label, active: isActive(item), fields, keys, ...(why !== undefined && { protected: why }) };
}

export function shownLink({ a, b, label, origin }: Link): ShownLink {
  const { id, active, agreed, refused } = b;
  return { sourceId: a.id, targetId: id, label, origin, active, agreed, ...(refused && { refused }) };
}

export function shownCandidate(candidate: Candidate): ShownCandidate {
  return { ...candidate, object: shownTarget(candidate.object) };
}

export function changeOf(op: Op): Change {
  const { side, settles: _settles, waits, ...change } = op;
  const ids = waits && Object.fromEntries(Object.entries(waits).map(([field, { id }]) => [field, id]));
  return { ...change, ...(side === "a" && { side }), ...(ids && { waits: ids }) };
}
