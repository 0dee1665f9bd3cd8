/**
 * Which rooms are in scope. Pure.
 *
 * @packageDocumentation
 */
import type { RoomScope } from "../../../contract/outputs/rooms.ts";
import { alike } from "../../../contract/text/alike.ts";
import { listed, quoted } from "../../../contract/words.ts";
import { textsIn } from "./mapping.ts";
import type { KnownRoom } from "./known.ts";
import { type Room, textOf } from "./room.ts";
import { type RoomList } from "../../model/room-list.ts";

/** By what a room is in scope; a room list is a thing of its own, whose members can be lost without the room. */
export type Way = "all" | "address" | "list" | "building" | "tag";

export interface Verdict {
  /** Absent: out of scope. */
  readonly way?: Way;
  /** Which address, building or tag of the settings, in the form that is compared. */
  readonly named?: string;
  /** By what it is in scope, or why not, in words. */
  readonly why: string;
}

type RoomRules = (room: Room) => Verdict;

/**
 * A room is in scope by any one of the ways that the settings name. Buildings and tags count whatever their letter case,
 * and where they look the same.
 */
export function rulesOf(scope: RoomScope, lists: readonly RoomList[]): RoomRules {
  if (scope.scope === "all") return () => ({ way: "all", why: "all rooms are in scope" });
  const named = lowered(scope);
  const names = new Map(lists.map(({ address, name }) => [address, name]));
  return (room) => {
    const address = [room.address, ...(room.askedBy ?? [])].find((each) => named.addresses.has(each));
    if (address !== undefined) return { way: "address", named: address, why: "in scope by its address" };
    const list = room.lists?.find((address) => named.lists.has(address));
    if (list !== undefined) return { way: "list", why: `in scope by the room list ${quoted(names.get(list) ?? list)}` };
    const building = textOf(room.properties, "building");
    if (building !== undefined && named.buildings.has(alike(building))) {
      return { way: "building", named: alike(building), why: `in scope by the building ${quoted(building)}` };
    }
    const tag = textsIn(room.properties["tags"]).find((each) => named.tags.has(alike(each)));
    if (tag !== undefined) return { way: "tag", named: alike(tag), why: `in scope by the tag ${quoted(tag)}` };
    return { why: `has none of the ${waysIn(scope)} in the settings` };
  };
}

/** What the scope names, in the form that is compared. */
export function lowered({ addresses, lists, buildings, tags }: RoomScope): Record<ScopeList, ReadonlySet<string>> {
  const set = (names: readonly string[] = []) => new Set(names.map(alike));
  return { addresses: set(addresses), lists: set(lists), buildings: set(buildings), tags: set(tags) };
}

/**
 * By what a room was in scope, and is no more, although the settings name that still: the tenant was changed and not
 * the settings. `undefined` where it was the settings, or where that is not known.
 */
export function leftBy(
  scope: RoomScope,
  { way, named, lists }: Pick<KnownRoom, "way" | "named" | "lists">,
): string | undefined {
  if (way === "all") return undefined;
  const { set, left } = leaving[way];
  const names = lowered(scope)[set];
  const before = way === "list" ? Object.keys(lists) : [named];
  return before.some((each) => each !== undefined && names.has(each)) ? left : undefined;
}

const leaving: Readonly<Record<Exclude<Way, "all">, { readonly set: ScopeList; readonly left: string }>> = {
  address: { set: "addresses", left: "no longer at its address in the settings" },
  list: { set: "lists", left: "in none of its room lists" },
  building: { set: "buildings", left: "no longer in its building in the settings" },
  tag: { set: "tags", left: "without its tag in the settings" },
};

/** Buildings and tags that the scope names and no room has, in words. */
export function namedInVain(scope: RoomScope, rooms: readonly Room[], setting: string): string[] {
  if (scope.scope === "all") return [];
  const buildings = new Set(rooms.map(({ properties }) => alike(textOf(properties, "building") ?? "")));
  const tags = new Set(rooms.flatMap(({ properties }) => textsIn(properties["tags"]).map(alike)));
  const none = (names: readonly string[] = [], there: ReadonlySet<string>) =>
    names.filter((name) => !there.has(alike(name)));
  return [
    ...none(scope.buildings, buildings).map(
      (name) => `No room is in a building ${quoted(name)}: correct ${setting}.buildings, or take it out.`,
    ),
    ...none(scope.tags, tags).map(
      (name) => `No room has the tag ${quoted(name)}: correct ${setting}.tags, or take it out.`,
    ),
  ];
}

const SCOPE_LISTS = ["addresses", "lists", "buildings", "tags"] as const;
type ScopeList = (typeof SCOPE_LISTS)[number];

const words: Readonly<Record<ScopeList, string>> = {
  addresses: "addresses",
  lists: "room lists",
  buildings: "buildings",
  tags: "tags",
};

function waysIn(scope: RoomScope): string {
  return listed(SCOPE_LISTS.filter((list) => scope[list]?.length).map((list) => words[list]));
}
