/**
 * What of two items has to be carried to the other side: field by field, three ways, by the values that both sides had
 * when they were last agreed on. Pure.
 *
 * A side has changed where it is not as it was last read back there, whoever changed it: what a run wrote itself is read
 * back, remembered, and so no change.
 *
 * Where empty is to keep, a side that has nothing says nothing: it wins no conflict, whoever is to win, since the other
 * side would keep what it holds and the two stay different. It gets what the other side was changed to.
 *
 * @packageDocumentation
 */
import { valueOf } from "../model/fields.ts";
import type { Fields, FieldValue, Reference, References, Rule, SideName } from "../model/types.ts";

interface Merging {
  readonly rules: readonly Rule[];
  /** A field that is absent is not known, and not compared; on a side that only follows it is taken for empty. */
  readonly a: Fields;
  readonly b: Fields;
  /** What was last agreed on each side; absent where the two meet for the first time. */
  readonly base?: { readonly a: Fields; readonly b: Fields };
  /** Whose item was changed last, where both sides tell when. */
  readonly newest?: SideName;
  readonly others?: Others;
}

/** The ids that items have on the other side, as far as they are linked. */
export interface Others {
  /** By their ids on side `b`; `null` where neither side has it active any more: nothing of `a` lies in that. */
  readonly inA: ReadonlyMap<string, string | null>;
  /** By their ids on side `a`. */
  readonly inB: ReadonlyMap<string, string>;
}

/** A field that was changed on both sides, to values that both say something. */
export interface Conflict {
  readonly rule: Rule;
  /** Whose value is taken; absent where a person has to decide. */
  readonly winner?: SideName;
}

export interface Merged {
  /** What has to be written on each side, by its own field names. */
  readonly toA: Fields;
  readonly toB: Fields;
  /** What has to be written there too, once what it refers to is there. */
  readonly waitsA: References;
  readonly waitsB: References;
  readonly conflicts: readonly Conflict[];
}

export function merge(merging: Merging): Merged {
  const { rules, a, b, others } = merging;
  const toA: Record<string, FieldValue> = {};
  const toB: Record<string, FieldValue> = {};
  const waitsA: Record<string, Reference> = {};
  const waitsB: Record<string, Reference> = {};
  const conflicts: Conflict[] = [];
  for (const rule of rules) {
    const [inA, inB] = [valueOf(a, rule.a), valueOf(b, rule.b)];
    const decided = direct(rule, inA, inB, merging);
    if (decided.conflict) conflicts.push({ rule, ...(decided.to && { winner: decided.to === "b" ? "a" : "b" }) });
    if (decided.to === "b") {
      put(toB, rule.b, carried(rule, inA, "b", others), inB);
      if (isWaiting(rule, inA, "b", others)) waitsB[rule.b] = { id: String(inA), first: true };
    }
    if (decided.to === "a") {
      put(toA, rule.a, carried(rule, inB, "a", others), inA);
      if (isWaiting(rule, inB, "a", others)) waitsA[rule.a] = { id: String(inB), first: true };
    }
  }
  return { toA, toB, waitsA, waitsB, conflicts };
}

/** What an item gets that is made for one that only the other side has: also that something is empty. */
export function made(rules: readonly Rule[], from: Fields, side: SideName, others?: Others): Fields {
  const fields: Record<string, FieldValue> = {};
  for (const { rule, there, here } of goingTo(rules, side)) {
    const value = carried(rule, valueOf(from, there), side, others);
    if (value !== undefined) fields[here] = value;
  }
  return fields;
}

/** What it gets besides, once that is there. */
export function madeLater(rules: readonly Rule[], from: Fields, side: SideName, others?: Others): References {
  const waits: Record<string, Reference> = {};
  for (const { rule, there, here } of goingTo(rules, side)) {
    const value = valueOf(from, there);
    if (isWaiting(rule, value, side, others)) waits[here] = { id: String(value), first: true };
  }
  return waits;
}

function goingTo(rules: readonly Rule[], side: SideName) {
  const going = rules.filter(({ direction }) => {
    return direction !== (side === "b" ? "<-" : "->") && (direction !== "once" || side === "b");
  });
  return going.map((rule) =>
    side === "b" ? { rule, there: rule.a, here: rule.b } : { rule, there: rule.b, here: rule.a },
  );
}

interface Decided {
  /** The side that is to follow. */
  readonly to?: SideName;
  readonly conflict?: true;
}

function direct(rule: Rule, inA: FieldValue | undefined, inB: FieldValue | undefined, merging: Merging): Decided {
  const { base } = merging;
  const before = base && { a: valueOf(base.a, rule.a), b: valueOf(base.b, rule.b) };
  // Both sides are as they were agreed on, even where that is not the same on both.
  if (before && before.a !== undefined && inA === before.a && (inB ?? null) === before.b) return {};
  switch (rule.direction) {
    case "->":
      return { to: "b" };
    case "<-":
      return { to: "a" };
    case "once":
      // Of a pair that meets for the first time, what `b` has already stays.
      return base === undefined && (inB ?? null) === null ? { to: "b" } : {};
    case "<->":
      return inA === undefined || inB === undefined ? {} : bothWays(rule, inA, inB, before, merging);
  }
}

function bothWays(
  rule: Rule,
  inA: FieldValue,
  inB: FieldValue,
  before: { readonly a: FieldValue | undefined; readonly b: FieldValue | undefined } | undefined,
  { newest, others }: Merging,
): Decided {
  // What lies in something that is nobody's any more is taken out of it.
  if (inA === null && rule.refers && others?.inA.get(String(inB)) === null) return { to: "b" };
  if (carried(rule, inA, "b", others) === inB || carried(rule, inB, "a", others) === inA) return {};
  const isFirst = before?.a === undefined || before.b === undefined;
  if (!isFirst && inB === before.b) return { to: "b" };
  if (!isFirst && inA === before.a) return { to: "a" };
  // What one side has and the other has not is no conflict where they meet for the first time, nor where having nothing
  // says nothing.
  if (isFirst || rule.empty === "keep") {
    if (inA === null) return { to: "a" };
    if (inB === null) return { to: "b" };
  }
  const policy = rule.conflict ?? "fail";
  const winner = policy === "newest" ? newest : policy === "fail" ? undefined : policy;
  return { conflict: true, ...(winner && { to: winner === "a" ? "b" : "a" }) };
}

/** A value as the other side is to have it; `undefined` where that is left alone, for now or altogether. */
function carried(
  { empty, refers, toA, toB }: Rule,
  value: FieldValue | undefined,
  side: SideName,
  others: Others | undefined,
): FieldValue | undefined {
  if (value === undefined || (value === null && empty === "keep")) return undefined;
  if (refers) return value === null ? null : (side === "b" ? others?.inB : others?.inA)?.get(String(value));
  const convert = side === "b" ? toB : toA;
  return convert ? convert(value) : value;
}

function isWaiting(rule: Rule, value: FieldValue | undefined, side: SideName, others: Others | undefined): boolean {
  return rule.refers === true && typeof value === "string" && carried(rule, value, side, others) === undefined;
}

function put(
  to: Record<string, FieldValue>,
  name: string,
  wanted: FieldValue | undefined,
  present: FieldValue | undefined,
): void {
  if (wanted !== undefined && wanted !== (present ?? null)) to[name] = wanted;
}
