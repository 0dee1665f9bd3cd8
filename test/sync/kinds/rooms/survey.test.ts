/** The survey alone, without any I/O: what random histories of answers may never lead to. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isActive } from "../../../../sync/model/types.ts";
import type { KnownRoom } from "../../../../sync/kinds/rooms/known.ts";
import { absence } from "../../../../sync/kinds/rooms/retirement.ts";
import { type Inventory, roomOf } from "../../../../sync/kinds/rooms/room.ts";
import { survey, type SurveyOptions } from "../../../../sync/kinds/rooms/survey.ts";

const HOUR_MS = 3_600_000;
const START = Date.parse("2026-03-02T08:00:00Z");
const LISTS = ["a@contoso.com", "b@contoso.com"];
const options: SurveyOptions = {
  scope: { scope: "specified", lists: LISTS, buildings: ["Tower"] },
  fields: { name: "displayName", capacity: "capacity" },
  required: {},
  retireAfter: { hours: 48, reads: 3 },
  setting: "tenantwire:ones.rooms",
};

/** What one answer of Graph holds of a room: absent, or the lists that it is in. */
const seen = fc.option(fc.record({ lists: fc.subarray(LISTS), hasPlaceId: fc.boolean() }), { nil: undefined });
const answer = fc.record({
  rooms: fc.array(seen, { minLength: 4, maxLength: 4 }),
  complete: fc.boolean(),
  unread: fc.subarray(LISTS),
  hoursLater: fc.integer({ min: 0, max: 60 }),
});

describe("over any history of answers", () => {
  it("a room is retired only after more than 48 hours and three complete reads in a row without it, and none is lost", () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 12 }), (answers) => {
        let known = new Map<string, KnownRoom>();
        let now = START;
        // Of each room: complete reads without it in a row, and the instant of the first of them.
        const missed = new Map<string, { reads: number; since: number }>();
        const linked = new Set<string>();
        for (const { rooms, complete, unread, hoursLater } of answers) {
          now += hoursLater * HOUR_MS;
          const inventory = inventoryOf(rooms, complete, unread);
          const { objects, known: after } = survey(options, { inventory, known, linked, now: new Date(now) });

          for (const id of linked) {
            const index = Number(/\d+/.exec(id)?.[0]);
            const there = isInScope(rooms[index], unread, known.get(id));
            const object = objects.find((each) => each.id === id);
            if (there) missed.delete(id);
            else if (complete) {
              missed.set(id, { reads: (missed.get(id)?.reads ?? 0) + 1, since: missed.get(id)?.since ?? now });
            }
            // In a complete read, every linked room is told of: else the engine takes it for gone.
            if (complete) expect(object).toBeDefined();
            const { reads = 0, since = now } = missed.get(id) ?? {};
            const mayRetire = reads >= 3 && now - since > 48 * HOUR_MS;
            if (object && !isActive(object)) expect(mayRetire).toBe(true);
            if (there) expect(object?.life).toBe("active");
          }
          expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
          for (const object of objects) if (object.fields) linked.add(object.id);
          known = new Map([...known, ...after].filter((entry): entry is [string, KnownRoom] => entry[1] !== undefined));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** By its lists; one that cannot be read holds whom it held. */
function isInScope(
  room: { readonly lists: readonly string[] } | undefined,
  unread: readonly string[],
  known: KnownRoom | undefined,
): boolean {
  if (room === undefined) return false;
  const kept = Object.keys(known?.lists ?? {}).filter((list) => unread.includes(list));
  return [...room.lists.filter((list) => !unread.includes(list)), ...kept].length > 0;
}

function inventoryOf(
  rooms: readonly ({ readonly lists: readonly string[]; readonly hasPlaceId: boolean } | undefined)[],
  complete: boolean,
  unread: readonly string[],
): Inventory {
  return {
    rooms: rooms.flatMap((room, index) => {
      if (room === undefined) return [];
      const place = {
        id: `id-${index}`,
        emailAddress: `Room-${index}@contoso.com`,
        displayName: `Room ${index}`,
        capacity: 4,
        // A cloud may have them and cease to.
        ...(room.hasPlaceId && { placeId: `place-${index}` }),
      };
      return [
        roomOf(
          place,
          room.lists.filter((list) => !unread.includes(list)),
        ),
      ];
    }),
    lists: LISTS.map((address) => ({
      address,
      id: address,
      name: address,
      members: 1,
      ...(unread.includes(address) && { unread: "it may not be read" }),
    })),
    listsComplete: true,
    unfound: new Map(),
    complete,
    notes: [],
  };
}

describe("absence", () => {
  const room = { address: "a@contoso.com", name: "A", way: "all", lists: {} } as const;
  it.each([
    ["the first complete read", undefined, 0, false],
    ["48 hours and three reads to the minute", { since: 48, reads: 2 }, 0, false],
    ["more than 48 hours, but two reads", { since: 400, reads: 1 }, 0, false],
    ["more than 48 hours and three reads", { since: 49, reads: 2 }, 0, true],
    [
      "what was retired before stays so, whatever the settings say by now",
      { since: 1, reads: 1, retired: true as const },
      0,
      true,
    ],
  ])("%s", (_, missing, __, retired) => {
    const now = new Date(START);
    const known = missing
      ? { ...room, missing: { ...missing, since: new Date(START - missing.since * HOUR_MS).toISOString() } }
      : room;
    expect(absence(known, "not listed", { hours: 48, reads: 3 }, now).retired).toBe(retired);
  });
});

describe("a room that was made, and is gone before the target shows it", () => {
  const nobody: Inventory = { ...inventoryOf([], true, []), rooms: [] };
  const all = { ...options, scope: { scope: "all" as const } };
  const atlas: KnownRoom = { address: "atlas@contoso.com", name: "Atlas", way: "all", lists: {} };
  const look = (room: KnownRoom | undefined, hours: number, isLinked: boolean, complete = true) => {
    const known = new Map(room ? [["p1", room] as const] : []);
    const input = { known, linked: new Set(isLinked ? ["p1"] : []), now: new Date(START + hours * HOUR_MS) };
    return survey(all, { ...input, inventory: { ...nobody, complete } });
  };

  it("is not retired by the first answer after it was linked", () => {
    const first = look(atlas, 0, false);
    expect([first.objects, first.rooms]).toEqual([[], []]);

    const linked = look(first.known.get("p1"), 400, true);
    expect(linked.objects).toEqual([
      expect.objectContaining({ id: "p1", life: "active", skip: expect.any(String) as unknown }),
    ]);
    expect(look(linked.known.get("p1"), 401, true).objects).toEqual([
      expect.objectContaining({ id: "p1", life: "inactive" }),
    ]);
  });

  it("is forgotten when nothing was linked for as long", () => {
    const second = look(look(atlas, 0, false).known.get("p1"), 24, false);
    expect(second.known.get("p1")?.missing?.reads).toBe(2);
    expect(look(second.known.get("p1"), 49, false).known).toEqual(new Map([["p1", undefined]]));
  });

  it("is as it was for an answer that is not complete", () => {
    expect(look(atlas, 0, false, false).known).toEqual(new Map());
  });
});

it("rooms stay in the lists that an incomplete listing left out, under the names that those had", () => {
  const place = { id: "1", placeId: "p1", emailAddress: "atlas@contoso.com", displayName: "Atlas" };
  const inventory: Inventory = {
    ...inventoryOf([], true, []),
    rooms: [roomOf(place, [])],
    lists: [],
    listsComplete: false,
  };
  const before: KnownRoom = {
    address: "atlas@contoso.com",
    name: "Atlas",
    placeId: "p1",
    way: "all",
    lists: { "a@contoso.com": { id: "list-a", name: "Rooms Berlin" } },
  };
  const areas = { ...options, scope: { scope: "all" as const }, fields: { areas: "roomLists" } };
  const look = (listsComplete: boolean) =>
    survey(areas, {
      inventory: { ...inventory, listsComplete },
      known: new Map([["p1", before]]),
      linked: new Set(["p1"]),
      now: new Date(START),
    }).objects[0]?.fields;

  expect(look(false)).toEqual({ areas: "Rooms Berlin" });
  expect(look(true)).toEqual({ areas: null });
});
