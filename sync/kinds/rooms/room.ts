/** What is read of rooms, in the words of this sync. @packageDocumentation */
import type { GraphPlace } from "../../connectors/graph/places.ts";
import type { RoomList } from "../../model/room-list.ts";

/** A room, or a workspace where those are wanted too. */
export interface Room {
  /** Mail address in lower case; empty where Graph gives none. */
  readonly address: string;
  /** Never changes; absent in clouds that do not have it. */
  readonly placeId?: string;
  readonly name: string;
  /** Addresses of the room lists that it is in; absent where nobody can know. */
  readonly lists?: readonly string[];
  /** Addresses of the settings that Graph gave it for, which may be former ones of it. */
  readonly askedBy?: readonly string[];
  readonly properties: GraphPlace;
}

/** What an address is that the settings name, and that no room has. */
export type AddressFound = "room list" | "workspace" | "nothing";

/** What is there, as far as it was asked for. */
export interface Inventory {
  readonly rooms: readonly Room[];
  readonly lists: readonly RoomList[];
  /** Whether those are all that were asked for. */
  readonly listsComplete: boolean;
  /** Addresses that the settings name and no room has, and what they are. */
  readonly unfound: ReadonlyMap<string, AddressFound>;
  /** Only a complete one says anything about what is not in it. */
  readonly complete: boolean;
  /** What the report should say besides. */
  readonly notes: readonly string[];
}

export function roomOf(place: GraphPlace, lists?: readonly string[], askedBy: readonly string[] = []): Room {
  const placeId = textOf(place, "placeId")?.toLowerCase();
  const address = textOf(place, "emailAddress")?.toLowerCase() ?? "";
  return {
    address,
    ...(placeId !== undefined && { placeId }),
    name: textOf(place, "displayName") ?? (address || place.id),
    ...(lists && { lists }),
    ...(askedBy.length > 0 && { askedBy }),
    properties: place,
  };
}

/** A property that is text, trimmed and well-formed as the values of fields are; `undefined` for nothing and for blanks. */
export function textOf(place: GraphPlace, property: string): string | undefined {
  const value = place[property];
  const text = typeof value === "string" ? value.toWellFormed().trim() : "";
  return text === "" ? undefined : text;
}
