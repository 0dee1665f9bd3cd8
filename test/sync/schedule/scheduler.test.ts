/** The scheduler with a clock that goes when it sleeps, and a state in a file. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsError, StateError, StateLocked } from "../../../contract/errors.ts";
import { renderMissed } from "../../../cli/terminal/schedule.ts";
import type { RunReport } from "../../../sync/run/report.ts";
import { toJson } from "../../../sync/model/json.ts";
import { Book, readMissed, readScheduler, readStandings } from "../../../sync/schedule/book.ts";
import { type RunHooks, runScheduler, type SchedulerEvent } from "../../../sync/schedule/scheduler.ts";
import { strategiesOf, type Strategy } from "../../../sync/schedule/strategies.ts";
import { missedBy, watch } from "../../../sync/schedule/watch.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import { Clock } from "../run/fakes.ts";

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

const declared = [
  { kind: "users", target: "oneplan" },
  { kind: "users", target: "file" },
  { kind: "rooms", target: "ones" },
];
const hourly = { strategies: { users: { schedule: "hourly", targets: { file: { schedule: "none" } } } } };

let folder: string;
let store: StateStore;
let clock: Clock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-schedule-"));
  store = openSqliteState(join(folder, "state.sqlite"));
  clock = new Clock();
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface World {
  /** What is declared under `sync`. */
  settings?: unknown;
  /** How long a run takes. */
  takes?: number;
  /** What a run comes to; by default it is a Success. */
  run?: (strategy: Strategy, stop: () => void) => Partial<RunReport>;
  onSleep?: (milliseconds: number, stop: () => void) => void;
  hours?: number;
  /** Where the scheduler keeps what it knows. */
  kept?: StateStore;
}

/** Runs the scheduler for some hours of the clock. */
async function scheduler({ settings = hourly, takes = MINUTE_MS, run, onSleep, hours = 3, kept = store }: World = {}) {
  const controller = new AbortController();
  const events: SchedulerEvent[] = [];
  const starts: string[] = [];
  const alerts: string[] = [];
  const until = clock.time + hours * HOUR_MS;
  const runs = new Set<Promise<void>>();
  await runScheduler({
    store: kept,
    now: clock.now,
    signal: controller.signal,
    strategies: async () => strategiesOf(settings, declared).scheduled,
    tell: (event) => events.push(event),
    alert: async () => {
      alerts.push(clock.now().toISOString().slice(11, 16));
    },
    sleep: async (milliseconds) => {
      // The clock stands while a run is not done: it says itself how long it takes.
      await Promise.allSettled(runs);
      onSleep?.(milliseconds, () => controller.abort());
      await clock.sleep(milliseconds);
      if (clock.time >= until) controller.abort();
    },
    run: (strategies, hooks) => {
      const running = inTurn(strategies, hooks).finally(() => runs.delete(running));
      runs.add(running);
      return running;
    },
  });
  return { events, starts, alerts, kinds: events.map(({ kind }) => kind) };

  async function inTurn(strategies: readonly Strategy[], { started, ended }: RunHooks): Promise<void> {
    for (const strategy of strategies) {
      await started(strategy);
      starts.push(`${strategy.name} ${clock.now().toISOString().slice(11, 16)}`);
      const startedAt = clock.now().toISOString();
      clock.advance(takes);
      try {
        const report = { status: "Success", ...run?.(strategy, () => controller.abort()) };
        await ended(strategy, {
          report: { startedAt, finishedAt: clock.now().toISOString(), runId: "r", ...report } as RunReport,
        });
      } catch (error) {
        await ended(strategy, { error });
      }
    }
  }
}

async function watched(settings: unknown = hourly) {
  return watch(await store.read(), strategiesOf(settings, declared).scheduled, clock.now());
}

describe("a strategy that is due", () => {
  it("is started at its time, once, and not before the first", async () => {
    clock.advance(7 * MINUTE_MS);

    const { starts } = await scheduler();

    expect(starts).toEqual(["users to oneplan 09:00", "users to oneplan 10:00", "users to oneplan 11:00"]);
  });

  it("is not started by another scheduler again that begins in the same minute", async () => {
    await scheduler({ hours: 1.01 });

    const { starts, kinds } = await scheduler({ hours: 0.5 });

    expect(starts).toEqual([]);
    expect(kinds).not.toContain("missed");
  });

  it("gives an occasion to alert people after its run, and every quarter of an hour", async () => {
    const { alerts } = await scheduler({ hours: 1.1 });

    expect(alerts).toEqual(expect.arrayContaining(["08:00", "08:15", "08:45", "09:02"]));
    expect(alerts.length).toBeLessThan(9);
  });

  it("that runs for longer than its step is started once when it has ended, and no time counts as missed", async () => {
    const { starts, kinds } = await scheduler({ takes: 150 * MINUTE_MS, hours: 7 });

    expect(starts).toEqual(["users to oneplan 09:00", "users to oneplan 11:31", "users to oneplan 14:02"]);
    expect(kinds).not.toContain("missed");
  });

  it("waits for a run that somebody started by hand, and begins after it", async () => {
    let isLocked = true;
    const { starts, kinds } = await scheduler({
      takes: 0,
      hours: 1.2,
      run: () => {
        const refused = isLocked;
        isLocked = false;
        if (refused) throw new StateLocked("A run is under way.");
        return {};
      },
    });

    expect(starts).toEqual(["users to oneplan 09:00", "users to oneplan 09:01"]);
    expect(kinds).toEqual(["waiting", "started", "locked", "started", "ended", "waiting"]);
  });
});

describe("a schedule that did not run", () => {
  it("is told by the next scheduler that starts, which runs it at once; after that it is over", async () => {
    await scheduler({ hours: 1.5 });
    clock.advance(6 * HOUR_MS);

    const { starts, events } = await scheduler({ hours: 0.2 });

    expect(starts).toEqual(["users to oneplan 15:30"]);
    const missed = { count: 6, first: "2026-03-02T10:00:00.000Z", last: "2026-03-02T15:00:00.000Z" };
    expect(events[0]).toMatchObject({ kind: "missed", missed: { ...missed, why: "no scheduler was running" } });
    expect(events.filter(({ kind }) => kind === "recovered")).toHaveLength(1);
    expect(await readMissed(await store.read())).toMatchObject([{ strategy: "users to oneplan", ...missed }]);
    expect((await watched()).strategies[0]).not.toHaveProperty("missed");
    expect(renderMissed(await readMissed(await store.read()), { color: false })).toBe(
      "did not run at their times\n" +
        "  users to oneplan at 6 scheduled times, from 2026-03-02 10:00:00Z to 2026-03-02 15:00:00Z: " +
        "no scheduler was running; ran again by 2026-03-02 15:31:00Z\n",
    );
  });

  it("is seen from outside while nobody runs", async () => {
    await scheduler({ hours: 1.5 });
    clock.advance(2 * HOUR_MS);

    const { strategies } = await watched();

    expect(strategies[0]?.missed).toMatchObject({
      count: 2,
      first: "2026-03-02T10:00:00.000Z",
      why: "no scheduler was running",
    });
  });

  it("is told once, with why, where a start comes to nothing again and again", async () => {
    const fail = () => {
      throw new SettingsError("The key is not there.");
    };

    const { events, kinds } = await scheduler({ run: fail, hours: 4 });

    expect(kinds.filter((kind) => kind === "missed")).toHaveLength(1);
    expect(events.find(({ kind }) => kind === "missed")).toMatchObject({ missed: { why: "The key is not there." } });
    expect((await watched()).strategies[0]?.missed?.count).toBeGreaterThan(1);
  });

  it.each([
    ["hourly", { schedule: "hourly", minutes: [0, 15, 30, 45] }, "2027-03-02T09:15:00.000Z"],
    [
      "daily, which its zone does by its own clock",
      { schedule: "daily", times: ["06:15"] },
      "2027-03-02T05:15:00.000Z",
    ],
    ["on one day of the week", { schedule: "hourly", days: ["mon"] }, "2027-03-01T22:00:00.000Z"],
  ])("for a year is told from its first time to its last, where it is %s", async (_, users, last) => {
    const settings = { timeZone: "Europe/Berlin", strategies: { users, rooms: { schedule: "none" } } };
    await scheduler({ settings, hours: 0.01 });
    clock.time = Date.parse("2027-03-02T09:31:00Z");

    const missed = (await watched(settings)).strategies[0]?.missed;

    expect(missed).toMatchObject({ count: 200, last });
    expect(Date.parse(missed?.first ?? "") - Date.parse("2026-03-02T08:00:00Z")).toBeLessThan(24 * HOUR_MS);
  });

  it("is counted on from where it was counted to", async () => {
    const fail = () => {
      throw new SettingsError("The key is not there.");
    };
    const settings = { strategies: { users: { schedule: "hourly", minutes: [0, 15, 30, 45] } } };
    await scheduler({ settings, run: fail, hours: 80 });

    const missed = (await watched(settings)).strategies[0]?.missed;
    expect(missed).toMatchObject({ first: "2026-03-02T08:15:00.000Z", why: "The key is not there." });
    expect(missed?.count).toBeGreaterThan(310);
  });

  it("is not one whose run failed: that is told by the run", async () => {
    const { kinds } = await scheduler({ run: () => ({ status: "Failure" }) });

    expect(kinds).not.toContain("missed");
  });

  it("is none where the schedule was changed, or is new", async () => {
    await scheduler({ hours: 1.5 });
    clock.advance(24 * HOUR_MS);

    const { kinds, starts } = await scheduler({
      settings: { strategies: { users: { schedule: "daily", times: ["09:30"] }, rooms: { schedule: "hourly" } } },
      hours: 1,
    });

    expect(kinds).not.toContain("missed");
    expect(starts).toEqual(["rooms to ones 10:00"]);
  });
});

describe("a clock that jumps", () => {
  it("forward by hours makes one late start, told as missed", async () => {
    let isAhead = false;
    const { starts, kinds } = await scheduler({
      hours: 8,
      onSleep: () => {
        if (isAhead || clock.time < Date.parse("2026-03-02T09:30:00Z")) return;
        isAhead = true;
        clock.advance(5 * HOUR_MS);
      },
    });

    expect(starts.slice(0, 2)).toEqual(["users to oneplan 09:00", "users to oneplan 14:31"]);
    expect(kinds.filter((kind) => kind === "missed")).toHaveLength(1);
  });

  it("back by minutes starts nothing twice, and back by days does not stop it", async () => {
    let jumps = 0;
    const { starts } = await scheduler({
      hours: 2.5,
      onSleep: (_, stop) => {
        if (jumps === 0 && clock.time >= Date.parse("2026-03-02T09:05:00Z")) {
          jumps = 1;
          clock.advance(-10 * MINUTE_MS);
        } else if (jumps === 1 && clock.time >= Date.parse("2026-03-02T10:05:00Z")) {
          jumps = 2;
          clock.advance(-48 * HOUR_MS);
        } else if (jumps === 2 && clock.time >= Date.parse("2026-02-28T11:10:00Z")) stop();
      },
    });

    expect(starts).toEqual(["users to oneplan 09:00", "users to oneplan 10:00", "users to oneplan 11:00"]);
  });
});

/** The same state, which can be made to fail. */
function failing(isFailing: () => boolean): StateStore {
  const expectWell = () => {
    if (isFailing()) throw new StateError("The disk is full.");
  };
  return {
    ...store,
    read: async () => (expectWell(), store.read()),
    lock: async (sync) => (expectWell(), store.lock(sync)),
  };
}

describe("a state that cannot be used for a while", () => {
  it("ends no scheduler: what came due is started when it can, and told as missed", async () => {
    const between = (from: string, to: string) =>
      clock.time >= Date.parse(`2026-03-02T${from}:00Z`) && clock.time < Date.parse(`2026-03-02T${to}:00Z`);
    const kept = failing(() => between("08:30", "10:10"));

    const { starts, events } = await scheduler({ hours: 3.5, kept });

    expect(starts).toEqual(["users to oneplan 10:10", "users to oneplan 11:00"]);
    expect(events.filter(({ kind }) => kind === "unkept")).toEqual([{ kind: "unkept", message: "The disk is full." }]);
    expect(events.filter(({ kind }) => kind === "missed")).toMatchObject([
      { missed: { count: 1, first: "2026-03-02T09:00:00.000Z", why: "the scheduler was kept from it" } },
    ]);
    expect((await watched()).strategies[0]).not.toHaveProperty("missed");
  });

  it("just when a run ends leaves that due: it is run again, and once", async () => {
    let isFull = false;
    const kept = failing(() => isFull);

    const { starts, kinds } = await scheduler({
      hours: 1.5,
      kept,
      run: () => {
        isFull = clock.time < Date.parse("2026-03-02T09:05:00Z");
        return {};
      },
      onSleep: () => {
        if (clock.time >= Date.parse("2026-03-02T09:05:00Z")) isFull = false;
      },
    });

    expect(starts[0]).toBe("users to oneplan 09:00");
    expect(starts).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "unkept")).toHaveLength(1);
    expect(kinds).not.toContain("missed");
  });

  it("is told by who starts with it, and nothing hides that", async () => {
    await expect(scheduler({ kept: failing(() => true) })).rejects.toThrow("The disk is full.");
  });
});

describe("a scheduler that hangs, or was paused", () => {
  const HUNG = /is there and has done nothing since .*: it hangs, or was paused/;

  it.each([
    ["while it waits", undefined],
    ["in a run", { since: "2026-03-02T09:00:00.000Z" }],
  ])("is noticed from outside %s, and what it does not start is told", async (_, running) => {
    await scheduler({ hours: 1.5 });
    const session = await store.lock("schedule");
    const [known] = (await readStandings(session)).values();
    const scheduled = { ...(await readScheduler(session)) };
    // This process is alive, and gave no sign of it for an hour.
    const renewed = new Date(Date.now() - HOUR_MS).toISOString();
    delete scheduled.ended;
    await session.commit([
      { partition: "schedule-process", key: "scheduler", value: toJson({ ...scheduled, renewed }) },
      {
        partition: "schedule-strategies",
        key: "users to oneplan",
        value: toJson({ ...known, ...(running && { running }) }),
      },
    ]);
    await session.release();
    clock.advance(2 * HOUR_MS);

    const found = await watched();
    expect(found.scheduler).toMatch(HUNG);
    expect(found.strategies[0]).not.toHaveProperty("running");
    expect(found.strategies[0]?.missed).toMatchObject({ count: 2 });
    const declaredNow = () => strategiesOf(hourly, declared).scheduled;
    expect(await missedBy(await store.read(), declaredNow, clock.now())).toMatchObject([
      { strategy: "users to oneplan", missed: { count: 2 } },
    ]);
  });
});

describe("being told to stop", () => {
  it("in a run leaves it due for the next scheduler, which begins it without an alarm", async () => {
    const stopped = await scheduler({ run: (_, stop) => (stop(), { status: "Failure" }) });
    expect(stopped.starts).toEqual(["users to oneplan 09:00"]);

    const { starts, kinds } = await scheduler({ hours: 0.1 });

    expect(starts).toEqual(["users to oneplan 09:02"]);
    expect(kinds).not.toContain("missed");
  });
});

describe("one scheduler", () => {
  it("refuses another one while it is there", async () => {
    const signal = new AbortController().signal;
    const book = await Book.open(store, clock.sleep, signal);

    await expect(scheduler()).rejects.toThrow(/A scheduler runs already since .* end that one first/);

    await book.close();
    await expect(scheduler({ hours: 0.1 })).resolves.toBeDefined();
  });

  it("is missed from outside when there never was one", async () => {
    expect((await watched()).scheduler).toMatch(/No scheduler has ever run/);
  });
});
