/**
 * Room lists by what was read of them and what is remembered. Pure.
 *
 * @packageDocumentation
 */
import type { KnownRooms } from "./known.ts";
import type { Inventory } from "./room.ts";
import type { RoomList } from "../../model/room-list.ts";

export interface KnownLists {
  /** Under the ids that they have here, and the names that they had while nobody can read them. */
  readonly lists: readonly RoomList[];
  /** By address. */
  readonly byAddress: ReadonlyMap<string, RoomList>;
  /** Addresses of those whose members are not known: each is taken to hold whom it held. */
  readonly unread: ReadonlySet<string>;
}

const NOT_LISTED = "Microsoft Graph did not list it";

/**
 * A list goes on under the id that it has, like a room, when the cloud begins to have, or ceases to have, place ids. One
 * that an incomplete listing left out is there all the same.
 */
export function knownLists({ lists: read, listsComplete }: Inventory, known: KnownRooms): KnownLists {
  const remembered = new Map([...known.values()].flatMap(({ lists }) => Object.entries(lists)));
  const own = new Set(read.map(({ id }) => id));
  const listed = read.map((list): RoomList => {
    const before = remembered.get(list.address);
    if (before === undefined) return list;
    const id = own.has(before.id) ? list.id : before.id;
    return { ...list, id, name: list.unread === undefined ? list.name : before.name };
  });
  const addresses = new Set(listed.map(({ address }) => address));
  const missing = [...remembered].filter(([address]) => !listsComplete && !addresses.has(address));
  const lists = [
    ...listed,
    ...missing.map(([address, { id, name }]) => ({ address, id, name, members: 0, unread: NOT_LISTED })),
  ];
  return {
    lists,
    byAddress: new Map(lists.map((list) => [list.address, list])),
    unread: new Set(lists.flatMap(({ address, unread }) => (unread === undefined ? [] : [address]))),
  };
}
