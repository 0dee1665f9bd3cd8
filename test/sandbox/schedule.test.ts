import { beforeAll, describe, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import type { Rooms } from "../../sandbox/directory/rooms.ts";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import { client, GRAPH, newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

const [ROOM, OTHER, THIRD] = ["room-00001@contoso.com", "room-00002@contoso.com", "room-00003@contoso.com"] as const;
const ASK = `/v1.0/users/${ROOM}/calendar/getSchedule`;
const utc = (dateTime: string) => ({ dateTime, timeZone: "UTC" });

let tenant: Tenant;
let reader: Client;
let rooms: Rooms;
beforeAll(async () => {
  tenant = newTenant({ users: 300 });
  reader = await tenant.withRoles("Calendars.ReadBasic.All");
  rooms = directory(tenant.world).rooms;
});

function errorOf(schedule: Body): string | undefined {
  return (schedule.error as { responseCode?: string } | undefined)?.responseCode;
}

function asked(changes: object = {}): object {
  const window = { startTime: utc("2026-03-16T08:00:00"), endTime: utc("2026-03-20T18:00:00") };
  return { schedules: [ROOM], ...window, ...changes };
}

/** Somebody with nothing from Entra and a role of Exchange for these mailboxes. */
async function scoped(...addresses: string[]): Promise<{ client: Client; principalId: string }> {
  const { registrations } = directory(tenant.world);
  const application = registrations.createApplication({ displayName: "scoped" }, []);
  const { id } = registrations.createServicePrincipal(application, { displayName: "scoped" }, []);
  rooms.scopeCalendars(id, addresses);
  const subject = { displayName: "scoped", clientId: application["appId"] as string, objectId: id };
  return {
    client: client(tenant.graph, (await issueAccessToken(tenant.world, subject, GRAPH)).access_token),
    principalId: id,
  };
}

describe("getSchedule", () => {
  it("answers for each address in the order asked, with entries, the merged view and working hours", async () => {
    const { status, body } = await reader.post(ASK, asked({ schedules: [OTHER, ROOM, "desks-0001@contoso.com"] }));

    expect(status).toBe(200);
    expect(body["@odata.context"]).toBe(`${GRAPH}/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)`);
    expect(body.value.map((each) => each["scheduleId"])).toEqual([OTHER, ROOM, "desks-0001@contoso.com"]);
    for (const each of body.value) {
      expect(each["availabilityView"]).toMatch(/^[0-2]{212}$/);
      expect(each).not.toHaveProperty("error");
      expect(each["workingHours"]).toMatchObject({ timeZone: { name: "UTC" } });
      for (const item of each["scheduleItems"] as object[]) {
        expect(item).toEqual({
          status: expect.stringMatching(/^(busy|tentative)$/),
          start: { dateTime: expect.stringMatching(/^2026-03-\d\dT\d\d:\d\d:00\.0000000$/), timeZone: "UTC" },
          end: expect.anything(),
        });
      }
    }
    expect(body.value.flatMap((each) => each["scheduleItems"] as object[]).length).toBeGreaterThan(0);
  });

  it("the view tells of the entries slot by slot, for the interval asked", async () => {
    for (const interval of [30, 60, 1440]) {
      const answer = await reader.post(ASK, asked({ availabilityViewInterval: interval }));
      const { availabilityView, scheduleItems } = answer.body.value[0] as Body;
      const start = Date.UTC(2026, 2, 16, 8);
      const slots = Math.ceil((106 * 60) / interval);
      const time = (each: unknown) => Date.parse(`${(each as { dateTime: string }).dateTime}Z`);
      const expected = Array.from({ length: slots }, (_, slot) => {
        const [from, to] = [start + slot * interval * 60_000, start + (slot + 1) * interval * 60_000];
        const inSlot = (scheduleItems as Body[]).filter((item) => time(item["start"]) < to && time(item["end"]) > from);
        if (inSlot.length === 0) return "0";
        return inSlot.some((item) => item["status"] === "busy") ? "2" : "1";
      });
      expect(availabilityView).toBe(expected.join(""));
    }
  });

  it("takes names with a capital, people, and 20 addresses", async () => {
    const person = directory(tenant.world).users.get(tenant.world.ownerId)?.["mail"];
    const { schedules, startTime, endTime } = asked({ schedules: Array(20).fill(person) }) as Record<string, unknown>;
    const body = { Schedules: schedules, StartTime: startTime, EndTime: endTime };
    const answer = await reader.post(`/v1.0/users/${tenant.world.ownerId}/calendar/getschedule`, body);

    expect(answer.body.value).toHaveLength(20);
    expect(answer.body.value[0]).not.toHaveProperty("error");
  });

  it.each([
    ["21 addresses", { schedules: Array(21).fill(ROOM) }, "ErrorMailboxDataArrayTooBig"],
    ["no address", { schedules: [] }, "ErrorMailboxDataArrayEmpty"],
    ["addresses that are none", { schedules: [1] }, "Request_BadRequest"],
    ["62 days", { endTime: utc("2026-05-17T08:00:00") }, "ErrorTimeIntervalTooBig"],
    ["an end before the start", { endTime: utc("2026-03-16T07:00:00") }, "ErrorInvalidTimeInterval"],
    ["a slot of 4 minutes", { availabilityViewInterval: 4 }, "ErrorInvalidMergedFreeBusyInterval"],
    ["a slot of 1441 minutes", { availabilityViewInterval: 1441 }, "ErrorInvalidMergedFreeBusyInterval"],
    ["no start", { startTime: undefined }, "Request_BadRequest"],
    ["a day that is none", { startTime: utc("2026-13-01T00:00:00") }, "Request_BadRequest"],
    [
      "a time zone that is none",
      { startTime: { ...utc("2026-03-16T08:00:00"), timeZone: "Middle-earth Standard Time" } },
      "TimeZoneNotSupportedException",
    ],
  ])("refuses %s", async (_what, changes, code) => {
    expect(await reader.post(ASK, asked(changes))).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it.each([
    ["Pacific Standard Time", "2026-03-16T01:00:00", "2026-03-20T11:00:00"],
    ["Tokyo Standard Time", "2026-03-16T17:00:00", "2026-03-21T03:00:00"],
    ["asia/kolkata", "2026-03-16T13:30:00", "2026-03-20T23:30:00"],
    // Europe's summer time begins on 29 March, America's on the 8th: only the second is ahead in these days.
    ["W. Europe Standard Time", "2026-03-16T09:00:00", "2026-03-20T19:00:00"],
    ["Etc/GMT+12", "2026-03-15T20:00:00", "2026-03-20T06:00:00"],
  ])("the same days by the walls of %s are the same answer", async (timeZone, start, end) => {
    const inUtc = await reader.post(ASK, asked());
    const window = { startTime: { dateTime: start, timeZone }, endTime: { dateTime: end, timeZone } };
    expect((await reader.post(ASK, asked(window))).body.value).toEqual(inUtc.body.value);
  });

  it("days with a change of the clocks are as long as they are", async () => {
    const timeZone = "W. Europe Standard Time";
    const day = (date: string, next: string) =>
      reader.post(ASK, {
        schedules: [ROOM],
        startTime: { dateTime: `${date}T00:00:00`, timeZone },
        endTime: { dateTime: `${next}T00:00:00`, timeZone },
        availabilityViewInterval: 60,
      });
    const hours = async (date: string, next: string) =>
      String((await day(date, next)).body.value[0]?.["availabilityView"]).length;
    expect(await hours("2026-03-29", "2026-03-30")).toBe(23);
    expect(await hours("2026-10-25", "2026-10-26")).toBe(25);
  });

  it.each([
    ['outlook.timezone="Tokyo Standard Time"', 200, "Tokyo Standard Time", 9],
    ['outlook.timezone="Asia/Tokyo", return=minimal', 200, "Asia/Tokyo", 9],
    ['outlook.timezone="UTC"', 200, "UTC", 0],
    ['outlook.timezone="Nowhere"', 400, undefined, 0],
  ])("Prefer: %s is answered %i", async (prefer, status, timeZone, hours) => {
    const headers = { "Content-Type": "application/json", Prefer: prefer };
    const part = { id: "1", method: "POST", url: ASK.slice("/v1.0".length), headers, body: asked() };
    const { body } = await reader.post("/v1.0/$batch", { requests: [part] });
    const [response] = body["responses"] as Body[];

    expect(response?.["status"]).toBe(status);
    if (timeZone === undefined) return;
    const starts = (items: unknown) =>
      (items as { start: { dateTime: string; timeZone: string } }[]).map((each) => each.start);
    const there = starts((response?.["body"] as Body).value[0]?.["scheduleItems"]);
    const here = starts((await reader.post(ASK, asked())).body.value[0]?.["scheduleItems"]);
    expect(there.every((each) => each.timeZone === timeZone)).toBe(true);
    expect(there.map(({ dateTime }) => Date.parse(`${dateTime}Z`) - hours * 3_600_000)).toEqual(
      here.map(({ dateTime }) => Date.parse(`${dateTime}Z`)),
    );
    expect(here.length).toBeGreaterThan(0);
  });

  it("61 days and 23 hours are short enough", async () => {
    expect((await reader.post(ASK, asked({ endTime: utc("2026-05-17T07:00:00") }))).status).toBe(200);
  });

  it("names the address that has no mailbox, and answers the others", async () => {
    rooms.hide(OTHER);
    const schedules = ["nobody@contoso.com", "roomlist-001@contoso.com", OTHER];
    const { body } = await reader.post(ASK, asked({ schedules }));
    rooms.hide(OTHER, false);

    expect(body.value.map((each) => errorOf(each))).toEqual([
      "ErrorMailRecipientNotFound",
      "ErrorMailRecipientNotFound",
      undefined,
    ]);
    expect(body.value[0]).toMatchObject({ availabilityView: "", scheduleItems: [] });
  });

  it.each([
    ["nobody@contoso.com", "ErrorInvalidUser"],
    ["roomlist-001@contoso.com", "ErrorInvalidUser"],
  ])("cannot be asked in the name of %s", async (name, code) => {
    const answer = await reader.post(`/v1.0/users/${name}/calendar/getSchedule`, asked());
    expect(answer).toMatchObject({ status: 404, body: { error: { code } } });
  });

  it("cannot be asked in the name of somebody without a mailbox", async () => {
    const guest = [...directory(tenant.world).users.values()].find((user) => user["userType"] === "Guest");
    const answer = await reader.post(`/v1.0/users/${guest?.id}/calendar/getSchedule`, asked());
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "MailboxNotEnabledForRESTAPI" } } });
  });
});

describe("who may ask", () => {
  it("each of the calendar permissions, for every mailbox; nobody else", async () => {
    for (const role of ["Calendars.ReadBasic.All", "Calendars.Read", "Calendars.ReadWrite"]) {
      expect((await (await tenant.withRoles(role)).post(ASK, asked())).status).toBe(200);
    }
    const other = await (await tenant.withRoles("Place.Read.All")).post(ASK, asked());
    expect(other).toMatchObject({ status: 403, body: { error: { code: "ErrorAccessDenied" } } });
  });

  it("a role of Exchange without any grant reaches its scope and nothing else", async () => {
    const { client: app, principalId } = await scoped(ROOM, OTHER.toUpperCase());
    const { status, body } = await app.post(ASK, asked({ schedules: [ROOM, OTHER, THIRD, "nobody@contoso.com"] }));

    expect(status).toBe(200);
    expect(body.value.map((each) => errorOf(each))).toEqual([
      undefined,
      undefined,
      "ErrorNoFreeBusyAccess",
      "ErrorMailRecipientNotFound",
    ]);
    const outside = await app.post(`/v1.0/users/${THIRD}/calendar/getSchedule`, asked());
    expect(outside).toMatchObject({ status: 403, body: { error: { code: "ErrorAccessDenied" } } });

    rooms.scopeCalendars(principalId);
    expect((await app.post(ASK, asked())).status).toBe(403);
  });

  it("a grant in Entra adds up with a narrow scope", async () => {
    const { client: app, principalId } = await scoped(ROOM);
    const { registrations, servicePrincipals } = directory(tenant.world);
    registrations.addAssignment({
      appRoleId: "798ee544-9d2d-430c-a058-570e29e34338",
      principalId,
      resourceId: servicePrincipals.byKey("00000003-0000-0000-c000-000000000000")?.id ?? "",
    });
    const both = await tenant.as({ displayName: "both", clientId: "both", objectId: principalId });

    expect((await app.post(ASK, asked({ schedules: [THIRD] }))).body.value[0]).toHaveProperty("error");
    expect((await both.post(ASK, asked({ schedules: [THIRD] }))).body.value[0]).not.toHaveProperty("error");
  });

  it("works inside $batch, each part for itself", async () => {
    const { client: app } = await scoped(ROOM);
    const part = (id: string, owner: string) => ({
      id,
      method: "POST",
      url: `/users/${owner}/calendar/getSchedule`,
      headers: { "Content-Type": "application/json" },
      body: asked(),
    });
    const { body } = await app.post("/v1.0/$batch", { requests: [part("1", ROOM), part("2", THIRD)] });

    expect((body["responses"] as Body[]).map(({ id, status }) => [id, status])).toEqual([
      ["1", 200],
      ["2", 403],
    ]);
  });
});
