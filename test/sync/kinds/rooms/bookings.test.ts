/** Will bookings work? Which rooms an application may see, by how few requests, and what Exchange's export says. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { text } from "../../../../sandbox/directory/model.ts";
import { createGraphClient } from "../../../../sync/connectors/graph/index.ts";
import { visibilityOf } from "../../../../sync/connectors/graph/schedule.ts";
import { bookingApplication, calendarFindings } from "../../../../sync/kinds/rooms/bookings.ts";
import { renderBookings } from "../../../../cli/terminal/bookings.ts";
import { EXPORT_COMMAND, parseProcessing } from "../../../../sync/connectors/exchange/calendar-processing.ts";
import { processingFindings } from "../../../../sync/kinds/rooms/calendar-processing.ts";
import { type Company, startCompany } from "./company.ts";

const signal = AbortSignal.timeout(60_000);
const now = new Date("2026-03-16T08:00:00Z");

describe("calendars", () => {
  let company: Company;
  let addresses: string[];
  beforeEach(async () => {
    company = await startCompany({ rooms: 90 });
    addresses = [...company.hands.rooms.values()].map((room) => text(room, "emailAddress"));
  });
  afterEach(() => company.close());

  const client = (application: ReturnType<Company["application"]>) =>
    createGraphClient({ credential: application.credential, cloud: "Microsoft" });
  const schedules = () => company.asked().filter((path) => /getSchedule$|\$batch$/.test(path)).length;
  const seen = (found: ReadonlyMap<string, unknown>) => addresses.filter((address) => found.get(address) === "visible");

  it("of all rooms are asked for by as few requests as fit", async () => {
    company.mark();
    const found = await visibilityOf(client(company.application("Calendars.ReadBasic.All")), addresses, {
      now,
      signal,
    });
    expect(seen(found)).toEqual(addresses);
    expect(schedules()).toBe(Math.ceil(90 / 20));
  });

  it.each([
    ["all but a few", (index: number) => index % 9 !== 4, 5],
    ["none of the first 25", (index: number) => index >= 25, 7],
    ["only the last", (index: number) => index === 89, 10],
    ["nobody", () => false, 10],
  ])("within an Exchange scope of %s: each that is outside is named", async (_, isInScope, requests) => {
    const application = company.application("Place.Read.All");
    const inside = addresses.filter((_address, index) => isInScope(index));
    company.hands.scopeCalendars(application.principalId, inside);
    company.mark();

    const found = await visibilityOf(client(application), addresses, { now, signal });

    expect(seen(found)).toEqual(inside);
    expect(new Set([...found.values()].filter((each) => each !== "visible"))).toEqual(
      new Set(inside.length === 90 ? [] : ["hidden"]),
    );
    expect(schedules()).toBe(requests);
  });

  it("of an address without a mailbox are none", async () => {
    const nobody = ["nobody@contoso.com", ...addresses.slice(0, 3)];
    const found = await visibilityOf(client(company.application("Calendars.ReadBasic.All")), nobody, { now, signal });
    expect(found.get("nobody@contoso.com")).toBe("none");
    expect(seen(found)).toEqual(addresses.slice(0, 3));
  });

  it("that may not be seen are named with the scope's own test", async () => {
    const application = company.application("Place.Read.All");
    const { principalId } = application;
    company.hands.scopeCalendars(principalId, addresses.slice(1));
    const rooms = addresses.map((address) => ({ address, name: "Atlas" }));
    const exchangeScope = { name: "ONES rooms", recipientFilter: "CustomAttribute1 -eq 'ONES'", commands: [] };
    const registration = { displayName: "ONES", principalId, exchangeScope };

    const findings = await calendarFindings(client(application), rooms, registration, { now, signal });

    expect(findings).toEqual([
      {
        address: addresses[0],
        name: "Atlas",
        text: `may not be seen by ONES: it is outside of the scope "ONES rooms" (CustomAttribute1 -eq 'ONES'), or the scope is not there yet`,
        mend: [`Test-ServicePrincipalAuthorization -Identity ${principalId} -Resource '${addresses[0]!}'`],
      },
    ]);
  });
});

describe("the application that books", () => {
  const ones = (application: string[], exchangeScope = false) =>
    ({
      name: "ones",
      displayName: "ONES",
      permissions: { application, delegated: [] },
      ...(exchangeScope && { exchangeScope: { name: "x", recipientFilter: "y", commands: [] } }),
    }) as never;
  it.each([
    ["calendars granted in Entra", [ones(["Calendars.ReadWrite"])], false],
    ["calendars scoped in Exchange", [ones(["Place.Read.All"], true)], false],
    ["acting for people", [ones([])], true],
  ])("with %s", (_, registrations, isUntried) => {
    expect(bookingApplication(registrations)?.untried !== undefined).toBe(isUntried);
  });
  it("is none where none is declared", () => expect(bookingApplication([])).toBeUndefined());
});

describe("Exchange's export", () => {
  const room = { address: "atlas@contoso.com", name: "Atlas" };
  const right = {
    Address: "Atlas@contoso.com",
    AutomateProcessing: "AutoAccept",
    DeleteSubject: false,
    AddOrganizerToSubject: false,
    DeleteComments: false,
    RemovePrivateProperty: false,
    ProcessExternalMeetingMessages: true,
    BookingWindowInDays: 180,
    MaximumDurationInMinutes: 1440,
    AllBookInPolicy: true,
    ResourceDelegates: [] as string[],
  };
  const findings = (changes: object) => processingFindings([room], [{ ...right, ...changes }]);

  it("says nothing of a mailbox that is as it should be", () => {
    expect(findings({})).toEqual([]);
    expect(findings({ MaximumDurationInMinutes: 0, BookingWindowInDays: 1000 })).toEqual([]);
    expect(
      findings(
        Object.fromEntries(
          Object.keys(right)
            .slice(1)
            .map((name) => [name, null]),
        ),
      ),
    ).toEqual([]);
  });

  it.each([
    [
      { AutomateProcessing: "AutoUpdate" },
      "does not answer bookings by itself (AutomateProcessing is AutoUpdate)",
      "-AutomateProcessing AutoAccept",
    ],
    [{ DeleteSubject: true }, "deletes the subject of every booking", "-DeleteSubject $false"],
    [{ AddOrganizerToSubject: true }, "puts the organizer's name into the subject", "-AddOrganizerToSubject $false"],
    [{ DeleteComments: true }, "deletes the text of every booking", "-DeleteComments $false"],
    [{ RemovePrivateProperty: true }, "takes the private mark off bookings", "-RemovePrivateProperty $false"],
    [
      { ProcessExternalMeetingMessages: false },
      "refuses bookings that come from outside of the company",
      "-ProcessExternalMeetingMessages $true",
    ],
    [{ BookingWindowInDays: 30 }, "refuses bookings more than 30 days ahead", "-BookingWindowInDays 180"],
    [{ MaximumDurationInMinutes: 60 }, "refuses bookings longer than 60 minutes", "-MaximumDurationInMinutes 1440"],
    [{ AllBookInPolicy: false }, "lets only some people book", "-AllBookInPolicy $true"],
    [
      { AllBookInPolicy: false, ResourceDelegates: ["Ada", "Ben"] },
      "has bookings wait for its delegates (Ada, Ben)",
      "-AllBookInPolicy $true",
    ],
    [
      { AllBookInPolicy: false, ResourceDelegates: "Ada" },
      "has bookings wait for its delegates (Ada)",
      "-AllBookInPolicy $true",
    ],
  ])("%j", (changes, text, parameters) => {
    expect(findings(changes)).toEqual([
      { ...room, text, mend: [`Set-CalendarProcessing -Identity 'atlas@contoso.com' ${parameters}`] },
    ]);
  });

  it("that lacks a room says so", () => {
    expect(processingFindings([room], [])).toEqual([
      {
        ...room,
        text: "is not among the exported rooms",
        mend: ["Get-CalendarProcessing -Identity 'atlas@contoso.com'"],
      },
    ]);
  });

  it.each<[string, Buffer]>([
    ["a list", Buffer.from(JSON.stringify([right]))],
    ["one room, of which PowerShell makes no list", Buffer.from(JSON.stringify(right))],
    ["with a byte order mark", Buffer.from(`\uFEFF${JSON.stringify([right])}`)],
    ["as older PowerShells write", Buffer.from(`\uFEFF${JSON.stringify([right])}`, "utf16le")],
  ])("is read: %s", (_, bytes) => {
    expect(parseProcessing(bytes, "rooms.json")).toEqual([right]);
  });

  it.each(["", "{", '[{"Identity":"x"}]', '"text"'])("that is something else is refused: %j", (content) => {
    expect(() => parseProcessing(Buffer.from(content), "rooms.json")).toThrow(
      "rooms.json is not what the export command writes. Run that command again in Exchange's PowerShell, and give its file.",
    );
  });

  it("is asked for by a command that exports all that is looked at", () => {
    for (const name of Object.keys(right)) expect(EXPORT_COMMAND).toContain(name);
    expect(EXPORT_COMMAND).not.toContain("\n");
  });

  it("is shown with what is wrong with several rooms said once", () => {
    const rooms = [room, { address: "ember@contoso.com", name: "Ember" }];
    const wrong = rooms.map(({ address }) => ({ ...right, Address: address, DeleteSubject: true }));
    const shown = renderBookings(
      { version: 1, rooms: 2, exported: true, findings: processingFindings(rooms, wrong) },
      { color: false },
    );
    expect(shown).toBe(
      `2 rooms  deletes the subject of every booking
  Atlas (atlas@contoso.com)  Set-CalendarProcessing -Identity 'atlas@contoso.com' -DeleteSubject $false
  Ember (ember@contoso.com)  Set-CalendarProcessing -Identity 'ember@contoso.com' -DeleteSubject $false

2 rooms  |  2 findings in 2 rooms
`,
    );
  });
});
