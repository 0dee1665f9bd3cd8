import { badRequest, malformed, notHere, unsupportedQuery } from "./errors.ts";
import { FilterError, parseFilter } from "./filter.ts";
import type { Filter } from "./filter.ts";

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
  /** As it was written; `parseSearch` reads it. */
  readonly search?: string;
  /** As it was written; `parseOrder` reads it. */
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

/** What is asked, as far as it decides which options make sense. */
export interface Asked {
  readonly method: string;
  /** As an error names it: `/users/{id}`. */
  readonly path: string;
  readonly answer: "list" | "changes" | "object";
}

/** Documented: these are about the items of a list. */
const ofLists: readonly QueryOption[] = ["$filter", "$orderby", "$search", "$top", "$skip", "$count"];

/**
 * @param allowed the options that this route answers
 * @throws GraphError 400 for what Graph does not take there, 501 for what the stand-in does not
 */
export function parseQuery(
  raw: Readonly<Record<string, string | string[]>>,
  allowed: readonly QueryOption[],
  consistencyLevel: string | undefined,
  asked: Asked,
): Query {
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    const option = optionCalled(name);
    if (option === undefined) continue;
    if (Array.isArray(value) || given.has(option))
      throw malformed(`Query option '${option}' was specified more than once.`);
    if (option === "$format") {
      if (!/^(application\/)?json\b/i.test(value)) throw notHere(`the format '${value}'`);
      continue;
    }
    if (!isKnown(option)) throw malformed(`The query parameter '${name}' is not supported.`);
    if (!allowed.includes(option)) throw optionError(option, asked);
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
    ...(select !== undefined && select.trim() !== "" && { select: select.split(",").map((name) => name.trim()) }),
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

/**
 * The option that a name stands for; none for parameters of somebody's own. Documented: in beta the dollar may be left
 * out; that v1.0 takes it too is assumed, since a filter that is ignored would hand out everything.
 */
function optionCalled(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith("$")) return lower;
  return isKnown(`$${lower}`) ? `$${lower}` : undefined;
}

function isKnown(option: string): option is QueryOption {
  return (queryOptions as readonly string[]).includes(option);
}

/**
 * Documented: directory objects are not skipped, a single object is no list, and a delta query neither sorts nor pages by
 * wish nor shows relations. Assumed: the words.
 */
function optionError(option: QueryOption, { method, path, answer }: Asked): Error {
  if (method === "GET" && option === "$skip") return badRequest("'$skip' is not supported by the service.");
  if (answer === "changes") return unsupportedQuery(`The query option '${option}' is not supported by delta queries.`);
  if (method === "GET" && answer === "object" && ofLists.includes(option)) {
    return malformed(`The query option '${option}' can only be applied to a collection.`);
  }
  return notHere(`the query option '${option}' of ${method} ${path}`);
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
  if (!/^\d+$/.test(text)) throw malformed(`Invalid value '${text}' for $top query option found.`);
  if (size < 1 || size > MAX_PAGE) {
    // Reported (steampipe-plugin-azuread): code and words.
    throw unsupportedQuery(`Invalid page size specified: '${text}'. Must be between 1 and ${MAX_PAGE} inclusive.`);
  }
  return size;
}

function skipped(text: string): number {
  if (!/^\d+$/.test(text)) throw malformed(`Invalid value '${text}' for the query option '$skip'.`);
  return Number(text);
}
