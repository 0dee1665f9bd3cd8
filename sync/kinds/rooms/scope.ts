/**
 * Which rooms are in scope. Pure.
 *
 * @packageDocumentation
 */
import type { RoomScope } from "../../../contract/outputs/rooms.ts";
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

/** A room is in scope by any one of the ways that the settings name. Buildings and tags count whatever their letter case. */
export function rulesOf(scope: RoomScope, lists: readonly RoomList[]): RoomRules {
  if (scope.scope === "all") return () => ({ way: "all", why: "all rooms are in scope" });
  const named = lowered(scope);
  const names = new Map(lists.map(({ address, name }) => [address, name]));
  return (room) => {
    if (named.addresses.has(room.address)) return { way: "address", why: "in scope by its address" };
    const list = room.lists?.find((address) => named.lists.has(address));
    if (list !== undefined) return { way: "list", why: `in scope by the room list ${quoted(names.get(list) ?? list)}` };
    const building = textOf(room.properties, "building");
    if (building !== undefined && named.buildings.has(building.toLowerCase())) {
      return { way: "building", why: `in scope by the building ${quoted(building)}` };
    }
    const tag = textsIn(room.properties["tags"]).find((each) => named.tags.has(each.trim().toLowerCase()));
    if (tag !== undefined) return { way: "tag", why: `in scope by the tag ${quoted(tag)}` };
    return { why: `has none of the ${waysIn(scope)} in the settings` };
  };
}

/** What the scope names, in lower case. */
export function lowered({ addresses, lists, buildings, tags }: RoomScope): Record<ScopeList, ReadonlySet<string>> {
  const set = (names: readonly string[] = []) => new Set(names.map((name) => name.trim().toLowerCase()));
  return { addresses: set(addresses), lists: set(lists), buildings: set(buildings), tags: set(tags) };
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
