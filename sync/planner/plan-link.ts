/**
 * The planner: what one run means to do with ONE pair of items, and why. Pure; the same function plans a run, a dry run
 * and the explanation of a single object.
 *
 * Of a pair one side leads: its item says whether the other one's is to be active. With rules that go one way that is
 * always side `a`; with rules that go both ways it is the side that changed. Fields go each their own way.
 *
 * @packageDocumentation
 */
import { fieldsHash, isEmpty, picked } from "../model/fields.ts";
import {
  type Fields,
  type Half,
  isActive,
  type Item,
  type Link,
  type Op,
  type OpKind,
  otherSide,
  type ReadMode,
  type References,
  type Rules,
  rulesOf,
  type SideName,
} from "../model/types.ts";
import { listed } from "../../contract/words.ts";
import { flipping } from "./agreed.ts";
import { carriesOther, match, named, type Candidate, type Match } from "./match.ts";
import { made, madeLater, merge, type Merged, type Others } from "./merge.ts";
import { DAY_MS } from "../../contract/days.ts";

/**
 * An item of a side: as it is, `unknown` when the side did not tell of it (the link tells what was last agreed), or
 * `missing` when the side was asked and does not have it any more.
 */
export type Seen = Item | "unknown" | "missing";

/** What is the same for every pair of a run, seen from the side that is read first. */
export interface PlanContext {
  readonly sourceName: string;
  readonly targetName: string;
  /** Attribute of the target that holds the source's id. */
  readonly correlation: string;
  readonly readMode: ReadMode;
  readonly readComplete: boolean;
  /** No full run has ended well yet, or the state was lost: whatever carries a known id is linked. */
  readonly recovering: boolean;
  /** Correlation ids that must never be disabled. */
  readonly protected?: ReadonlySet<string>;
  readonly now: Date;
  /** Of rules that write on side `a` too: the attribute of side `a` that holds the id of side `b`. */
  readonly correlationBack?: string;
}

/** What is known of one pair: at least an item or a link. */
export interface PlanInput {
  /** Absent when the read did not give it. */
  readonly a?: Seen;
  readonly link?: Link;
  /** Without a link: absent where the pair is planned from side `a`. */
  readonly b?: Seen;
  /** Hits on the side that would get a new item, in the order of its `matchBy`; needed where nothing is linked, or gone. */
  readonly candidates: readonly Candidate[];
  /** A create whose answer never came may still show up; until then (ISO instant) nothing is created. */
  readonly waitsUntil?: string;
  /** The {@link fieldsHash} of what was made before, answered with success and never shown: it is not made again. */
  readonly unshown?: string;
  /** For rules that refer to other items: where those are on the other side. */
  readonly others?: Others;
}

/** Plans one pair: an op for each side that has something to be written, else one that says why there is nothing. */
export function planLink(given: PlanInput, rules: Rules, context: PlanContext): readonly Op[] {
  const input = withSuccessor(given, rules, context);
  const { link } = input;
  const taken = replacedSide(input, context);
  const side = taken ?? followerOf(input, rules);
  const view = viewOf(side, input, rules, context);
  if (!link || taken) {
    return planAll(view, { ...view.input, to: "missing" }, rules, `is not in ${view.toName} yet`);
  }
  return planAll(view, view.input, rules, `was removed from ${view.toName}`);
}

/**
 * What took the place of a half that is gone stands for it where the other half is not to be active any more, of rules that
 * go both ways: it goes too. Where that half was put away from here, what came since is somebody else's, unless either
 * side may say what is to be active.
 */
function withSuccessor(
  input: PlanInput,
  { life }: Pick<Rules, "life">,
  { correlation, correlationBack }: PlanContext,
): PlanInput {
  const { a, b, link, candidates } = input;
  if (!link || correlationBack === undefined || b !== "missing") return input;
  if (a === undefined || a === "unknown" || (a !== "missing" && isActive(a))) return input;
  const [only, ...others] = candidates.filter(({ object }) => object.keys[correlation] === link.a.id);
  if (!only || others.length > 0) return input;
  const active = link.b.active || life === "<->";
  return { ...input, b: only.object, link: { ...link, b: { ...link.b, id: only.object.id, active } } };
}

/** The side whose half is gone, while something else carries the id that it was made for: that one took its place. */
function replacedSide({ a, b, link, candidates }: PlanInput, context: PlanContext): SideName | undefined {
  if (!link || (a === "missing") === (b === "missing")) return undefined;
  const side = a === "missing" ? "a" : "b";
  const correlation = side === "b" ? context.correlation : (context.correlationBack ?? context.correlation);
  const isThere = candidates.some(({ object }) => object.keys[correlation] === link[otherSide(side)].id);
  return isThere ? side : undefined;
}

/** A pair as it is seen from the side that leads. */
interface View {
  /** The side that follows, and is written. */
  readonly side: SideName;
  readonly input: ViewInput;
  readonly fromName: string;
  readonly toName: string;
  readonly correlation: string;
  /** The side that follows has no say in whether it is active. */
  readonly isOneWay: boolean;
  readonly context: PlanContext;
}

interface ViewInput {
  readonly from?: Item | "missing";
  readonly to: Seen;
  readonly link?: Link;
  /** The link's halves, where there is one. */
  readonly fromHalf?: Half;
  readonly toHalf?: Half;
  readonly candidates: readonly Candidate[];
  readonly waitsUntil?: string;
  readonly unshown?: string;
  readonly others?: Others;
}

/** The side that is to be as the other one. */
function followerOf({ a, b, link }: PlanInput, rules: Rules): SideName {
  if (!link) return a !== undefined && typeof a !== "string" ? "b" : "a";
  if (rules.life === "->") return "b";
  if (rules.life === "<-") return "a";
  const changed = (seen: Seen | undefined, half: Half) => activeIn(seen, half) !== half.active;
  // What goes takes its other half with it; what went long ago is made anew where that one has come back.
  if ((a === "missing") !== (b === "missing")) {
    const [gone, other] = a === "missing" ? (["a", b] as const) : (["b", a] as const);
    return link[gone].active || !changed(other, link[otherSide(gone)]) ? otherSide(gone) : gone;
  }
  return changed(b, link.b) && !changed(a, link.a) ? "a" : "b";
}

function activeIn(seen: Seen | undefined, half: Half): boolean {
  if (seen === undefined || seen === "unknown") return half.active;
  return seen !== "missing" && isActive(seen);
}

function viewOf(side: SideName, input: PlanInput, rules: Rules, context: PlanContext): View {
  const { link, candidates, waitsUntil, unshown, others } = input;
  const [from, to] = side === "b" ? [input.a, input.b] : [input.b, input.a];
  const { sourceName: a, targetName: b, correlation, correlationBack = correlation } = context;
  const known = link && from === "unknown" ? unchanged(link[otherSide(side)], link) : from;
  return {
    side,
    fromName: side === "b" ? a : b,
    toName: side === "b" ? b : a,
    correlation: side === "b" ? correlation : correlationBack,
    isOneWay: rules.life !== "<->",
    context,
    input: {
      ...(known !== undefined && known !== "unknown" && { from: known }),
      to: to ?? "unknown",
      ...(link && { link, fromHalf: link[otherSide(side)], toHalf: link[side] }),
      candidates,
      ...(waitsUntil !== undefined && { waitsUntil }),
      ...(unshown !== undefined && { unshown }),
      ...(others && { others }),
    },
  };
}

/** An item that its side did not tell of, as it was when it was last agreed on. */
function unchanged({ id, active, agreed }: Half, { label }: Link): Item {
  return { id, label, life: active ? "active" : "inactive", fields: agreed, keys: {} };
}

function planAll(view: View, input: ViewInput, rules: Rules, absence: string): readonly Op[] {
  const { link } = input;
  if (input.from === undefined || input.from === "missing") return [planUnread(view, input)];
  const from = withKnownLabel(input.from, link);
  if (isActive(from) && from.skip !== undefined) {
    const own = link || !view.context.recovering ? undefined : ownOf(view, from, input.candidates);
    // It is its own all the same, and what becomes of it a later run decides.
    return own ? [own] : [op("skip", view, from.skip, from, link && link[view.side].id)];
  }
  if (!link || !input.toHalf) return planUnlinked(view, from, input, rules, absence);
  if (input.to !== "missing") {
    if (isActive(from)) return planWanted(view, from, link, input.toHalf, input.to, rules);
    return [planUnwanted(view, from, from.why ?? `inactive in ${view.fromName}`, link, input.toHalf, input.to)];
  }
  if (!isActive(from)) return [op("none", view, `is gone from ${view.toName} already`, from)];
  return planUnlinked(view, from, input, rules, absence);
}

/** A source that no longer knows the fields of an object does not know its name either. */
export function withKnownLabel(item: Item, link: Link | undefined): Item {
  return item.fields || !link ? item : { ...item, label: link.label };
}

/** A linked item that the read did not give: only a complete full read says that it is gone. */
function planUnread(view: View, { link, fromHalf, toHalf, from, to }: ViewInput): Op {
  if (!link || !fromHalf || !toHalf) throw new TypeError("There is nothing to plan: neither an item nor a link.");
  const { context, fromName, toName } = view;
  const item = { id: fromHalf.id, label: link.label };
  if (from !== "missing" && context.readMode === "delta")
    return op("none", view, `did not change in ${fromName}`, item);
  if (from !== "missing" && !context.readComplete) return op("none", view, `${fromName} was not read to the end`, item);
  if (to === "missing") return op("none", view, `is gone from ${toName} already`, item);
  return planUnwanted(view, item, `no longer in ${fromName}`, link, toHalf, to);
}

/** Both are linked, and the one that leads is active: life, and fields both ways. */
function planWanted(view: View, from: Item, link: Link, half: Half, to: Item | "unknown", rules: Rules): readonly Op[] {
  const { side, fromName, toName } = view;
  const present = to === "unknown" ? { active: half.active, fields: half.agreed } : { ...to, active: isActive(to) };
  const merged = isOfOtherType(view, from, to)
    ? remade(view, from, rules, link, to)
    : mergeWith(view, from, { ...present, fields: present.fields ?? {} }, rules, link, to);
  const unmarked = isUnmarked(view, to);
  if (present.active && isEmptyMerge(merged) && !unmarked)
    return [op("none", view, "is as it should be", from, half.id)];
  const { sourceName, targetName } = view.context;
  const stuck = flipping(link, merged, { a: sourceName, b: targetName });
  if (stuck !== undefined) return [op("fail", view, stuck, from, half.id)];
  const undecided = merged.conflicts.filter(({ winner }) => winner === undefined);
  if (undecided.length > 0) return [op("fail", view, undecidedReason(view, undecided), from, half.id)];

  const after = side === "b" ? merged.toB : merged.toA;
  const back = backFields(merged, side);
  const waits = waitsOf(merged, side);
  const names = [...Object.keys(after), ...Object.keys(waits?.waits ?? {})];
  const isAlone = isEmpty(after) && waits === undefined && present.active && !unmarked;
  const backOps = back.names.length === 0 ? [] : [backOp(view, from, half.id, back, rules, merged, isAlone)];
  const settles = backOps.length > 0 ? { settles: settledBeside(rules, back, side) } : {};
  if (!present.active) {
    const rest = rests(half, true, view);
    if (rest !== undefined) return [op("skip", view, rest, from, half.id)];
    const reason = withPlace(`is wanted, but inactive in ${toName}`, from, rules, side, names);
    const enabled: Op = {
      ...op("enable", view, reason, from, half.id),
      ...(unmarked && { adopt: true }),
      active: { before: false, after: true },
      ...fieldChange(after, present.fields ?? {}),
      ...waits,
      ...settles,
    };
    return [enabled, ...backOps];
  }
  if (isEmpty(after) && !waits && !unmarked) {
    return backOps.length > 0 ? backOps : [op("none", view, "is as it should be", from, half.id)];
  }
  const changed = to === "unknown" || !view.isOneWay ? `changed in ${fromName}:` : "differs in";
  const reasons = [
    ...(unmarked ? [`does not carry its ${view.correlation} in ${toName}`] : []),
    ...(names.length === 0 ? [] : [`${changed} ${listed(names)}`]),
  ];
  const words = withConflicts(withPlace(reasons.join("; "), from, rules, side, names), merged, view);
  const updated: Op = {
    ...op("update", view, words, from, half.id),
    ...(unmarked && { adopt: true }),
    ...fieldChange(after, present.fields ?? {}),
    ...waits,
    ...settles,
  };
  return [updated, ...backOps];
}

/** Of rules that go both ways: whether what is linked could carry the id of its other half, and carries none. */
function isUnmarked({ side, correlation, context }: View, to: Item | "unknown"): boolean {
  if (side !== "b" || context.correlationBack === undefined || typeof to !== "object") return false;
  return to.keys[correlation] === "";
}

function isOfOtherType({ side }: View, from: Item, to: Item | "unknown"): boolean {
  return side === "b" && typeof to === "object" && from.type !== undefined && to.type !== from.type;
}

/**
 * What an item becomes that is of another type from now on: everything, since the fields of types are not the same. Of a
 * field that both types have it counts who changed it.
 */
function remade(view: View, from: Item, rules: Rules, link: Link | undefined, to: Item | "unknown"): Merged {
  const { others } = view.input;
  const [own, values] = [rulesOf(rules.fields, from.type), from.fields ?? {}];
  const present = (typeof to === "object" && to.fields) || {};
  const isShared = ({ a, b, refers, isType }: Rules["fields"][number]) =>
    !refers && !isType && link?.a.agreed[a] !== undefined && link.b.agreed[b] !== undefined && present[b] !== undefined;
  const shared = { ...rules, fields: own.filter(isShared) };
  const merged = mergeWith(view, from, { fields: present }, shared, link, to);
  const kept = shared.fields.filter(({ a }) => a in merged.toA).map(({ b }) => [b, present[b] ?? null] as const);
  return {
    ...merged,
    toB: { ...made(own, values, "b", others), ...Object.fromEntries(kept) },
    waitsB: madeLater(own, values, "b", others),
  };
}

/** As nearly every pair is. */
function isEmptyMerge({ toA, toB, waitsA, waitsB, conflicts }: Merged): boolean {
  return conflicts.length === 0 && isEmpty(toB) && isEmpty(toA) && isEmpty(waitsA) && isEmpty(waitsB);
}

function mergeWith(
  { side, input: { others } }: View,
  from: Item,
  present: { readonly fields: Fields },
  rules: Rules,
  link: Link | undefined,
  to: Item | "unknown" | undefined,
): Merged {
  const fromFields = from.fields ?? {};
  const [a, b] = side === "b" ? [fromFields, present.fields] : [present.fields, fromFields];
  const other = typeof to === "object" ? to : undefined;
  const [itemA, itemB] = side === "b" ? [from, other] : [other, from];
  const newest = newestOf(itemA?.changedAt, itemB?.changedAt);
  return merge({
    rules: rulesOf(rules.fields, from.type ?? other?.type),
    a,
    b,
    ...(link && { base: { a: link.a.agreed, b: link.b.agreed } }),
    ...(newest && { newest }),
    ...(others && { others }),
  });
}

/** Who does not say when it was changed was changed before. */
function newestOf(a: string | undefined, b: string | undefined): SideName | undefined {
  if (a === undefined && b === undefined) return undefined;
  const [inA, inB] = [Date.parse(a ?? ""), Date.parse(b ?? "")];
  if (inA === inB) return undefined;
  return Number.isNaN(inB) || inA > inB ? "a" : "b";
}

/**
 * What was changed on the side that does not lead, on its way to the one that does.
 *
 * @param isAlone nothing is written on the side that does not lead
 */
function backOp(
  view: View,
  from: Item,
  otherId: string,
  back: BackFields,
  rules: Rules,
  merged: Merged,
  isAlone: boolean,
): Op {
  const { side, toName, input } = view;
  const { after, waits, names } = back;
  const words = withPlace(`changed in ${toName}: ${listed(names)}`, input.to, rules, otherSide(side), names);
  const settled = rules.fields.filter((rule) => names.includes(side === "b" ? rule.a : rule.b)).map(({ a }) => a);
  return {
    kind: "update",
    side: otherSide(side),
    sourceId: otherId,
    targetId: from.id,
    label: from.label,
    reason: withConflicts(words, merged, view),
    ...fieldChange(after, from.fields ?? {}),
    ...(isEmpty(waits) ? {} : { waits }),
    ...(isAlone ? {} : { settles: settled }),
  };
}

/** What goes to the side that leads. */
interface BackFields {
  readonly after: Fields;
  readonly waits: References;
  readonly names: readonly string[];
}

function backFields({ toA, toB, waitsA, waitsB }: Merged, side: SideName): BackFields {
  const [after, waits] = side === "b" ? [toA, waitsA] : [toB, waitsB];
  return { after, waits, names: [...Object.keys(after), ...Object.keys(waits)] };
}

function waitsOf({ waitsA, waitsB }: Merged, side: SideName): Pick<Op, "waits"> | undefined {
  const waits = side === "b" ? waitsB : waitsA;
  return isEmpty(waits) ? undefined : { waits };
}

/** Fields that are agreed on when the op beside the one that carries `back` is done. */
function settledBeside(rules: Rules, { names }: BackFields, side: SideName): readonly string[] {
  return rules.fields.filter((rule) => !names.includes(side === "b" ? rule.a : rule.b)).map(({ a }) => a);
}

/** Fields that the reason of an op says to have changed, of whichever of the two sides. */
export function changedFields(reason: string): readonly string[] {
  const names = /(?:^|; )(?:changed in [^:;]+:|differs in) ([^;]+)/.exec(reason)?.[1];
  return names?.split(/, | and /) ?? [];
}

/** Says by which rule the item lies where it does, if that is written. */
function withPlace(reason: string, item: Seen, { fields }: Rules, side: SideName, names: readonly string[]): string {
  if (typeof item === "string" || item.placed === undefined) return reason;
  return fields.some((rule) => rule.refers && names.includes(rule[side])) ? `${reason}; ${item.placed}` : reason;
}

function withConflicts(reason: string, { conflicts }: Merged, { context }: View): string {
  if (conflicts.length === 0) return reason;
  const words = conflicts.map(({ rule, winner }) => {
    return `${rule.a} was changed on both sides, ${winner === "a" ? context.sourceName : context.targetName} is taken`;
  });
  return `${reason}; ${words.join("; ")}`;
}

function undecidedReason({ context }: View, undecided: Merged["conflicts"]): string {
  const names = listed(undecided.map(({ rule }) => rule.a));
  const { sourceName, targetName } = context;
  return `${names} ${undecided.length === 1 ? "was" : "were"} changed in ${sourceName} and in ${targetName}, each to something else: make them the same, or choose whose value is taken (conflict)`;
}

function planUnwanted(
  view: View,
  item: { readonly id: string; readonly label: string },
  reason: string,
  link: Link,
  half: Half,
  to: Seen,
): Op {
  const { context, toName, correlation } = view;
  const known = typeof to === "string" ? undefined : to;
  if (isGivenAway(link, view.side, to, correlation)) {
    return op("none", view, `was given to another ${correlation} in ${toName}: ${reason}`, item);
  }
  const isPresent = known ? isActive(known) : half.active;
  if (!isPresent) return op("none", view, `is inactive already: ${reason}`, item, half.id);
  if (known?.skip !== undefined) return op("skip", view, `${known.skip}; otherwise: ${reason}`, item, half.id);
  const protection = known?.protected ?? (context.protected?.has(item.id) ? "protected by the settings" : undefined);
  if (protection !== undefined) {
    return op("skip", view, `stays active, ${protection}; otherwise: ${reason}`, item, half.id);
  }
  if (known && !half.active && view.isOneWay) {
    const words = `somebody else made it active in ${toName} since it was made inactive here: ${reason}`;
    return op("fail", view, `${words}. Is it wanted there? If not, make it inactive there`, item, half.id);
  }
  const rest = rests(half, false, view);
  if (rest !== undefined) return op("skip", view, rest, item, half.id);
  // Its fields wait until it is active again.
  return { ...op("disable", view, reason, item, half.id), active: { before: true, after: false }, settles: [] };
}

/** Something that is linked to nothing, or to nothing any more. `absence` says why it would be created. */
function planUnlinked(view: View, from: Item, input: ViewInput, rules: Rules, absence: string): readonly Op[] {
  const { context, correlation, toName, fromName, side } = view;
  const wanted = isActive(from);
  if (!wanted && !context.recovering) return [op("none", view, "is not wanted and not linked", from)];

  if (!wanted) {
    return [ownOf(view, from, input.candidates) ?? op("none", view, "is not wanted and not linked", from)];
  }
  const found = match(from, input.candidates, correlation, toName);
  if (found.kind === "conflict") return [op("fail", view, found.reason, from)];
  const carries = found.kind === "one" && found.candidate.object.keys[correlation] === from.id;
  // What may have been created is waited for, also where another object looks like it: there would be two.
  if (found.kind === "one" && (carries || input.waitsUntil === undefined)) return planMatch(view, from, found, rules);
  if (input.waitsUntil !== undefined) {
    const reason = `an earlier run may have created it; ${toName} is given until ${input.waitsUntil} to show it`;
    return [op("skip", view, reason, from)];
  }
  if (!rules.creates.includes(side)) return [op("none", view, `is only in ${fromName}`, from)];
  if (!from.fields) return [op("fail", view, `${fromName} gave no fields for it`, from)];
  const { others } = input;
  const own = rulesOf(rules.fields, from.type);
  const waits = madeLater(own, from.fields, side, others);
  const after = made(own, from.fields, side, others);
  if (input.unshown !== undefined && input.unshown === fieldsHash(after)) {
    return [op("skip", view, `was made as it is now, and ${toName} has never shown it`, from)];
  }
  const names = [...Object.keys(after), ...Object.keys(waits)];
  return [
    {
      ...op("create", view, withPlace(absence, from, rules, side, names), from),
      after,
      ...(isEmpty(waits) ? {} : { waits }),
    },
  ];
}

function planMatch(
  view: View,
  from: Item,
  { candidate: { attribute, object }, replaces }: Extract<Match, { kind: "one" }>,
  rules: Rules,
): readonly Op[] {
  const { toName, correlation, side } = view;
  // What took the place of a half that is gone is compared with what was agreed on.
  const merged = isOfOtherType(view, from, object)
    ? remade(view, from, rules, view.input.link, object)
    : mergeWith(view, from, { fields: object.fields ?? {} }, rules, view.input.link, object);
  const undecided = merged.conflicts.filter(({ winner }) => winner === undefined);
  if (undecided.length > 0) return [op("fail", view, undecidedReason(view, undecided), from)];
  const after = side === "b" ? merged.toB : merged.toA;
  const back = backFields(merged, side);
  const carries = object.keys[correlation] === from.id;
  const reason = carries
    ? `${named(object)} of ${toName} carries its id`
    : `${named(object)} of ${toName} has its ${attribute}`;
  const waits = waitsOf(merged, side);
  const names = [...Object.keys(after), ...Object.keys(waits?.waits ?? {})];
  const linked: Op = {
    ...op("link", view, withConflicts(withPlace(reason, from, rules, side, names), merged, view), from, object.id),
    ...(carries ? {} : { adopt: true as const }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(isActive(object) ? {} : { active: { before: false, after: true } }),
    ...fieldChange(after, object.fields ?? {}),
    ...waits,
    ...(back.names.length === 0 ? {} : { settles: settledBeside(rules, back, side) }),
  };
  if (back.names.length === 0) return [linked];
  return [linked, backOp(view, from, object.id, back, rules, merged, false)];
}

/** Links what carries the id of an object that is not wanted, if anything does, and writes nothing: a later run disables it. */
function ownOf(view: View, from: Item, candidates: readonly Candidate[]): Op | undefined {
  const found = match(from, candidates, view.correlation, view.toName);
  if (found.kind !== "one" || found.candidate.object.keys[view.correlation] !== from.id) return undefined;
  const { object } = found.candidate;
  const reason = `${named(object)} of ${view.toName} carries its id; nothing else is done with it in this run`;
  // Nothing was compared, and so nothing is agreed on.
  return { ...op("link", view, reason, from, object.id), settles: [] };
}

/** Whether a person gave the item of a link to another one, by its correlation id. */
export function isGivenAway(link: Link, side: SideName, to: Seen | undefined, correlation: string): boolean {
  return typeof to === "object" && carriesOther(to, link[otherSide(side)].id, correlation);
}

/** A state that a target did not take is not asked for again for so long. */
export const LONGEST_REST_MS = 7 * DAY_MS;

/** Why a state is not asked for again yet. */
function rests({ refused }: Half, active: boolean, { toName, context }: View): string | undefined {
  if (refused?.active !== active) return undefined;
  const wait = Date.parse(refused.until) - context.now.getTime();
  // What would rest for longer than anything does was written by a clock that was ahead.
  if (wait <= 0 || wait > LONGEST_REST_MS) return undefined;
  const state = active ? "active" : "inactive";
  return `${toName} did not let it become ${state}; it is tried again after ${refused.until}`;
}

function fieldChange(after: Fields, present: Fields): Pick<Op, "before" | "after"> {
  return isEmpty(after) ? {} : { before: picked(present, Object.keys(after)), after };
}

function op(
  kind: OpKind,
  { side }: View,
  reason: string,
  { id, label }: { readonly id: string; readonly label: string },
  targetId?: string,
): Op {
  return { kind, side, sourceId: id, label, reason, ...(targetId === undefined ? {} : { targetId }) };
}
