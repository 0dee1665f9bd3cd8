import type { DirectoryObject, Json } from "../../directory/model.ts";
import type { Call } from "./call.ts";
import type { EntityType } from "./entities.ts";
import { malformed, unsupportedQuery } from "./errors.ts";
import { checkFilter } from "./filter-check.ts";
import { isAdvanced, matches } from "./filter.ts";
import type { Query } from "./query.ts";
import { parseSearch } from "./search.ts";

/** The test that a query's filter and search make of an object of this type; without them everything passes. */
export function filterOf(
  call: Call,
  type: EntityType,
  query: Query = call.query,
): (object: DirectoryObject) => boolean {
  const { search, orderBy } = query;
  if (search !== undefined && !query.consistency) {
    // Reported (many threads): the words.
    throw malformed(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const filter = query.filter && checkFilter(call, type, query.filter);
  // Documented: $filter with $orderby, and $search with either, are advanced.
  if (filter && orderBy !== undefined && !query.count)
    throw unsupportedQuery("Sorting not supported for current query.");
  const found = search === undefined ? () => true : parseSearch(search, type);
  if (!filter) return found;
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
