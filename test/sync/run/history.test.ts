/** What is remembered of runs and objects, and what it looks like. */
import { inPartition } from "../state/state-stores.ts";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readLimitedObjects, readLimitedSets } from "../../../sync/run/allowances.ts";
import { findReports, labelsOf, linksNamed, newestReports, saveBegun, withLabels } from "../../../sync/run/history.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { readRecords, recordsOfRun, saveRecords, type PastChange } from "../../../sync/run/object-history.ts";
import { countsOf, type RunReport, STOPPED_ON_REQUEST } from "../../../sync/run/report.ts";
import { failedIds } from "../../../sync/run/retries.ts";
import { readMonths } from "../../../sync/run/statistics.ts";
import { Scratch } from "../../../sync/scratch/index.ts";
import { renderMonths, renderObject, renderOthers, renderRun, renderRuns } from "../../../cli/terminal/runs.ts";
import { Bench, leaver, person } from "./fakes.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

async function history(sourceId: string): Promise<readonly PastChange[]> {
  return readRecords(await bench.store.read(), "people", sourceId);
}

describe("an object's history", () => {
  it("tells what each run did with it and why, newest first", async () => {
    bench.source.put(person("a"));
    const first = await bench.run();
    bench.clock.advance(60_000);
    bench.source.put(person("a", { fields: { name: "Name a", mail: "new@example.com" } }));
    bench.target.throws = (call) => (call === "update" ? new Error('The name "Name a" is too long.') : undefined);
    const second = await bench.run();

    expect(await history("a")).toEqual([
      {
        sourceId: "a",
        kind: "update",
        outcome: "failed",
        reason: 'The name "..." is too long.',
        runId: second.runId,
        startedAt: second.startedAt,
      },
      {
        sourceId: "a",
        kind: "create",
        outcome: "done",
        reason: "is not in Roster yet",
        runId: first.runId,
        startedAt: first.startedAt,
      },
    ]);
  });

  it("has nothing of objects that were as they should be or left alone, and of dry runs", async () => {
    bench.source.put(person("a"));
    bench.source.put(person("b", { skip: "has no mail address" }));
    await bench.run({ dryRun: true });
    expect(await history("a")).toEqual([]);
    await bench.run();
    await bench.run({ mode: "full" });

    expect(await history("a")).toHaveLength(1);
    expect(await history("b")).toEqual([]);
  });

  it("says what was refused", async () => {
    for (const id of ["a", "stays"]) bench.source.put(person(id));
    await bench.run();
    bench.clock.advance(60_000);
    bench.target.ignores = (call) => call === "setActive";
    bench.source.put(leaver("a"));
    await bench.run();

    expect((await history("a"))[0]).toMatchObject({ kind: "disable", outcome: "refused" });
  });

  it("of a big run keeps the failures and of the others so many that there are ten thousand", async () => {
    const scratch = new Scratch();
    const ids = Array.from({ length: 10_050 }, (_, index) => `p${index}`);
    for (const [index, sourceId] of ids.entries()) {
      scratch.plan.add({ kind: "create", side: "b", sourceId, label: sourceId, reason: "is new" }, "created");
      scratch.plan.mark(index + 1, sourceId === "p10049" ? "failed" : "done");
    }
    const state = await bench.store.lock("people");
    await saveRecords(state, base, [scratch]);
    await state.release();
    scratch.close();

    const sizes: number[] = [];
    for await (const page of state.list("people-changes")) {
      for (const { value } of page) sizes.push((value as readonly unknown[]).length);
    }
    expect(sizes).toEqual(Array.from({ length: 100 }, () => 100));
    expect(await history("p10049")).toMatchObject([{ outcome: "failed" }]);
    expect(await history("p10048")).toEqual([]);
    const records = await recordsOfRun(state, base);
    expect(records).toHaveLength(10_000);
    expect(records[0]).toMatchObject({ sourceId: "p10049", outcome: "failed" });
    expect(await recordsOfRun(state, { ...base, runId: "another" })).toEqual([]);
    const later = await bench.store.lock("people");
    await later.commit([{ partition: "people-changes", key: `${base.startedAt} ${base.runId} 000000` }]);
    await later.release();
    expect(await recordsOfRun(state, base)).toHaveLength(9_900);
  });

  it("lets the oldest go", async () => {
    const state = await bench.store.lock("people");
    for (let run = 0; run < 1_099; run += 1) {
      const key = `2025-01-01T00:00:00.000Z ${String(run).padStart(4, "0")}`;
      await state.commit(inPartition("people-changes", [{ key, value: [] }]));
    }
    const scratch = new Scratch();
    scratch.plan.add({ kind: "create", side: "b", sourceId: "p", label: "p", reason: "is new" }, "created");
    scratch.plan.mark(1, "done");
    await saveRecords(state, base, [scratch]);
    await state.release();
    scratch.close();

    expect(await state.count("people-changes")).toBe(1_000);
    for await (const [oldest] of state.list("people-changes")) expect(oldest?.key).toMatch(/ 0100$/);
  });

  it("knows no names", async () => {
    bench.source.put(person("a"));
    await bench.run();
    const state = await bench.store.read();
    for await (const page of state.list("people-changes")) {
      expect(JSON.stringify(page)).not.toMatch(/Name a|example\.com/);
    }
  });
});

describe("reports", () => {
  it("are found by the beginning of their id, and the newest by last", async () => {
    const runs: RunReport[] = [];
    for (let run = 0; run < 3; run += 1) {
      bench.clock.advance(60_000);
      runs.push(await bench.run({ trigger: run === 1 ? "schedule" : "manual" }));
    }
    const state = await bench.store.read();
    const ids = (reports: readonly RunReport[]) => reports.map(({ runId }) => runId);

    expect(ids(await newestReports(state, "people", 2))).toEqual(ids([runs[2], runs[1]] as RunReport[]));
    expect((await newestReports(state, "people", 2))[1]?.trigger).toBe("schedule");
    expect(ids(await findReports(state, "people", "last"))).toEqual(ids([runs[2]] as RunReport[]));
    expect(ids(await findReports(state, "people", String(runs[0]?.runId.slice(0, 8))))).toEqual([runs[0]?.runId]);
    expect(await findReports(state, "people", "nothing")).toEqual([]);
  });

  it("get their names back from the links", async () => {
    bench.source.put(person("a"));
    await bench.run();
    bench.source.put(person("a", { skip: "has no mail address" }));
    const { runId } = await bench.run();
    const state = await bench.store.read();
    const [stored] = (await findReports(state, "people", runId)) as [RunReport];

    expect(stored.skips).toMatchObject([{ sourceId: "a", label: "" }]);
    const labels = await labelsOf(state, "people", ["a", "unknown"]);
    expect(withLabels(stored, labels).skips).toMatchObject([{ sourceId: "a", label: "Name a" }]);
  });

  it.each(["a", "t1", "name A", "A@example.com"])("links are found by %s", async (asked) => {
    bench.source.put(person("a"));
    bench.source.put(person("b"));
    await bench.run();

    const found = await linksNamed(await bench.store.read(), "people", asked);
    expect(found.map(({ a }) => a.id)).toEqual(["a"]);
  });
});

describe("a set over the limits", () => {
  it("is kept with everybody in it, and with the end of an allowance", async () => {
    bench.limits = Limits.parse({ disable: { count: 1 } });
    for (const id of ["a", "b", "c"]) bench.source.put(person(id));
    await bench.run();
    for (const id of ["a", "b"]) bench.source.put(leaver(id));
    const { limit } = await bench.run();
    const hash = String(limit?.hash);
    const state = await bench.store.read();
    const at = bench.clock.now().toISOString();

    expect(await readLimitedSets(state, "people")).toEqual([{ hash, at, objects: 2 }]);
    expect(await readLimitedObjects(state, "people", hash)).toEqual([
      { kind: "disable", sourceId: "a" },
      { kind: "disable", sourceId: "b" },
    ]);

    await bench.run({ allow: hash });
    expect(await readLimitedSets(state, "people")).toMatchObject([{ hash, allowedUntil: "2026-03-05T08:00:00.000Z" }]);
  });
});

const none = countsOf(new Map());
const base: RunReport = {
  version: 1,
  runId: "3f2a91c0-0000-4000-8000-000000000000",
  sync: "people",
  source: "Directory",
  target: "Roster",
  mode: "delta",
  modeReason: "the last full run was 3 h ago",
  trigger: "schedule",
  dryRun: false,
  status: "Success",
  exitCode: 0,
  startedAt: "2026-03-02T08:00:00.000Z",
  finishedAt: "2026-03-02T08:00:01.500Z",
  seconds: 1.5,
  counts: { ...none, create: 1_200, update: 3 },
  planned: none,
  read: 0,
  listed: 0,
  requests: { Directory: 12, Roster: 2_004 },
  exceptions: [],
  skips: [],
  notes: [],
};
const stopped: RunReport = {
  ...base,
  runId: "77777777-0000-4000-8000-000000000000",
  mode: "full",
  trigger: "manual",
  status: "Failure",
  counts: none,
  planned: { ...none, disable: 2 },
  failure: "Nothing was written: 2 disables.",
  limit: { over: true, why: "2 disables", hash: "00ff", ids: 2 },
};
const set = { hash: "00ff", at: "2026-03-02T08:00:00.000Z", objects: 2 };
const look = { color: false, now: new Date("2026-03-03T00:00:00.000Z") };

describe("on a terminal", () => {
  it("runs are a table, and below it what is over the limits", () => {
    expect(renderRuns([stopped, base], [set], look)).toBe(
      `started               run       mode   trigger   status           created  updated  enabled  disabled  linked  skipped  failed  seconds  requests
2026-03-02 08:00:00Z  77777777  full   manual    Failure (limit)        0        0        0         0       0        0       0      1.5     2,016
2026-03-02 08:00:00Z  3f2a91c0  delta  schedule  Success            1,200        3        0         0       0        0       0      1.5     2,016

over the limits
  hash  objects  last met              allowed
  00ff        2  2026-03-02 08:00:00Z  no
`,
    );
  });

  it.each([
    ["2026-03-05T08:00:00.000Z", "until 2026-03-05 08:00:00Z"],
    ["2026-03-03T00:00:00.000Z", "until 2026-03-03 00:00:00Z"],
    ["2026-03-02T23:59:59.000Z", "ended 2026-03-02 23:59:59Z"],
  ])("an allowance that ends at %s is shown as %s", (allowedUntil, words) => {
    expect(renderRuns([base], [{ ...set, allowedUntil }], look)).toContain(`  ${words}\n`);
  });

  it("nothing remembered is a sentence", () => {
    expect(renderRuns([], [], look)).toBe("No run is remembered here yet.\n");
  });

  it("one run is shown whole, with everybody in its set", () => {
    const members = [
      { kind: "disable", sourceId: "a", label: "Ada" },
      { kind: "disable", sourceId: "b" },
    ];
    expect(renderRun(stopped, { ...set, members }, look)).toBe(
      `run 77777777-0000-4000-8000-000000000000  |  2026-03-02 08:00:00Z to 2026-03-02 08:00:01Z  |  trigger: manual
Failure  people: Directory to Roster
full run: the last full run was 3 h ago

Nothing was written: 2 disables.

  would disable  2

read 0  |  requests: Directory 12, Roster 2,004  |  1.5 s

over the limits: 2 objects, hash 00ff
  allowed: no
  disable  a  Ada
  disable  b
`,
    );
    expect(renderRun(stopped, undefined, look)).toContain("\nThe set with the hash 00ff is no longer kept.\n");
  });

  it("one run names every failure, however many", () => {
    const exceptions = Array.from({ length: 30 }, (_, index) => ({
      sourceId: `s${index}`,
      label: "",
      kind: "update" as const,
      outcome: "failed" as const,
      reason: "No.",
    }));
    const text = renderRun({ ...base, counts: { ...none, fail: 30 }, exceptions }, undefined, look);
    expect(text).toContain("    s29\n      No.");
    expect(text).not.toContain("more");
  });

  it("an object's history is a table", () => {
    const past: PastChange[] = [
      { sourceId: "a", kind: "update", outcome: "failed", reason: "No.", runId: stopped.runId, startedAt: set.at },
      { sourceId: "a", kind: "create", outcome: "done", reason: "is new", runId: base.runId, startedAt: set.at },
    ];
    expect(renderObject({ sourceId: "a", label: "Ada" }, past, look)).toBe(
      `Ada  a

started               run       change  outcome  reason
2026-03-02 08:00:00Z  77777777  update  failed   No.
2026-03-02 08:00:00Z  3f2a91c0  create  done     is new
`,
    );
    expect(renderObject({ sourceId: "a" }, [], look)).toBe("a\n\nNo run that is remembered changed it.\n");
  });

  it("has colours only where they are wanted", () => {
    expect(renderRuns([stopped, base], [set], look)).not.toContain("\u001b[");
    expect(renderRuns([stopped, base], [set], { ...look, color: true })).toContain("\u001b[31mFailure (limit)");
  });

  it("a run that was told to stop was a failure like any other", () => {
    const { limit: _, ...run } = stopped;
    expect(renderRuns([{ ...run, failure: STOPPED_ON_REQUEST }], [], look)).toContain(" Failure (stopped) ");
    expect(renderRuns([{ ...run, failure: "Entra did not answer." }], [], look)).toContain(" Failure  ");
  });
});

describe("every start", () => {
  it("leaves a run, also one whose process was killed: the next one tells of it", async () => {
    bench.source.put(person("a"));
    const first = await bench.run();
    const killed = { ...first, runId: "killed", startedAt: new Date(bench.clock.time + 1000).toISOString() };
    const session = await bench.store.lock("people");
    await saveBegun(session, killed);
    await session.release();
    bench.clock.advance(60_000);

    const next = await bench.run();

    const runs = await newestReports(await bench.store.read(), "people", 10);
    expect(runs.map(({ runId }) => runId)).toEqual([next.runId, "killed", first.runId]);
    expect(runs[1]).toMatchObject({ status: "Failure", failure: expect.stringMatching(/killed/) as unknown });
  });

  it("tells what was read, decided, sent and confirmed, who began it, and which plan it was", async () => {
    for (const id of ["a", "b", "c"]) bench.source.put(person(id));
    let creates = 0;
    bench.target.throws = (call) => (call === "create" && ++creates === 2 ? new Error("full") : undefined);

    const report = await bench.run({ by: "ada on runner" });

    const { steps } = report;
    expect(steps).toEqual({ read: 3, decided: 3, sent: 3, confirmed: 2 });
    expect(report).toMatchObject({ by: "ada on runner", plan: expect.stringMatching(/^[\da-f]{16}$/) as unknown });
    expect((await bench.run()).plan).not.toBe(report.plan);
  });

  it("that left everything alone says so", async () => {
    bench.source.put(person("b", { skip: "has no mail address" }));

    expect((await bench.run()).notes).toContain("All of the 1 object that Directory gave were left alone.");
  });
});

describe("what failed", () => {
  async function failing() {
    for (const id of ["a", "b", "c"]) bench.source.put(person(id));
    await bench.run();
    for (const id of ["a", "b", "c"])
      bench.source.put(person(id, { fields: { name: `New ${id}`, mail: `${id}@x.de` } }));
    let calls = 0;
    bench.target.throws = (call) =>
      call === "update" && (calls += 1) < 3 ? new Error(calls === 1 ? "too long" : "is locked") : undefined;
    const report = await bench.run();
    expect(report.counts).toMatchObject({ fail: 2, update: 1 });
    bench.target.throws = () => undefined;
  }

  it("is run again alone, all of it or all of one cause", async () => {
    await failing();
    const ids = async (cause?: string) => failedIds(await bench.store.read(), "people", cause);
    expect(await ids()).toHaveLength(2);
    const locked = await ids("IS LOCKED");
    expect(locked).toHaveLength(1);

    const report = await bench.run({ only: locked });

    expect(report).toMatchObject({ mode: "delta", modeReason: "only 1 object that was asked for", read: 1 });
    expect(report.counts).toMatchObject({ update: 1, fail: 1 });
    expect(await ids()).not.toEqual(expect.arrayContaining([...locked]));
    expect((await bench.run({ only: await ids() })).status).toBe("Success");
  });

  it("is not run alone before everything was read once", async () => {
    bench.source.put(person("a"));

    expect((await bench.run({ only: ["a"] })).failure).toMatch(/no full run has ended well yet/);
  });
});

describe("the months", () => {
  it("count every run, and go after two years", async () => {
    bench.source.put(person("a"));
    for (let month = 0; month < 30; month++) {
      await bench.run();
      bench.clock.advance(31 * 24 * 60 * 60 * 1000);
    }
    await bench.run();
    await bench.run();

    const months = await readMonths(await bench.store.read(), "people");
    expect(months).toHaveLength(25);
    expect(months.at(-1)).toMatchObject({ runs: 2, success: 2, failure: 0 });
    expect(renderMonths(months.slice(-1), { color: false })).toMatch(/2 +2 +0 +0 +100 %/);
  });
});

it("the last run of all was a Success where another target's had failed", () => {
  const startedAt = "2026-03-02T08:00:00.000Z";
  const failed = { sync: "users-ones", runId: "0123456789ab", status: "Failure", startedAt, target: "ONES" } as const;
  expect(renderOthers([failed])).toBe(
    "\nThe last run of another sync did not end well:\n" +
      "  Failure  users-ones, to ONES, began 2026-03-02 08:00:00Z: npx --no-install tenantwire runs show 01234567 -s <stack>\n",
  );
  expect(renderOthers([])).toBe("");
});
