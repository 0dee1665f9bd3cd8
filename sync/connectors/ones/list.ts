/** Listing what ONES has of a kind, page by page. @packageDocumentation */
import { ConnectionError, TenantwireError } from "../../../contract/errors.ts";
import type { Fields, Item } from "../../model/types.ts";
import { type ApiClient, ApiError } from "../api.ts";
import { BASE, type Collection } from "./routes.ts";

export interface Listing {
  readonly client: ApiClient;
  readonly route: Collection["list"];
  /** The server's name of their id. */
  readonly id: string;
  /** What they are called: `resources`. */
  readonly what: string;
  /** Where its routes are in the settings: `tenantwire:ones.routes.rooms`. */
  readonly setting: string;
}

/** As the server sends it. Nothing of it is believed unseen. */
export type Received = Readonly<Record<string, unknown>>;

/** Ids that ONES shows are numbers (`#1`). */
export function identifier(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** As an item with these fields, called as the first of its properties that is a name; `undefined` for what has no id. */
export function heldItem(
  held: Received,
  properties: Readonly<Record<"id" | "externalId" | "email" | "enabled", string>>,
  fields: Fields,
  names: readonly string[],
): Item | undefined {
  const id = identifier(held[properties.id]);
  if (id === undefined) return undefined;
  const externalId = identifier(held[properties.externalId])?.toLowerCase();
  const mail = identifier(held[properties.email])?.toLowerCase();
  return {
    id,
    label: names.map((name) => identifier(held[name])).find((name) => name !== undefined) ?? id,
    life: held[properties.enabled] === false ? "inactive" : "active",
    fields,
    keys: { ...(externalId !== undefined && { externalId }), ...(mail !== undefined && { mail }) },
  };
}

/** Each once, in pages; what has no id is left out. */
export async function* listAll(listing: Listing, signal: AbortSignal): AsyncGenerator<readonly Received[], void, void> {
  const { client, route, id, what, setting } = listing;
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const items = await listPage(listing, page, signal);
    const fresh: Received[] = [];
    for (const item of items) {
      const key = identifier((item as Received | null)?.[id]);
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      fresh.push(item as Received);
    }
    // Not the page's size says that it is the last one: a server may give fewer at a time than it was asked for.
    if (items.length === 0) return;
    if (fresh.length === 0) {
      throw new ConnectionError(
        `ONES (${client.host}) gives the same ${what} on every page, or ${what} without an id: correct list.pageParameter or properties.id in ${setting} by the server's API document.`,
      );
    }
    yield fresh;
    if (route.pageParameter === "") return;
  }
}

/** One page; also how it is known that there is such a route. */
export async function listPage(listing: Listing, page: number, signal: AbortSignal): Promise<readonly unknown[]> {
  const { client, route, what, setting } = listing;
  const query = {
    ...(route.pageParameter !== "" && { [route.pageParameter]: String(page) }),
    ...(route.sizeParameter !== "" && { [route.sizeParameter]: String(route.pageSize) }),
  };
  const answer = await asked(listing, query, signal);
  const items = route.items === "" ? answer : (answer as Received | null)?.[route.items];
  if (Array.isArray(items)) return items as readonly unknown[];
  const where = route.items === "" ? "a list" : `a list under "${route.items}"`;
  throw new ConnectionError(
    `ONES (${client.host}) did not answer with ${where} when asked to list the ${what}: correct list.items in ${setting} by the server's API document.`,
  );
}

async function asked(
  { client, route, what, setting }: Listing,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await client.get(route.path, query, `list the ${what}`, signal);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    throw new TenantwireError(
      `ONES (${client.host}) has no ${BASE}/${route.path}. The vendor does not publish its routes for ${what}: ` +
        `write those of the server's API document under ${setting} and deploy (pulumi up), or sync to a file instead.`,
    );
  }
}
