/** What is wrong in the tenant or in the settings is named; the other rooms go on. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
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
    "capacity 0",
    (hands) => hands.change(ROOM, { capacity: 0 }),
    {},
    "",
    `has the capacity 0, by which rooms are looked for; set it in Exchange: Set-Place -Identity '${ROOM}' -Capacity <seats>`,
  ],
  ["no capacity", (hands) => hands.change(ROOM, { capacity: null }), {}, "", "has no capacity, by which"],
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
