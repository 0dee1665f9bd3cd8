/**
 * Rooms, room lists and workspaces of Microsoft Graph.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError, PermissionError, ScopeError } from "../../../contract/errors.ts";
import { batchGet } from "./batch.ts";
import type { Call, GraphClient } from "./client.ts";
import { GraphError, isBadRequest } from "./errors.ts";
import { noPage } from "./pages.ts";

/** Documented for rooms, room lists and workspaces: the default, and said by its maker's support to be the most. */
const PLACES_PAGE = 100;

const Place = z.looseObject({ id: z.string() });
/** A place as Graph gives it. */
export type GraphPlace = z.infer<typeof Place>;

const Page = z.looseObject({
  value: z.array(Place),
  // Reported: null, -1, and counts of the page instead of the whole. What is no number of places says nothing.
  "@odata.count": z.int().nonnegative().optional().catch(undefined),
});

type PlaceKind = "room" | "roomlist" | "workspace";

export interface PlacesRead {
  /** Each once. */
  readonly places: readonly GraphPlace[];
  /** Whether that is all of them, as far as Graph tells. */
  readonly complete: boolean;
  /** How many Graph says that there are; absent where it does not say, or says what cannot be. */
  readonly counted?: number;
}

const forPlaces = { needs: ["Place.Read.All"] } as const;
const words: Readonly<Record<PlaceKind, string>> = { room: "rooms", roomlist: "room lists", workspace: "workspaces" };

/** This tenant or cloud has no places; where rooms are wanted, their addresses have to be known from elsewhere. */
export class NoPlaces extends ConnectionError {
  override name = "NoPlaces";
}

/**
 * All places of a kind.
 *
 * @param onRead told how many there are so far
 * @throws NoPlaces where the tenant's cloud does not have them
 * @throws ScopeError where the tenant does not have them yet
 */
export async function listPlaces(
  client: GraphClient,
  kind: PlaceKind,
  signal: AbortSignal,
  onRead: (read: number) => void = () => undefined,
): Promise<PlacesRead> {
  try {
    return await readPages(client, `/places/microsoft.graph.${kind}`, reading(words[kind], signal), onRead);
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) throw noStore(client, error);
    throw isWithoutPlaces(error) ? noPlaces(client, error) : error;
  }
}

/** What a room list tells of its members: `unreadable` where the permission, or the list itself, is missing. */
export type ListRead = PlacesRead | { readonly unreadable: string };

/** Then no other list is answered either. */
function isBusy({ status }: GraphError): boolean {
  return status === 429 || status === 503;
}

/** @param address documented: a list is named by its mail address and not by its id */
export async function listMembers(
  client: GraphClient,
  address: string,
  kind: Exclude<PlaceKind, "roomlist">,
  signal: AbortSignal,
): Promise<ListRead> {
  const members = kind === "room" ? "rooms" : "workspaces";
  const path = `/places/${encodeURIComponent(address)}/microsoft.graph.roomlist/${members}`;
  try {
    return await readPages(client, path, reading(`the ${members} of a room list`, signal));
  } catch (error) {
    if (error instanceof PermissionError)
      return { unreadable: "Microsoft Graph does not let the sync identity read it" };
    if (!(error instanceof GraphError) || isBusy(error)) throw error;
    // One list that Graph fails with, again and again, keeps no other room waiting.
    return {
      unreadable: error.status === 404 ? "Microsoft Graph does not have it" : `Microsoft Graph answers ${error.status}`,
    };
  }
}

/**
 * Single places by address, 20 in a request.
 *
 * @returns in the order of the addresses; `undefined` for what is not found
 * @throws NoPlaces where the tenant's cloud does not have them
 */
export async function placesAt(
  client: GraphClient,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<readonly (GraphPlace | undefined)[]> {
  const paths = addresses.map((address) => `/places/${encodeURIComponent(address)}`);
  try {
    // What Graph does not take for an address is that of no place, and keeps no other one waiting.
    const isAbsent = (error: Error) => isBadRequest(error) && !isWithoutPlaces(error);
    const found = await batchGet(client, paths, reading("single rooms", signal), isAbsent);
    return found.map((place) => Place.safeParse(place).data);
  } catch (error) {
    throw isWithoutPlaces(error) ? noPlaces(client, error) : error;
  }
}

function reading(what: string, signal: AbortSignal): Call {
  return { ...forPlaces, doing: `read ${what}`, signal };
}

/** Pages are numbered and not frozen: what is moved while they are read may be missed once, and hardly twice. */
async function readPages(
  client: GraphClient,
  path: string,
  call: Call,
  onRead: (read: number) => void = () => undefined,
): Promise<PlacesRead> {
  const first = await readOnce(client, path, call, onRead);
  return first.complete ? first : readOnce(client, path, call, onRead);
}

/**
 * By `$top` and `$skip` and against `$count`: the next link is known to be missing at times (Q&A 1021419), and a page to
 * hold fewer places than it was asked for though it is not the last. A count is believed as long as no more places come:
 * one that is as large as the first page may count the page alone, so that one more page is asked for.
 */
async function readOnce(
  client: GraphClient,
  path: string,
  call: Call,
  onRead: (read: number) => void,
): Promise<PlacesRead> {
  const pageOf = (answer: unknown) => {
    const page = Page.safeParse(answer);
    if (page.success) return page.data;
    throw noPage(client, call);
  };
  const asking: Call = { ...call, check: (answer) => void pageOf(answer) };
  const places = new Map<string, GraphPlace>();
  let counted: number | undefined;
  let isBelieved = true;
  let skip = 0;
  for (;;) {
    const query = `$count=true&$top=${PLACES_PAGE}${skip > 0 ? `&$skip=${skip}` : ""}`;
    const page = pageOf(await client.get(`${path}?${query}`, asking));
    const { value } = page;
    if (isBelieved) counted = page["@odata.count"] ?? counted;
    const before = places.size;
    for (const place of value) places.set(place.id, place);
    skip += value.length;
    onRead(places.size);
    if (counted !== undefined && skip > counted) {
      isBelieved = false;
      counted = undefined;
    }
    const isFirst = skip === value.length;
    const isEnd = value.length === 0 || (counted !== undefined && skip >= counted && !isFirst);
    // A service that does not know $skip would go on for ever.
    if (isEnd || places.size === before) {
      const complete = counted === undefined ? isEnd : places.size >= counted;
      return { places: [...places.values()], complete, ...(counted !== undefined && { counted }) };
    }
  }
}

/** Assumed: the words of OData for a path that a service does not know. */
function isWithoutPlaces(error: unknown): error is GraphError {
  return isBadRequest(error) && /Resource not found for the segment/i.test(error.message);
}

function noPlaces({ host }: GraphClient, cause: GraphError): NoPlaces {
  return new NoPlaces(`Microsoft Graph of this cloud (${host}) has no rooms.`, { cause });
}

/** Reported: microsoft-graph-docs #7475, #7532. */
function noStore({ host }: GraphClient, cause: GraphError): ScopeError {
  return new ScopeError(
    `Microsoft Graph (${host}) keeps no rooms for this tenant yet: an Exchange administrator has to set up its Places settings first.`,
    { cause },
  );
}
