/**
 * How a fault in the settings is told: its place as it is written in the YAML file, what is wrong, and what was
 * probably meant. Values are repeated only where they are one of a list of names: anything else might be a secret.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { didYouMean, nearest } from "./nearest.ts";

export type Path = readonly PropertyKey[];

export interface SettingsFault {
  /** From the namespace downwards: `["oneplan", "users", "feilds"]`. */
  readonly path: Path;
  readonly text: string;
  /** The setting is not there. Not told when it is there under a misspelt name. */
  readonly missing?: true;
  /** The name that this unknown one probably stands for. */
  readonly meant?: string;
}

/** One line for each fault, in the order of the file's depth, each with its place and the file. */
export function tell(faults: readonly SettingsFault[], file: string): string {
  const misspelt = new Set(
    faults.flatMap(({ path, meant }) => (meant === undefined ? [] : [place([...path.slice(0, -1), meant])])),
  );
  return faults
    .filter(({ path, missing }) => !missing || !misspelt.has(place(path)))
    .map(({ path, text }) => `${place(path)}: ${text} (${file})`)
    .join("\n");
}

/** Where a setting is, in the words of `pulumi config set --path`. */
export function place(path: Path): string {
  const [first, ...rest] = path;
  const steps = rest.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[\w$-]+$/.test(String(step)) ? `.${String(step)}` : `[${JSON.stringify(String(step))}]`;
  });
  return `tenantwire:${String(first)}${steps.join("")}`;
}

/** Zod's issues as faults. `raw` is what was parsed, `schema` what it was parsed by. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, raw: unknown): SettingsFault[] {
  const faults = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownSetting(schema, issue.path, key));
    const found = valueAt(raw, issue.path);
    if (issue.code === "invalid_value" && typeof found === "string") {
      return { path: issue.path, text: unknownName(found, issue.values.map(String)) };
    }
    const expected = schemaAt(schema, issue.path)?.description ?? "something else";
    if (found === undefined) return { path: issue.path, text: `missing; expected ${expected}`, missing: true as const };
    return {
      path: issue.path,
      text: `expected ${expected}, found ${issue.code === "invalid_type" ? kindOf(found) : otherOf(found)}`,
    };
  });
  // One value can break several rules of its schema; that it is not what was expected is said once.
  return faults.filter((fault, index) => index === faults.findIndex((each) => sameFault(each, fault)));
}

function sameFault(one: SettingsFault, other: SettingsFault): boolean {
  return one.text === other.text && place(one.path) === place(other.path);
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
  return `${JSON.stringify(found)} is not known here; ${meant ?? `expected one of ${known.join(", ")}`}`;
}

/** What an object, list or record says about the value at `path`, without the wrappers of optional values. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let here: z.ZodType | undefined = schema;
  for (const step of path) {
    const container: z.ZodType | undefined = unwrap(here);
    if (container instanceof z.ZodObject) here = container.shape[String(step)] as z.ZodType | undefined;
    else if (container instanceof z.ZodArray) here = container.element as z.ZodType;
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

/** The value at `path`, or undefined where nothing is. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(
    (here, step) =>
      typeof here === "object" && here !== null ? (here as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

/** Whether something was written at `path`, right or wrong. */
export function given(raw: unknown, path: Path): boolean {
  return valueAt(raw, path) !== undefined;
}

/** Of the right kind and yet not what was expected. */
function otherOf(value: unknown): string {
  return typeof value === "string" && value !== "" ? "another text" : kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "settings";
  if (typeof value === "string") return value === "" ? "an empty text" : "a text";
  return typeof value === "number" ? "a number" : JSON.stringify(value);
}
