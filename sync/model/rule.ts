/** Which field goes where. @packageDocumentation */
import type { FieldValue } from "./item.ts";
import type { SideName } from "./link.ts";

/**
 * - `->`: what side `a` has is what `b` is to have, whatever happens on `b`;
 * - `<-`: the other way round;
 * - `<->`: what was changed is carried to the other side;
 * - `once`: `b` gets it from `a` when the pair is made, and never again.
 */
export type Direction = "->" | "<-" | "<->" | "once";

/**
 * What becomes of a value that was changed on both sides since it was agreed: the one of a side, the one of the item that
 * was changed last, or a failure that a person decides.
 */
type ConflictPolicy = SideName | "newest" | "fail";

/** A pair of fields. */
export interface Rule {
  /** Only of items of this type; by default of all. */
  readonly type?: string;
  /** The field on side `a`. */
  readonly a: string;
  /** The field on side `b`. */
  readonly b: string;
  readonly direction: Direction;
  /** Of `<->`; by default `fail`. */
  readonly conflict?: ConflictPolicy;
  /**
   * What having no value means where it comes from; by default `clear`: the other side is to have none either. With `keep`
   * it says nothing: the other side keeps what it holds, and where that was changed too, its value is taken.
   */
  readonly empty?: "clear" | "keep";
  /**
   * The value is the id of another item of the same side, such as what the item lies in. The other side gets the id that
   * this one has there: by its link, and where it is made by the same run, after it.
   */
  readonly refers?: true;
  /** What the item is: where that says another type, the item of side `b` becomes another one. */
  readonly isType?: true;
  /** A value of `a` as `b` has it, and back; by default the same. `undefined`: it cannot be carried, and is left alone. */
  readonly toB?: (value: FieldValue) => FieldValue | undefined;
  readonly toA?: (value: FieldValue) => FieldValue | undefined;
}

/** All that decides what becomes of a pair. */
export interface Rules {
  readonly fields: readonly Rule[];
  /** Which side's being active, inactive or gone the other one follows; with `<->` the one that changed. */
  readonly life: Exclude<Direction, "once">;
  /** Sides on which an item is made for one that only the other side has. */
  readonly creates: readonly SideName[];
  /** Some of the sync's fields are left out of this run: what is remembered of them stays. */
  readonly isPartial?: true;
}

/** The rules that items of a type have. */
export function rulesOf(fields: readonly Rule[], type: string | undefined): readonly Rule[] {
  let byType = ofTypes.get(fields);
  if (!byType) ofTypes.set(fields, (byType = new Map<string | undefined, readonly Rule[]>()));
  let found = byType.get(type);
  if (!found) byType.set(type, (found = fields.filter((rule) => rule.type === undefined || rule.type === type)));
  return found;
}

const ofTypes = new WeakMap<readonly Rule[], Map<string | undefined, readonly Rule[]>>();

/** A sync that goes one way: side `b` is to be as `a` says, field by field under `b`'s names. */
export function oneWay(fields: readonly string[]): Rules {
  return { fields: fields.map((name) => ({ a: name, b: name, direction: "->" })), life: "->", creates: ["b"] };
}

/** Whether a side is ever written. Asked for every pair: it is found out once. */
export function isWritten(rules: Rules, side: SideName): boolean {
  const known = written.get(rules);
  if (known) return known[side];
  const found = { a: isTouched(rules, "a"), b: isTouched(rules, "b") };
  written.set(rules, found);
  return found[side];
}

const written = new WeakMap<Rules, Readonly<Record<SideName, boolean>>>();

function isTouched({ fields, life, creates }: Rules, side: SideName): boolean {
  const toward = side === "b" ? ["->", "<->", "once"] : ["<-", "<->"];
  return creates.includes(side) || [life, ...fields.map(({ direction }) => direction)].some((d) => toward.includes(d));
}
