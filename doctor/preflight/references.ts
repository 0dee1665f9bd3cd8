/**
 * What the settings name in the directory: owners, groups, administrative units, rooms, room lists, buildings. Pure.
 *
 * @packageDocumentation
 */
import { place } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";
import type { Settings } from "../../stacks/settings.ts";

export type ReferenceKind = "owner" | "group" | "administrative unit" | "room" | "room list" | "building";

export interface Reference {
  readonly kind: ReferenceKind;
  /** As written. */
  readonly value: string;
  /** Place in the settings: `tenantwire:oneplan.users.groups[0]`. */
  readonly place: string;
}

/** By the name of the setting, wherever users or rooms are declared. */
const userLists: Readonly<Record<string, ReferenceKind>> = {
  groups: "group",
  excludedGroups: "group",
  protectedGroups: "group",
  administrativeUnits: "administrative unit",
};
const roomLists: Readonly<Record<string, ReferenceKind>> = {
  addresses: "room",
  lists: "room list",
  buildings: "building",
};

export function referencesOf({ owners, oneplan, ones, files }: Settings): Reference[] {
  const rooms = ones?.microsoft365?.rooms;
  return [
    ...listOf("owner", owners, ["owners"]),
    ...inEach(userLists, oneplan?.users, ["oneplan", "users"]),
    ...inEach(userLists, ones?.users, ["ones", "users"]),
    ...inEach(userLists, files?.users, ["files", "users"]),
    ...inEach(roomLists, ones?.rooms, ["ones", "rooms"]),
    ...inEach(roomLists, files?.rooms, ["files", "rooms"]),
    ...listOf("room", rooms ?? [], ["ones", "microsoft365", "rooms"]),
  ];
}

function inEach(lists: Readonly<Record<string, ReferenceKind>>, settings: object | undefined, path: Path): Reference[] {
  return Object.entries(lists).flatMap(([name, kind]) => {
    const list: unknown = settings && (settings as Readonly<Record<string, unknown>>)[name];
    return Array.isArray(list) ? listOf(kind, list as readonly string[], [...path, name]) : [];
  });
}

function listOf(kind: ReferenceKind, values: readonly string[], path: Path): Reference[] {
  return values.map((value, index) => ({ kind, value, place: place([...path, index]) }));
}

/** A room is named by its mail address; its name finds nothing. */
export function isAddress(value: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(value);
}
