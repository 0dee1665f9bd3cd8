import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReports, saveReport } from "../../../sync/run/history.ts";
import { renderReport } from "../../../cli/terminal/report.ts";
import {
  countsOf,
  exitCodeOf,
  statusOf,
  withoutPersonalData,
  type Ending,
  type RunReport,
} from "../../../sync/run/report.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../sync/state/session.ts";

const none = countsOf(new Map());

const base: RunReport = {
  version: 1,
  runId: "r1",
  sync: "people",
  source: "Directory",
  target: "Roster",
  mode: "delta",
  modeReason: "the last full run was 3 h ago",
  trigger: "manual",
  dryRun: false,
  status: "Success",
  exitCode: 0,
  startedAt: "2026-03-02T08:00:00.000Z",
  finishedAt: "2026-03-02T08:00:01.500Z",
  seconds: 1.5,
  counts: none,
  planned: none,
  read: 0,
  listed: 0,
  requests: {},
  exceptions: [],
  skips: [],
  notes: [],
};

describe("status", () => {
  const good: Ending = { stopped: false, readComplete: true, exceptions: 0 };

  it.each<[string, Partial<Ending>, string, number]>([
    ["everything went well", {}, "Success", 0],
    ["some objects failed", { exceptions: 1 }, "Success with Exceptions", 10],
    ["the source was not read to its end", { readComplete: false }, "Success with Exceptions", 10],
    ["the run could not go on", { stopped: true }, "Failure", 1],
  ])("when %s", (_, more, status, code) => {
    expect(statusOf({ ...good, ...more })).toBe(status);
    expect(exitCodeOf(statusOf({ ...good, ...more }), false)).toBe(code);
  });

  it("of a run that a limit stopped has a code of its own", () => {
    expect(exitCodeOf("Failure", true)).toBe(20);
  });
});

describe("on a terminal", () => {
  it("a run with nothing to do is short", () => {
    expect(renderReport(base, { color: false })).toBe(
      `Success  people: Directory to Roster
delta run: the last full run was 3 h ago

  nothing to do

read 0  |  1.5 s
`,
    );
  });

  it("numbers are aligned, and everything that needs a person is named", () => {
    const report: RunReport = {
      ...base,
      mode: "full",
      modeReason: "it is the first run",
      status: "Success with Exceptions",
      counts: { ...none, create: 1990, link: 3, skip: 2, fail: 2 },
      read: 1997,
      listed: 3,
      requests: { Directory: 12, Roster: 2004 },
      exceptions: [
        {
          sourceId: "s1",
          label: "Ada",
          kind: "update",
          outcome: "failed",
          reason: "The name is too long.",
          since: "2026-03-01T08:00:00.000Z",
        },
        { sourceId: "s2", label: "Bob", kind: "fail", outcome: "failed", reason: "2 objects of Roster have its mail" },
      ],
      skips: [{ sourceId: "s3", label: "Room 1", reason: "has no mail address" }],
      notes: ["An earlier run was killed."],
    };

    expect(renderReport(report, { color: false })).toBe(
      `Success with Exceptions  people: Directory to Roster
full run: it is the first run

  created     1,990
  linked          3
  left alone      2
  failed          2

  failed
    Ada s1
      The name is too long. (failing since 2026-03-01 08:00:00Z)
    Bob s2
      2 objects of Roster have its mail
    Each is tried again by itself: by the next run, then after 1, 6 and 24 hours, then once a day.

  left alone
    Room 1  has no mail address
    and 1 more

note  An earlier run was killed.

read 1,997  |  listed 3  |  requests: Directory 12, Roster 2,004  |  1.5 s
`,
    );
  });

  it("a dry run says what would be done", () => {
    const report: RunReport = {
      ...base,
      dryRun: true,
      counts: { ...none, create: 1, update: 1, none: 7 },
      changes: [
        {
          kind: "update",
          sourceId: "s1",
          targetId: "t1",
          label: "Ada",
          reason: "differs in name",
          before: { name: "A", mail: null },
          after: { name: "Ada", mail: "a@x" },
        },
        { kind: "create", sourceId: "s2", label: "Bob", reason: "is not in Roster yet", after: { name: "Bob" } },
      ],
    };

    expect(renderReport(report, { color: false })).toBe(
      `Success  people: Directory to Roster (dry run)
delta run: the last full run was 3 h ago

  would create  1
  would update  1
  unchanged     7

  changes
    update   Ada  differs in name  name: A -> Ada, mail: (empty) -> a@x
    create   Bob  is not in Roster yet

read 0  |  1.5 s
`,
    );
  });

  it("what stopped a run comes first", () => {
    const report: RunReport = { ...base, status: "Failure", failure: "Nothing was written: 3 disables.", read: 9 };

    expect(renderReport(report, { color: false })).toBe(
      `Failure  people: Directory to Roster
delta run: the last full run was 3 h ago

Nothing was written: 3 disables.

read 9  |  1.5 s
`,
    );
  });

  it("what a limit stopped is told as what would have been done", () => {
    const report: RunReport = {
      ...base,
      status: "Failure",
      failure: "Nothing was written: 3 disables.",
      planned: { ...none, disable: 3, none: 5 },
      limit: { over: true, why: "3 disables", hash: "00ff", ids: 3 },
    };

    expect(renderReport(report, { color: false })).toContain("  would disable  3\n  unchanged      5\n");
  });

  it("has colours only where they are wanted", () => {
    expect(renderReport(base, { color: false })).not.toContain("\u001b[");
    expect(renderReport(base, { color: true })).toContain("\u001b[32mSuccess\u001b[39m");
  });
});

describe("the history", () => {
  let folder: string;
  let store: StateStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantwire-history-"));
    store = openSqliteState(join(folder, "state.sqlite"));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("knows ids and reasons, but no names and no values", async () => {
    const report: RunReport = {
      ...base,
      failure: 'There is no group "Board".',
      exceptions: [
        {
          sourceId: "s1",
          label: "Ada",
          kind: "fail",
          outcome: "failed",
          reason: 'name is still "Ada" instead of "Lady Ada"',
        },
      ],
      skips: [{ sourceId: "s2", label: "Bob", reason: "has no mail address" }],
      changes: [{ kind: "create", sourceId: "s3", label: "Cyd", reason: "is new", after: { name: "Cyd" } }],
    };
    const state = await store.lock("people");
    await saveReport(state, report);
    await state.release();

    const stored: RunReport[] = [];
    for await (const each of readReports(await store.read(), "people")) stored.push(each);

    expect(stored).toEqual([withoutPersonalData(report)]);
    expect(JSON.stringify(stored)).not.toMatch(/Ada|Bob|Cyd|Board/);
    expect(stored[0]).toMatchObject({
      exceptions: [{ sourceId: "s1", reason: 'name is still "..." instead of "..."' }],
      skips: [{ sourceId: "s2", reason: "has no mail address" }],
    });
  });

  it("keeps the newest thousand, give or take a hundred", async () => {
    const state = await store.lock("people");
    for (let run = 0; run < 1_150; run += 1) {
      const startedAt = new Date(Date.parse(base.startedAt) + run * 1_000).toISOString();
      await saveReport(state, { ...base, runId: `r${run}`, startedAt });
    }
    await state.release();

    const runs: string[] = [];
    for await (const { runId } of readReports(await store.read(), "people")) runs.push(runId);

    expect(runs).toHaveLength(1_050);
    expect([runs[0], runs.at(-1)]).toEqual(["r100", "r1149"]);
  });
});
