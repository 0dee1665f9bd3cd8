import { beforeEach, expect, it } from "@jest/globals";
import { events, happen } from "../../sandbox/day.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { createWorld } from "../../sandbox/world.ts";
import type { World } from "../../sandbox/world.ts";
import { newTenant } from "./graph-client.ts";

let world: World;

beforeEach(() => {
  world = createWorld({ users: 10 });
});

const listed = (list: string) => {
  const { rooms } = directory(world);
  const place = rooms.roomLists.byKey(list);
  return place ? rooms.membersOf(place, "rooms").map((each) => each["displayName"]) : undefined;
};

it("a day with people and groups", () => {
  happen(world, "hire", ["ann@contoso.com", "Ann Lee"]);
  happen(world, "group", ["Board"]);
  happen(world, "join", ["Board", "ANN@contoso.com"]);
  happen(world, "rename", ["ann@contoso.com", "Ann Smith"]);

  const { users, people, groups } = directory(world);
  const ann = users.byKey("ann@contoso.com");
  const board = [...groups.values()].find((each) => each["displayName"] === "Board");
  expect(ann).toMatchObject({ displayName: "Ann Smith", mail: "ann@contoso.com" });
  expect([...people.membersOf(board?.id ?? "")]).toEqual([ann?.id]);

  happen(world, "quit", ["Board", "ann@contoso.com"]);
  happen(world, "leave", ["ann@contoso.com"]);
  expect(people.membersOf(board?.id ?? "").size).toBe(0);
  expect(users.byKey("ann@contoso.com")).toBeUndefined();
});

it("what happens is in the next delta", async () => {
  const tenant = newTenant({ users: 10 });
  const admin = await tenant.as(tenant.world.administrator);
  const { body } = await admin.get("/v1.0/users/delta?$deltatoken=latest&$select=displayName");

  happen(tenant.world, "hire", ["ann@contoso.com", "Ann Lee"]);

  expect((await admin.all(String(body["@odata.deltaLink"]))).items).toMatchObject([{ displayName: "Ann Lee" }]);
});

it("a day in the building", () => {
  happen(world, "room-list", ["tower@contoso.com", "Tower"]);
  happen(world, "room", ["sky@contoso.com", "Sky", "tower@contoso.com"]);
  happen(world, "room", ["sea@contoso.com", "Sea"]);
  happen(world, "put-in-list", ["tower@contoso.com", "sea@contoso.com"]);
  happen(world, "rename-room", ["sea@contoso.com", "Ocean"]);
  expect(listed("tower@contoso.com")).toEqual(["Sky", "Ocean"]);

  const { rooms } = directory(world);
  const sky = () => rooms.find("sky@contoso.com")?.place;
  happen(world, "hide-room", ["sky@contoso.com"]);
  expect(sky() && rooms.isListed(sky() ?? { id: "" })).toBe(false);
  happen(world, "show-room", ["sky@contoso.com"]);
  happen(world, "take-out-of-list", ["tower@contoso.com", "sea@contoso.com"]);
  happen(world, "remove-room", ["sky@contoso.com"]);
  expect([sky(), listed("tower@contoso.com")]).toEqual([undefined, []]);
});

it.each([
  ["dance", [], "hire MAIL NAME"],
  ["toString", [], "nothing that can happen"],
  ["hire", ["ann@contoso.com"], "hire takes MAIL NAME."],
  ["room", ["a", "b", "c", "d"], "room takes MAIL NAME [LIST]."],
  ["leave", ["nobody@contoso.com"], "nobody@contoso.com"],
  ["join", ["Nothing", "nobody@contoso.com"], "0 groups named Nothing"],
  ["remove-room", ["nothing@contoso.com"], "nothing@contoso.com"],
  ["room", ["room-00001@contoso.com", "Again"], "already"],
])("%s %j says what is wrong", (what, values, words) => {
  expect(() => happen(world, what, values)).toThrow(words);
});

it("everything that can happen says what it takes", () => {
  for (const { takes } of Object.values(events)) expect(takes.length).toBeGreaterThan(0);
});
