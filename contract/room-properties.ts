/**
 * What is known of a meeting room and can be mapped to a field of another system, by Graph's names where Graph has one.
 * Settings and the sync both follow from this one table. All of it needs Place.Read.All and nothing more.
 *
 * @packageDocumentation
 */

/** By Graph's names, read as they are. */
const plain = [
  "displayName",
  "emailAddress",
  "nickname",
  "label",
  "building",
  "floorNumber",
  "floorLabel",
  "bookingType",
  "audioDeviceName",
  "videoDeviceName",
  "displayDeviceName",
  "isWheelChairAccessible",
  "teamsEnabledState",
  "phone",
] as const;

/** Parts of Graph's `address`. */
export const addressParts = ["street", "city", "state", "postalCode", "countryOrRegion"] as const;

/** How many people fit in; 0 counts as not known. */
export const CAPACITY = "capacity";
/** `floorLabel`, else `floorNumber`. */
export const FLOOR = "floor";
/** Audio, video and display devices, and that the room is accessible: a list in one text, see `sync/connectors/text-list.ts`. */
export const EQUIPMENT = "equipment";
/** A list in one text. */
export const TAGS = "tags";
/** Names of the room lists that the room is in, a list in one text. Reading it costs requests for each room list. */
export const ROOM_LISTS = "roomLists";

export const roomProperties: readonly string[] = [
  ...plain,
  ...addressParts,
  CAPACITY,
  FLOOR,
  EQUIPMENT,
  TAGS,
  ROOM_LISTS,
];

/** What is mapped when the settings say nothing, by the names of a resource in ONES. */
export const defaultOnesRoomFields: Readonly<Record<string, string>> = {
  name: "displayName",
  email: "emailAddress",
  capacity: CAPACITY,
  floor: FLOOR,
  equipment: EQUIPMENT,
  areas: ROOM_LISTS,
};

/** The same for a file. */
export const defaultFileRoomFields: Readonly<Record<string, string>> = {
  displayName: "displayName",
  emailAddress: "emailAddress",
  capacity: CAPACITY,
  building: "building",
  floor: FLOOR,
  equipment: EQUIPMENT,
  tags: TAGS,
  roomLists: ROOM_LISTS,
};
