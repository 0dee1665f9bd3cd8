import { afterAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePeople } from "../../sandbox/data/people.ts";
import { bookingsOf } from "../../sandbox/data/rooms-bookings.ts";
import { generateRooms } from "../../sandbox/data/rooms.ts";
import { directory } from "../../sandbox/directory/index.ts";
import type { DirectoryObject } from "../../sandbox/directory/model.ts";
import { createWorld } from "../../sandbox/world.ts";
import type { World } from "../../sandbox/world.ts";

type Snapshot = Record<string, unknown> & { sections: Record<string, object> };

const rooms = (seed: number, count: number, lists = 4) =>
  generateRooms({ seed, count, lists, mailDomain: "contoso.com" });
const values = (places: readonly DirectoryObject[], name: string) => places.map((place) => place[name]);

describe("generateRooms", () => {
  it("gives the same rooms for the same seed, others for another, and begins alike for any number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 20 }),
        (seed, few, more, lists) => {
          expect(rooms(seed, few + more, lists).rooms.slice(0, few)).toEqual(rooms(seed, few, lists).rooms);
          expect(rooms(seed + 1, few, lists).rooms).not.toEqual(rooms(seed, few, lists).rooms);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    [40, 4],
    [5000, 50],
    [3, 0],
    [0, 2],
  ])("is whole with %i rooms and %i lists", (count, lists) => {
    const generated = rooms(1, count, lists);
    const all = [...generated.rooms, ...generated.roomLists, ...generated.workspaces];

    expect([generated.rooms.length, generated.roomLists.length]).toEqual([count, lists]);
    for (const name of ["id", "placeId", "emailAddress"]) expect(new Set(values(all, name)).size).toBe(all.length);
    for (const place of all) expect(place["id"]).not.toBe(place["placeId"]);
    const known = new Set([...generated.rooms, ...generated.workspaces].map((place) => place["placeId"]));
    expect(Object.keys(generated.members).sort()).toEqual(values(generated.roomLists, "placeId").sort());
    for (const members of Object.values(generated.members)) {
      expect(new Set(members).size).toBe(members.length);
      for (const member of members) expect(known).toContain(member);
    }
  });

  it("has what makes rooms hard: equal names, no capacity, capacity 0, rooms in two lists and in none", () => {
    const generated = rooms(1, 40);
    const listed = Object.values(generated.members).flat();
    const times = (room: DirectoryObject) => listed.filter((placeId) => placeId === room["placeId"]).length;

    expect(new Set(values(generated.rooms, "displayName")).size).toBeLessThan(40);
    expect(values(generated.rooms, "capacity")).toEqual(expect.arrayContaining([null, 0]));
    expect(new Set(generated.rooms.map(times))).toEqual(new Set([0, 1, 2]));
    expect(new Set(values(generated.rooms, "bookingType")).size).toBeGreaterThan(1);
  });

  it("leaves the people of a seed as they are", () => {
    const { tenant, ownerId } = createWorld({ seed: 7, users: 25 });
    const options = { seed: 7, count: 25, ownerId, mailDomain: tenant.mailDomain, initialDomain: tenant.domain };
    for (const count of [0, 500]) {
      const world = createWorld({ seed: 7, users: 25, rooms: count, roomLists: 9 });
      expect(directory(world).data.users).toEqual(generatePeople(options));
      expect([...directory(world).rooms.rooms.values()]).toHaveLength(count);
    }
  });
});

describe("a world that is kept in a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-rooms-"));
  const file = join(folder, "world.json");
  const numbers = (world: World) => [world.rooms, [...directory(world).rooms.rooms.values()].length];
  afterAll(() => rmSync(folder, { recursive: true }));

  it("keeps its rooms and what was done to them", () => {
    const world = createWorld({ users: 3, rooms: 12, roomLists: 1, dataDir: folder });
    const { rooms } = directory(world);
    rooms.remove("room-00001@contoso.com");
    rooms.hide("room-00002@contoso.com");
    rooms.putInList("roomlist-001@contoso.com", "room-00010@contoso.com");
    world.save();

    const again = createWorld({ rooms: 99, dataDir: folder });
    const known = directory(again).rooms;
    expect(numbers(again)).toEqual([12, 11]);
    const hidden = known.rooms.byKey("room-00002@contoso.com") as DirectoryObject;
    expect(known.isListed(hidden)).toBe(false);
    const list = known.roomLists.byKey("roomlist-001@contoso.com") as DirectoryObject;
    expect(values(known.membersOf(list, "rooms"), "emailAddress")).toContain("room-00010@contoso.com");
  });

  it("gets the default ones if it was put away before there were any", () => {
    const { rooms: _rooms, roomLists: _lists, sections, ...kept } = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
    const { rooms: _section, ...others } = sections;
    writeFileSync(file, JSON.stringify({ ...kept, sections: others }));

    expect(numbers(createWorld({ dataDir: folder }))).toEqual([40, 40]);
  });
});

describe("bookingsOf", () => {
  const monday = Date.UTC(2026, 2, 16);
  const day = 86_400_000;

  it("is the same whatever part of it is asked for, in order, and empty at weekends", () => {
    const week = bookingsOf(1, "room-00001@contoso.com", monday, monday + 7 * day);

    expect(week.length).toBeGreaterThan(0);
    expect(bookingsOf(1, "ROOM-00001@contoso.com", monday, monday + 7 * day)).toEqual(week);
    expect(bookingsOf(1, "room-00001@contoso.com", monday + day, monday + 2 * day)).toEqual(
      week.filter(({ start }) => start >= monday + day && start < monday + 2 * day),
    );
    expect(week.map(({ start }) => start)).toEqual(week.map(({ start }) => start).sort((a, b) => a - b));
    expect(bookingsOf(1, "room-00001@contoso.com", monday + 5 * day, monday + 7 * day)).toEqual([]);
  });
});
