/**
 * Random histories of a tenant's rooms, lived through by the real engine between the stand-in's Graph and ONES: whatever
 * happens, no room is retired that was not missing for long, nobody else's resource is touched, and once all is well
 * again ONES is as the tenant is.
 */
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { text } from "../../../../sandbox/directory/model.ts";
import type { RoomsBehaviour } from "../../../../sandbox/directory/rooms-behaviour.ts";
import { joined } from "../../../../sync/connectors/text-list.ts";
import { type Company, HOUR_MS, startCompany, syncToOnes } from "./company.ts";

const ROOMS = 8;
const LISTS = 2;
const HISTORIES = 12;
const address = (index: number) => `room-${String(index + 1).padStart(5, "0")}@contoso.com`;
const list = (index: number) => `roomlist-${String(index + 1).padStart(3, "0")}@contoso.com`;

const room = fc.nat(ROOMS - 1);
const WELL: RoomsBehaviour = {
  service: "global",
  listingLagHours: 0,
  nextLinkMissing: false,
  count: "all",
  largestPage: 100,
  refusedLists: [],
};
const ill = fc.constantFrom<Partial<RoomsBehaviour>>(
  { service: "empty" },
  { service: "withoutPlaceIds" },
  { service: "noStore" },
  { nextLinkMissing: true },
  { count: "missing", largestPage: 3 },
  { count: "null" },
  { count: "negative", largestPage: 5 },
  { count: "page", largestPage: 3, nextLinkMissing: true },
  { largestPage: 5 },
  { refusedLists: [list(0)] },
);

const step = fc.oneof(
  fc.record({ does: fc.constant("change" as const), room, capacity: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ does: fc.constant("hide" as const), room, hidden: fc.boolean() }),
  fc.record({ does: fc.constant("remove" as const), room }),
  fc.record({ does: fc.constant("return" as const), room, anew: fc.boolean() }),
  fc.record({ does: fc.constant("join" as const), room, list: fc.nat(LISTS - 1) }),
  fc.record({ does: fc.constant("rename list" as const), list: fc.nat(LISTS - 1), name: fc.nat(9) }),
  fc.record({ does: fc.constant("change ids" as const) }),
  fc.record({ does: fc.constant("ail" as const), how: ill }),
  fc.record({ does: fc.constant("be well" as const) }),
  fc.record({ does: fc.constant("refuse writes" as const), times: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ does: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 60 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

it("any history ends well", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (history) => {
      const company = await startCompany({ rooms: ROOMS, roomLists: LISTS });
      try {
        await live(company, history);
      } finally {
        await company.close();
      }
    }),
    { numRuns: HISTORIES, seed: 7 },
  );
}, 180_000);

async function live(company: Company, history: readonly Step[]): Promise<void> {
  const { hands, ones, clock, sandbox } = company;
  const foreign = JSON.stringify(foreignOf(company));
  // Limits have tests of their own: with few rooms every retirement would be over them.
  const { run } = syncToOnes(company, {}, { limits: { disable: { count: ROOMS, minimumPopulation: 100 } } });
  const removed = new Map<string, ReturnType<typeof hands.remove>>();
  /** Since when each room is out of sight, and in how many runs since. */
  const gone = new Map<string, { since: number; runs: number }>();
  const isListed = (at: string) => {
    const found = hands.find(at);
    return found !== undefined && hands.isListed(found.place);
  };

  await run();
  for (const each of history) {
    take(each);
    await run();
    for (let index = 0; index < ROOMS; index += 1) {
      const at = address(index);
      if (isListed(at)) gone.delete(at);
      else gone.set(at, { since: gone.get(at)?.since ?? clock.time, runs: (gone.get(at)?.runs ?? 0) + 1 });
    }
    for (const { email, enabled } of ones.resources.filter(({ externalId }) => externalId !== null)) {
      const missing = gone.get(email ?? "");
      const mayBeRetired = missing !== undefined && missing.runs >= 3 && clock.time - missing.since > 48 * HOUR_MS;
      if (!enabled && missing !== undefined) expect({ email, mayBeRetired }).toEqual({ email, mayBeRetired: true });
    }
    expect(JSON.stringify(foreignOf(company))).toBe(foreign);
  }

  company.behave(WELL);
  sandbox.faults.clear();
  for (let times = 0; times < 5; times += 1) {
    clock.advance(25 * HOUR_MS);
    await run();
  }
  expect(await run()).toMatchObject({ counts: { create: 0, update: 0, enable: 0, disable: 0, link: 0 } });
  expect(heldBy(company)).toEqual(wantedBy(company));
  expect(JSON.stringify(foreignOf(company))).toBe(foreign);

  function take(each: Step): void {
    if (each.does === "wait") return clock.advance(each.hours * HOUR_MS);
    if (each.does === "ail") return company.behave(each.how);
    if (each.does === "be well") return company.behave(WELL);
    if (each.does === "change ids") return hands.changeIds();
    if (each.does === "rename list")
      return hands.change(list(each.list), { displayName: `List ${each.list} ${each.name}` });
    if (each.does === "refuse writes") {
      return void sandbox.faults.add({
        host: "ones.contoso.com",
        method: "PATCH",
        times: each.times,
        then: { status: 400 },
      });
    }
    const at = address(each.room);
    if (each.does === "return") {
      const before = removed.get(at);
      if (before === undefined) return;
      removed.delete(at);
      const { displayName, emailAddress, capacity = 4 } = before;
      return void hands.addRoom(each.anew ? { displayName, emailAddress, capacity } : before);
    }
    if (hands.find(at) === undefined) return;
    if (each.does === "change") hands.change(at, { capacity: each.capacity });
    else if (each.does === "hide") hands.hide(at, each.hidden);
    else if (each.does === "join") hands.putInList(list(each.list), at);
    else removed.set(at, hands.remove(at));
  }
}

/** What was there before the first run and is no room. */
function foreignOf({ ones }: Company): unknown {
  const resources = ones.resources.filter(({ externalId }) => externalId === null);
  return [resources.filter(({ email }) => email === null), ones.areas.filter(({ externalId }) => externalId === null)];
}

/** By address: those that can be booked, with their capacity and the names of the room lists' areas. */
function heldBy({ ones }: Company): Record<string, unknown> {
  const bookable = ones.resources.filter(({ enabled, externalId }) => enabled && externalId !== null);
  const addresses = bookable.map(({ email }) => email);
  expect(new Set(addresses).size).toBe(addresses.length);
  return Object.fromEntries<unknown>(
    bookable.map(({ email, capacity, areas }) => {
      const ours = ones.areas.filter((area) => area.externalId !== null && areas.includes(area.id));
      return [String(email), { capacity, areas: joined(ours.map(({ name }) => name)) }];
    }),
  );
}

function wantedBy({ hands, ones }: Company): Record<string, unknown> {
  const lists = [...hands.roomLists.values()];
  return Object.fromEntries<unknown>(
    [...hands.rooms.values()]
      .filter((each) => hands.isListed(each))
      .map((each) => {
        const email = text(each, "emailAddress");
        const of = lists.filter((one) => hands.membersOf(one, "rooms").some(({ id }) => id === each.id));
        const known = ones.resources.find((resource) => resource.email === email)?.capacity;
        // A capacity that the tenant does not know is whatever ONES has.
        const capacity: unknown = each["capacity"] || known;
        return [email, { capacity, areas: joined(of.map((one) => text(one, "displayName"))) }];
      }),
  );
}
