/**
 * Rooms, room lists and workspaces of the tenant, as Exchange keeps them, and what an Exchange administrator does to
 * them. Kept in the world's section `rooms`; generated from the world's seed on first use. Their mailboxes are no users
 * of this directory, where in reality each has a disabled account: the numbers of people stay what they are.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { generateRooms } from "../data/rooms.ts";
import type { World } from "../world.ts";
import { collection } from "./collection.ts";
import type { Collection } from "./collection.ts";
import { text } from "./model.ts";
import type { DirectoryObject, Json } from "./model.ts";
import { roomsBehaviour } from "./rooms-behaviour.ts";

interface RoomsData {
  rooms: (DirectoryObject | null)[];
  roomLists: (DirectoryObject | null)[];
  workspaces: (DirectoryObject | null)[];
  /** `placeId` of a room list -> the `placeId`s of what is in it. */
  members: Record<string, string[]>;
  /** `placeId`s of what is hidden from address lists. */
  hidden: string[];
  /** `placeId` -> the instant from which it is listed, in milliseconds since 1970. */
  listedFrom: Record<string, number>;
  /** Object id of a service principal -> addresses of the mailboxes whose calendars Exchange lets it read. */
  calendarScopes: Record<string, string[]>;
  /** Object id of a service principal -> addresses of the mailboxes that Exchange lets it send from. */
  mailScopes?: Record<string, string[]>;
  /** Object id of a person -> addresses of the rooms whose calendars are shared with them. */
  calendarShares: Record<string, string[]>;
}

/** Properties by Graph's names; what is left out has its default. */
type Properties = Readonly<Record<string, Json>>;
/** What every room, list and workspace has of its own. */
type Named = Properties & { readonly emailAddress: string; readonly displayName: string };

/** Every address is looked up whatever its letter case; an address that nothing has is an error of the caller. */
export interface Rooms {
  /** Natural key: the mail address. */
  readonly rooms: Collection;
  /** Natural key: the mail address. */
  readonly roomLists: Collection;
  /** Natural key: the mail address. */
  readonly workspaces: Collection;
  /** `id`, `placeId` and the rest are made up where they are not given: what was removed can be put back as it was. */
  addRoom(properties: Named): DirectoryObject;
  addRoomList(properties: Named): DirectoryObject;
  /** Takes a room or a room list away, and out of every list, and gives what `addRoom` would put back. */
  remove(address: string): Named;
  /** Renames, moves, enlarges, ...: `change("room-00001@contoso.com", { capacity: 12 })`. */
  change(address: string, properties: Properties & { id?: never; placeId?: never }): void;
  /** Hides from address lists, and so from Graph's places; or shows again. */
  hide(address: string, hidden?: boolean): void;
  /** Gives new ids to these, or to all rooms; `placeId` stays (documented: after mailbox or tenant changes). */
  changeIds(...addresses: string[]): void;
  putInList(listAddress: string, address: string): void;
  takeOutOfList(listAddress: string, address: string): void;
  /** What is in a room list, in the order in which it came to be. */
  membersOf(list: DirectoryObject, kind: "rooms" | "workspaces"): DirectoryObject[];
  /** Does Graph show it: not hidden, and not too new? */
  isListed(place: DirectoryObject): boolean;
  /** A room, list or workspace by id, `placeId` or address. */
  find(name: string): { kind: "rooms" | "roomLists" | "workspaces"; place: DirectoryObject } | undefined;
  /**
   * `New-ManagementRoleAssignment -App .. -Role "Application Calendars.Read" -CustomResourceScope ..`: the principal may
   * read the calendars of these mailboxes without any grant in Entra. Without addresses the assignment is taken away.
   *
   * @param principalId object id of the service principal
   */
  scopeCalendars(principalId: string, addresses?: readonly string[]): void;
  /** The same with `-Role "Application Mail.Send"`: the principal may send from these mailboxes. */
  scopeMail(principalId: string, addresses?: readonly string[]): void;
  /** Whether Exchange lets it send from the mailbox, or without one: from any. */
  maySend(principalId: string, address?: string): boolean;
  /** `Add-MailboxFolderPermission` in Exchange: the calendar of a room is shared with a person. */
  shareCalendar(address: string, userId: string): void;
  isSharedWith(userId: string, address: string): boolean;
  hasCalendarScope(principalId: string): boolean;
  isInCalendarScope(principalId: string, address: string): boolean;
}

const HOUR = 3_600_000;

export function openRooms(world: World): Rooms {
  const { seed, rooms: count, roomLists: lists, tenant } = world;
  const data = world.section<RoomsData>("rooms", () => ({
    ...generateRooms({ seed, count, lists, mailDomain: tenant.mailDomain }),
    hidden: [],
    listedFrom: {},
    calendarScopes: {},
    calendarShares: {},
  }));
  const collections = {
    rooms: collection(data.rooms, "emailAddress"),
    roomLists: collection(data.roomLists, "emailAddress"),
    workspaces: collection(data.workspaces, "emailAddress"),
  };
  const kinds = ["rooms", "roomLists", "workspaces"] as const;

  function find(name: string): ReturnType<Rooms["find"]> {
    for (const kind of kinds) {
      const place = collections[kind].get(name) ?? collections[kind].byKey(name) ?? byPlaceId(collections[kind], name);
      if (place) return { kind, place };
    }
    return undefined;
  }

  function known(address: string): NonNullable<ReturnType<Rooms["find"]>> {
    const found = find(address);
    if (!found) throw new Error(`the stand-in tenant has no room, room list or workspace ${address}`);
    return found;
  }

  function list(address: string): string[] {
    const { kind, place } = known(address);
    if (kind !== "roomLists") throw new Error(`${address} is no room list`);
    return (data.members[text(place, "placeId")] ??= []);
  }

  function add(kind: "rooms" | "roomLists", properties: Properties): DirectoryObject {
    const place: DirectoryObject = { id: randomUUID(), placeId: randomUUID(), ...properties };
    const address = text(place, "emailAddress");
    if (find(address)) throw new Error(`the stand-in tenant has ${address} already`);
    collections[kind].put(place);
    const { listingLagHours } = roomsBehaviour(world);
    if (listingLagHours > 0) data.listedFrom[text(place, "placeId")] = world.now().getTime() + listingLagHours * HOUR;
    return place;
  }

  return {
    ...collections,
    find,
    addRoom: (properties) => add("rooms", { nickname: properties.displayName, tags: [], ...properties }),
    addRoomList: (properties) => add("roomLists", properties),
    remove(address) {
      const { kind, place } = known(address);
      const placeId = text(place, "placeId");
      collections[kind].remove(place.id);
      delete data.members[placeId];
      delete data.listedFrom[placeId];
      data.hidden = data.hidden.filter((each) => each !== placeId);
      for (const [listId, members] of Object.entries(data.members)) {
        data.members[listId] = members.filter((each) => each !== placeId);
      }
      return place as DirectoryObject & Named;
    },
    change(address, properties) {
      const { kind, place } = known(address);
      collections[kind].change(place, properties);
    },
    hide(address, hidden = true) {
      const placeId = text(known(address).place, "placeId");
      data.hidden = data.hidden.filter((each) => each !== placeId);
      if (hidden) data.hidden.push(placeId);
    },
    changeIds(...addresses) {
      const changed = addresses.length > 0 ? addresses.map(known) : [...collections.rooms.values()].map(ofRooms);
      for (const { kind, place } of changed) collections[kind].change(place, { id: randomUUID() });
    },
    putInList(listAddress, address) {
      const members = list(listAddress);
      const placeId = text(known(address).place, "placeId");
      if (!members.includes(placeId)) members.push(placeId);
    },
    takeOutOfList(listAddress, address) {
      const members = list(listAddress);
      const at = members.indexOf(text(known(address).place, "placeId"));
      if (at < 0) throw new Error(`${address} is not in ${listAddress}`);
      members.splice(at, 1);
    },
    membersOf(roomList, kind) {
      const members = new Set(data.members[text(roomList, "placeId")]);
      return [...collections[kind].values()].filter((place) => members.has(text(place, "placeId")));
    },
    isListed(place) {
      const placeId = text(place, "placeId");
      return !data.hidden.includes(placeId) && (data.listedFrom[placeId] ?? 0) <= world.now().getTime();
    },
    scopeCalendars(principalId, addresses) {
      if (addresses) data.calendarScopes[principalId] = addresses.map((each) => each.toLowerCase());
      else delete data.calendarScopes[principalId];
    },
    shareCalendar(address, userId) {
      (data.calendarShares[userId] ??= []).push(address.toLowerCase());
    },
    isSharedWith: (userId, address) => data.calendarShares[userId]?.includes(address.toLowerCase()) ?? false,
    scopeMail(principalId, addresses = []) {
      const scopes = (data.mailScopes ??= {});
      if (addresses.length === 0) delete scopes[principalId];
      else scopes[principalId] = addresses.map((address) => address.toLowerCase());
    },
    maySend(principalId, address) {
      const scope = data.mailScopes?.[principalId];
      return scope !== undefined && (address === undefined || scope.includes(address.toLowerCase()));
    },
    hasCalendarScope: (principalId) => principalId in data.calendarScopes,
    isInCalendarScope: (principalId, address) =>
      data.calendarScopes[principalId]?.includes(address.toLowerCase()) ?? false,
  };
}

function ofRooms(place: DirectoryObject) {
  return { kind: "rooms" as const, place };
}

function byPlaceId(places: Collection, placeId: string): DirectoryObject | undefined {
  const wanted = placeId.toLowerCase();
  for (const place of places.values()) if (place["placeId"] === wanted) return place;
  return undefined;
}
