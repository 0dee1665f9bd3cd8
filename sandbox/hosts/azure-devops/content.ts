/**
 * What a save makes of an item's fields: values checked as the server checks them, derived ones set.
 *
 * @packageDocumentation
 */
import type { AzureDevOpsError } from "./errors.ts";
import { choices, fieldNamed, isLongText } from "./fields.ts";
import type { Field } from "./fields.ts";
import { findIdentity } from "./identities.ts";
import { nodeByFieldPath } from "./nodes.ts";
import { typeNamed } from "./processes.ts";
import type { WorkItemType } from "./processes.ts";
import { azureDevOpsTime } from "./time.ts";
import { organization } from "./organization.ts";
import type { Project } from "./organization.ts";
import { processOf, stateOf, textValue, typeName } from "./tracking.ts";
import type { FieldValue, Identity, Revision, Tracking } from "./tracking.ts";
import {
  fieldNotFound,
  invalidField,
  invalidPath,
  parentIsNoField,
  ruleBroken,
  typeNotFound,
  unknownIdentity,
} from "./work-item-errors.ts";
import { projectNotFound } from "./errors.ts";

/** The part of a revision that a save decides about. */
export type Content = Pick<Revision, "projectId" | "areaId" | "iterationId" | "values" | "markdown">;

export interface FieldWrite {
  readonly name: string;
  /** `undefined`: the field is removed. */
  readonly value: unknown;
  /** `add` puts tags to those that are there, the others take their place (published example, reported). */
  readonly op: "add" | "replace";
}

export interface FieldWrites {
  /** Id of the item, -1 for one that is not there yet (reported). */
  readonly id: number;
  readonly writes: readonly FieldWrite[];
  /** Formats asked for by field name. */
  readonly formats: ReadonlyMap<string, string>;
  readonly bypassRules: boolean;
  /** Does the same save change the parent link? */
  readonly changesParent: boolean;
}

/** Documented: characters of a string field and of a long text. */
const STRING_LIMIT = 255;
const TEXT_LIMIT = 1_000_000;
const TAG_LIMIT = 100;

/** Reported: passed over without a word, where others that are read-only are refused. */
const PASSED_OVER = new Set(["System.Parent", "System.Id", "System.CreatedBy", "System.Rev", "System.Watermark"]);

/** Documented: with bypassRules these may be written too. */
const WITH_BYPASS = new Set(["System.CreatedBy", "System.CreatedDate", "System.ChangedBy", "System.ChangedDate"]);

/** @throws AzureDevOpsError in the words of whatever is wrong first */
export function written(store: Tracking, before: Content, request: FieldWrites): Content {
  const { id, writes, bypassRules, changesParent } = request;
  let content = before;
  for (const write of ordered(writes)) {
    const field = fieldNamed(write.name);
    if (!field) throw fieldNotFound(write.name);
    if (field.referenceName === "System.Parent" && changesParent) throw parentIsNoField();
    if (field.readOnly && !(bypassRules && WITH_BYPASS.has(field.referenceName))) {
      if (PASSED_OVER.has(field.referenceName)) continue;
      throw invalidField(field, "ReadOnly");
    }
    content = place(store, content, id, field, write) ?? {
      ...content,
      values: withValue(content.values, field, valueOf(store, content, field, write)),
    };
  }
  const reset = withReason(before, content, writes);
  if (!bypassRules)
    checkRules(
      store,
      reset,
      writes.map(({ name }) => fieldNamed(name)).filter((each) => each !== undefined),
    );
  return { ...reset, markdown: formatsAfter(before, request) };
}

/** The project first: paths are read in the project that the item is moved to (published example). */
function ordered(writes: readonly FieldWrite[]): FieldWrite[] {
  const rank = ({ name }: FieldWrite) => Number(fieldNamed(name)?.referenceName !== "System.TeamProject");
  return writes.toSorted((one, other) => rank(one) - rank(other));
}

/** Fields that are places in something else; undefined for all the others. */
function place(store: Tracking, content: Content, id: number, field: Field, write: FieldWrite): Content | undefined {
  const { projects } = organization(store.world);
  const name = typeof write.value === "string" ? write.value : "";
  if (field.referenceName === "System.TeamProject") {
    const project = projects.find((each) => each.name.toLowerCase() === name.toLowerCase() || each.id === name);
    if (!project) throw projectNotFound(name);
    if (project.id === content.projectId) return content;
    const { trees } = stateOf(store, project);
    return { ...content, projectId: project.id, areaId: trees.areas.root, iterationId: trees.iterations.root };
  }
  if (field.type !== "treePath") return undefined;
  const project = projects.find((each) => each.id === content.projectId);
  if (!project) throw projectNotFound(content.projectId);
  const { areas, iterations } = stateOf(store, project).trees;
  const isArea = field.referenceName === "System.AreaPath";
  const node = nodeByFieldPath(isArea ? areas : iterations, name, project.name);
  if (!node) throw invalidPath(id, field);
  return isArea ? { ...content, areaId: node.id } : { ...content, iterationId: node.id };
}

function valueOf(store: Tracking, content: Content, field: Field, { value, op }: FieldWrite): FieldValue | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (field.referenceName === "System.Tags")
    return tags(field, op === "add" ? content.values[field.referenceName] : undefined, value);
  if (field.isIdentity) return person(store, field, value);
  switch (field.type) {
    case "integer":
    case "double": {
      const number = typeof value === "string" ? Number(value) : value;
      const isGood = typeof number === "number" && Number.isFinite(number);
      if (!isGood || (field.type === "integer" && !Number.isInteger(number))) throw invalidField(field, "InvalidType");
      return number;
    }
    case "boolean":
      if (typeof value !== "boolean") throw invalidField(field, "InvalidType");
      return value;
    case "dateTime": {
      const at = typeof value === "string" ? Date.parse(value) : NaN;
      if (Number.isNaN(at)) throw invalidField(field, "InvalidType");
      return azureDevOpsTime(new Date(at).toISOString());
    }
    default:
      return textOf(field, value);
  }
}

function textOf(field: Field, value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw invalidField(field, "InvalidType");
  }
  const text = String(value);
  const limit = isLongText(field) || field.type === "plainText" ? TEXT_LIMIT : STRING_LIMIT;
  if (text.length > limit) throw invalidField(field, "InvalidTooLong");
  return text;
}

function person(store: Tracking, field: Field, value: unknown): Identity {
  const found = findIdentity(store.world, value);
  if (!found) throw unknownIdentity(field, typeof value === "string" ? value : JSON.stringify(value));
  return found;
}

/** Tags between semicolons, sorted by nothing, one of each whatever the letter case. */
function tags(field: Field, before: FieldValue | undefined, value: unknown): string {
  const all = [...split(before), ...split(value)];
  const unique = all.filter((tag, at) => all.findIndex((other) => other.toLowerCase() === tag.toLowerCase()) === at);
  if (unique.length > TAG_LIMIT) throw invalidField(field, "InvalidTooManyTags");
  return unique.join("; ");
}

function split(value: unknown): string[] {
  if (typeof value !== "string") return [];
  return value
    .split(/[;,]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}

function withValue(
  values: Content["values"],
  { referenceName }: Field,
  value: FieldValue | undefined,
): Content["values"] {
  const { [referenceName]: _, ...others } = values;
  return value === undefined ? others : { ...others, [referenceName]: value };
}

/** A reason goes with its state; one that nobody gave is the server's (assumed: its words). */
function withReason(before: Content, after: Content, writes: readonly FieldWrite[]): Content {
  const state = textValue(after, "System.State");
  const given = writes.some(({ name }) => fieldNamed(name)?.referenceName === "System.Reason");
  if (given || state === "" || state === before.values["System.State"]) return after;
  return { ...after, values: { ...after.values, "System.Reason": `Moved to state ${state}` } };
}

/** Reported: the flags of a value that is not in its list, and of one that has to be there. */
const REQUIRED = "Required, HasValues, LimitedToValues, AllowsOldValue, InvalidEmpty";
const NOT_LISTED = "HasValues, LimitedToValues, AllowsOldValue, InvalidListValue";

function checkRules(store: Tracking, content: Content, touched: readonly Field[]): void {
  const project = organization(store.world).projects.find((each) => each.id === content.projectId);
  if (!project) throw projectNotFound(content.projectId);
  const type = typeOfContent(store, project, content);
  for (const name of ["System.Title", "System.State"]) {
    const field = fieldNamed(name);
    if (field && content.values[name] === undefined) throw ruleBroken(field, REQUIRED);
  }
  const state = fieldNamed("System.State");
  const value = content.values["System.State"];
  if (state && touched.some((each) => ["System.State", "System.WorkItemType"].includes(each.referenceName))) {
    if (!type.states.some(({ name }) => name === value)) throw ruleBroken(state, `Required, ${NOT_LISTED}`);
  }
  for (const field of touched) checkChoice(field, content);
}

function checkChoice(field: Field, { values }: Content): AzureDevOpsError | void {
  const allowed = choices[field.referenceName];
  const value = values[field.referenceName];
  if (allowed && value !== undefined && !allowed.includes(value as string | number))
    throw ruleBroken(field, NOT_LISTED);
}

export function typeOfContent(store: Tracking, project: Project, content: Content): WorkItemType {
  const name = typeName(content);
  const type = typeNamed(processOf(store, project), name);
  if (!type) throw typeNotFound(name, project.name);
  return type;
}

/**
 * Reported: the format goes with a change of the text, and never changes alone; what is written without one keeps the
 * format that its text has had.
 */
function formatsAfter(before: Content, { writes, formats }: FieldWrites): string[] {
  const markdown = new Set(before.markdown);
  for (const [name, format] of formats) {
    const field = fieldNamed(name);
    if (!field || !isLongText(field)) throw fieldNotFound(name);
    if (!writes.some((write) => fieldNamed(write.name) === field)) continue;
    if (format.toLowerCase() === "markdown") markdown.add(field.referenceName);
    else markdown.delete(field.referenceName);
  }
  return [...markdown].sort();
}
