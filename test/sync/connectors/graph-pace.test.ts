/** Keeping within Graph's limits: what calls cost, and when they may begin. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { batchGet, type Call, createGraphClient } from "../../../sync/connectors/graph/index.ts";
import { budgetFor, Pace } from "../../../sync/connectors/graph/pace.ts";
import { unitsOf, unitsOfRequest, usersIn } from "../../../sync/connectors/graph/units.ts";
import { startTestHosts, type TestHosts } from "./hosts.ts";

const WINDOW_MS = 10_000;
const signal = new AbortController().signal;

describe("the units of a call", () => {
  it.each([
    ["/users", 2],
    ["/users?$select=id,mail&$top=999", 1],
    ["/users?$top=10", 1],
    ["/users?$expand=manager", 3],
    ["/users?%24select=id&%24expand=manager", 2],
    ["https://graph.microsoft.com/v1.0/users?$skiptoken=abc", 2],
    ["https://graph.microsoft.com/v1.0/users/delta?$deltatoken=abc", 2],
    ["/users/delta()?$select=id", 1],
    ["/users/00000000-0000-0000-0000-000000000001?$select=id", 1],
    ["/groups?$filter=displayName%20eq%20'A'", 1],
    ["/groups/1/members", 3],
    ["/groups/1/members/microsoft.graph.user?$select=id", 2],
    ["/groups/1/transitiveMembers/microsoft.graph.user", 5],
    ["/directoryObjects/getByIds", 3],
    ["/servicePrincipals/1/appRoleAssignments", 2],
    ["/organization?$select=id", 1],
  ])("%s: %i", (path, units) => {
    expect(unitsOf(path)).toBe(units);
  });

  it("of a batch are those of its parts", () => {
    const requests = [{ url: "/users/1?$select=id" }, { url: "/groups/1/members" }, { url: "/users" }];
    expect(unitsOfRequest("/$batch", { requests })).toBe(6);
  });
});

it.each([
  ["/users?$top=2", { value: [1, 2] }, 2],
  ["https://graph.microsoft.com/v1.0/users/delta?$skiptoken=a", { value: [1] }, 1],
  ["/groups", { value: [1] }, 0],
  ["/users/1", { id: "1" }, 0],
])("of %s it tells how many users were seen", (path, answer, users) => {
  expect(usersIn(path, answer)).toBe(users);
});

it.each([
  [0, 3_500],
  [49, 3_500],
  [50, 5_000],
  [500, 5_000],
  [501, 8_000],
])("a tenant of %i users allows %i units", (users, units) => {
  expect(budgetFor(users)).toBe(units);
});

/** Time that passes only when nobody runs; sleepers wake in the order of their time. */
class VirtualTime {
  now = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => this.#sleepers.push({ at: this.now + milliseconds, wake }));

  async runTo(end: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#sleepers.sort((one, other) => one.at - other.at)[0];
      if (!next || next.at > end) break;
      this.#sleepers.shift();
      this.now = next.at;
      next.wake();
    }
    this.now = end;
  }
}

interface Begun {
  readonly asked: number;
  readonly at: number;
  readonly units: number;
}

/** Asks for calls at their times, and tells when each began. */
async function play(
  calls: readonly { readonly after: number; readonly units: number }[],
  prepare: (pace: Pace, time: VirtualTime) => void = () => undefined,
): Promise<readonly Begun[]> {
  const time = new VirtualTime();
  const pace = new Pace({ now: () => time.now, sleep: time.sleep });
  prepare(pace, time);
  const begun: Begun[] = [];
  for (const { after, units } of calls) {
    await time.runTo(time.now + after);
    const asked = time.now;
    void pace.begin(units, signal).then(() => begun.push({ asked, at: time.now, units }));
  }
  await time.runTo(time.now + 100 * WINDOW_MS);
  expect(begun).toHaveLength(calls.length);
  return begun;
}

/** Units that were begun in the ten seconds that end with an instant. */
function usedUntil(begun: readonly Begun[], at: number): number {
  const recent = begun.filter((each) => each.at <= at && each.at > at - WINDOW_MS);
  return recent.reduce((sum, { units }) => sum + units, 0);
}

describe("the pace", () => {
  const calls = fc.array(fc.record({ after: fc.nat(6_000), units: fc.integer({ min: 1, max: 2_000 }) }), {
    minLength: 1,
    maxLength: 25,
  });

  it("never begins more than the budget in any ten seconds, and keeps the order", async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (given) => {
        const begun = await play(given);
        for (const { at } of begun) expect(usedUntil(begun, at)).toBeLessThanOrEqual(3_500);
        expect(begun.map(({ units }) => units)).toEqual(given.map(({ units }) => units));
      }),
      { numRuns: 60 },
    );
  });

  it("lets nobody wait for whom there is room, once those before have begun", async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (given) => {
        const begun = await play(given);
        for (const [index, { asked, at, units }] of begun.entries()) {
          const before = begun.slice(0, index);
          const possible = Math.max(asked, before.at(-1)?.at ?? 0);
          if (at === possible) continue;
          // A millisecond earlier it would have been too much.
          expect(usedUntil(before, at - 1) + units).toBeGreaterThan(3_500);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("lets a full read of a hundred thousand users go without a wait, and counts the size of the tenant", async () => {
    const pages = Array.from({ length: 101 }, () => ({ after: 0, units: 2 }));
    expect((await play(pages)).every(({ at, asked }) => at === asked)).toBe(true);

    const large = await play([{ after: 0, units: 8_000 }], (pace) => pace.saw(501));
    const small = await play(Array(8).fill({ after: 0, units: 1_000 }), (pace) => pace.saw(50));
    expect(large[0]?.at).toBe(0);
    expect(small.map(({ at }) => at)).toEqual([0, 0, 0, 0, 0, WINDOW_MS, WINDOW_MS, WINDOW_MS]);
  });

  it("begins nothing while Graph wants to be left alone, and lets what costs more than there is go alone", async () => {
    const paused = await play([{ after: 1_000, units: 1 }], (pace) => pace.pause(30_000));
    expect(paused[0]?.at).toBe(30_000);

    const costly = await play([
      { after: 0, units: 10 },
      { after: 0, units: 9_999 },
      { after: 0, units: 1 },
    ]);
    expect(costly.map(({ at }) => at)).toEqual([0, WINDOW_MS, 2 * WINDOW_MS]);
  });

  it.each([
    ["below the warning", 0.79, 1_600],
    ["at the warning", 0.8, 1_600],
    ["at twice the warning", 1.6, 800],
    ["what is no number", Number.NaN, 1_600],
  ])("slows down for a window: %s", async (_, share, allowed) => {
    const time = new VirtualTime();
    const pace = new Pace({ now: () => time.now, sleep: time.sleep });
    await pace.begin(1_600, signal);
    time.now = 5_000;
    pace.warned(share);
    time.now = 10_000;

    // The first 1,600 are over; what is left of the window is what was used, less what was too much.
    const begun: number[] = [];
    for (let index = 0; index < 16; index += 1) void pace.begin(100, signal).then(() => begun.push(time.now));
    await time.runTo(14_999);

    expect(begun.filter((at) => at < 15_000)).toHaveLength(allowed / 100);
    await time.runTo(15_000);
    expect(begun).toHaveLength(16);
  });

  it("ends its waiting with the run", async () => {
    const pace = new Pace();
    pace.pause(60_000);
    const stop = new AbortController();
    const waiting = pace.begin(1, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the client", () => {
  const HOST = "graph.microsoft.com";
  const call: Call = { doing: "read users", needs: ["User.Read.All"], signal };
  let hosts: TestHosts;
  beforeEach(async () => {
    hosts = await startTestHosts();
  });
  afterEach(() => hosts.close());

  /** A client whose pace is watched: what it begins, and for how long it had to wait. */
  function watched() {
    const begun: number[] = [];
    const waits: number[] = [];
    const pace = new Pace({ now: () => 0, sleep: async (wait) => void waits.push(wait) });
    const begin = pace.begin.bind(pace);
    pace.begin = (units, given) => {
      begun.push(units);
      return begin(units, given);
    };
    const learnt: number[] = [];
    pace.saw = (users) => void learnt.push(users);
    pace.warned = (share) => void learnt.push(share);
    const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
    return { begun, waits, learnt, client: createGraphClient({ credential, cloud: "Microsoft", pace }) };
  }

  it("paces every call by what it costs, batches by their parts", async () => {
    hosts.answer(HOST, ({ body }) => {
      const { requests } = (body ?? { requests: [] }) as { requests: { id: string }[] };
      return { body: { value: [], responses: requests.map(({ id }) => ({ id, status: 200, body: {} })) } };
    });
    const { client, begun } = watched();

    await client.get("/users?$top=999", call);
    await client.get("/users?$select=id", call);
    await batchGet(client, ["/groups/1/members", "/users/1?$select=id"], call);

    expect(begun).toEqual([2, 1, 4]);
  });

  it("waits with everything when one call is throttled, and learns from warnings and from what it sees", async () => {
    let asked = 0;
    hosts.answer(HOST, () => {
      if (++asked === 1) return { status: 429, headers: { "retry-after": "0.01" } };
      return { body: { value: Array(600).fill(0) }, headers: { "x-ms-throttle-limit-percentage": "1.6" } };
    });
    const { client, begun, waits, learnt } = watched();

    await client.get("/users", call);
    await client.get("/users", call);

    // The repetition is paced as well.
    expect(begun).toEqual([2, 2, 2]);
    // Time stands still here, so the pause lasts.
    expect(waits).toEqual([10, 10]);
    expect(learnt).toEqual([Number.NaN, 1.6, 600, 1.6, 600]);
  });
});
