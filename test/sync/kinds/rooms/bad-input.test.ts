/** What is wrong in the tenant or in the settings is named; the other rooms go on. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { text } from "../../../../sandbox/directory/model.ts";
import type { RoomsOutputs } from "../../../../contract/outputs/rooms.ts";
import { type Company, HOUR_MS, startCompany, syncToOnes } from "./company.ts";

const ROOMS = 40;
const ROOM = "room-00006@contoso.com";
const LIST = "roomlist-001@contoso.com";
const SETTING = "(tenantwire:ones.rooms.addresses)";

let company: Company;
beforeEach(async () => {
  company = await startCompany({ rooms: ROOMS });
  for (const room of company.hands.rooms.values()) {
    if (!room["capacity"]) company.hands.change(text(room, "emailAddress"), { capacity: 8 });
  }
});
afterEach(() => company.close());

const everyRoom = () => [...company.hands.rooms.values()].map((room) => text(room, "emailAddress"));
const enabled = () => company.ones.resources.filter(({ enabled: is, externalId }) => is && externalId !== null).length;

it("is Success where nothing is wrong", async () => {
  expect(await syncToOnes(company).run()).toMatchObject({ status: "Success", exitCode: 0 });
});

it.each<[string, (hands: Company["hands"]) => void, Partial<RoomsOutputs>, string, string]>([
  [
    "an empty room list",
    (hands) => hands.addRoomList({ emailAddress: "empty@contoso.com", displayName: "Nobody" }),
    {},
    "empty@contoso.com",
    "this room list is empty; add its rooms in Exchange, or delete it",
  ],
  [
    "a specified room that does not exist",
    () => undefined,
    { addresses: ["nobody@contoso.com"] },
    "nobody@contoso.com",
    `is the address of no room that Microsoft Graph knows: correct it; a new room may take up to 48 h to show, and one that is hidden from address lists never does ${SETTING}`,
  ],
  [
    "a mailbox that is a person's",
    () => undefined,
    { addresses: ["ada@contoso.com"] },
    "ada@contoso.com",
    "is the address of no room that Microsoft Graph knows",
  ],
  [
    "a mailbox that is a room list",
    () => undefined,
    { addresses: [LIST] },
    LIST,
    `is the address of a room list; name it under lists ${SETTING}`,
  ],
  [
    "a mailbox that is a workspace",
    () => undefined,
    { addresses: ["desks-0001@contoso.com"] },
    "desks-0001@contoso.com",
    `is the address of a workspace; set workspaces: true to sync those too ${SETTING}`,
  ],
  [
    "a room list that does not exist",
    () => undefined,
    { addresses: [], lists: ["gone@contoso.com"] },
    "gone@contoso.com",
    "Microsoft Graph does not have it; whom this room list held before is taken to be in it still",
  ],
])("%s is named", async (_, spoil, scope, id, reason) => {
  spoil(company.hands);
  const specified = Object.keys(scope).length > 0;
  const rooms = specified
    ? { scope: "specified" as const, ...scope, addresses: [...(scope.addresses ?? []), ...everyRoom()] }
    : {};

  const report = await syncToOnes(company, rooms).run();

  expect(report).toMatchObject({ status: "Success with Exceptions", exitCode: 10, counts: { fail: 1 } });
  expect(report.exceptions).toEqual([
    expect.objectContaining({
      sourceId: id || company.hands.rooms.byKey(ROOM)?.["placeId"],
      outcome: "failed",
      reason: expect.stringContaining(reason) as unknown,
    }),
  ]);
  expect(enabled()).toBe(ROOMS);
});

it("an address twice: neither is guessed to be the right one, and one that was synced stays as it is", async () => {
  const { run } = syncToOnes(company);
  await run();
  const before = company.ones.resources.find(({ email }) => email === ROOM);
  const other = company.hands.rooms.byKey("room-00009@contoso.com")!;
  // Exchange would not let it be: what is broken is the answer.
  other["emailAddress"] = ROOM.toUpperCase();
  company.hands.change("room-00010@contoso.com", { capacity: 77 });

  const report = await run();

  expect(report.counts).toMatchObject({ fail: 2, skip: 2, update: 1, disable: 0, create: 0 });
  expect(report.exceptions[0]?.reason).toContain(`has its address in common: 2 rooms have ${ROOM}`);
  expect(company.ones.resources.find(({ email }) => email === ROOM)).toEqual(before);
  expect(enabled()).toBe(ROOMS);
});

it("a room without an address is named, and no other suffers", async () => {
  company.hands.rooms.byKey(ROOM)!["emailAddress"] = "";
  const report = await syncToOnes(company).run();
  expect(report.exceptions.map(({ reason }) => reason)).toEqual([
    "has no mail address in Microsoft Graph, by which it would be booked",
  ]);
  expect(enabled()).toBe(ROOMS - 1);
});

describe("a room without a capacity", () => {
  const lacking = (hands: Company["hands"]) => {
    hands.change(ROOM, { capacity: 0 });
    hands.change("room-00009@contoso.com", { capacity: null });
  };

  it("is synced and noted until it has one, and nothing failed", async () => {
    lacking(company.hands);
    const { run } = syncToOnes(company);
    for (const words of ["the first run", "every other"]) {
      const report = await run();
      expect({ words, ...report }).toMatchObject({ status: "Success", exitCode: 0, counts: { fail: 0, skip: 0 } });
      expect(report.notes).toContain(
        `2 rooms have no capacity, by which rooms are looked for: ${ROOM} and room-00009@contoso.com. ` +
          `The target keeps the one that it has; set it in Exchange: Set-Place -Identity '${ROOM}' -Capacity <seats>.`,
      );
    }
    expect(enabled()).toBe(ROOMS);
    const { rooms } = await company.look();
    expect(rooms.find(({ address }) => address === ROOM)).toMatchObject({
      state: "in scope",
      why: "all rooms are in scope; has the capacity 0",
    });

    company.hands.change(ROOM, { capacity: 4 });
    company.hands.change("room-00009@contoso.com", { capacity: 4 });
    expect((await run()).notes).not.toContainEqual(expect.stringContaining("capacity"));
  });

  it("is not noted where no field is mapped from it", async () => {
    lacking(company.hands);
    const { notes } = await syncToOnes(company, { fields: { name: "displayName", email: "emailAddress" } }).run();
    expect(notes).not.toContainEqual(expect.stringContaining("capacity"));
  });
});

it.each([
  ["capacity", "seats", "capacity", { capacity: null }, `; set it in Exchange: Set-Place -Identity '${ROOM}'`],
  ["name", "name", "displayName", { displayName: "" }, ""],
  ["floor", "floor", "floor", { floorLabel: null, floorNumber: null }, ""],
  ["equipment", "equipment", "equipment", {}, ""],
] as const)(
  "a %s that the target requires is an exception of that room alone",
  async (field, word, property, spoilt, mend) => {
    for (const address of everyRoom()) {
      company.hands.change(address, { floorLabel: "1", audioDeviceName: "Phone" });
    }
    const without = {
      audioDeviceName: null,
      videoDeviceName: null,
      displayDeviceName: null,
      isWheelChairAccessible: false,
    };
    company.hands.change(ROOM, property === "equipment" ? without : spoilt);

    const report = await syncToOnes(company, {}, { required: { [field]: word } }).run();

    expect(report).toMatchObject({
      status: "Success with Exceptions",
      counts: { fail: 1, create: ROOMS - 4, link: 3 },
    });
    expect(report.exceptions[0]?.reason).toContain(
      `has no ${word} (${property}) in Microsoft 365, which the target requires${mend}`,
    );
  },
);

it("equal names are listed, and matched by address alone", async () => {
  company.hands.change("room-00001@contoso.com", { displayName: "Twin" });
  company.hands.change(ROOM, { displayName: "Twin" });

  const report = await syncToOnes(company).run();

  expect(report.notes).toContain(
    `2 rooms are called "Twin": room-00001@contoso.com and ${ROOM}. Each is synced by its own address.`,
  );
  expect(company.ones.resources.filter(({ name }) => name === "Twin").map(({ email }) => email)).toEqual(
    expect.arrayContaining(["room-00001@contoso.com", ROOM]),
  );
});

it("a list that may not be read keeps whom it had: in scope, and in their areas; the other lists go on", async () => {
  const { run } = syncToOnes(company, { scope: "specified", lists: [LIST, "roomlist-002@contoso.com"] });
  await run();
  const before = company.ones.resources.map(({ email, areas, enabled: is }) => ({ email, areas, is }));
  company.behave({ refusedLists: [LIST] });
  company.hands.addRoom({ emailAddress: "new@contoso.com", displayName: "New", capacity: 4 });
  company.hands.putInList("roomlist-002@contoso.com", "new@contoso.com");

  for (let times = 0; times < 4; times += 1) {
    company.clock.advance(30 * HOUR_MS);
    const report = await run();
    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { fail: 1, disable: 0, skip: 0 } });
    expect(report.exceptions[0]).toMatchObject({
      sourceId: LIST,
      reason:
        "Microsoft Graph does not let the sync identity read it; whom this room list held before is taken to be in it still",
    });
  }
  expect(
    company.ones.resources.map(({ email, areas, enabled: is }) => ({ email, areas, is })).slice(0, before.length),
  ).toEqual(before);
  expect(company.ones.resources.some(({ email }) => email === "new@contoso.com")).toBe(true);
});
