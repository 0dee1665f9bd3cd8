/**
 * From a room to what the target should hold. Pure.
 *
 * @packageDocumentation
 */
import { addressParts, CAPACITY, EQUIPMENT, FLOOR, ROOM_LISTS, TAGS } from "../../../contract/room-properties.ts";
import type { GraphPlace } from "../../connectors/graph/places.ts";
import { joined } from "../../connectors/text-list.ts";
import { fieldValue } from "../../connectors/values.ts";
import type { Fields, FieldValue } from "../../model/types.ts";
import { type Room, textOf } from "./room.ts";

/** What isWheelChairAccessible is called among the equipment, where people look for it. */
const ACCESSIBLE = "Wheelchair accessible";

/**
 * The fields of a room. What is not known of it is left out, so that the target keeps what it holds: a capacity of 0,
 * and whatever Graph does not tell where a cloud has no places.
 *
 * @param fields field of the target -> property of the room
 * @param listNames name of each room list by its address
 */
export function roomFields(
  room: Room,
  fields: Readonly<Record<string, string>>,
  listNames: ReadonlyMap<string, string>,
): Fields {
  const mapped: Record<string, FieldValue> = {};
  for (const [field, property] of Object.entries(fields)) {
    const value = propertyOf(room, property, listNames);
    if (value !== undefined) mapped[field] = value;
  }
  return mapped;
}

/** @returns `undefined` for what is not known */
export function propertyOf(
  { properties, lists }: Room,
  property: string,
  listNames: ReadonlyMap<string, string>,
): FieldValue | undefined {
  if (property === ROOM_LISTS) return lists && joined(lists.flatMap((address) => listNames.get(address) ?? []));
  if (property === CAPACITY) return capacityOf(properties);
  if (property === FLOOR) return floorOf(properties);
  if (property === EQUIPMENT) return equipmentOf(properties);
  if (property === TAGS) return Array.isArray(properties[TAGS]) ? joined(textsIn(properties[TAGS])) : undefined;
  if (isAddressPart(property)) {
    const { address } = properties as { readonly address?: unknown };
    return typeof address === "object" && address !== null
      ? fieldValue((address as Record<string, unknown>)[property])
      : undefined;
  }
  return property in properties ? fieldValue(properties[property]) : undefined;
}

/** Documented: Int32. */
const MOST_SEATS = 2 ** 31 - 1;

/** Whole, more than 0 and what can be; what else Graph gives says nothing. */
export function capacityOf(place: GraphPlace): number | undefined {
  const capacity = place[CAPACITY];
  if (typeof capacity !== "number" || !Number.isInteger(capacity)) return undefined;
  return capacity > 0 && capacity <= MOST_SEATS ? capacity : undefined;
}

/** Text, since a label such as "Mezzanine" has no number. */
function floorOf(place: GraphPlace): FieldValue | undefined {
  if (!("floorLabel" in place) && !("floorNumber" in place)) return undefined;
  const number = fieldValue(place["floorNumber"]);
  return textOf(place, "floorLabel") ?? (number === null ? null : String(number));
}

const DEVICES = ["audioDeviceName", "videoDeviceName", "displayDeviceName"] as const;

function equipmentOf(place: GraphPlace): FieldValue | undefined {
  if (!DEVICES.some((device) => device in place)) return undefined;
  const devices = DEVICES.flatMap((device) => textOf(place, device) ?? []);
  return joined(place["isWheelChairAccessible"] === true ? [...devices, ACCESSIBLE] : devices);
}

export function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
}

function isAddressPart(property: string): boolean {
  return addressParts.some((part) => part === property);
}
