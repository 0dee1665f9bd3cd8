/**
 * The planner: what one run means to do with ONE object, and why. Pure; the same function plans a run, a dry run and
 * the explanation of a single object.
 *
 * @packageDocumentation
 */
import { differing, isEmpty, picked } from "../model/fields.ts";
import { carriesOther, match, named, type Candidate, type Match } from "./match.ts";
import type { Change, ChangeKind, Fields, Link, ReadMode, SourceObject, TargetObject } from "../model/types.ts";
import { listed } from "../../contract/words.ts";

/**
 * The target's object of a link: as it is, `unknown` when the target was not asked (the link tells what was last
 * agreed), or `missing` when the target was asked and does not have it any more.
 */
export type LinkedTarget = TargetObject | "unknown" | "missing";

/** What is the same for every object of a run. */
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
}

/** What is known of one object. At least one of `source` and `link` is there. */
export interface PlanInput {
  /** Absent when the read did not give it. */
  readonly source?: SourceObject;
  readonly link?: Link;
  /** Means nothing without a link. */
  readonly target: LinkedTarget;
  /** Hits in the order of the target's `matchBy`; needed where nothing is linked or what was linked is missing. */
  readonly candidates: readonly Candidate[];
  /** A create whose answer never came may still show up in the target; until then (ISO instant) nothing is created. */
  readonly waitsUntil?: string;
}

/** Plans one object. */
export function planObject(input: PlanInput, context: PlanContext): Change {
  const { link } = input;
  if (!input.source) return planUnread(input, context);
  const source = withKnownLabel(input.source, link);
  if (source.want.active && source.skip !== undefined) return change("skip", source, source.skip, link?.targetId);
  if (!link) return planUnlinked(source, input, context, `is not in ${context.targetName} yet`);
  if (input.target !== "missing") {
    return source.want.active
      ? planWanted(source, link, input.target, context)
      : planUnwanted(source, source.want.reason, link, input.target, context);
  }
  if (!source.want.active) return change("none", source, `is gone from ${context.targetName} already`);
  return planUnlinked(source, input, context, `was removed from ${context.targetName}`);
}

/** A source that no longer knows the fields of an object does not know its name either. */
export function withKnownLabel(source: SourceObject, link: Link | undefined): SourceObject {
  return source.fields || !link ? source : { ...source, label: link.label };
}

/** A linked object that the read did not give: only a complete full read says that it is gone. */
function planUnread({ link, target }: PlanInput, context: PlanContext): Change {
  if (!link) throw new TypeError("There is nothing to plan: neither an object of the source nor a link.");
  const object = { id: link.sourceId, label: link.label };
  if (context.readMode === "delta") return change("none", object, `did not change in ${context.sourceName}`);
  if (!context.readComplete) return change("none", object, `${context.sourceName} was not read to the end`);
  if (target === "missing") return change("none", object, `is gone from ${context.targetName} already`);
  return planUnwanted(object, `no longer in ${context.sourceName}`, link, target, context);
}

function planWanted(source: SourceObject, link: Link, target: TargetObject | "unknown", context: PlanContext): Change {
  const present = target === "unknown" ? { active: link.active, fields: link.agreed } : target;
  const after = differing(source.fields ?? {}, present.fields);
  if (!present.active) {
    const rest = rests(link, true, context);
    if (rest !== undefined) return change("skip", source, rest, link.targetId);
    return {
      ...change("enable", source, `is wanted, but inactive in ${context.targetName}`, link.targetId),
      active: { before: false, after: true },
      ...fieldChange(after, present.fields),
    };
  }
  if (isEmpty(after)) return change("none", source, "is as it should be", link.targetId);
  const names = listed(Object.keys(after));
  const reason = target === "unknown" ? `changed in ${context.sourceName}: ${names}` : `differs in ${names}`;
  return { ...change("update", source, reason, link.targetId), ...fieldChange(after, present.fields) };
}

function planUnwanted(
  object: { readonly id: string; readonly label: string },
  reason: string,
  link: Link,
  target: LinkedTarget,
  context: PlanContext,
): Change {
  const known = typeof target === "string" ? undefined : target;
  if (isGivenAway(link, target, context)) {
    return change("none", object, `was given to another ${context.correlation} in ${context.targetName}: ${reason}`);
  }
  if (!(known ?? link).active) return change("none", object, `is inactive already: ${reason}`, link.targetId);
  const protection = known?.protected ?? (context.protected?.has(object.id) ? "protected by the settings" : undefined);
  if (protection !== undefined) {
    return change("skip", object, `stays active, ${protection}; otherwise: ${reason}`, link.targetId);
  }
  if (known?.active === true && !link.active) {
    const words = `somebody else made it active in ${context.targetName} since it was made inactive here: ${reason}`;
    return change("fail", object, `${words}. Is it wanted there? If not, make it inactive there`);
  }
  const rest = rests(link, false, context);
  if (rest !== undefined) return change("skip", object, rest, link.targetId);
  return { ...change("disable", object, reason, link.targetId), active: { before: true, after: false } };
}

/** Something that is linked to nothing, or to nothing any more. `absence` says why it would be created. */
function planUnlinked(source: SourceObject, input: PlanInput, context: PlanContext, absence: string): Change {
  const wanted = source.want.active;
  if (!wanted && !context.recovering) return change("none", source, "is not wanted and not linked");

  const found = match(source, input.candidates, context.correlation, context.targetName);
  if (!wanted) return planRecovered(source, found.kind === "one" ? found.candidate : undefined, context);
  if (found.kind === "conflict") return change("fail", source, found.reason);
  const carries = found.kind === "one" && found.candidate.object.keys[context.correlation] === source.id;
  // What may have been created is waited for, also where another object looks like it: there would be two.
  if (found.kind === "one" && (carries || input.waitsUntil === undefined)) return planLink(source, found, context);
  if (input.waitsUntil !== undefined) {
    const reason = `an earlier run may have created it; ${context.targetName} is given until ${input.waitsUntil} to show it`;
    return change("skip", source, reason);
  }
  if (!source.fields) return change("fail", source, `${context.sourceName} gave no fields for it`);
  return { ...change("create", source, absence), after: source.fields };
}

function planLink(
  source: SourceObject,
  { candidate: { attribute, object }, replaces }: Extract<Match, { kind: "one" }>,
  context: PlanContext,
): Change {
  const after = differing(source.fields ?? {}, object.fields);
  const carries = object.keys[context.correlation] === source.id;
  const reason = carries
    ? `${named(object)} of ${context.targetName} carries its id`
    : `${named(object)} of ${context.targetName} has its ${attribute}`;
  return {
    ...change("link", source, reason, object.id),
    ...(carries ? {} : { adopt: true as const }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(object.active ? {} : { active: { before: false, after: true } }),
    ...fieldChange(after, object.fields),
  };
}

/** Links what carries the id of an object that is not wanted, and writes nothing: a later run disables it. */
function planRecovered(source: SourceObject, candidate: Candidate | undefined, context: PlanContext): Change {
  if (!candidate || candidate.object.keys[context.correlation] !== source.id) {
    return change("none", source, "is not wanted and not linked");
  }
  const { object } = candidate;
  const reason = `${named(object)} of ${context.targetName} carries its id; nothing else is done with it in this run`;
  return change("link", source, reason, object.id);
}

/** Whether a person gave the object of a link to another one, by its correlation id. */
export function isGivenAway(
  link: Link,
  target: LinkedTarget,
  { correlation }: Pick<PlanContext, "correlation">,
): boolean {
  return typeof target !== "string" && carriesOther(target, link.sourceId, correlation);
}

/** A state that a target did not take is not asked for again for so long. */
export const LONGEST_REST_MS = 7 * 24 * 60 * 60 * 1000;

/** Why a state is not asked for again yet. */
function rests(link: Link, active: boolean, { targetName, now }: PlanContext): string | undefined {
  if (link.refused?.active !== active) return undefined;
  const wait = Date.parse(link.refused.until) - now.getTime();
  // What would rest for longer than anything does was written by a clock that was ahead.
  if (wait <= 0 || wait > LONGEST_REST_MS) return undefined;
  const state = active ? "active" : "inactive";
  return `${targetName} did not let it become ${state}; it is tried again after ${link.refused.until}`;
}

function fieldChange(after: Fields, present: Fields): Pick<Change, "before" | "after"> {
  return isEmpty(after) ? {} : { before: picked(present, Object.keys(after)), after };
}

function change(
  kind: ChangeKind,
  object: { readonly id: string; readonly label: string },
  reason: string,
  targetId?: string,
): Change {
  return { kind, sourceId: object.id, label: object.label, reason, ...(targetId === undefined ? {} : { targetId }) };
}
