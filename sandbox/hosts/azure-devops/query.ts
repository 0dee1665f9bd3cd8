/**
 * Answers a parsed query.
 *
 * @packageDocumentation
 */
import { valuesOf } from "./answers.ts";
import { azureDevOpsBehaviour } from "./behaviour.ts";
import type { Field } from "./fields.ts";
import { identityText, isIdentity } from "./identities.ts";
import { isUnder, nodeByFieldPath } from "./nodes.ts";
import type { Project } from "./organization.ts";
import { organization } from "./organization.ts";
import { newest, projectById, revisionAt, stateOf } from "./tracking.ts";
import type { FieldValue, Identity, Revision, Tracking, WorkItem } from "./tracking.ts";
import { badQuery } from "./wiql.ts";
import type { Condition, Literal, Query } from "./wiql.ts";
import { tooManyResults } from "./work-item-errors.ts";

export interface QueryContext {
  readonly me: Identity;
  /** The project of the address: what `@project` means. Nothing else is limited to it (documented). */
  readonly project: Project | undefined;
  /** Dates are compared to the millisecond, not by their day. */
  readonly timePrecision: boolean;
  /** Results that are wanted; undefined: all. */
  readonly top: number | undefined;
}

interface Row {
  readonly item: WorkItem;
  readonly revision: Revision;
}

/**
 * @returns ids in the order of the query; by id when it names none (assumed)
 * @throws AzureDevOpsError when there are more results than a query may have, unless fewer are wanted (inferred)
 */
export function found(store: Tracking, query: Query, context: QueryContext): number[] {
  const moment = query.asOf === null ? undefined : Date.parse(query.asOf);
  const test = query.where ? tester(store, query.where, context) : () => true;
  const rows: Row[] = [];
  for (const item of Object.values(store.data.items)) {
    const revision = moment === undefined ? newest(item) : revisionAt(item, moment);
    if (revision && !revision.isDeleted && test({ item, revision })) rows.push({ item, revision });
  }
  const { queryLimit, queryTop } = azureDevOpsBehaviour(store.world);
  const wanted = context.top ?? Infinity;
  if (rows.length > queryLimit && (wanted > queryLimit || queryTop === "doesNotHelp")) throw tooManyResults(queryLimit);
  return sorted(store, rows, query)
    .slice(0, wanted === Infinity ? undefined : wanted)
    .map(({ item }) => item.id);
}

function sorted(store: Tracking, rows: Row[], { orderBy }: Query): Row[] {
  const [first] = orderBy;
  const descends = first?.descending === true ? -1 : 1;
  if (!first || (orderBy.length === 1 && first.field.referenceName === "System.Id")) {
    return rows.sort((one, other) => descends * (one.item.id - other.item.id));
  }
  const keyed = rows.map((row) => {
    const values = valuesOf(store, row.item, row.revision);
    return { row, keys: orderBy.map(({ field }) => comparable(field, values[field.referenceName], true)) };
  });
  keyed.sort((one, other) => {
    for (const [at, { descending }] of orderBy.entries()) {
      const order = compare(one.keys[at], other.keys[at]);
      if (order !== 0) return descending ? -order : order;
    }
    return one.row.item.id - other.row.item.id;
  });
  return keyed.map(({ row }) => row);
}

type Comparable = string | number | boolean | undefined;

function compare(one: Comparable, other: Comparable): number {
  if (one === other) return 0;
  if (one === undefined) return -1;
  if (other === undefined) return 1;
  return one < other ? -1 : 1;
}

/** Text without its letter case; times in milliseconds, or as the day's (documented). */
function comparable(field: Field, value: FieldValue | undefined, timePrecision: boolean): Comparable {
  if (value === undefined) return undefined;
  if (isIdentity(value)) return identityText(value).toLowerCase();
  if (field.type === "dateTime") {
    const at = Date.parse(String(value));
    return timePrecision ? at : Math.floor(at / DAY);
  }
  return typeof value === "string" ? value.toLowerCase() : value;
}

const DAY = 24 * 60 * 60 * 1000;

type Test = (row: Row) => boolean;

function tester(store: Tracking, condition: Condition, context: QueryContext): Test {
  if (condition.kind === "not") {
    const inner = tester(store, condition.part, context);
    return (row) => !inner(row);
  }
  if (condition.kind !== "compare") {
    const tests = condition.parts.map((part) => tester(store, part, context));
    return condition.kind === "and"
      ? (row) => tests.every((test) => test(row))
      : (row) => tests.some((test) => test(row));
  }
  const { field, operator } = condition;
  if (operator === "under" || operator === "not under") return underTest(store, condition, context);
  const read = reader(store, field);
  if (operator === "is empty") return (row) => read(row) === undefined;
  if (operator === "is not empty") return (row) => read(row) !== undefined;
  const values = condition.values.map((literal) => expected(store, condition, literal, context));
  const [value] = values;
  const has = (row: Row) => comparable(field, read(row), context.timePrecision);
  const wanted = (row: Row) => (typeof value === "function" ? value(row) : value);
  switch (operator) {
    case "=":
    case "in":
      return (row) => values.some((each) => same(field, has(row), typeof each === "function" ? each(row) : each));
    case "<>":
    case "not in":
      return (row) => !values.some((each) => same(field, has(row), typeof each === "function" ? each(row) : each));
    case "contains":
    case "contains words":
      return (row) => String(has(row) ?? "").includes(String(wanted(row)));
    case "not contains":
    case "not contains words":
      return (row) => !String(has(row) ?? "").includes(String(wanted(row)));
    default:
      return (row) => {
        const is = has(row);
        if (is === undefined) return false;
        const order = compare(is, wanted(row));
        if (operator === ">") return order > 0;
        if (operator === ">=") return order >= 0;
        return operator === "<" ? order < 0 : order <= 0;
      };
  }
}

/** People are found by their name and by their address (documented); `''` finds what is empty. */
function same(field: Field, is: Comparable, wanted: Comparable): boolean {
  if (wanted === "") return is === undefined;
  if (!field.isIdentity || typeof is !== "string" || typeof wanted !== "string") return is === wanted;
  const [, name, address] = /^(.*) <(.*)>$/.exec(is) ?? [undefined, is, is];
  return [is, name, address].includes(wanted);
}

/** Reads one value; the ones that nothing has to be computed for come straight from the revision. */
function reader(store: Tracking, { referenceName }: Field): (row: Row) => FieldValue | undefined {
  if (referenceName === "System.Id") return ({ item }) => item.id;
  if (referenceName === "System.ChangedDate") return ({ revision }) => revision.at;
  if (referenceName === "System.TeamProject") return ({ revision }) => projectById(store, revision.projectId).name;
  return ({ item, revision }) => revision.values[referenceName] ?? valuesOf(store, item, revision)[referenceName];
}

function expected(
  store: Tracking,
  { field, source }: Extract<Condition, { kind: "compare" }>,
  literal: Literal,
  context: QueryContext,
): Comparable | ((row: Row) => Comparable) {
  const { timePrecision } = context;
  switch (literal.kind) {
    case "field": {
      const read = reader(store, literal.value);
      return (row) => comparable(literal.value, read(row), timePrecision);
    }
    case "number":
      return field.type === "string" ? String(literal.value) : literal.value;
    case "macro": {
      if (literal.name === "me") return identityText(context.me).toLowerCase();
      if (literal.name === "project") return projectName(context, source).toLowerCase();
      const today = Math.floor(store.world.now().getTime() / DAY) + literal.days;
      return timePrecision ? today * DAY : today;
    }
    case "text":
      return fromText(field, literal.value, source, timePrecision);
  }
}

function fromText(field: Field, value: string, source: string, timePrecision: boolean): Comparable {
  if (value === "") return "";
  if (field.type === "dateTime") {
    const at = Date.parse(value);
    if (Number.isNaN(at)) throw badQuery(`TF51012: The value is no date. The error is caused by «${source}».`);
    const hasTime = /T\d|\d:\d/.test(value) && at % DAY !== 0;
    // Reported.
    if (hasTime && !timePrecision) {
      const words = "You cannot supply a time with the date when running a query using date precision.";
      throw badQuery(`${words} The error is caused by «${source}».`);
    }
    return timePrecision ? at : Math.floor(at / DAY);
  }
  if (field.type === "integer" || field.type === "double") {
    const number = Number(value);
    if (Number.isNaN(number)) throw badQuery(`TF51013: The value is no number. The error is caused by «${source}».`);
    return number;
  }
  return value.toLowerCase();
}

function projectName({ project }: QueryContext, source: string): string {
  if (project) return project.name;
  throw badQuery(`TF51014: @project needs a project in the address. The error is caused by «${source}».`);
}

function underTest(
  store: Tracking,
  { field, operator, values, source }: Extract<Condition, { kind: "compare" }>,
  context: QueryContext,
): Test {
  const [literal] = values;
  if (field.type !== "treePath" || !literal) {
    throw badQuery(`TF51015: UNDER is for area and iteration paths. The error is caused by «${source}».`);
  }
  const path = literal.kind === "text" ? literal.value : projectName(context, source);
  const isArea = field.referenceName === "System.AreaPath";
  for (const project of organization(store.world).projects) {
    const { areas, iterations } = stateOf(store, project).trees;
    const tree = isArea ? areas : iterations;
    const node = nodeByFieldPath(tree, path, project.name);
    if (!node) continue;
    return ({ revision }) => {
      const id = isArea ? revision.areaId : revision.iterationId;
      const isBelow = revision.projectId === project.id && isUnder(tree, id, node.id);
      return operator === "under" ? isBelow : !isBelow;
    };
  }
  // Reported.
  const what = isArea ? "area" : "iteration";
  throw badQuery(`TF51011: The specified ${what} path does not exist. The error is caused by «${source}».`);
}
