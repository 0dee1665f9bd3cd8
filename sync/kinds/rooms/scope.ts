/**
 * Which rooms are in scope. Pure.
 *
 * @packageDocumentation
 */
import type { RoomScope } from "../../../contract/outputs/rooms.ts";
import { alike } from "../../../contract/text/alike.ts";
import { listed, quoted } from "../../../contract/words.ts";
import { textsIn } from "./mapping.ts";
import { type Room, textOf } from "./room.ts";
import { type RoomList } from "../../model/room-list.ts";

/** By what a room is in scope; a room list is a thing of its own, whose members can be lost without the room. */
export type Way = "all" | "address" | "list" | "building" | "tag";

export interface Verdict {
  /** Absent: out of scope. */
  readonly way?: Way;
  /** By what it is in scope, or why not, in words. */
  readonly why: string;
}

export type RoomRules = (room: Room) => Verdict;

/**
 * A room is in scope by any one of the ways that the settings name. Buildings and tags count whatever their letter case,
 * and where they look the same.
 */
export function rulesOf(scope: RoomScope, lists: readonly RoomList[]): RoomRules {
  if (scope.scope === "all") return () => ({ way: "all", why: "all rooms are in scope" });
  const named = lowered(scope);
  const names = new Map(lists.map(({ address, name }) => [address, name]));
  return (room) => {
    if (named.addresses.has(room.address)) return { way: "address", why: "in scope by its address" };
    const list = room.lists?.find((address) => named.lists.has(address));
    if (list !== undefined) return { way: "list", why: `in scope by the room list ${quoted(names.get(list) ?? list)}` };
    const building = textOf(room.properties, "building");
    if (building !== undefined && named.buildings.has(alike(building))) {
      return { way: "building", why: `in scope by the building ${quoted(building)}` };
    }
    const tag = textsIn(room.properties["tags"]).find((each) => named.tags.has(alike(each)));
    if (tag !== undefined) return { way: "tag", why: `in scope by the tag ${quoted(tag)}` };
    return { why: `has none of the ${waysIn(scope)} in the settings` };
  };
}

/** What the scope names, in the form that is compared. */
export function lowered({ addresses, lists, buildings, tags }: RoomScope): Record<ScopeList, ReadonlySet<string>> {
  const set = (names: readonly string[] = []) => new Set(names.map(alike));
  return { addresses: set(addresses), lists: set(lists), buildings: set(buildings), tags: set(tags) };
}

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
