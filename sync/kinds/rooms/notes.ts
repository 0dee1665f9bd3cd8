/** What a report says of rooms besides its numbers. Pure. @packageDocumentation */
import { alike } from "../../../contract/text/alike.ts";
import { counted, listed, quoted } from "../../../contract/words.ts";
import type { KnownRooms } from "./known.ts";
import type { Room } from "./room.ts";

const MAX_NAMES = 20;
const MAX_ADDRESSES = 5;

/** Rooms of equal names are told apart by their addresses and never merged; people may still confuse them. */
export function equalNames(rooms: readonly Room[]): string[] {
  const groups = [...Map.groupBy(rooms, ({ name }) => alike(name)).values()].filter(({ length }) => length > 1);
  const notes = groups.slice(0, MAX_NAMES).map((same) => {
    const addresses = same.slice(0, MAX_ADDRESSES).map(({ address }) => address);
    const rest = same.length - addresses.length;
    const all = listed(rest > 0 ? [...addresses, `${rest} more`] : addresses);
    return `${counted(same.length, "room")} are called ${quoted(same[0]?.name ?? "")}: ${all}. Each is synced by its own address.`;
  });
  const rest = groups.length - MAX_NAMES;
  return rest > 0 ? [...notes, `${counted(rest, "more name")} belong to several rooms.`] : notes;
}

/** Rooms that go on under their id though Graph gives another `placeId` than before. */
export function madeAnew(rooms: readonly { readonly room: Room; readonly id?: string }[], known: KnownRooms): string[] {
  return rooms.flatMap(({ room: { name, address, placeId }, id }) => {
    const before = id === undefined ? undefined : known.get(id)?.placeId;
    if (before === undefined || placeId === undefined || before === placeId) return [];
    return [
      `${quoted(name)} (${address}) has another place id than before, so its mailbox was made anew. It goes on as the same room.`,
    ];
  });
}
