/**
 * What of rooms and room lists cannot be used as it is, in words that name the mend. The other rooms go on. Pure.
 *
 * @packageDocumentation
 */
import type { AddressFound } from "./room.ts";
import { CAPACITY } from "../../../contract/room-properties.ts";
import type { ReadException } from "../../model/types.ts";
import { counted, listed, quoted } from "../../../contract/words.ts";
import { capacityMend } from "./capacity.ts";
import { propertyOf } from "./mapping.ts";
import type { Room } from "./room.ts";
import type { RoomList } from "../../model/room-list.ts";

/** Rooms that cannot be told from others, or cannot be booked at all, and why. */
export function roomFaults(rooms: readonly Room[]): ReadonlyMap<Room, string> {
  const faults = new Map<Room, string>();
  for (const [address, same] of Map.groupBy(rooms, ({ address }) => address)) {
    if (address === "") {
      for (const room of same) faults.set(room, "has no mail address in Microsoft Graph, by which it would be booked");
    } else if (same.length > 1) {
      const names = listed(same.map(({ name }) => quoted(name)));
      const why = `has its address in common: ${counted(same.length, "room")} have ${address} (${names}); give each its own in Exchange`;
      for (const room of same) faults.set(room, why);
    }
  }
  return faults;
}

/**
 * What a target refuses to be without, and the room does not have.
 *
 * @param fields field of the target -> property of the room
 * @param required field of the target -> what it is called
 * @param listNames name of each room list by its address
 */
export function requiredFault(
  room: Room,
  fields: Readonly<Record<string, string>>,
  required: Readonly<Record<string, string>>,
  listNames: ReadonlyMap<string, string>,
): string | undefined {
  for (const [field, word] of Object.entries(required)) {
    const property = fields[field];
    if (property === undefined) continue;
    const value = propertyOf(room, property, listNames);
    if (value === undefined || value === null || value === "") {
      const mend = property === CAPACITY ? `; ${capacityMend(room.address)}` : "";
      return `has no ${word} (${property}) in Microsoft 365, which the target requires${mend}`;
    }
  }
  return undefined;
}

export function listException({ address, name, unread, members }: RoomList): ReadException | undefined {
  const label = name === address ? "" : name;
  if (unread !== undefined) {
    return { id: address, label, reason: `${unread}; whom this room list held before is taken to be in it still` };
  }
  if (members > 0) return undefined;
  return { id: address, label, reason: "this room list is empty; add its rooms in Exchange, or delete it" };
}

const words: Readonly<Record<AddressFound, string>> = {
  "room list": "is the address of a room list; name it under lists",
  workspace: "is the address of a workspace; set workspaces: true to sync those too",
  nothing:
    "is the address of no room that Microsoft Graph knows: correct it; a new room may take up to 48 h to show, and one that is hidden from address lists never does",
};

/** @param setting where the scope is in the settings */
export function addressException(address: string, found: AddressFound, setting: string): ReadException {
  return { id: address, label: "", reason: `${words[found]} (${setting}.addresses)` };
}
