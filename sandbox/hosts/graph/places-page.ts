import type { DirectoryObject } from "../../directory/model.ts";
import { roomsBehaviour } from "../../directory/rooms-behaviour.ts";
import { ok } from "./call.ts";
import type { Answer, Call } from "./call.ts";
import type { EntityType } from "./entities.ts";
import { filterOf } from "./filtering.ts";
import type { QueryOption } from "./query.ts";
import { project, projection } from "./render.ts";

/** Documented: page size of rooms, room lists and workspaces without `$top`. */
const DEFAULT_PAGE = 100;

/** Documented. */
export const placesOptions: readonly QueryOption[] = ["$select", "$filter", "$top", "$skip", "$count"];

/**
 * One page of places. Unlike the directory's lists they are paged by number, and counted without the header
 * `ConsistencyLevel` (documented: `$skip`, `$count=true`). Assumed: the count comes with every page that asks for it
 * and counts what the filter lets through; the next link is made of `$skip`.
 *
 * @param context what follows `$metadata#`
 */
export function placesPage(call: Call, places: Iterable<DirectoryObject>, type: EntityType, context: string): Answer {
  const { query, root, directory, world } = call;
  const { largestPage, nextLinkMissing, count, service } = roomsBehaviour(world);
  const accepts = filterOf(call, type);
  const shown = projection(call, type);
  const found: DirectoryObject[] = [];
  if (service !== "empty") {
    for (const place of places) if (directory.rooms.isListed(place) && accepts(place)) found.push(place);
  }
  const start = query.skip ?? 0;
  const end = start + Math.min(query.top ?? DEFAULT_PAGE, largestPage);
  const shownPlaces = found.slice(start, end);
  const counts = { all: found.length, null: null, negative: -1, page: shownPlaces.length };
  const selected = query.select ? `(${query.select.join(",")})` : "";
  return ok({
    "@odata.context": `${root}/$metadata#${context}${selected}`,
    ...(query.asksCount && count !== "missing" && { "@odata.count": counts[count] }),
    ...(end < found.length && !nextLinkMissing && { "@odata.nextLink": nextLink(call, end) }),
    value: shownPlaces.map((place) => project(place, shown)),
  });
}

function nextLink({ query, root, path }: Call, skip: number): string {
  const options = new URLSearchParams();
  if (query.select) options.set("$select", query.select.join(","));
  if (query.filterText !== undefined) options.set("$filter", query.filterText);
  if (query.top !== undefined) options.set("$top", String(query.top));
  if (query.asksCount) options.set("$count", "true");
  options.set("$skip", String(skip));
  return `${root}${path}?${options.toString().replaceAll("%24", "$").replaceAll("%2C", ",")}`;
}
