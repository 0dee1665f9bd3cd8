import type { DirectoryObject, Json } from "../../directory/model.ts";
import type { EntityType } from "./entities.ts";
import { malformed, unsupportedQuery } from "./errors.ts";
import { FilterError, isAdvanced, matches, parseFilter, pathsOf } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { parseSearch } from "./search.ts";

export const queryOptions = [
  "$select",
  "$expand",
  "$filter",
  "$orderby",
  "$search",
  "$top",
  "$skip",
  "$count",
  "$skiptoken",
  "$deltatoken",
] as const;
export type QueryOption = (typeof queryOptions)[number];

/** The query options of a request, parsed; names of options in any letter case, as Graph takes them. */
export interface Query {
  readonly select?: readonly string[];
  /** As it was written: the routes that take it say what they know. */
  readonly expand?: string;
  readonly filter?: Filter;
  /** As it was written, for the links of further pages. */
  readonly filterText?: string;
  /** As it was written; {@link parseSearch} reads it. */
  readonly search?: string;
  /** As it was written; {@link parseOrder} reads it. */
  readonly orderBy?: string;
  readonly top?: number;
  /** Objects to leave out at the beginning. */
  readonly skip?: number;
  /** `$count=true` together with `ConsistencyLevel: eventual`; without the header it is ignored (documented). */
  readonly count: boolean;
  /** `$count=true` as it was written, for the services that count without that header. */
  readonly asksCount: boolean;
  readonly skipToken?: string;
  readonly deltaToken?: string;
  /** Is this an advanced query: header and `$count=true`, or header alone for `/$count`? */
  readonly consistency: boolean;
}

const MAX_PAGE = 999;

/** @param allowed the options that this route answers; an unknown one is refused, one without `$` left alone */
export function parseQuery(
  raw: Readonly<Record<string, string | string[]>>,
  allowed: readonly QueryOption[],
  consistencyLevel: string | undefined,
): Query {
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    if (!name.startsWith("$")) continue;
    const option = name.toLowerCase();
    if (!(allowed as readonly string[]).includes(option)) {
      throw unsupportedQuery(`The query option '${name}' is not supported for this request.`);
    }
    if (Array.isArray(value)) throw malformed(`Query option '${name}' was specified more than once.`);
    given.set(option, value);
  }
  const select = given.get("$select");
  const expand = given.get("$expand");
  const filterText = given.get("$filter");
  const search = given.get("$search");
  const orderBy = given.get("$orderby");
  const top = given.get("$top");
  const skip = given.get("$skip");
  const skipToken = given.get("$skiptoken");
  const deltaToken = given.get("$deltatoken");
  const eventual = consistencyLevel?.toLowerCase() === "eventual";
  return {
    ...(select !== undefined && { select: select.split(",").map((name) => name.trim()) }),
    ...(expand !== undefined && { expand }),
    ...(filterText !== undefined && { filterText, filter: parse(filterText) }),
    ...(search !== undefined && { search }),
    ...(orderBy !== undefined && { orderBy }),
    ...(top !== undefined && { top: pageSize(top) }),
    ...(skip !== undefined && { skip: skipped(skip) }),
    ...(skipToken !== undefined && { skipToken }),
    ...(deltaToken !== undefined && { deltaToken }),
    count: eventual && given.get("$count") === "true",
    asksCount: given.get("$count") === "true",
    consistency: eventual,
  };
}

function parse(text: string): Filter {
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) throw malformed(`Invalid filter clause: ${error.message}`);
    throw error;
  }
}

function pageSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
    throw malformed(`Invalid page size specified: '${text}'. Must be between 1 and ${MAX_PAGE} inclusive.`);
  }
  return size;
}

function skipped(text: string): number {
  if (!/^\d+$/.test(text)) throw malformed(`Invalid value '${text}' for the query option '$skip'.`);
  return Number(text);
}

/** The test that a query's filter makes of an object of this type; without a filter everything passes. */
export function filterOf(query: Query, type: EntityType): (object: DirectoryObject) => boolean {
  const { filter, search, orderBy } = query;
  if (search !== undefined && !query.consistency) {
    // Reported (many threads): the words.
    throw malformed(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  // Documented: $filter with $orderby, and $search with either, are advanced.
  if (filter && orderBy !== undefined && !query.count)
    throw unsupportedQuery("Sorting not supported for current query.");
  const found = search === undefined ? () => true : parseSearch(search, type);
  if (!filter) return found;
  for (const path of pathsOf(filter)) {
    const [first = ""] = path.split("/");
    if (!type.properties.has(first)) throw unknownProperty(first, type);
  }
  if (isAdvanced(filter) && !query.count) {
    throw unsupportedQuery(
      "Unsupported or invalid query filter clause specified: it needs the header ConsistencyLevel: eventual and $count=true.",
    );
  }
  return (object) => found(object) && matches(filter, object, (from, path) => read(from, path, type));
}

/** A property that was never set has its default. */
function read(from: unknown, path: string, type: EntityType): unknown {
  if (path === "") return from;
  let value = from;
  for (const [depth, name] of path.split("/").entries()) {
    if (typeof value !== "object" || value === null) return null;
    const known = (value as Record<string, Json>)[name];
    value = known ?? (depth === 0 ? (type.properties.get(name)?.initial ?? null) : null);
  }
  return value;
}

export function unknownProperty(name: string, type: EntityType): Error {
  return malformed(`Could not find a property named '${name}' on type 'microsoft.graph.${type.name}'.`);
}
