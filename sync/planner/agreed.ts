/**
 * What a link remembers once an op is done, or was seen not to be needed; and pairs whose sides undo each other. Pure.
 *
 * @packageDocumentation
 */
import { picked, sameFields, valueOf } from "../model/fields.ts";
import {
  type Fields,
  type FieldValue,
  type Half,
  isActive,
  isWritten,
  type Item,
  type Link,
  type Op,
  otherSide,
  readOnlyHalf,
  type Rule,
  type Rules,
  rulesOf,
  type SideName,
} from "../model/types.ts";
import { listed } from "../../contract/words.ts";
import type { Merged } from "./merge.ts";
import { DAY_MS } from "../../contract/days.ts";

/** A value that goes back and forth so often in a row is stopped. */
export const MOST_FLIPS = 6;
/** What goes back after longer than this was meant. */
const FLIP_MS = DAY_MS;

export interface Settling {
  /** As it was before; absent for a new pair. */
  readonly link?: Link;
  readonly op: Op;
  /** The item that the op came from, as it was read; absent where its side did not tell of it. */
  readonly from?: Item;
  /** The item that was written, as it was read back. */
  readonly to: Item;
  readonly origin: Link["origin"];
  readonly rules: Rules;
  readonly now: Date;
}

/** The link once an op is done, or where the written side was seen to hold this. */
export function settled({ link, op, from, to, origin, rules, now }: Settling): Link {
  const { side, label } = op;
  const own = rulesOf(rules.fields, to.type ?? from?.type);
  const names = own.map((rule) => rule[side]);
  const fromSide = otherSide(side);
  if (!isWritten(rules, fromSide)) {
    const half = { ...halfOf(to), agreed: picked(to.fields ?? {}, names) };
    const other = readOnlyHalf(op.sourceId);
    return side === "b" ? { a: other, b: half, label, origin } : { a: half, b: other, label, origin };
  }
  const fields = rulesOfBoth(own, { [side]: to, ...(from && { [fromSide]: from }) }).filter(
    ({ a }) => op.settles?.includes(a) ?? true,
  );
  const before = link?.[fromSide];
  const halves = {
    [side]: agreeing(to, link?.[side], fields, side),
    [fromSide]: from ? agreeing(from, before, fields, fromSide) : (before ?? readOnlyHalf(op.sourceId)),
  } as Readonly<Record<SideName, Half>>;
  const next: Link = { a: halves.a, b: halves.b, label, origin };
  return withFlips(next, link, fields, now);
}

/** Of a field that one of the two items does not tell nothing is agreed on: what the other one has now is still to be carried. */
function rulesOfBoth(rules: readonly Rule[], items: { readonly [side in SideName]?: Item }): Rule[] {
  const tells = (item: Item | undefined, name: string) => !item || valueOf(item.fields ?? {}, name) !== undefined;
  return rules.filter((rule) => tells(items.a, rule.a) && tells(items.b, rule.b));
}

function halfOf(item: Item): Omit<Half, "agreed"> {
  const { id, revision } = item;
  return { id, ...(revision !== undefined && { revision }), active: isActive(item) };
}

function agreeing(item: Item, before: Half | undefined, fields: readonly Rule[], side: SideName): Half {
  const now = picked(
    item.fields ?? {},
    fields.map((rule) => rule[side]),
  );
  const replaced: Record<string, FieldValue> = { ...before?.before };
  for (const [name, value] of Object.entries(now)) {
    const old = before?.agreed[name];
    if (old !== undefined && old !== value) replaced[name] = old;
  }
  return {
    ...halfOf(item),
    agreed: { ...before?.agreed, ...now },
    ...(Object.keys(replaced).length > 0 && { before: replaced }),
  };
}

/** Counts how often in a row a field took the value again that it had before the last change. */
function withFlips(next: Link, link: Link | undefined, fields: readonly Rule[], now: Date): Link {
  if (!link) return next;
  const changed = fields.filter(({ b }) => next.b.agreed[b] !== link.b.agreed[b]);
  const isBack = changed.some(({ b }) => isThere(link.b.before, b) && link.b.before?.[b] === next.b.agreed[b]);
  if (changed.length === 0) return link.flips ? { ...next, flips: link.flips } : next;
  if (!isBack) return next;
  const recent = link.flips && Math.abs(now.getTime() - Date.parse(link.flips.at)) < FLIP_MS ? link.flips.count : 0;
  return { ...next, flips: { count: recent + 1, at: now.toISOString() } };
}

/** Why nothing more is written to a pair whose sides undo each other's changes, in words. */
export function flipping(
  link: Link | undefined,
  { toA, toB }: Merged,
  sides: Readonly<Record<SideName, string>>,
): string | undefined {
  if ((link?.flips?.count ?? 0) < MOST_FLIPS) return undefined;
  const again = [...flippedIn(toA, link?.a), ...flippedIn(toB, link?.b)];
  if (again.length === 0) return undefined;
  return `${listed([...new Set(again)])} goes back and forth: ${sides.a} and ${sides.b} undo each other's changes. Nothing more is written to it until both have the same; look for what changes it on one side`;
}

function flippedIn(to: Fields, half: Half | undefined): string[] {
  return Object.keys(to).filter((name) => isThere(half?.before, name) && half?.before?.[name] === to[name]);
}

function isThere(fields: Fields | undefined, name: string): boolean {
  return fields !== undefined && Object.hasOwn(fields, name);
}

/** A pair for which nothing has to be written, as the sides were seen to be; `undefined` where the link says so already. */
export function seenLink(
  link: Link,
  label: string,
  seen: { readonly a?: Item; readonly b?: Item },
  rules: Rules,
): Link | undefined {
  const goesBothWays = isWritten(rules, "a");
  // Fields of what is not active are not carried, and so not agreed on.
  const isCompared = !goesBothWays || [seen.a, seen.b].every((item) => item === undefined || isActive(item));
  const halfFor = (side: SideName): Half => {
    const item = seen[side];
    if (!item || (side === "a" && !goesBothWays)) return link[side];
    const { agreed, refused, before } = link[side];
    const own = rulesOf(rules.fields, item.type);
    const known = goesBothWays ? rulesOfBoth(own, seen) : own;
    const kept = own.filter((rule) => !known.includes(rule) && valueOf(agreed, rule[side]) !== undefined);
    const now = {
      ...picked(
        agreed,
        kept.map((rule) => rule[side]),
      ),
      ...picked(
        item.fields ?? {},
        known.map((rule) => rule[side]),
      ),
    };
    return {
      ...halfOf(item),
      agreed: isCompared ? now : agreed,
      ...(refused && { refused }),
      ...(before && { before }),
    };
  };
  const next = { ...link, label, a: halfFor("a"), b: halfFor("b") };
  const isCalm = link.flips !== undefined && seen.a !== undefined && seen.b !== undefined;
  if (!isCalm) return label === link.label && sameHalf(next.a, link.a) && sameHalf(next.b, link.b) ? undefined : next;
  const { flips: _ended, ...calm } = next;
  return calm;
}

function sameHalf(one: Half, other: Half): boolean {
  if (one === other) return true;
  return one.active === other.active && one.revision === other.revision && sameFields(one.agreed, other.agreed);
}
