/**
 * What is remembered of the rooms that were in scope: what they are called here, and since when they are missing.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { commitAll, type Edit, entitiesIn, type State } from "../../state/session.ts";
import { toJson } from "../../model/json.ts";
import type { Room } from "./room.ts";

/** A room list by its address. Older versions kept its name alone, and it had its address for an id. */
const Lists = z
  .record(z.string(), z.union([z.strictObject({ id: z.string(), name: z.string() }), z.string()]))
  .transform((lists) =>
    Object.fromEntries(
      Object.entries(lists).map(([address, list]) => [
        address,
        typeof list === "string" ? { id: address, name: list } : list,
      ]),
    ),
  );

/** A room that was in scope in some run. */
export const KnownRoom = z.strictObject({
  /** As it was when the room was last seen, in lower case. */
  address: z.string(),
  name: z.string(),
  /** As it was when the room was last seen. */
  placeId: z.string().optional(),
  way: z.enum(["all", "address", "list", "building", "tag"]),
  /** Which address, building or tag of the settings; absent in older states. */
  named: z.string().optional(),
  /** The room lists that it was in, by address. */
  lists: Lists,
  /** Present while it is missing. */
  missing: z
    .strictObject({
      /** Instant of the first complete read that it was not in. */
      since: z.iso.datetime(),
      /** Complete reads that it was not in. */
      reads: z.int().min(1),
      retired: z.literal(true).optional(),
    })
    .optional(),
});
export type KnownRoom = z.infer<typeof KnownRoom>;

/** By id. */
export type KnownRooms = ReadonlyMap<string, KnownRoom>;

function partitionOf(sync: string): string {
  return `${sync}-known`;
}

export async function loadKnown(state: State, sync: string): Promise<KnownRooms> {
  return new Map((await entitiesIn(state, partitionOf(sync))).map(({ key, value }) => [key, KnownRoom.parse(value)]));
}

/** Writes what differs; `undefined` is forgotten. */
export async function keepKnown(
  state: State,
  sync: string,
  before: KnownRooms,
  after: ReadonlyMap<string, KnownRoom | undefined>,
): Promise<void> {
  const partition = partitionOf(sync);
  const edits: Edit[] = [];
  for (const [id, room] of after) {
    const known = before.get(id);
    if (room === undefined) {
      if (known !== undefined) edits.push({ partition, key: id });
    } else if (JSON.stringify(known) !== JSON.stringify(room)) {
      edits.push({ partition, key: id, value: toJson(room) });
    }
  }
  await commitAll(state, edits);
}

/**
 * What each room is called here. The id is what the target's object carries, and never changes again: the `placeId`,
 * else the address. A room goes on under the id that it has
 *
 * - when the cloud begins to have, or ceases to have, place ids;
 * - when its mailbox was made anew: the old `placeId` is gone, the address is the same. That can only be told from a
 *   complete read; before, such a room has no id.
 *
 * Neither has one that could only be called what another one is called: an address that went from that one to this.
 */
export function idsOf(
  rooms: readonly Room[],
  known: KnownRooms,
  complete: boolean,
): ReadonlyMap<Room, string | undefined> {
  const present = new Set(rooms.flatMap(({ placeId }) => placeId ?? []));
  // Several may have had an address, one after another: it is said of the last one.
  const inTurn = [...known].sort(([, one], [, other]) => leftAt(one) - leftAt(other));
  const byAddress = new Map(inTurn.map(([id, room]) => [room.address, { id, ...room }]));
  const byPlaceId = new Map([...known].flatMap(([id, { placeId }]) => (placeId === undefined ? [] : [[placeId, id]])));
  const idOf = ({ placeId, address }: Room): string | undefined => {
    const own = placeId === undefined ? undefined : byPlaceId.get(placeId);
    if (own !== undefined) return own;
    const fresh = [placeId, address].find((name) => name !== undefined && name !== "" && !known.has(name));
    const held = address === "" ? undefined : byAddress.get(address);
    if (held === undefined) return fresh;
    // Its room is there, under another address by now.
    if (held.placeId !== undefined && present.has(held.placeId)) return fresh;
    return placeId === undefined || held.placeId === undefined || complete ? held.id : undefined;
  };
  return new Map(rooms.map((room) => [room, idOf(room)]));
}

function leftAt({ missing }: KnownRoom): number {
  return missing === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(missing.since);
}
