/**
 * What the settings name in the directory: people, accounts, mail addresses, groups, administrative units, rooms, room
 * lists, buildings. Pure.
 *
 * @packageDocumentation
 */
import { place, valueAt } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";
import type { Settings } from "../../stacks/settings.ts";

/** People, by their object ids. */
export type PersonKind = "owner" | "administrator" | "vendor reader";

export type ReferenceKind =
  | PersonKind
  | "protected account"
  | "sender"
  | "recipient"
  | "group"
  | "administrative unit"
  | "room"
  | "room list"
  | "building";

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

export function referencesOf(settings: Settings): Reference[] {
  const { owners, vault, access, alerts, sync, ones } = settings;
  return [
    ...listOf("owner", owners, ["owners"]),
    ...listOf("vendor reader", vault?.vendorReaders ?? [], ["vault", "vendorReaders"]),
    ...listOf("administrator", access?.administrators ?? [], ["access", "administrators"]),
    ...protectedAccounts(sync),
    ...mailAddresses(alerts),
    ...Object.keys(settings).flatMap((vendor) => [
      ...inEach(userLists, settings, [vendor, "users"]),
      ...inEach(roomLists, settings, [vendor, "rooms"]),
    ]),
    ...listOf("room", ones?.microsoft365?.rooms ?? [], ["ones", "microsoft365", "rooms"]),
  ];
}

/** What the sync of users reads alone was not parsed yet: what is no list of texts, it tells itself. */
function protectedAccounts(sync: unknown): Reference[] {
  const targets = valueAt(sync, ["users", "targets"]);
  const names = typeof targets === "object" && targets !== null ? Object.keys(targets) : [];
  const paths = [["users"], ...names.map((name) => ["users", "targets", name])];
  return paths.flatMap((path) => {
    const setting = [...path, "protected"];
    const list: unknown = valueAt(sync, setting);
    const isList = Array.isArray(list) && list.every((each) => typeof each === "string");
    return isList ? listOf("protected account", list, ["sync", ...setting]) : [];
  });
}

function mailAddresses(alerts: Settings["alerts"]): Reference[] {
  const { graph, channels = {} } = alerts ?? {};
  const sender: Reference[] = graph
    ? [{ kind: "sender", value: graph.mailbox, place: place(["alerts", "graph", "mailbox"]) }]
    : [];
  const recipients = Object.entries(channels).flatMap(([name, { graph }]) =>
    listOf("recipient", graph?.to ?? [], ["alerts", "channels", name, "graph", "to"]),
  );
  return [...sender, ...recipients];
}

/** @param path of users or rooms, which a vendor need not have */
function inEach(lists: Readonly<Record<string, ReferenceKind>>, settings: Settings, path: Path): Reference[] {
  return Object.entries(lists).flatMap(([name, kind]) => {
    const list: unknown = valueAt(settings, [...path, name]);
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
