/** Pages of places that a healthy service does not give: what is read of them, and whether that is known to be all. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createGraphClient } from "../../../sync/connectors/graph/index.ts";
import { listMembers, listPlaces, placesAt } from "../../../sync/connectors/graph/places.ts";
import { mailboxesAt } from "../../../sync/connectors/graph/users.ts";
import { visibilityOf } from "../../../sync/connectors/graph/schedule.ts";
import { type Reply, startTestHosts, type TestHosts } from "./hosts.ts";

const HOST = "graph.microsoft.com";
const signal = AbortSignal.timeout(30_000);
const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };

let hosts: TestHosts;
beforeEach(async () => {
  hosts = await startTestHosts();
});
afterEach(() => hosts.close());

const client = () => createGraphClient({ credential, cloud: "Microsoft" });
const places = (...ids: readonly number[]) => ids.map((id) => ({ id: `room-${id}` }));
const skips = () => hosts.received.map(({ query }) => Number(query.get("$skip") ?? 0));

/** Answers by what is skipped; every attempt at the whole list is the same. */
function pages(bySkip: Readonly<Record<number, readonly { id: string }[]>>, count?: number | null): void {
  hosts.answer(HOST, ({ query }) => ({
    body: {
      ...(count !== undefined && { "@odata.count": count }),
      value: bySkip[Number(query.get("$skip") ?? 0)] ?? [],
    },
  }));
}

describe("rooms", () => {
  it.each<[string, Parameters<typeof pages>, number, boolean, number[]]>([
    ["all, by as many requests as pages", [{ 0: places(1, 2), 2: places(3) }, 3], 3, true, [0, 2]],
    ["all without a count: the end is an empty page", [{ 0: places(1, 2), 2: places(3) }], 3, true, [0, 2, 3]],
    ["fewer than counted, read twice", [{ 0: places(1, 2) }, 3], 2, false, [0, 2, 0, 2]],
    ["one twice since another was missed, read twice", [{ 0: places(1, 2), 2: places(2) }, 3], 2, false, [0, 2, 0, 2]],
    ["one page as large as the count: asked once more", [{ 0: places(1, 2) }, 2], 2, true, [0, 2]],
    ["more than counted: until a page is empty", [{ 0: places(1, 2), 2: places(3) }, 2], 3, true, [0, 2, 3]],
    ["-1 counted", [{ 0: places(1, 2), 2: places(3) }, -1], 3, true, [0, 2, 3]],
    ["null counted", [{ 0: places(1, 2), 2: places(3) }, null], 3, true, [0, 2, 3]],
    ["none", [{}, 0], 0, true, [0]],
    ["none without a count", [{}], 0, true, [0]],
  ])("%s", async (_, answer, read, complete, skipped) => {
    pages(...answer);
    const found = await listPlaces(client(), "room", signal);
    expect([found.places.length, found.complete]).toEqual([read, complete]);
    expect(skips()).toEqual(skipped);
  });

  it("that moved while they were read are there at the second attempt", async () => {
    let reads = 0;
    hosts.answer(HOST, ({ query }) => {
      const skip = Number(query.get("$skip") ?? 0);
      if (skip === 0) reads += 1;
      const second = reads === 1 ? places(2) : places(3);
      return { body: { "@odata.count": 3, value: skip === 0 ? places(1, 2) : second } };
    });
    expect(await listPlaces(client(), "room", signal)).toMatchObject({ complete: true, places: { length: 3 } });
  });

  it("of a service that does not know $skip have an end, and are not taken for all", async () => {
    hosts.answer(HOST, () => ({ body: { value: places(1, 2) } }));
    expect(await listPlaces(client(), "room", signal)).toMatchObject({ complete: false, places: { length: 2 } });
  });

  it.each<[string, Reply, string]>([
    ["another answer", { body: { rooms: [] } }, "did not answer with a page when asked to read rooms"],
    ["rooms without an id", { body: { value: [{}] } }, "did not answer with a page when asked to read rooms"],
    ["no permission", { status: 403 }, "the application permission Place.Read.All"],
    ["no store", { status: 404 }, "set up its Places settings first"],
    [
      "no such path",
      { status: 400, body: { error: { code: "BadRequest", message: "Resource not found for the segment 'places'." } } },
      "of this cloud (graph.microsoft.com) has no rooms",
    ],
    ["another fault", { status: 400, body: { error: { code: "BadRequest", message: "x" } } }, "answered 400"],
  ])("%s is told in words", async (_, reply, words) => {
    hosts.answer(HOST, () => reply);
    await expect(listPlaces(client(), "room", signal)).rejects.toThrow(words);
  });
});

it.each<[string, object]>([
  ["nothing", {}],
  ["no list", { value: null }],
])("rooms of a page that holds %s are asked for again, as of any answer that is not whole", async (_, body) => {
  const answers = [body, { "@odata.count": 2, value: places(1) }, body, { "@odata.count": 2, value: places(2) }];
  hosts.answer(HOST, () => ({ body: answers.shift() ?? {} }));
  expect(await listPlaces(client(), "room", signal)).toMatchObject({ complete: true, places: { length: 2 } });
  expect(skips()).toEqual([0, 0, 1, 1]);
});

it.each<[number, string]>([
  [403, "Microsoft Graph does not let the sync identity read it"],
  [404, "Microsoft Graph does not have it"],
])("a room list that answers %d says why, and ends nothing", async (status, unreadable) => {
  hosts.answer(HOST, () => ({ status }));
  expect(await listMembers(client(), "a b@contoso.com", "room", signal)).toEqual({ unreadable });
  expect(hosts.received[0]?.url).toMatch(/\/places\/a%20b%40contoso\.com\/microsoft\.graph\.roomlist\/rooms\?/);
});

it("single places are asked for 20 at once, and none costs nothing", async () => {
  hosts.answer(HOST, ({ body }) => {
    const { requests } = body as { requests: { id: string }[] };
    return { body: { responses: requests.map(({ id }) => ({ id, status: id === "0" ? 404 : 200, body: { id } })) } };
  });
  const addresses = Array.from({ length: 21 }, (_, index) => `r${index}@contoso.com`);
  const found = await placesAt(client(), addresses, signal);
  expect(found.map((place) => place !== undefined)).toEqual(addresses.map((_, index) => index % 20 !== 0));
  expect(hosts.received).toHaveLength(2);
  expect(await placesAt(client(), [], signal)).toEqual([]);
  expect(hosts.received).toHaveLength(2);
});

describe("an address that Graph does not take for one", () => {
  const said = (message: string) => ({ status: 400, body: { error: { code: "BadRequest", message } } });
  const answering = (part: object) =>
    hosts.answer(HOST, ({ body }) => {
      const { requests } = body as { requests: { id: string }[] };
      const whole = { status: 200, body: { id: "room", displayName: "Room", mail: "b@contoso.com" } };
      return { body: { responses: requests.map(({ id }) => ({ id, ...(id === "0" ? part : whole) })) } };
    });
  const addresses = ["a b@", "b@contoso.com"];

  it("is that of no room, and the others are read", async () => {
    answering(said("Invalid id."));
    expect((await placesAt(client(), addresses, signal)).map((place) => place?.id)).toEqual([undefined, "room"]);
  });

  it("is that of no mailbox, and the others are read", async () => {
    answering(said("Invalid id."));
    const found = await mailboxesAt(client(), addresses, { doing: "look", needs: [], signal });
    expect(found.map((mailbox) => mailbox?.id)).toEqual([undefined, "room"]);
  });

  it("is not meant where the cloud has no rooms, or does not let in", async () => {
    answering(said("Resource not found for the segment 'places'."));
    await expect(placesAt(client(), addresses, signal)).rejects.toMatchObject({ name: "NoPlaces" });
    answering({ status: 403, body: {} });
    await expect(placesAt(client(), addresses, signal)).rejects.toMatchObject({ name: "PermissionError" });
  });
});

describe("free and busy times", () => {
  const now = new Date("2026-03-16T08:00:00Z");

  it("are asked for the next day", async () => {
    hosts.answer(HOST, () => ({ body: { value: [{ scheduleId: "A@contoso.com" }] } }));
    expect([...(await visibilityOf(client(), ["a@contoso.com"], { now, signal }))]).toEqual([
      ["a@contoso.com", "visible"],
    ]);
    expect(hosts.received[0]?.body).toEqual({
      schedules: ["a@contoso.com"],
      startTime: { dateTime: "2026-03-16T08:00:00", timeZone: "UTC" },
      endTime: { dateTime: "2026-03-17T08:00:00", timeZone: "UTC" },
      availabilityViewInterval: 1440,
    });
  });

  it.each<[object, unknown]>([
    [{ error: { responseCode: "ErrorNoFreeBusyAccess" } }, "hidden"],
    [{ error: { responseCode: "ErrorMailRecipientNotFound" } }, "none"],
    [{ error: { responseCode: "ErrorServerBusy" } }, { code: "ErrorServerBusy" }],
    [{ error: {} }, { code: "unknown error" }],
    [{ error: null }, "visible"],
    [{ scheduleId: "other@contoso.com" }, { code: "no answer" }],
  ])("%j", async (answer, visibility) => {
    hosts.answer(HOST, () => ({ body: { value: [{ scheduleId: "a@contoso.com", ...answer }] } }));
    const found = await visibilityOf(client(), ["a@contoso.com"], { now, signal });
    expect(found.get("a@contoso.com")).toEqual(visibility);
  });

  it("of a mailbox that Graph is too busy for are asked for again, alone", async () => {
    hosts.answer(HOST, ({ url, body }) => {
      if (url.endsWith("/$batch")) return { body: { responses: [{ id: "0", status: 429 }] } };
      const asked = (body as { schedules: string[] }).schedules;
      return hosts.received.length === 1
        ? { status: 403 }
        : { body: { value: asked.map((scheduleId) => ({ scheduleId })) } };
    });
    const found = await visibilityOf(client(), ["a@contoso.com"], { now, signal });
    expect(found.get("a@contoso.com")).toBe("visible");
    expect(hosts.received).toHaveLength(3);
  });
});
