import { createHash } from "node:crypto";
import type { Collection } from "../../directory/collection.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { ok } from "./call.ts";
import type { Answer, Call, Route } from "./call.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, malformed, unsupportedQuery } from "./errors.ts";
import { expansion } from "./expand.ts";
import { filterOf } from "./filtering.ts";
import type { QueryOption } from "./query.ts";
import { parseOrder } from "./search.ts";
import { project, projection } from "./render.ts";
import type { Projection } from "./render.ts";

/** Documented: page size without `$top`. */
const DEFAULT_PAGE = 100;

/** Of every list. */
export const listOptions: readonly QueryOption[] = ["$select", "$filter", "$top", "$count", "$skiptoken"];
/** Of lists of directory objects. */
export const objectOptions: readonly QueryOption[] = [...listOptions, "$search", "$orderby", "$expand"];

/** What a list pages through: objects with a place that stays the same while others come and go. */
export interface Source {
  /** From this place on, in order. */
  from(place: number): Iterable<readonly [place: number, object: DirectoryObject]>;
}

export function sourceOf({ rows }: Collection): Source {
  return {
    *from(place) {
      for (let at = place; at < rows.length; at++) {
        const row = rows[at];
        if (row) yield [at, row];
      }
    },
  };
}

/** A short list that always comes in the same order. */
export function fixedSource(objects: readonly DirectoryObject[]): Source {
  return {
    *from(place) {
      for (const [at, object] of objects.entries()) if (at >= place) yield [at, object];
    },
  };
}

/** Its pages are cut anew at every request: who comes or goes meanwhile moves the others (assumed). */
function sortedSource(source: Source, order: (one: DirectoryObject, other: DirectoryObject) => number): Source {
  return fixedSource([...source.from(0)].map(([, object]) => object).sort(order));
}

export interface ListShape {
  /** What follows `$metadata#`; default the type's own set. */
  readonly context?: string;
  /** Items on a page without `$top`. Default {@link DEFAULT_PAGE}. */
  readonly pageSize?: number;
  /** The type of an item, where they differ: each shows its own properties and carries its `@odata.type`. */
  readonly typeOf?: (object: DirectoryObject) => EntityType;
  /** The list ends after so many of a page, whatever follows. */
  readonly endsAfter?: number | undefined;
}

/**
 * One page: filtered, projected, with `@odata.nextLink` where more follows and `@odata.count` on the first page of an
 * advanced query.
 *
 * @param type what filter and selection are checked against; with `typeOf`, all of their properties
 */
export function listBody(call: Call, unsorted: Source, type: EntityType, shape: ListShape = {}): Answer {
  const { query, root, directory } = call;
  const source = query.orderBy === undefined ? unsorted : sortedSource(unsorted, parseOrder(query.orderBy, type));
  const accepts = filterOf(call, type);
  const expanded = expansion(call, type);
  const render = renderer(call, type, shape.typeOf);
  const visible = (object: DirectoryObject) => !directory.lag.hidesInLists(object.id) && accepts(object);

  const size = query.top ?? shape.pageSize ?? DEFAULT_PAGE;
  const items: object[] = [];
  let next: number | undefined;
  for (const [place, object] of source.from(placeIn(call))) {
    if (!visible(object)) continue;
    if (items.length === shape.endsAfter) break;
    if (items.length === size) {
      next = place;
      break;
    }
    items.push({ ...render(object), ...expanded(object) });
  }
  const selected = query.select ? `(${query.select.join(",")})` : "";
  return ok({
    "@odata.context": `${root}/$metadata#${shape.context ?? type.set}${selected}`,
    ...(query.count && query.skipToken === undefined && { "@odata.count": count(source, visible) }),
    ...(next !== undefined && { "@odata.nextLink": nextLink(call, next) }),
    value: items,
  });
}

function renderer(call: Call, type: EntityType, typeOf: ListShape["typeOf"]): (object: DirectoryObject) => object {
  const selected = projection(call, type);
  if (!typeOf) return (object) => project(object, selected);
  const projections = new Map<EntityType, Projection>();
  return (object) => {
    const own = typeOf(object);
    let shown = projections.get(own);
    if (!shown) {
      shown = call.query.select ? selected.filter(([name]) => own.properties.has(name)) : projection(call, own);
      projections.set(own, shown);
    }
    return { "@odata.type": `#microsoft.graph.${own.name}`, ...project(object, shown) };
  };
}

interface ListOf {
  /** Default {@link objectOptions}. */
  readonly options?: readonly QueryOption[];
  readonly source: (call: Call) => Source;
  readonly shape?: (call: Call) => ListShape;
}

/** A collection and its count. */
export function listRoutes(
  path: string,
  type: EntityType,
  { options = objectOptions, source, shape }: ListOf,
): Route[] {
  return [
    { method: "GET", path, options, handle: (call) => listBody(call, source(call), type, shape?.(call)) },
    {
      method: "GET",
      path: `${path}/$count`,
      options: options.includes("$search") ? ["$filter", "$search"] : ["$filter"],
      handle: (call) => countBody(call, source(call), type),
    },
  ];
}

/** A collection seen as one of its types. Documented: an OData cast is an advanced query. */
export function castRoutes(path: string, type: EntityType, list: Pick<ListOf, "source" | "shape">): Route[] {
  return listRoutes(`${path}/microsoft.graph.${type.name}`, type, {
    ...list,
    source(call) {
      if (!call.query.count && !call.path.endsWith("/$count")) {
        throw unsupportedQuery("OData cast needs the header ConsistencyLevel: eventual and $count=true.");
      }
      return list.source(call);
    },
  });
}

/** What a relation leads to, as links alone. */
export function referenceRoute(path: string, source: (call: Call) => Source): Route {
  return {
    method: "GET",
    path: `${path}/$ref`,
    handle: (call) =>
      ok({
        "@odata.context": `${call.root}/$metadata#Collection($ref)`,
        value: [...source(call).from(0)].map(([, { id }]) => ({ "@odata.id": `${call.root}/directoryObjects/${id}` })),
      }),
  };
}

/** Documented: `/$count` answers plain text and needs `ConsistencyLevel: eventual`. */
export function countBody(call: Call, source: Source, type: EntityType): Answer {
  if (!call.query.consistency) throw badRequest("$count is not currently supported.");
  const accepts = filterOf(call, type, { ...call.query, count: true });
  return { status: 200, body: String(count(source, accepts)), headers: { "content-type": "text/plain" } };
}

function count(source: Source, accepts: (object: DirectoryObject) => boolean): number {
  let total = 0;
  for (const [, object] of source.from(0)) if (accepts(object)) total++;
  return total;
}

/** The link repeats what was asked; headers are not carried by it (documented). */
function nextLink(call: Call, place: number): string {
  const { query, root, path } = call;
  const options = new URLSearchParams();
  if (query.select) options.set("$select", query.select.join(","));
  if (query.expand !== undefined) options.set("$expand", query.expand);
  if (query.filterText !== undefined) options.set("$filter", query.filterText);
  if (query.search !== undefined) options.set("$search", query.search);
  if (query.orderBy !== undefined) options.set("$orderby", query.orderBy);
  if (query.top !== undefined) options.set("$top", String(query.top));
  if (query.count) options.set("$count", "true");
  options.set("$skiptoken", Buffer.from(`${place}:${fingerprint(call)}`).toString("base64url"));
  return `${root}${path}?${options.toString().replaceAll("%24", "$").replaceAll("%2C", ",")}`;
}

/** @throws GraphError 400 for a token of another query too (assumed: the words) */
function placeIn(call: Call): number {
  const { skipToken } = call.query;
  if (skipToken === undefined) return 0;
  const [, place, query] = /^(\d+):(\w+)$/.exec(Buffer.from(skipToken, "base64url").toString()) ?? [];
  if (place === undefined || query !== fingerprint(call)) throw malformed("Skip token is badly formed.");
  return Number(place);
}

/** What a page link is good for: the same list, in the same order. */
function fingerprint({ path, query }: Call): string {
  const { filterText = "", search = "", orderBy = "" } = query;
  return createHash("sha256")
    .update(JSON.stringify([path.toLowerCase(), filterText, search, orderBy]))
    .digest("hex")
    .slice(0, 16);
}
