/** Where each room stands and why, and the explanation of one: by what the runs do. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { text } from "../../../../sandbox/directory/model.ts";
import { explainRoom } from "../../../../sync/kinds/rooms/explain.ts";
import { renderRoom } from "../../../../cli/terminal/explain-room.ts";
import { roomStandings, type RoomStanding } from "../../../../sync/kinds/rooms/states.ts";
import { renderStandings } from "../../../../cli/terminal/room-states.ts";
import { type Company, HOUR_MS, startCompany, syncToOnes } from "./company.ts";

const ROOM = "room-00006@contoso.com";
const OTHER = "room-00009@contoso.com";
const TYPED = "room-00002@contoso.com";
const signal = AbortSignal.timeout(60_000);

let company: Company;
let sync: ReturnType<typeof syncToOnes>;
beforeEach(async () => {
  company = await startCompany({ rooms: 12 });
  for (const room of company.hands.rooms.values()) {
    if (!room["capacity"]) company.hands.change(text(room, "emailAddress"), { capacity: 8 });
  }
  sync = syncToOnes(company);
});
afterEach(() => company.close());

const standings = async () => roomStandings({ definition: sync.definition, state: await company.store.read(), signal });
async function standing(address: string): Promise<RoomStanding | undefined> {
  return (await standings()).rooms.find((room) => room.address === address);
}
const resourceOf = (address: string) => company.ones.resources.find(({ email }) => email === address);
const explain = async (asked: string) =>
  explainRoom({
    definition: sync.definition,
    properties: { name: "displayName", capacity: "capacity" },
    state: await company.store.read(),
    asked,
    signal,
    now: company.clock.now,
  });

describe("a room", () => {
  it("that is not there yet is for the next run; afterwards it is synced", async () => {
    expect(await standing(ROOM)).toMatchObject({
      standing: "next run",
      why: "all rooms are in scope; not in ONES yet",
    });
    await sync.run();
    expect(await standing(ROOM)).toMatchObject({ standing: "synced", targetId: String(resourceOf(ROOM)?.id) });
    expect((await standing(TYPED))?.standing).toBe("synced");
  });

  it("that carried its id before is matched by hand", async () => {
    const byName = company.ones.resources.find(
      ({ name, email }) => email === null && name !== "Visitors' parking space",
    )!;
    byName.externalId = text(company.hands.find("room-00005@contoso.com")!.place, "placeId");
    await sync.run();

    expect(await standing("room-00005@contoso.com")).toMatchObject({
      standing: "matched by hand",
      targetId: String(byName.id),
    });
    expect(company.ones.resources.filter(({ email }) => email === "room-00005@contoso.com")).toHaveLength(1);
  });

  it("is missing, then retired; inactive or removed by somebody; out of scope; failed", async () => {
    await sync.run();
    company.hands.remove(ROOM);
    await sync.run();
    expect(await standing(ROOM)).toMatchObject({
      standing: "missing",
      why: expect.stringContaining("in 2 complete reads; it is retired after more than 48 h") as unknown,
    });
    await sync.run();
    company.clock.advance(49 * HOUR_MS);
    await sync.run();
    expect((await standing(ROOM))?.standing).toBe("retired");

    resourceOf(OTHER)!.enabled = false;
    expect(await standing(OTHER)).toMatchObject({
      standing: "next run",
      why: "all rooms are in scope; inactive in ONES",
    });

    company.sandbox.faults.add({ host: "ones.contoso.com", method: "PATCH", then: { status: 400 } });
    await sync.run();
    company.sandbox.faults.clear();
    expect((await standing(OTHER))?.standing).toBe("failed");

    sync = syncToOnes(company, { scope: "specified", addresses: [OTHER] });
    expect(await standing(TYPED)).toMatchObject({
      standing: "not in scope",
      why: "has none of the addresses in the settings; the next run retires it",
    });
  });
});

it("what the target has besides is listed, with the rooms that are called so too", async () => {
  await sync.run();
  const { strangers } = await standings();

  expect(strangers.map(({ name }) => name)).toContain("Visitors' parking space");
  const namesake = strangers.find(({ namesakes }) => namesakes.length > 0);
  expect(namesake?.namesakes.map(({ address }) => address)).toContain("room-00005@contoso.com");
  expect(strangers).toHaveLength(2);
});

it("is shown in words, those first that somebody has to look after", async () => {
  await sync.run();
  company.hands.remove(ROOM);
  await sync.run();

  const shown = renderStandings(await standings(), { color: false, targetName: "ONES" });

  const lines = shown.split("\n");
  expect(lines[0]).toMatch(/^state +room +address +why$/);
  expect(lines[1]).toMatch(/^missing .*room-00006@contoso\.com/);
  expect(shown).toContain("in ONES, and no room matches\n  ");
  expect(shown).toContain("Visitors' parking space (6)");
  expect(shown).toMatch(/12 rooms {2}\| {2}1 missing {2}\| {2}11 synced\n$/);
});

describe("explain", () => {
  it.each(["address", "place id", "name"])("finds a room by %s", async (way) => {
    company.hands.change(ROOM, { displayName: "The Only One" });
    const placeId = text(company.hands.find(ROOM)!.place, "placeId");
    const asked = { address: ROOM.toUpperCase(), "place id": placeId, name: "the only one" }[way]!;

    expect(await explain(asked)).toMatchObject({ room: { address: ROOM }, next: { change: { kind: "create" } } });
  });

  it("says that nobody, or more than one, is meant", async () => {
    company.hands.change(ROOM, { displayName: "Twin" });
    company.hands.change(OTHER, { displayName: "Twin" });
    await expect(explain("Twin")).rejects.toThrow(
      `2 rooms answer to Twin: give the address of one (${ROOM} and ${OTHER}).`,
    );
    await expect(explain("nobody@contoso.com")).rejects.toMatchObject({ name: "UnknownRoom" });
  });

  it("tells what the next run does, as it then does it", async () => {
    await sync.run();
    company.hands.change(ROOM, { capacity: 99 });
    const before = await explain(ROOM);
    expect(before).toMatchObject({
      next: { mode: "full", change: { kind: "update", after: { capacity: 99 } } },
      fields: [{ field: "name" }, { field: "capacity", value: 99, write: 99 }],
    });
    expect((await sync.run()).counts.update).toBe(1);
    expect((await explain(ROOM)).next.change.kind).toBe("none");

    const shown = renderRoom(await explain(ROOM), {
      color: false,
      now: company.clock.now(),
      sourceName: "Microsoft Graph",
      targetName: "ONES",
    });
    expect(shown).toMatch(/scope +all rooms are in scope/);
    expect(shown).toMatch(/ONES +linked to ".*" \(\d+\), made by this sync, active/);
    expect(shown).toContain("differs in capacity");
  });

  it("of a room that is missing says since when", async () => {
    await sync.run();
    company.hands.remove(ROOM);
    await sync.run();
    expect((await explain(ROOM)).next.change).toMatchObject({
      kind: "skip",
      reason: expect.stringContaining(
        "not listed by Microsoft Graph since 2026-03-02T08:00Z, in 2 complete reads",
      ) as unknown,
    });
  });
});
