/** What the outputs will tell otherwise than after the last deployment, value by value. Pure. @packageDocumentation */
import type { ExpectedOutputs } from "../../stacks/expected.ts";
import type { OutputDifference } from "./difference.ts";
import { reasonOf } from "./guards.ts";

/** Of the syncs and of the vendors' forms; the rest says who they are. */
const OF_SYNCS = ["integrations", "sync", "tenant", "consents"];

export function isOfSyncs({ path }: OutputDifference): boolean {
  return OF_SYNCS.includes(path[0] ?? "");
}

/** @param before undefined: nothing was deployed, or it is not understood */
export function outputDifferences(before: ExpectedOutputs | undefined, after: ExpectedOutputs): OutputDifference[] {
  return compared([], before ?? {}, after)
    .filter((difference) => !(isLater(difference.path) && difference.before === undefined) && !isNothing(difference))
    .map((difference) => {
      if (before === undefined || isGone(difference, after)) return difference;
      const isNew = isGone({ path: difference.path }, before);
      const danger = reasonOf(difference, isNew);
      return {
        ...difference,
        ...(isNew && difference.before === undefined && { begins: true as const }),
        ...(danger !== undefined && { danger }),
      };
    });
}

/** A chapter of the outputs that comes or goes with nothing in it. */
function isNothing({ path, before, after }: OutputDifference): boolean {
  return (
    path.length === 1 &&
    [before, after].every((value) => value === undefined || (isRecord(value) && Object.keys(value).length === 0))
  );
}

/**
 * With the whole target or form: what is not there any more opens nothing. The other way round, what was not there
 * before is new. Alerts are no target: without them nobody hears of anything any more.
 */
function isGone({ path, after: now }: OutputDifference, after: ExpectedOutputs): boolean {
  const [top, second, third] = path;
  if (now !== undefined || top === "sync" || top === "tenant" || second === undefined) return false;
  if (top === "integrations" && second === "alerts") return false;
  const whole = valueAt(after, [top ?? "", second]);
  const isPart = third === "users" || third === "rooms";
  return whole === undefined || (isPart && isRecord(whole) && valueOf(whole, third) === undefined && path.length > 3);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, name) => (isRecord(here) ? valueOf(here, name) : undefined), value);
}

/** Outputs of an earlier version do not tell it: nothing is known of what it was. */
function isLater(path: readonly string[]): boolean {
  return path[0] === "registrations" && ["audience", "owners"].includes(path[2] ?? "") && path.length === 3;
}

function compared(path: readonly string[], old: unknown, now: unknown): OutputDifference[] {
  const [before, after] = [byName(old), byName(now)];
  if (isRecord(before) || isRecord(after)) {
    const [first, second] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
    const names = [...new Set([...Object.keys(first), ...Object.keys(second)])].sort();
    const own = names.flatMap((name) => compared([...path, name], valueOf(first, name), valueOf(second, name)));
    // A whole that comes or goes without anything in it.
    return own.length > 0 || kindOf(before) === kindOf(after) ? own : [{ path, before, after }];
  }
  if (isTexts(before) || isTexts(after)) {
    const [first, second] = [isTexts(before) ? before : [], isTexts(after) ? after : []];
    const added = second.filter((each) => !first.includes(each));
    const removed = first.filter((each) => !second.includes(each));
    if (added.length + removed.length > 0) return [{ path, before, after, added, removed }];
    return kindOf(before) === kindOf(after) ? [] : [{ path, before, after }];
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** What tells the entries of a list apart: an organization, a field that is mapped. */
const NAMES = ["name", "azureDevOps"];

/** A list of settings as settings of its entries, where each has a name of its own: which one changed is what counts. */
function byName(value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return value;
  for (const key of NAMES) {
    const names = value.map((each) => valueOf(each, key));
    if (names.every((name) => typeof name === "string") && new Set(names).size === names.length) {
      return Object.fromEntries(value.map((each, index) => [names[index], each]));
    }
  }
  return value;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

function valueOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
