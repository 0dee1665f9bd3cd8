/** Reading rooms, room lists and workspaces from Graph: whole or known not to be, by the fewest requests. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { directory } from "../../../../sandbox/directory/index.ts";
import { text } from "../../../../sandbox/directory/model.ts";
import { type Company, addresses, roomAt, startCompany } from "./company.ts";

const FIRST = "room-00001@contoso.com";
const LIST = "roomlist-001@contoso.com";
const DESKS = "desks-0001@contoso.com";

let company: Company;
beforeEach(async () => {
  company = await startCompany({ rooms: 250 });
});
afterEach(() => company.close());

const nameOf = (address: string) => text(company.hands.find(address)!.place, "displayName");
const withoutLists = { fields: { name: "displayName", capacity: "capacity" } };
const roomPages = () => company.asked().filter((path) => path.endsWith("/places/microsoft.graph.room")).length;

describe("pages", () => {
  it("are as few as the page size allows, and every room comes once", async () => {
    company.mark();

    const found = await company.look(withoutLists);

    expect(addresses(found)).toHaveLength(250);
    expect(new Set(addresses(found)).size).toBe(250);
    expect(company.asked()).toHaveLength(3);
  });

  it.each([
    ["no next link", { nextLinkMissing: true }, 3],
    ["no count: until a page is empty", { count: "missing" as const }, 4],
    ["null for a count", { count: "null" as const }, 4],
    ["-1 for a count", { count: "negative" as const }, 4],
    ["a count of the page alone", { count: "page" as const }, 4],
    ["a count of the page alone, without a next link", { count: "page" as const, nextLinkMissing: true }, 4],
    ["a count of short pages alone", { count: "page" as const, largestPage: 60 }, 6],
    ["fewer than asked for", { largestPage: 60 }, 5],
    ["5 of more than 100", { largestPage: 5 }, 50],
  ])("with %s lose no room", async (_, behaviour, requests) => {
    company.behave(behaviour);
    company.mark();

    const found = await company.look(withoutLists);

    expect(addresses(found)).toHaveLength(250);
    expect(found.notes.filter((note) => note.includes("gave only"))).toEqual([]);
    expect(roomPages()).toBe(requests);
  });
});

it("knows each room by its placeId, whatever becomes of its id", async () => {
  const before = await company.look(withoutLists);
  company.hands.changeIds();
  const after = await company.look(withoutLists);

  expect(after.rooms.map(({ id }) => id)).toEqual(before.rooms.map(({ id }) => id));
  expect(roomAt(after, FIRST)?.id).toBe(company.hands.rooms.byKey(FIRST)?.["placeId"]);
});

it("does not see hidden rooms, nor new ones before they are listed", async () => {
  company.hands.hide(FIRST);
  company.behave({ listingLagHours: 48 });
  company.hands.addRoom({ emailAddress: "new@contoso.com", displayName: "New" });

  const found = await company.look(withoutLists);
  expect(roomAt(found, FIRST)).toBeUndefined();
  expect(roomAt(found, "new@contoso.com")).toBeUndefined();

  await company.sandbox.advance(48 * 3_600_000);
  expect(roomAt(await company.look(withoutLists), "new@contoso.com")?.state).toBe("in scope");
});

it("takes workspaces for bookable places where the settings say so", async () => {
  expect(roomAt(await company.look(), DESKS)).toBeUndefined();
  expect(roomAt(await company.look({ workspaces: true }), DESKS)?.state).toBe("in scope");
});

it("puts the names of a room's lists into one field, and two lists of one name apart", async () => {
  company.hands.change("roomlist-002@contoso.com", {
    displayName: nameOf(LIST),
  });
  company.hands.addRoom({ emailAddress: "two@contoso.com", displayName: "Two" });
  company.hands.putInList(LIST, "two@contoso.com");
  company.hands.putInList("roomlist-003@contoso.com", "two@contoso.com");
  const third = nameOf("roomlist-003@contoso.com");
  const first = `${nameOf(LIST)} (${LIST})`;

  const { objects } = await company.look();

  const two = objects.find(({ label }) => label === "Two");
  expect(two?.fields?.["areas"]).toBe([first, third].sort().join("; "));
});

describe("a cloud without place ids", () => {
  beforeEach(() => company.behave({ service: "withoutPlaceIds" }));

  it("has its rooms known by address", async () => {
    const found = await company.look();
    expect(addresses(found)).toHaveLength(250);
    expect(roomAt(found, FIRST)?.id).toBe(FIRST);
  });

  it("has no workspaces, which is no error", async () => {
    expect(addresses(await company.look({ workspaces: true }))).toHaveLength(250);
  });
});

describe("a cloud without places", () => {
  beforeEach(() => company.behave({ service: "unsupported" }));

  it("says that each room has to be named", async () => {
    await expect(company.look()).rejects.toMatchObject({
      name: "ScopeError",
      message:
        "Microsoft Graph of this cloud (graph.microsoft.com) has no rooms. Name each room by its mail address: scope: specified and addresses under tenantwire:ones.rooms.",
    });
    const lists = { scope: "specified" as const, addresses: [FIRST], lists: [LIST] };
    await expect(company.look(lists)).rejects.toThrow("Name each room by its mail address");
  });

  it("has the addresses of the settings verified one by one, among the mailboxes", async () => {
    const users = [...directory(company.sandbox.world).users.values()];
    const mail = text(
      users.find((user) => user["mail"] && user["userType"] !== "Guest")!,
      "mail",
    );
    const found = await company.look(
      { scope: "specified", addresses: [mail, "nobody@contoso.com"] },
      { roles: ["Place.Read.All", "User.Read.All"] },
    );

    expect(found.objects).toEqual([
      expect.objectContaining({
        id: mail.toLowerCase(),
        life: "active",
        keys: expect.objectContaining({ mail: mail.toLowerCase() }) as unknown,
      }),
    ]);
    // What is not known of it is left as it is.
    expect(Object.keys(found.objects[0]?.fields ?? {}).sort()).toEqual(["email", "name"]);
    expect(found.exceptions.map(({ id }) => id)).toEqual(["nobody@contoso.com"]);
  });
});

it("says that a tenant without a store of places has to be set up", async () => {
  company.behave({ service: "noStore" });
  await expect(company.look()).rejects.toMatchObject({
    name: "ScopeError",
    message: expect.stringContaining("set up its Places settings first") as unknown,
  });
});

it("names the permission that is missing", async () => {
  await expect(company.look({}, { roles: ["User.Read.All"] })).rejects.toMatchObject({
    name: "PermissionError",
    message: expect.stringContaining("Place.Read.All") as unknown,
  });
});

it("belongs to the tenant of its access token, and to no other", async () => {
  expect(await company.source().place?.(AbortSignal.timeout(5_000))).toMatchObject({
    id: company.sandbox.world.tenant.id,
  });
});
