import { beforeEach, expect, it } from "@jest/globals";
import { listDays, listFaults, sendDay, sendFault } from "../../sandbox/control-client.ts";
import { events, happen } from "../../sandbox/day.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { newest, PARENT, tracking } from "../../sandbox/hosts/azure-devops/tracking.ts";
import { planData } from "../../sandbox/hosts/oneplan/plan-store.ts";
import { startSandbox } from "../../sandbox/server.ts";
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

it("what nobody clicks here, a consent and an Exchange scope, can happen too", () => {
  const { applications, servicePrincipals, rooms } = directory(world);
  const [client] = [...servicePrincipals.values()].filter((each) => applications.byKey(text(each, "appId")));
  const app = client ? text(client, "appId") : "";
  const [first] = rooms.rooms.values();
  const room = first ? text(first, "emailAddress") : "";

  expect(happen(world, "consent", [app])).toContain("granted");
  expect(happen(world, "open-calendars", [app, room])).toBe("Exchange lets it read 1 calendar, and no other");
  expect(rooms.isInCalendarScope(client?.id ?? "", room)).toBe(true);
  expect(() => happen(world, "consent", ["nobody"])).toThrow("The stand-in tenant has 0 registrations named nobody.");
  expect(() => happen(world, "open-calendars", [app])).toThrow("open-calendars takes APP MAIL...");
});

it("whoever is hired can be named by id", () => {
  const said = happen(world, "hire", ["ann@contoso.com", "Ann Lee"]);
  expect(said).toBe(`object id ${directory(world).users.byKey("ann@contoso.com")?.id}`);
});

it("the command line is told what happened, what can happen and which faults are set, and refusals in words", async () => {
  const sandbox = await startSandbox({ users: 5, provider: false });
  try {
    const { controlUrl } = sandbox;
    expect(await sendDay(controlUrl, "hire", ["ann@contoso.com", "Ann Lee"])).toMatch(/^object id [\w-]{36}$/);
    expect(await sendDay(controlUrl, "leave", ["ann@contoso.com"])).toBeUndefined();
    expect(await listDays(controlUrl)).toContain("  hire MAIL NAME\n");
    await expect(sendDay(controlUrl, "hire", [])).rejects.toThrow("The stand-in tenant refused: hire takes MAIL NAME.");
    await expect(sendDay(controlUrl, "dine", [])).rejects.toThrow("What can:\n  let-in APP\n");
    await sendFault(controlUrl, { host: "my.oneplan.ai", then: { status: 500 } });
    expect(await listFaults(controlUrl)).toMatchObject([{ rule: { host: "my.oneplan.ai" } }]);
  } finally {
    await sandbox.stop();
  }
});

it("a day with work items and plans", () => {
  expect(happen(world, "work-item", ["Epic", "Payroll"])).toBe("work item 1 of the project Rollout");
  happen(world, "work-item", ["Feature", "Payslips", "1"]);
  happen(world, "work-item", ["Epic", "People"]);
  happen(world, "edit-work-item", ["1", "Salaries"]);
  happen(world, "move-work-item", ["2", "3"]);
  const { items } = tracking(world).data;
  expect(Object.values(items).map((item) => newest(item).values["System.Title"])).toEqual([
    "Salaries",
    "Payslips",
    "People",
  ]);
  expect(items[2]?.relations.map(({ rel, target }) => [rel, target])).toEqual([[PARENT, 3]]);

  happen(world, "plan-type", ["Feature"]);
  expect(happen(world, "plan", ["Feature", "In OnePlan"])).toMatch(/^plan [\da-f-]{36}$/);
  happen(world, "rename-plan", ["In OnePlan", "Renamed"]);
  expect(Object.values(planData(world).plans).map(({ Name }) => Name)).toContain("Renamed");

  expect(() => happen(world, "let-in", ["tenantwire sync"])).toThrow("There is no enterprise application");
  expect(() => happen(world, "edit-work-item", ["99", "x"])).toThrow("has no work item 99");
  expect(() => happen(world, "plan", ["Idea of mine", "x"])).toThrow("OnePlan has no plan type");
  expect(() => happen(world, "rename-plan", ["x", "y"])).toThrow("has no plan x");
});
