/**
 * Reading what there is: rooms, workspaces, and the room lists that they are in.
 *
 * @packageDocumentation
 */
import { type GraphClient, mailboxesAt } from "../../connectors/graph/index.ts";
import {
  type GraphPlace,
  listMembers,
  listPlaces,
  type ListRead,
  NoPlaces,
  placesAt,
  type PlacesRead,
} from "../../connectors/graph/places.ts";
import { joined } from "../../connectors/text-list.ts";
import { ScopeError } from "../../../contract/errors.ts";
import { alike } from "../../../contract/text/alike.ts";
import { pump } from "../../model/pump.ts";
import { counted } from "../../../contract/words.ts";
import type { AddressFound } from "./room.ts";
import { type Inventory, type Room, roomOf, textOf } from "./room.ts";
import { type RoomList } from "../../model/room-list.ts";

export interface InventoryRequest {
  readonly client: GraphClient;
  /** Workspaces are bookable places too. */
  readonly workspaces: boolean;
  /** Which room lists are of interest: all that there are, and these, by address in lower case. */
  readonly lists: { readonly all: boolean; readonly named: readonly string[] };
  /** Addresses that the settings name, in lower case: all that is known where the cloud has no places. */
  readonly addresses: readonly string[];
  /** Whether anything but those addresses can be in scope. */
  readonly onlyAddresses: boolean;
  /** Place of the scope in the settings, for messages. */
  readonly setting: string;
  readonly signal: AbortSignal;
  readonly onRead: (read: number) => void;
}

/** Reported: Q&A 1486588. */
const NO_ROOM =
  "Microsoft Graph listed no room at all, which it is known to do although there are rooms: nothing is retired by such an answer.";

const FEW_LISTS = "Microsoft Graph did not list all room lists: rooms stay in those that they were in.";

const NOT_WHOLE = "Microsoft Graph did not give all that is in it";

/** Room lists that are read at once. */
const CONCURRENCY = 4;

/**
 * @throws ScopeError when the cloud has no places, and the settings do not name the rooms
 */
export async function readInventory(request: InventoryRequest): Promise<Inventory> {
  try {
    return await readPlaces(request);
  } catch (error) {
    if (!(error instanceof NoPlaces)) throw error;
    return readNamed(request, error);
  }
}

async function readPlaces(request: InventoryRequest): Promise<Inventory> {
  const { client, signal, workspaces, onRead } = request;
  const rooms = await listPlaces(client, "room", signal, onRead);
  const desks = workspaces ? await readWorkspaces(client, signal) : undefined;
  const places = [...rooms.places, ...(desks?.places ?? [])];
  const read = await readLists({ ...request, workspaces: desks !== undefined });
  const { lists, complete: listsComplete } = rooms.places.length > 0 ? read : doubted(read, request);
  const listsOf = new Map<string, string[]>();
  for (const { address, members } of lists) {
    for (const { id } of members) listsOf.set(id, [...(listsOf.get(id) ?? []), address]);
  }
  const { rooms: singly, unfound } = await lookUp(request, places);
  // What becomes something else while it is read, or is asked for by a former address, comes twice.
  const once = new Map([...places, ...singly.map(({ place }) => place)].map((place) => [keyOf(place), place]));
  const askedBy = (key: string) => singly.flatMap(({ place, address }) => (keyOf(place) === key ? [address] : []));
  return {
    rooms: [...once].map(([key, place]) => roomOf(place, listsOf.get(place.id) ?? [], askedBy(key))),
    lists: lists.map(({ members, ...list }) => ({ ...list, members: members.length })),
    listsComplete,
    unfound,
    complete: rooms.places.length > 0 && rooms.complete && desks?.complete !== false,
    notes: [
      ...[rooms, desks].flatMap((read) => (read === undefined || read.complete ? [] : [incompleteNote(read)])),
      ...(rooms.places.length > 0 ? [] : [NO_ROOM]),
      ...(listsComplete ? [] : [FEW_LISTS]),
    ],
  };
}

/** What never changes, where the cloud has it. */
function keyOf(place: GraphPlace): string {
  return textOf(place, "placeId")?.toLowerCase() ?? place.id;
}

/** A cloud may have rooms without having workspaces (published: China's model). */
async function readWorkspaces(client: GraphClient, signal: AbortSignal): Promise<PlacesRead | undefined> {
  try {
    return await listPlaces(client, "workspace", signal);
  } catch (error) {
    if (error instanceof NoPlaces) return undefined;
    throw error;
  }
}

function incompleteNote({ places, counted: said }: PlacesRead): string {
  const all = said === undefined ? "" : ` of ${counted(said, "place")}`;
  return `Microsoft Graph gave only ${places.length}${all}: nothing is retired by such an answer.`;
}

/** The addresses of the settings that the lists do not have are asked for one by one. */
async function lookUp(
  { client, addresses, signal }: InventoryRequest,
  places: readonly GraphPlace[],
): Promise<{
  readonly rooms: readonly { readonly place: GraphPlace; readonly address: string }[];
  readonly unfound: Inventory["unfound"];
}> {
  const listed = new Set(places.map((place) => textOf(place, "emailAddress")?.toLowerCase()));
  const missing = addresses.filter((address) => !listed.has(address));
  const rooms: { place: GraphPlace; address: string }[] = [];
  const unfound = new Map<string, AddressFound>();
  for (const [index, place] of (await placesAt(client, missing, signal)).entries()) {
    const address = missing[index] ?? "";
    const kind = /\.(\w+)$/.exec(String(place?.["@odata.type"]))?.[1]?.toLowerCase();
    if (place !== undefined && kind === "room") rooms.push({ place, address });
    else unfound.set(address, kind === "roomlist" ? "room list" : kind === "workspace" ? "workspace" : "nothing");
  }
  return { rooms, unfound };
}

type ListWithMembers = Omit<RoomList, "members"> & { readonly members: readonly GraphPlace[] };

interface ListsRead {
  readonly lists: readonly ListWithMembers[];
  /** Whether those are all that were asked for. */
  readonly complete: boolean;
}

async function readLists(request: InventoryRequest): Promise<ListsRead> {
  const { client, lists: wanted, signal } = request;
  if (!wanted.all && wanted.named.length === 0) return { lists: [], complete: true };
  const { places, complete } = await listPlaces(client, "roomlist", signal);
  const all = places.map((place) => ({ address: textOf(place, "emailAddress")?.toLowerCase() ?? "", place }));
  const there = wanted.all ? all.map(({ address }) => address).filter((address) => address !== "") : [];
  const chosen = [...new Set([...there, ...wanted.named])];
  const names = distinctNames(
    all.map(({ address, place }) => ({ address, name: textOf(place, "displayName") ?? address })),
  );
  const read = new Map<string, ListWithMembers>();
  await pump(chosen, CONCURRENCY, async (address) => {
    const place = all.find((each) => each.address === address)?.place;
    const id = (place && textOf(place, "placeId")?.toLowerCase()) ?? address;
    const members = await membersOf(address, request);
    const list = { address, id, name: names.get(address) ?? address };
    read.set(
      address,
      "unreadable" in members
        ? { ...list, unread: members.unreadable, members: [] }
        : { ...list, members: members.places },
    );
  });
  const lists = chosen.flatMap((address) => read.get(address) ?? []);
  return { lists, complete: complete || !wanted.all };
}

/** Where no room is listed at all, neither that a list is not there nor that nothing is in it is believed. */
function doubted({ lists, complete }: ListsRead, { lists: wanted }: InventoryRequest): ListsRead {
  return {
    lists: lists.map((list) => (list.members.length > 0 ? list : { unread: NOT_WHOLE, ...list })),
    complete: complete && !wanted.all,
  };
}

async function membersOf(address: string, { client, workspaces, signal }: InventoryRequest): Promise<ListRead> {
  const rooms = await listMembers(client, address, "room", signal);
  if ("unreadable" in rooms || !workspaces) return wholeOrUnreadable(rooms);
  const desks = await listMembers(client, address, "workspace", signal);
  if ("unreadable" in desks) return desks;
  return wholeOrUnreadable({ places: [...rooms.places, ...desks.places], complete: rooms.complete && desks.complete });
}

/** Of a list that was not read to its end nobody knows who is not in it. */
function wholeOrUnreadable(read: ListRead): ListRead {
  return "unreadable" in read || read.complete ? read : { unreadable: NOT_WHOLE };
}

/** Names are not unique (documented); what they become in a target has to be. */
function distinctNames(lists: readonly { readonly address: string; readonly name: string }[]): Map<string, string> {
  // As part of a text of several, in which a semicolon is none, and as people tell them apart.
  const keyOf = (name: string) => alike(joined([name]) ?? "");
  const times = new Map<string, number>();
  for (const { name } of lists) times.set(keyOf(name), (times.get(keyOf(name)) ?? 0) + 1);
  return new Map(
    lists.map(({ address, name }) => [address, (times.get(keyOf(name)) ?? 0) > 1 ? `${name} (${address})` : name]),
  );
}

/** The cloud has no places: each address that the settings name is looked for among the mailboxes. */
async function readNamed(
  { client, addresses, onlyAddresses, setting, signal }: InventoryRequest,
  cause: NoPlaces,
): Promise<Inventory> {
  if (!onlyAddresses || addresses.length === 0) {
    throw new ScopeError(
      `${cause.message} Name each room by its mail address: scope: specified and addresses under ${setting}.`,
      { cause },
    );
  }
  const call = { doing: "look for the mailboxes of rooms", needs: ["User.ReadBasic.All"], signal };
  const users = await mailboxesAt(client, addresses, call);
  const rooms = users.flatMap((user): Room[] =>
    user === undefined ? [] : [roomOf({ id: user.id, displayName: user.displayName, emailAddress: user.address })],
  );
  return {
    rooms,
    lists: [],
    listsComplete: true,
    unfound: new Map(addresses.flatMap((address, index) => (users[index] === undefined ? [[address, "nothing"]] : []))),
    complete: true,
    notes: [`${cause.message} Of each address in the settings, name and address are known and nothing else.`],
  };
}
