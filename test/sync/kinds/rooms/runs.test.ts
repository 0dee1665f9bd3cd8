/** Runs of the rooms' sync: the real engine between the stand-in's Graph and its ONES server. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { text } from "../../../../sandbox/directory/model.ts";
import type { RoomsOutputs } from "../../../../contract/outputs/rooms.ts";
import { type Company, HOUR_MS, startCompany, syncToOnes } from "./company.ts";

/** Of these rooms, two have no capacity and two the capacity 0. */
const ROOMS = 40;
const ROOM = "room-00006@contoso.com";
const LIST = "roomlist-001@contoso.com";

let company: Company;
beforeEach(async () => {
  company = await startCompany({ rooms: ROOMS });
});
afterEach(() => company.close());

const resourceOf = (address: string) => company.ones.resources.find(({ email }) => email === address);
const enabled = () => company.ones.resources.filter((each) => each.enabled && each.email !== null).length;
const placeIdOf = (address: string) => text(company.hands.find(address)!.place, "placeId");
/** Makes every capacity a right one. */
function mend(): void {
  for (const room of company.hands.rooms.values()) {
    if (!room["capacity"]) company.hands.change(text(room, "emailAddress"), { capacity: 8 });
  }
}

it("one room is run alone, by its address, and the next run goes on", async () => {
  mend();
  const sync = syncToOnes(company);
  await sync.run();
  const other = "room-00007@contoso.com";
  for (const address of [ROOM, other]) company.hands.change(address, { displayName: `New ${address}` });

  const report = await sync.run({ only: [ROOM.toUpperCase(), "nothing@contoso.com"] });

  expect(report).toMatchObject({ mode: "delta", counts: { update: 1, disable: 0, fail: 0 } });
  expect(report.notes).toEqual(['Microsoft Graph has no "nothing@contoso.com" that is synced.']);
  expect([resourceOf(ROOM)?.name, resourceOf(other)?.name === `New ${other}`]).toEqual([`New ${ROOM}`, false]);
  await sync.run();
  expect(resourceOf(other)?.name).toBe(`New ${other}`);
});

describe("a first run", () => {
  it("makes every room once, and adopts by address what was there", async () => {
    const report = await syncToOnes(company).run();

    expect(report).toMatchObject({
      sync: "rooms-ones",
      status: "Success",
      exitCode: 0,
      counts: { create: ROOMS - 3, link: 3, fail: 0 },
    });
    expect(enabled()).toBe(ROOMS);
    // Three were typed in with an address, two without: one is called as a room is.
    expect(company.ones.resources).toHaveLength(ROOMS + 2);
    expect(company.ones.resources.filter(({ externalId }) => externalId === null)).toHaveLength(2);
    const room = company.hands.rooms.byKey(ROOM)!;
    expect(resourceOf(ROOM)).toMatchObject({
      externalId: placeIdOf(ROOM),
      name: room["displayName"],
      capacity: room["capacity"],
      floor: room["floorLabel"],
      enabled: true,
    });
  });

  it("puts each room into the areas of its lists, and leaves other areas alone", async () => {
    await syncToOnes(company).run();

    const { areas } = company.ones;
    expect(areas.map(({ name }) => name)).toEqual(
      ["Reception", ...[...company.hands.roomLists.values()].map((list) => text(list, "displayName")).sort()].sort(
        (a, b) => areas.findIndex(({ name }) => name === a) - areas.findIndex(({ name }) => name === b),
      ),
    );
    for (const list of company.hands.roomLists.values()) {
      const area = areas.find(({ externalId }) => externalId === `tenantwire:${text(list, "placeId")}`);
      const members = company.hands.membersOf(list, "rooms").map((room) => text(room, "emailAddress"));
      const held = company.ones.resources
        .filter((each) => area && each.areas.includes(area.id))
        .map(({ email }) => email);
      expect(held.sort()).toEqual(members.sort());
    }
    expect(resourceOf("room-00002@contoso.com")?.areas).toContain(1);
  });

  it("dry, writes nothing anywhere and says what it would do", async () => {
    const before = JSON.stringify(company.ones);

    const report = await syncToOnes(company).run({ dryRun: true });

    expect(report.counts).toMatchObject({ create: ROOMS - 3, link: 3, fail: 0 });
    expect(JSON.stringify(company.ones)).toBe(before);
    expect(await (await company.store.read()).count("rooms-ones-known")).toBe(0);
  });
});

it("a second run writes nothing where nothing changed", async () => {
  const { run } = syncToOnes(company);
  await run();
  const before = JSON.stringify(company.ones);

  const report = await run();

  expect(report.counts).toMatchObject({ create: 0, update: 0, link: 0, none: ROOMS });
  expect(JSON.stringify(company.ones)).toBe(before);
});

it("updates name, capacity, floor and equipment, whatever becomes of the room's id", async () => {
  const { run } = syncToOnes(company);
  await run();
  const { id } = resourceOf(ROOM)!;
  company.hands.changeIds();
  company.hands.change(ROOM, { displayName: "Renamed", capacity: 33, floorLabel: "9", videoDeviceName: "New bar" });
  company.hands.change(ROOM, { emailAddress: "moved@contoso.com" });

  const report = await run();

  expect(report.counts).toMatchObject({ create: 0, update: 1, disable: 0 });
  expect(resourceOf("moved@contoso.com")).toMatchObject({ id, name: "Renamed", capacity: 33, floor: "9" });
  expect(resourceOf("moved@contoso.com")?.equipment).toContain("New bar");
});

it("leaves the capacity in the target that Graph does not know", async () => {
  const [address] = [...company.hands.rooms.values()].flatMap((room) =>
    room["capacity"] ? [] : [text(room, "emailAddress")],
  );
  const { run } = syncToOnes(company);
  await run();
  resourceOf(address!)!.capacity = 5;

  const report = await run();

  expect(resourceOf(address!)?.capacity).toBe(5);
  expect(report.notes).toContainEqual(expect.stringContaining(`Set-Place -Identity '${address!}' -Capacity`));
  mend();
  expect((await run()).status).toBe("Success");
  expect(resourceOf(address!)?.capacity).toBe(8);
});

describe("a room that is missing", () => {
  it("is retired after more than 48 hours and three complete reads, and back when it is back", async () => {
    mend();
    const { run } = syncToOnes(company);
    await run();
    const room = company.hands.remove(ROOM);

    for (const [hours, words] of [
      [0, "in 1 complete read;"],
      [24, "in 2 complete reads;"],
      [24, "in 3 complete reads;"],
    ] as const) {
      company.clock.advance(hours * HOUR_MS);
      const report = await run();
      expect(report).toMatchObject({ status: "Success", counts: { disable: 0, skip: 1 } });
      expect(report.skips[0]?.reason).toContain(words);
      expect(resourceOf(ROOM)?.enabled).toBe(true);
    }

    company.clock.advance(HOUR_MS);
    const retired = await run();
    expect(retired.counts.disable).toBe(1);
    expect(resourceOf(ROOM)).toMatchObject({ enabled: false, externalId: room["placeId"] });
    expect((await run()).counts).toMatchObject({ disable: 0, skip: 0, none: ROOMS });

    company.hands.addRoom(room);
    expect((await run()).counts).toMatchObject({ create: 0, enable: 1 });
    expect(resourceOf(ROOM)?.enabled).toBe(true);
    expect(company.ones.resources.filter(({ email }) => email === ROOM)).toHaveLength(1);
  });

  it("is not retired by time alone, nor by reads alone", async () => {
    const { run } = syncToOnes(company);
    await run();
    company.hands.remove(ROOM);
    for (let reads = 0; reads < 6; reads += 1) expect((await run()).counts.disable).toBe(0);
    const [other] = ["room-00009@contoso.com"];
    company.hands.remove(other);
    await run();
    company.clock.advance(1000 * HOUR_MS);

    expect((await run()).counts.disable).toBe(1);
    expect([resourceOf(ROOM)?.enabled, resourceOf(other)?.enabled]).toEqual([false, true]);
  });

  it("begins anew to count when it was there in between", async () => {
    const { run } = syncToOnes(company);
    await run();
    company.hands.hide(ROOM);
    await run();
    company.clock.advance(40 * HOUR_MS);
    company.hands.hide(ROOM, false);
    await run();
    company.hands.hide(ROOM);
    company.clock.advance(40 * HOUR_MS);

    expect((await run()).skips[0]?.reason).toContain("in 1 complete read;");
  });

  it("is counted by no dry run", async () => {
    const { run } = syncToOnes(company);
    await run();
    company.hands.remove(ROOM);
    await run();
    for (let times = 0; times < 3; times += 1) await run({ dryRun: true });

    expect((await run()).skips[0]?.reason).toContain("in 2 complete reads;");
  });

  it("is limited like any other disable, and can be allowed", async () => {
    const { run } = syncToOnes(company, {}, { limits: { disable: { count: 3 } } });
    await run();
    const gone = [...company.hands.rooms.values()].slice(10, 16).map((room) => text(room, "emailAddress"));
    for (const address of gone) company.hands.remove(address);
    for (let times = 0; times < 3; times += 1) await run();
    company.clock.advance(49 * HOUR_MS);

    const stopped = await run();
    expect(stopped).toMatchObject({ status: "Failure", exitCode: 20 });
    expect(enabled()).toBe(ROOMS);

    expect((await run({ allow: stopped.limit!.hash })).counts.disable).toBe(6);
    expect(enabled()).toBe(ROOMS - 6);
  });
});

describe("an answer that is not whole", () => {
  it("with nothing in it retires nobody, however often and long", async () => {
    const { run } = syncToOnes(company);
    await run();
    company.behave({ service: "empty" });
    for (let times = 0; times < 5; times += 1) {
      company.clock.advance(30 * HOUR_MS);
      expect(await run()).toMatchObject({ status: "Failure", exitCode: 20, counts: { disable: 0 } });
    }
    company.behave({ service: "global" });

    expect((await run()).counts).toMatchObject({ none: ROOMS, disable: 0, enable: 0 });
    expect(enabled()).toBe(ROOMS);
  });

  it("with no room in it empties no area: a room that the settings name is in those of its lists still", async () => {
    const { run } = syncToOnes(company, { scope: "specified", addresses: [ROOM], lists: [LIST] });
    company.hands.putInList(LIST, ROOM);
    await run();
    const { areas } = resourceOf(ROOM)!;
    company.behave({ service: "empty" });

    const report = await run();

    expect(report.counts).toMatchObject({ update: 0, disable: 0 });
    expect(report.exceptions.map(({ sourceId, reason }) => [sourceId, reason])).toContainEqual([
      LIST,
      expect.stringContaining("did not give all that is in it"),
    ]);
    expect(areas.length).toBeGreaterThan(0);
    expect(resourceOf(ROOM)?.areas).toEqual(areas);
  });
});

it("a mailbox that was made anew under the same address goes on as the same room", async () => {
  const { run } = syncToOnes(company);
  await run();
  const resource = resourceOf(ROOM)!;
  const { displayName, emailAddress } = company.hands.remove(ROOM);
  company.hands.addRoom({ displayName: `${displayName} 2`, emailAddress, capacity: 6 });

  const report = await run();

  expect(report.counts).toMatchObject({ create: 0, update: 1, fail: 0 });
  expect(report.notes).toContainEqual(expect.stringContaining("its mailbox was made anew"));
  expect(resourceOf(ROOM)).toMatchObject({ id: resource.id, name: `${displayName} 2` });
  expect((await run()).notes).not.toContainEqual(expect.stringContaining("made anew"));
});

it("an address that went from one room to another keeps both rooms apart", async () => {
  const { run } = syncToOnes(company);
  await run();
  const { id } = resourceOf(ROOM)!;
  company.hands.change(ROOM, { emailAddress: "old@contoso.com" });
  company.hands.addRoom({ displayName: "Newcomer", emailAddress: ROOM, capacity: 3 });

  const report = await run();

  expect(report.counts).toMatchObject({ create: 1, update: 1 });
  expect(resourceOf("old@contoso.com")?.id).toBe(id);
  expect(resourceOf(ROOM)).toMatchObject({ name: "Newcomer" });
});

// Whichever of the two ids comes first.
it.each([
  ["room-00005@contoso.com", ROOM],
  [ROOM, "room-00005@contoso.com"],
])("a mailbox that was made anew is the room that had its address last: %s went to %s", async (later, first) => {
  const { run } = syncToOnes(company);
  await run();
  const { id } = resourceOf(later)!;
  company.hands.remove(first);
  await run();
  company.hands.change(later, { emailAddress: first });
  await run();
  company.hands.remove(first);
  company.hands.addRoom({ displayName: "Anew", emailAddress: first, capacity: 3 });

  await run();

  expect(company.ones.resources.filter(({ name }) => name === "Anew")).toMatchObject([{ id, enabled: true }]);
});

it("a room is never called what another one is called whose address it has, where nothing tells the two apart", async () => {
  const { run } = syncToOnes(company);
  company.behave({ service: "withoutPlaceIds" });
  await run();
  const { id, name } = resourceOf(ROOM)!;
  company.behave({ service: "global" });
  await run();
  company.hands.change(ROOM, { emailAddress: "moved@contoso.com" });
  await run();
  company.behave({ service: "withoutPlaceIds" });
  company.hands.addRoom({ displayName: "Newcomer", emailAddress: ROOM, capacity: 3 });

  await run();
  expect(company.ones.resources.find((each) => each.id === id)).toMatchObject({ name, email: "moved@contoso.com" });
  expect(resourceOf(ROOM)).toBeUndefined();
  company.behave({ service: "global" });
  await run();
  expect(resourceOf(ROOM)).toMatchObject({ name: "Newcomer" });
});

it("rooms go on under their ids when the cloud ceases to have place ids, and has them again", async () => {
  const { run } = syncToOnes(company);
  await run();
  company.behave({ service: "withoutPlaceIds" });
  expect((await run()).counts).toMatchObject({ create: 0, link: 0, disable: 0, none: ROOMS });
  company.behave({ service: "global" });
  expect((await run()).counts).toMatchObject({ create: 0, link: 0, disable: 0, none: ROOMS });
});

describe("specified rooms", () => {
  it.each([
    [
      "by address",
      { addresses: [ROOM, "Room-00008@contoso.com"] },
      (of: Of) => ["room-00006", "room-00008"].includes(of.alias),
    ],
    ["by list", { lists: [LIST] }, (of: Of) => of.lists.includes(LIST)],
    ["by building", { buildings: ["seattle 1"] }, (of: Of) => of.building === "Seattle 1"],
    ["by tag", { tags: ["quiet"] }, (of: Of) => of.tags.includes("quiet")],
    [
      "by any of them",
      { tags: ["quiet"], lists: [LIST] },
      (of: Of) => of.tags.includes("quiet") || of.lists.includes(LIST),
    ],
  ])("%s", async (_, scope, isMeant) => {
    const meant = facts()
      .filter(isMeant)
      .map(({ address }) => address);
    expect(meant.length).toBeGreaterThan(0);
    expect(meant.length).toBeLessThan(ROOMS);

    await syncToOnes(company, { scope: "specified", ...scope }).run();

    const synced = company.ones.resources.filter(({ externalId }) => externalId !== null).map(({ email }) => email);
    expect(synced.sort()).toEqual(meant.sort());
  });

  it("that the settings no longer name are disabled at once, and are limited", async () => {
    await syncToOnes(company).run();
    const some = { scope: "specified" as const, addresses: [ROOM] };
    const stopped = await syncToOnes(company, some).run();
    expect(stopped.exitCode).toBe(20);

    await syncToOnes(company, some).run({ allow: stopped.limit!.hash });
    expect(enabled()).toBe(1);
  });

  it.each<[string, Partial<RoomsOutputs>, (room: string) => void, (room: string) => void]>([
    [
      "none of its room lists",
      { lists: [LIST] },
      (room) => company.hands.takeOutOfList(LIST, room),
      (room) => company.hands.putInList(LIST, room),
    ],
    [
      "no longer at its address",
      { addresses: [ROOM, "room-00008@contoso.com"] },
      (room) => company.hands.change(room, { emailAddress: "other@contoso.com" }),
      (room) => company.hands.change("other@contoso.com", { emailAddress: room }),
    ],
    [
      "no longer in its building",
      { buildings: ["Seattle 1"] },
      (room) => company.hands.change(room, { building: "Seattle 9" }),
      (room) => company.hands.change(room, { building: "Seattle 1" }),
    ],
    [
      "without its tag",
      { tags: ["quiet"] },
      (room) => company.hands.change(room, { tags: [] }),
      (room) => company.hands.change(room, { tags: ["quiet"] }),
    ],
  ])(
    "that are %s, while the settings name it still, are missing first, and then retired",
    async (why, by, leave, come) => {
      const { run } = syncToOnes(company, { scope: "specified", ...by });
      await run();
      const { email: room, id } = company.ones.resources.find(({ externalId }) => externalId !== null)!;
      const isEnabled = () => company.ones.resources.find((each) => each.id === id)?.enabled;
      leave(room!);

      expect((await run()).skips[0]?.reason).toContain(why);
      for (let times = 0; times < 2; times += 1) await run();
      expect(isEnabled()).toBe(true);
      company.clock.advance(49 * HOUR_MS);
      expect((await run()).counts.disable).toBe(1);
      expect(isEnabled()).toBe(false);
      come(room!);
      expect((await run()).counts.enable).toBe(1);
    },
  );
});

interface Of {
  readonly address: string;
  readonly alias: string;
  readonly building: string;
  readonly tags: readonly string[];
  readonly lists: readonly string[];
}

function facts(): Of[] {
  return [...company.hands.rooms.values()].map((room) => {
    const address = text(room, "emailAddress");
    const lists = [...company.hands.roomLists.values()].filter((list) =>
      company.hands.membersOf(list, "rooms").some((member) => member.id === room.id),
    );
    return {
      address,
      alias: address.split("@")[0] ?? "",
      building: text(room, "building"),
      tags: room["tags"] as string[],
      lists: lists.map((list) => text(list, "emailAddress")),
    };
  });
}
