/** The same nights on the rooms' side: what was seen to go wrong with people, and what is right. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { renderReport } from "../../../cli/terminal/report.ts";
import { text } from "../../../sandbox/directory/model.ts";
import type { RoomScope, RoomsOutputs } from "../../../contract/outputs/rooms.ts";
import type { GraphClient } from "../../../sync/connectors/graph/index.ts";
import { readInventory } from "../../../sync/kinds/rooms/inventory.ts";
import { survey } from "../../../sync/kinds/rooms/survey.ts";
import { capacityLack } from "../../../sync/kinds/rooms/capacity.ts";
import { explainRoom } from "../../../sync/kinds/rooms/explain.ts";
import { roomFields } from "../../../sync/kinds/rooms/mapping.ts";
import { roomOf } from "../../../sync/kinds/rooms/room.ts";
import type { Json } from "../../../sync/model/json-value.ts";
import type { Edit } from "../../../sync/state/session.ts";
import { newestReports } from "../../../sync/run/history.ts";
import { type Company, HOUR_MS, startCompany, syncToOnes } from "../kinds/rooms/company.ts";

const ROOMS = 40;
const ROOM = "room-00006@contoso.com";
const ONES = "ones.contoso.com";

let company: Company;
beforeEach(async () => {
  company = await startCompany({ rooms: ROOMS });
  for (const address of everyRoom()) company.hands.change(address, { capacity: 8, floorLabel: "2" });
});
afterEach(() => company.close());

const everyRoom = () => [...company.hands.rooms.values()].map((room) => text(room, "emailAddress"));
const resourceOf = (address: string) => company.ones.resources.find(({ email }) => email === address);
const ours = () => company.ones.resources.filter(({ externalId, email }) => externalId !== null && email !== null);

it("values of every room emptied: over the limit, and can be allowed", async () => {
  const { run } = syncToOnes(company);
  await run();
  for (const address of everyRoom()) company.hands.change(address, { floorLabel: null, floorNumber: null });

  const report = await run();

  expect(report).toMatchObject({ exitCode: 20, counts: { update: 0 } });
  expect(report.failure).toContain(`${ROOMS} objects with values emptied`);
  expect(await run({ allow: report.limit?.hash ?? "" })).toMatchObject({ exitCode: 0, counts: { update: ROOMS } });
});

it("a first sync that was killed in the middle: no limit of creates stops it", async () => {
  const { run } = syncToOnes(company, {}, { limits: { create: { count: 5, percent: 10 } } });
  const stop = new AbortController();
  const killed = run({
    signal: stop.signal,
    onProgress: ({ phase, done }) => void (phase === "write" && done >= 22 && stop.abort()),
  });
  expect((await killed).status).toBe("Failure");
  expect(ours().length).toBeGreaterThan(20);
  expect(ours().length).toBeLessThan(ROOMS);
  // What was under way is given its time to show.
  company.clock.advance(11 * 60_000);
  expect(await run()).toMatchObject({ status: "Success", exitCode: 0 });
  expect(ours()).toHaveLength(ROOMS);
});

it("rooms that the target always refuses: the others are written, and it is told in every run", async () => {
  const { run } = syncToOnes(company);
  await run();
  for (const address of everyRoom()) company.hands.change(address, { capacity: 9 });
  const { id } = resourceOf(ROOM)!;
  company.sandbox.faults.add({ host: ONES, method: "PATCH", path: `*/${id}`, then: { status: 400 } });

  expect(await run()).toMatchObject({ status: "Success with Exceptions", counts: { update: ROOMS - 1, fail: 1 } });
  for (let night = 0; night < 3; night += 1) {
    company.clock.advance(5 * 60_000);
    expect(await run()).toMatchObject({ status: "Success with Exceptions", counts: { update: 0, fail: 1 } });
  }
  company.sandbox.faults.clear();
  company.clock.advance(25 * HOUR_MS);
  expect(await run()).toMatchObject({ status: "Success", counts: { update: 1, fail: 0 } });
});

it("a room that another made bookable since is a question, not a disable", async () => {
  const { run } = syncToOnes(company);
  await run();
  company.hands.remove(ROOM);
  for (let times = 0; times < 4; times += 1) {
    company.clock.advance(25 * HOUR_MS);
    await run();
  }
  expect(resourceOf(ROOM)?.enabled).toBe(false);
  resourceOf(ROOM)!.enabled = true;
  for (let night = 0; night < 3; night += 1) {
    company.clock.advance(25 * HOUR_MS);
    const report = await run();
    expect(report.exceptions[0]?.reason).toContain("somebody else made it active");
    expect(resourceOf(ROOM)?.enabled).toBe(true);
  }
});

it("state lost: a room that went in between is named in every run, and let go by a hash", async () => {
  await syncToOnes(company).run();
  company.hands.remove(ROOM);
  const lost = await company.store.lock("rooms-ones");
  for (const partition of ["links", "linked", "counts", "position", "known"])
    await lost.clear(`rooms-ones-${partition}`);
  await lost.release();
  const { run } = syncToOnes(company);
  await run();
  const report = await run();
  expect(report.strangers?.objects).toHaveLength(1);
  expect(await run({ allow: report.strangers?.hash ?? "" })).toMatchObject({ counts: { disable: 1 } });
  expect(resourceOf(ROOM)?.enabled).toBe(false);
  expect((await run()).strangers).toBeUndefined();
});

describe("names of rooms and lists that are not what they look like", () => {
  it("control characters, line breaks and direction marks reach no terminal raw", async () => {
    company.hands.change(ROOM, { displayName: "Ada\n::error ::gone\u001b[2J\u202e" });
    company.sandbox.faults.add({ host: ONES, method: "POST", then: { status: 400 } });
    const rendered = renderReport(await syncToOnes(company).run(), { color: false });
    expect(rendered).not.toMatch(/^::/m);
    expect([...rendered].filter((character) => ["\u001b", "\u202e"].includes(character))).toEqual([]);
  });

  it("a building that is composed in another way, or holds a no-break space, was another one without a word", async () => {
    company.hands.change(ROOM, { building: "Cafe\u0301\u00a0Nord" });
    const { run } = syncToOnes(company, {
      scope: "specified",
      buildings: ["Caf\u00e9 Nord", "Caf\u00e9 Sud"],
      tags: ["none"],
    });
    const report = await run();
    expect(ours().map(({ email }) => email)).toEqual([ROOM]);
    const notes = report.notes.filter((note) => note.startsWith("No room"));
    expect(notes).toEqual([
      expect.stringMatching(/^No room is in a building "Café Sud": correct \S+\.buildings, or take it out\.$/),
      expect.stringMatching(/^No room has the tag "none": correct \S+\.tags, or take it out\.$/),
    ]);
  });

  it("values that hold the separator of a set are compared as they were written", async () => {
    company.hands.change(ROOM, { tags: ["a; b", "c;", "; "], videoDeviceName: "Bar; two", floorLabel: "Up\ud800" });
    const [list] = [...company.hands.roomLists.values()];
    company.hands.change(text(list!, "emailAddress"), { displayName: "North; upper; " });
    const { run } = syncToOnes(company);
    expect(await run()).toMatchObject({ status: "Success" });
    expect(await run()).toMatchObject({ status: "Success", counts: { update: 0, none: ROOMS } });
  });
});

it("an answer of the target with a name in it is not kept in the history", async () => {
  const { run } = syncToOnes(company);
  await run();
  company.hands.change(ROOM, { displayName: "Room of Ada Lovelace" });
  const body = { message: "Ada Lovelace <ada@example.com> is too long" };
  company.sandbox.faults.add({ host: ONES, method: "PATCH", then: { status: 400, body } });
  expect((await run()).exceptions).toHaveLength(1);
  const [stored] = await newestReports(await company.store.read(), "rooms-ones", 1);
  expect(JSON.stringify(stored)).not.toMatch(/Lovelace|ada@example/);
});

it("a state of an older version, with the names of room lists alone, ended every run with a stack", async () => {
  const list = "list-01@contoso.com";
  company.hands.addRoomList({ emailAddress: list, displayName: "First", placeId: "p1" });
  company.hands.putInList(list, ROOM);
  const { run } = syncToOnes(company, { scope: "specified", lists: [list] });
  expect(await run()).toMatchObject({ exitCode: 0, counts: { create: 1 } });
  const state = await company.store.lock("rooms-ones");
  const rooms: Edit[] = [];
  for await (const page of state.list("rooms-ones-known")) {
    for (const { key, value } of page) {
      const known = { ...(value as Record<string, Json>), lists: { [list]: "First" } };
      rooms.push({ partition: "rooms-ones-known", key, value: known });
    }
  }
  await state.commit(rooms);
  await state.release();
  expect(rooms).toHaveLength(1);

  expect(await run()).toMatchObject({ exitCode: 0, counts: { update: 0, disable: 0 } });
});

describe("one answer in which a room was no longer what the settings name of it disabled it at once", () => {
  const named = [
    ["its building", { buildings: ["Tower"] }, { building: "Tower" }, { building: "Annex" }],
    ["a building that is not told", { buildings: ["Tower"] }, { building: "Tower" }, { building: null }],
    ["its tag", { tags: ["quiet"] }, { tags: ["quiet"] }, { tags: [] }],
    ["its address", { addresses: [ROOM] }, {}, { emailAddress: "renamed@contoso.com" }],
  ] as const;
  const stand = () => company.ones.resources.find(({ id }) => id === made)?.enabled;
  let made: number | undefined;

  it.each(named)("%s: it is missing, and retired like one that is not listed", async (_, scope, before, after) => {
    const other = "room-00007@contoso.com";
    const addresses = [other, ...("addresses" in scope ? scope.addresses : [])];
    const { run } = syncToOnes(company, {
      scope: "specified",
      ...structuredClone(scope),
      addresses,
    } as Partial<RoomsOutputs>);
    company.hands.change(ROOM, structuredClone(before) as never);
    await run();
    made = resourceOf(ROOM)?.id;
    expect(stand()).toBe(true);
    company.hands.change(ROOM, structuredClone(after) as never);

    for (let read = 0; read < 2; read += 1) {
      expect(await run()).toMatchObject({ counts: { disable: 0, skip: 1 } });
      company.clock.advance(25 * HOUR_MS);
    }
    expect(stand()).toBe(true);
    expect(await run()).toMatchObject({ counts: { disable: 1 } });
    expect(stand()).toBe(false);
  });

  it("what a person takes out of the settings is meant", async () => {
    company.hands.change(ROOM, { building: "Tower" });
    const other = { scope: "specified", addresses: ["room-00007@contoso.com"] } as const;
    await syncToOnes(company, { ...other, addresses: [...other.addresses], buildings: ["Tower"] }).run();
    const { run } = syncToOnes(company, { ...other, addresses: [...other.addresses], buildings: ["Annex"] });
    expect(await run()).toMatchObject({ counts: { disable: 1 } });
  });
});

describe("names that look alike, or are the same once they are written", () => {
  it("two room lists shared one area, or had two of one name", async () => {
    const rooms = everyRoom();
    for (const [index, displayName] of ["Caf\u00e9", "Cafe\u0301", "A;B", "A,B"].entries()) {
      const emailAddress = `list-${index}@contoso.com`;
      company.hands.addRoomList({ emailAddress, displayName });
      company.hands.putInList(emailAddress, rooms[index] ?? "");
    }
    expect(await syncToOnes(company).run()).toMatchObject({ exitCode: 0 });
    const areas = company.ones.areas.flatMap(({ name }) => (/list-\d@/.test(String(name)) ? [name] : []));
    expect(areas.sort()).toEqual(
      [
        "A,B (list-3@contoso.com)",
        "A;B (list-2@contoso.com)",
        "Cafe\u0301 (list-1@contoso.com)",
        "Caf\u00e9 (list-0@contoso.com)",
      ].sort(),
    );
  });

  it("two rooms of one name passed without a word, and one was not found by its name", async () => {
    const [one = "", other = ""] = everyRoom();
    company.hands.change(one, { displayName: "Caf\u00e9\u00a0Eins" });
    const { run, definition } = syncToOnes(company);
    await run();
    const state = await company.store.read();
    const found = await explainRoom({
      definition,
      properties: {},
      state,
      asked: "cafe\u0301 eins",
      signal: new AbortController().signal,
      now: company.clock.now,
    });
    expect(found.room.address).toBe(one);
    company.hands.change(other, { displayName: "Cafe\u0301 Eins" });
    expect((await run()).notes.join()).toContain("2 rooms are called");
  });
});

it.each([0, -3, 2.5, 2 ** 31, 1e300])("a capacity of %d is none: the target keeps what it has", (capacity) => {
  const room = roomOf({ id: "r", displayName: "R", emailAddress: "r@contoso.com", capacity });
  expect(capacityLack(room)).toBe(`has the capacity ${capacity}`);
  expect(roomFields(room, { capacity: "capacity" }, new Map())).toEqual({});
});

describe("one room that Graph gave twice was told as two with one address, and left alone", () => {
  const atlas = {
    id: "i1",
    placeId: "p1",
    "@odata.type": "#microsoft.graph.room",
    displayName: "Atlas",
    emailAddress: "atlas@contoso.com",
  };
  /** Lists a room and workspaces, and has that room under every address. */
  const graph = (workspaces: readonly object[]): GraphClient => ({
    host: "graph.microsoft.com",
    async get(path) {
      const all = path.includes("workspace") ? workspaces : [atlas];
      return { value: path.includes("$skip") ? [] : all, "@odata.count": all.length };
    },
    async post(_, body) {
      const { requests } = body as { readonly requests: readonly { readonly id: string }[] };
      return { responses: requests.map(({ id }) => ({ id, status: 200, body: atlas })) };
    },
  });
  const read = async (scope: RoomScope, workspaces: readonly object[] = []) => {
    const inventory = await readInventory({
      client: graph(workspaces),
      workspaces: workspaces.length > 0,
      lists: { all: false, named: [] },
      addresses: scope.addresses ?? [],
      onlyAddresses: true,
      setting: "tenantwire:ones.rooms",
      signal: new AbortController().signal,
      onRead: () => undefined,
    });
    const options = { scope, fields: {}, required: {}, retireAfter: { hours: 48, reads: 3 }, setting: "" };
    return survey(options, { inventory, known: new Map(), linked: new Set(), now: company.clock.now() });
  };

  it.each<[string, RoomScope, object[]]>([
    ["by a former address", { scope: "specified", addresses: ["former@contoso.com"] }, []],
    ["by two addresses", { scope: "specified", addresses: ["former@contoso.com", "atlas@contoso.com"] }, []],
    ["made a workspace meanwhile", { scope: "all" }, [{ ...atlas, "@odata.type": "#microsoft.graph.workspace" }]],
    ["under another id", { scope: "all" }, [{ ...atlas, id: "i2" }]],
  ])("%s", async (_, scope, workspaces) => {
    const { objects, exceptions, notes } = await read(scope, workspaces);
    expect(objects).toMatchObject([{ id: "p1", life: "active" }]);
    expect([exceptions, notes]).toEqual([[], []]);
  });
});
