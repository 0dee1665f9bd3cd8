import { beforeEach, describe, expect, it } from "@jest/globals";
import { changeBehaviours } from "../../sandbox/behaviours.ts";
import { directory } from "../../sandbox/directory/index.ts";
import type { DirectoryObject } from "../../sandbox/directory/model.ts";
import type { Rooms } from "../../sandbox/directory/rooms.ts";
import { issueUserToken } from "../../sandbox/user-tokens.ts";
import { client, GRAPH, newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

const ROOMS = "/v1.0/places/microsoft.graph.room";
const LISTS = "/v1.0/places/microsoft.graph.roomList";
const FIRST = "room-00001@contoso.com";
const LIST = "roomlist-001@contoso.com";
const inList = (address = LIST, kind = "rooms") => `/v1.0/places/${address}/microsoft.graph.roomList/${kind}`;

let tenant: Tenant;
let reader: Client;
let rooms: Rooms;
beforeEach(async () => {
  tenant = newTenant({ users: 5, rooms: 250 });
  reader = await tenant.withRoles("Place.Read.All");
  rooms = directory(tenant.world).rooms;
});

const behave = (changes: object) => changeBehaviours(tenant.world, { rooms: changes });
const addresses = (places: readonly Body[]) => places.map((place) => place["emailAddress"]);
async function listed(path = `${ROOMS}?$top=100`): Promise<unknown[]> {
  return addresses((await reader.all(path)).items);
}

describe("lists", () => {
  it("give 100 a page, lead on by $skip, and count without ConsistencyLevel", async () => {
    const { body } = await reader.get(`${ROOMS}?$count=true`);

    expect(body.value).toHaveLength(100);
    expect(body["@odata.count"]).toBe(250);
    expect(body["@odata.nextLink"]).toBe(`https://graph.microsoft.com${ROOMS}?$count=true&$skip=100`);
    const { items, pages } = await reader.all(ROOMS);
    expect(pages).toBe(3);
    expect(new Set(addresses(items)).size).toBe(250);
  });

  it("take $top and $skip, give never more than 100, and end without a link", async () => {
    const few = await reader.get(`${ROOMS}?$top=7&$skip=245`);
    expect(addresses(few.body.value)).toEqual((await listed()).slice(245));
    expect(few.body["@odata.nextLink"]).toBeUndefined();
    expect((await reader.get(`${ROOMS}?$top=5&$skip=245`)).body["@odata.nextLink"]).toBeUndefined();
    expect((await reader.get(`${ROOMS}?$top=300`)).body.value).toHaveLength(100);
    expect((await reader.get(`${ROOMS}?$top=7&$skip=900`)).body.value).toEqual([]);
    expect((await reader.get(`${ROOMS}?$skip=-1`)).status).toBe(400);
  });

  it("filter, count what is filtered, and select", async () => {
    const path = `${ROOMS}?$filter=building eq 'Seattle 1' and capacity ge 10&$select=displayName,capacity&$count=true&$top=2`;
    const { body } = await reader.get(path);

    expect(Object.keys(body.value[0] ?? {})).toEqual(["displayName", "capacity"]);
    const { items } = await reader.all(path);
    expect(items).toHaveLength(body["@odata.count"] as number);
    expect(items.length).toBeGreaterThan(2);
    for (const { capacity } of items) expect(capacity).toBeGreaterThanOrEqual(10);
    expect((await reader.get(`${ROOMS}?$select=displayDevice`)).status).toBe(400);
    expect((await reader.get(`${ROOMS}?$skiptoken=x`)).status).toBe(501);
  });

  it("show room lists and workspaces, whatever the letter case of the path", async () => {
    expect(await listed("/v1.0/places/microsoft.graph.roomlist")).toHaveLength(4);
    expect(await listed("/v1.0/places/microsoft.graph.workspace")).toHaveLength(25);
  });
});

describe("a room list", () => {
  it("gives its rooms and workspaces by its address, in pages", async () => {
    const of = await listed(`${inList()}?$top=10`);

    expect(of.length).toBeGreaterThan(30);
    expect(await listed()).toEqual(expect.arrayContaining(of));
    expect((await listed(inList(LIST, "workspaces"))).length).toBeGreaterThan(0);
  });

  it("is not found by its id, nor is a room one", async () => {
    const id = String(rooms.roomLists.byKey(LIST)?.id);
    for (const name of [id, FIRST, "nobody@contoso.com"]) {
      expect(await reader.get(inList(name))).toMatchObject({ status: 404, body: { error: { code: "UnknownError" } } });
    }
  });

  it("can be refused alone", async () => {
    behave({ refusedLists: ["RoomList-001@contoso.com"] });

    expect(await reader.get(inList())).toMatchObject({ status: 403, body: { error: { code: "ErrorAccessDenied" } } });
    expect((await reader.get(inList("roomlist-002@contoso.com"))).status).toBe(200);
    expect(await listed(LISTS)).toHaveLength(4);
  });
});

describe("one place", () => {
  it("is found by id, placeId and address, and says what it is", async () => {
    const room = rooms.rooms.byKey(FIRST);
    for (const name of [room?.id, room?.["placeId"], FIRST.toUpperCase()]) {
      const { status, body } = await reader.get(`/v1.0/places/${name as string}`);
      expect({ status, body }).toMatchObject({ status: 200, body: { emailAddress: FIRST, id: room?.id } });
      expect(body["@odata.type"]).toBe("#microsoft.graph.room");
    }
    expect((await reader.get(`/v1.0/places/${LIST}`)).body["@odata.type"]).toBe("#microsoft.graph.roomList");
    expect((await reader.get("/v1.0/places/nobody@contoso.com")).status).toBe(404);
  });
});

describe("without the permission", () => {
  it.each([ROOMS, LISTS, inList(), `/v1.0/places/${FIRST}`])("%s is refused", async (path) => {
    const { status, body } = await (await tenant.withRoles("User.Read.All")).get(path);
    const { code, message } = JSON.parse(body.error.message) as { code: string; message: string };

    expect([status, body.error.code, code]).toEqual([403, "UnknownError", "invalid_permissions"]);
    expect(message).toContain("place.read.all permission is required");
    expect(message).toContain("provided: User.Read.All IsAppOnly:True");
  });

  it.each([
    ["Place.Read.All", 200],
    ["User.Read", 403],
  ])("an application that acts for somebody with %s is answered %i", async (scope, status) => {
    const { users, registrations } = directory(tenant.world);
    const request = {
      user: users.get(tenant.world.ownerId) as DirectoryObject,
      client: registrations.createApplication({ displayName: "a room finder" }, []),
      proof: "secret" as const,
      audience: GRAPH,
      scopes: [scope],
    };
    const person = client(tenant.graph, await issueUserToken(tenant.world, request));

    expect((await person.get(ROOMS)).status).toBe(status);
  });
});

describe("an administrator's changes", () => {
  it("show: a new room, a rename, a capacity, lists, and a removal", async () => {
    rooms.addRoom({ displayName: "Boardroom", emailAddress: "new@contoso.com", capacity: 3 });
    rooms.addRoomList({ displayName: "Empty", emailAddress: "empty@contoso.com" });
    rooms.putInList(LIST, "new@contoso.com");
    rooms.putInList(LIST, "new@contoso.com");
    rooms.change(FIRST, { capacity: 99, displayName: "Aula", emailAddress: "aula@contoso.com" });

    expect((await reader.get("/v1.0/places/aula@contoso.com")).body).toMatchObject({
      capacity: 99,
      displayName: "Aula",
    });
    expect((await reader.get(`/v1.0/places/${FIRST}`)).status).toBe(404);
    expect((await listed(inList())).filter((each) => each === "new@contoso.com")).toHaveLength(1);
    expect(await listed(inList("empty@contoso.com"))).toEqual([]);

    const removed = rooms.remove("new@contoso.com");
    expect(await listed()).not.toContain("new@contoso.com");
    expect(await listed(inList())).not.toContain("new@contoso.com");
    rooms.addRoom(removed);
    expect((await reader.get("/v1.0/places/new@contoso.com")).body["placeId"]).toBe(removed["placeId"]);
    const first = (await listed(inList()))[0] as string;
    rooms.putInList(LIST, first);
    rooms.takeOutOfList(LIST, first);
    expect(await listed(inList())).not.toContain(first);
    expect(() => rooms.takeOutOfList(LIST, "new@contoso.com")).toThrow("is not in");
    expect(() => rooms.change("nobody@contoso.com", {})).toThrow("has no room");
    expect(() => rooms.putInList(FIRST, "new@contoso.com")).toThrow("has no room");
    expect(() => rooms.putInList("new@contoso.com", "new@contoso.com")).toThrow("is no room list");
    expect(() => rooms.addRoom({ displayName: "Twin", emailAddress: "NEW@contoso.com" })).toThrow("already");
  });

  it("new ids leave placeId and address alone", async () => {
    const before = (await reader.all(`${ROOMS}?$select=id,placeId`)).items;
    rooms.changeIds(FIRST);
    const once = (await reader.all(`${ROOMS}?$select=id,placeId`)).items;
    rooms.changeIds();
    const twice = (await reader.all(`${ROOMS}?$select=id,placeId`)).items;

    const column = (items: readonly Body[], name: string) => items.map((each) => each[name]);
    expect(column(twice, "placeId")).toEqual(column(before, "placeId"));
    expect(once.filter((room, index) => room["id"] !== before[index]?.["id"])).toHaveLength(1);
    expect(column(twice, "id").filter((id) => column(once, "id").includes(id))).toEqual([]);
    expect((await reader.get(`/v1.0/places/${String(before[0]?.["id"])}`)).status).toBe(404);
    expect((await reader.get(`/v1.0/places/${String(twice[0]?.["id"])}`)).body["emailAddress"]).toBe(FIRST);
  });

  it("a hidden room is nowhere, and comes back", async () => {
    const of = (await listed(inList()))[0] as string;
    rooms.hide(of);
    expect(await listed()).not.toContain(of);
    expect(await listed(inList())).not.toContain(of);
    expect((await reader.get(`/v1.0/places/${of}`)).status).toBe(404);
    expect((await reader.get(`${ROOMS}?$count=true`)).body["@odata.count"]).toBe(249);

    rooms.hide(of, false);
    expect(await listed()).toContain(of);
    rooms.hide(of);
    rooms.addRoom(rooms.remove(of));
    expect(await listed()).toContain(of);
    rooms.hide(LIST);
    expect((await reader.get(inList())).status).toBe(404);
    expect(await listed(LISTS)).toHaveLength(3);
  });

  it("a new room is listed when the lag is over, and not before", async () => {
    behave({ listingLagHours: 48 });
    rooms.addRoom({ displayName: "Late", emailAddress: "late@contoso.com" });
    behave({ listingLagHours: 0 });
    tenant.world.advance(47 * 3_600_000);
    reader = await tenant.withRoles("Place.Read.All");
    expect(await listed()).not.toContain("late@contoso.com");
    tenant.world.advance(3_600_000);
    reader = await tenant.withRoles("Place.Read.All");
    expect(await listed()).toContain("late@contoso.com");
  });

  it("what is made when there is no lag is listed at once, though it was too new before", async () => {
    behave({ listingLagHours: 48 });
    rooms.addRoom({ displayName: "Late", emailAddress: "late@contoso.com" });
    behave({ listingLagHours: 0 });
    rooms.addRoom(rooms.remove("late@contoso.com"));
    expect(await listed()).toContain("late@contoso.com");
  });
});

describe("defects", () => {
  it("the next link is missing, $skip still leads on", async () => {
    behave({ nextLinkMissing: true });
    const { body } = await reader.get(`${ROOMS}?$count=true&$top=1`);

    expect(body["@odata.nextLink"]).toBeUndefined();
    expect([body.value.length, body["@odata.count"]]).toEqual([1, 250]);
    expect((await reader.get(`${ROOMS}?$top=1&$skip=1`)).body.value[0]).not.toEqual(body.value[0]);
  });

  it.each([
    ["all", 250],
    ["missing", undefined],
    ["null", null],
    ["negative", -1],
    ["page", 100],
  ])("the count is %s", async (count, counted) => {
    behave({ count });
    const { body } = await reader.get(`${ROOMS}?$count=true`);
    expect([body.value.length, body["@odata.count"]]).toEqual([100, counted]);
  });

  it("pages are smaller than asked for", async () => {
    behave({ largestPage: 5 });
    expect((await reader.get(ROOMS)).body.value).toHaveLength(5);
    expect(await listed()).toHaveLength(250);
  });

  it.each([
    ["unsupported", ROOMS, 400, "BadRequest"],
    ["unsupported", `/v1.0/places/${FIRST}`, 400, "BadRequest"],
    ["unsupported", "/v1.0/places/nobody@contoso.com", 400, "BadRequest"],
    ["unsupported", inList(), 400, "BadRequest"],
    ["noStore", ROOMS, 404, "UnknownError"],
    ["noStore", `/v1.0/places/${FIRST}`, 404, "UnknownError"],
    ["noStore", inList(), 404, "UnknownError"],
    ["withoutPlaceIds", "/v1.0/places/microsoft.graph.workspace", 400, "BadRequest"],
    ["withoutPlaceIds", `${ROOMS}?$select=placeId`, 400, "BadRequest"],
  ])("%s: %s answers %i %s", async (service, path, status, code) => {
    behave({ service });
    expect(await reader.get(path)).toMatchObject({ status, body: { error: { code } } });
  });

  it("a cloud without placeId shows rooms, lists and single places without it", async () => {
    behave({ service: "withoutPlaceIds" });
    for (const path of [ROOMS, LISTS, inList()]) {
      const { body } = await reader.get(path);
      expect(body.value[0]).toHaveProperty("emailAddress");
      expect(body.value[0]).not.toHaveProperty("placeId");
    }
    expect((await reader.get(`/v1.0/places/${FIRST}`)).body).not.toHaveProperty("placeId");
  });

  it("an empty list although there are rooms", async () => {
    behave({ service: "empty" });
    expect((await reader.get(`${ROOMS}?$count=true`)).body).toMatchObject({ "@odata.count": 0, value: [] });
  });
});
