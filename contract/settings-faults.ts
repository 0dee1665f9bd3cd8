/**
 * How a fault in the settings is told: its place as it is written in the YAML file, what is wrong, what was written
 * there and what was probably meant. A text that may be a secret is not repeated.
 *
 * @packageDocumentation
 */
import type { Path } from "./path.ts";
import { z } from "zod";
import { mayShow, mayShowKey, quotedText, shown, unshown } from "./may-show.ts";
import { didYouMean, nearest } from "./nearest.ts";
import type { LineOf } from "./settings-lines.ts";
import { printable } from "./text/printable.ts";

export interface SettingsFault {
  /** From the namespace downwards: `["oneplan", "users", "feilds"]`. */
  readonly path: Path;
  readonly text: string;
  /** The setting is not there. Not told when it is there under a misspelt name. */
  readonly missing?: true;
  /** The name that this unknown one probably stands for. */
  readonly meant?: string;
}

/** One line for each fault, in the order of the file's depth, each with its place and, where known, the file and the line. */
export function tell(
  faults: readonly SettingsFault[],
  file: string | undefined,
  lineOf: LineOf = () => undefined,
): string[] {
  const misspelt = new Set(
    faults.flatMap(({ path, meant }) => (meant === undefined ? [] : [place([...path.slice(0, -1), meant])])),
  );
  return faults
    .filter(({ path, missing }) => !missing || !misspelt.has(place(path)))
    .map(({ path, text }) => {
      const line = lineOf(path);
      const at = line === undefined ? file : `${file}:${line}`;
      return `${place(path)}: ${text}${at === undefined ? "" : ` (${at})`}`;
    });
}

/** In place of a name that may be a secret. */
const HIDDEN = "...";

/** Where a setting is, in the words of `pulumi config set --path`. */
export function place(path: Path): string {
  const [first, ...rest] = path;
  const steps = rest.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    const name = mayShowKey(String(step)) ? printable(String(step)) : HIDDEN;
    return /^[\w$-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return `tenantwire:${mayShowKey(String(first)) ? printable(String(first)) : HIDDEN}${steps.join("")}`;
}

/** Zod's issues as faults. `raw` is what was parsed, `schema` what it was parsed by. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, raw: unknown): SettingsFault[] {
  const faults = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownSetting(schema, issue.path, key));
    const found = valueAt(raw, issue.path);
    if (issue.code === "invalid_value" && typeof found === "string" && found !== "") {
      return { path: issue.path, text: unknownName(found, issue.values.map(String)) };
    }
    const expected = schemaAt(schema, issue.path)?.description ?? "something else";
    if (found === undefined) return { path: issue.path, text: `missing; expected ${expected}`, missing: true as const };
    return { path: issue.path, text: `expected ${expected}, found ${whatIs(found, issue, expected)}` };
  });
  // One value can break several rules of its schema; that it is not what was expected is said once.
  return [
    ...new Map(faults.toReversed().map((fault) => [`${place(fault.path)} ${fault.text}`, fault])).values(),
  ].toReversed();
}

function unknownSetting(schema: z.ZodType, parent: Path, key: string): SettingsFault {
  const object = schemaAt(schema, parent);
  const known = object instanceof z.ZodObject ? Object.keys(object.shape) : [];
  const meant = didYouMean(key, known);
  return {
    path: [...parent, key],
    text: `not a setting; ${meant ?? `the settings here are ${known.join(", ")}`}`,
    ...(meant && { meant: nearest(key, known)[0] ?? key }),
  };
}

function unknownName(found: string, known: readonly string[]): string {
  const meant = didYouMean(found, known);
  const shown = meant !== undefined || mayShow(found) ? quotedText(found) : unshown(found);
  return `${shown} is not known here; ${meant ?? `expected one of ${known.join(", ")}`}`;
}

/** What an object, list or record says about the value at `path`, without the wrappers of optional values. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let here: z.ZodType | undefined = schema;
  for (const step of path) {
    const container: z.ZodType | undefined = unwrap(here);
    if (container instanceof z.ZodObject) {
      const shape = container.shape as Readonly<Record<string, z.ZodType>>;
      here = Object.hasOwn(shape, String(step)) ? shape[String(step)] : undefined;
    } else if (container instanceof z.ZodArray) here = container.element as z.ZodType;
    else if (container instanceof z.ZodRecord) here = container.valueType as z.ZodType;
    else return undefined;
  }
  return here?.description === undefined ? unwrap(here) : here;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

/** The value at `path`, or undefined where nothing was written: what every object has is no setting. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, step)
        ? (here as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

/** Whether something was written at `path`, right or wrong. */
export function given(raw: unknown, path: Path): boolean {
  return valueAt(raw, path) !== undefined;
}

/** What was written, as it is told; how a list or settings are wrong is said of what is in them. */
function whatIs(value: unknown, issue: z.core.$ZodIssue, expected: string): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "settings";
  if (typeof value === "number") return mayShow(String(value)) ? String(value) : "a number";
  if (typeof value !== "string") return JSON.stringify(value);
  if (value === "") return "an empty text";
  if (isForSecret(issue.path)) return unshown(value);
  return isNearlyId(value, issue) ? quotedText(value) : shown(value, expected);
}

/** Where the name of a secret is asked for, a secret is what is pasted. */
function isForSecret(path: Path): boolean {
  return /secret/i.test(String(path.at(-1)));
}

/** An id that was typed or copied with a slip, in the place of an id. */
function isNearlyId(text: string, issue: z.core.$ZodIssue): boolean {
  const isId = issue.code === "invalid_format" && issue.format === "guid";
  return isId && text.length <= 40 && /^[\da-z]{1,12}(?:-[\da-z]{0,12}){2,6}$/i.test(text);
}
