/** Whole runs between a source and a target in memory, with the real state. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { CredentialError, ScopeError, SettingsError, StateLocked, TenantwireError } from "../../../contract/errors.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { RunReport } from "../../../sync/run/report.ts";
import { CREATE_LAG_MS } from "../../../sync/run/journal.ts";
import { readCounts } from "../../../sync/run/link-book.ts";
import { LEASE_MS } from "../../../sync/state/sqlite/lock.ts";
import { partitionsOf } from "../../../sync/state/partitions.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { Bench, held, leaver, person, wanted } from "./fakes.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

afterEach(() => bench.close());

function hire(...ids: readonly string[]): void {
  for (const id of ids) bench.source.put(person(id));
}

function rename(id: string, name: string): void {
  bench.source.put(person(id, { fields: { name, mail: `${id}@example.com` } }));
}

function storedFor(sourceId: string) {
  const found = [...bench.target.stored.values()].filter((object) => object.sourceId === sourceId);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects carry ${sourceId}.`);
  return found[0];
}

describe("a first run", () => {
  it("creates, links and leaves alone, and a second one writes nothing", async () => {
    hire("a", "b");
    bench.source.put(person("c", { skip: "has no mail address" }));
    bench.source.put(leaver("d"));
    const old = bench.target.seed({ name: "Bee", mail: "b@example.com" }, { active: false });
    const stranger = bench.target.seed({ name: "Stranger", mail: "x@example.com" });

    const report = await bench.run({ requests: () => ({ Roster: bench.target.calls.length }) });

    expect(report).toMatchObject({
      mode: "full",
      modeReason: "it is the first run",
      status: "Success",
      exitCode: 0,
      counts: { create: 1, link: 1, skip: 1, none: 1, update: 0, enable: 0, disable: 0, fail: 0 },
      planned: { create: 1, link: 1, skip: 1, none: 1 },
      read: 4,
      listed: 2,
      exceptions: [],
      skips: [{ sourceId: "c", label: "Name c", reason: "has no mail address" }],
    });
    expect(report.requests["Roster"]).toBeGreaterThan(3);
    expect(held(bench.target)).toEqual(wanted(bench.source));
    expect(old).toMatchObject({ sourceId: "b", active: true, fields: { name: "Name b" } });
    expect(stranger).toMatchObject({ sourceId: "", fields: { name: "Stranger" } });

    const second = await bench.run();
    expect(second).toMatchObject({ mode: "delta", status: "Success", read: 0 });
    expect(bench.target.calls).toEqual(["check"]);

    const third = await bench.run({ mode: "full" });
    expect(third).toMatchObject({ mode: "full", modeReason: "it was asked for", counts: { none: 3, skip: 1 } });
    expect(bench.target.writes).toEqual([]);
  });

  it("makes reports that are what their schema says", async () => {
    hire("a");
    bench.source.put(person("c", { skip: "has no mail address" }));
    expect(RunReport.parse(await bench.run({ dryRun: true })).changes).toHaveLength(1);
    expect(RunReport.parse(await bench.run()).counts.create).toBe(1);
  });
});

describe("a delta run", () => {
  beforeEach(async () => {
    hire("a", "b", "c", "d");
    await bench.run();
  });

  it("writes exactly what changed, and does not list the target", async () => {
    hire("e");
    rename("a", "New name");
    bench.source.put(leaver("b"));
    bench.source.remove("c");

    const report = await bench.run();

    expect(report.mode).toBe("delta");
    expect(report.counts).toMatchObject({ create: 1, update: 1, disable: 2, none: 0 });
    expect(held(bench.target)).toEqual(wanted(bench.source));
    expect([...bench.target.writes].sort()).toEqual(["create", "setActive", "setActive", "update"]);
    expect(bench.target.calls).not.toContain("list");
  });

  it("brings back who comes back, with what changed meanwhile", async () => {
    bench.source.put(leaver("a"));
    await bench.run();
    rename("a", "Returned");

    const report = await bench.run();

    expect(report.counts).toMatchObject({ enable: 1, create: 0 });
    expect(storedFor("a")).toMatchObject({ active: true, fields: { name: "Returned" } });
  });

  it("looks for candidates of a newcomer, and links", async () => {
    bench.target.seed({ name: "Eve", mail: "e@example.com" });
    hire("e");

    expect((await bench.run()).counts).toMatchObject({ link: 1, create: 0 });
    expect(storedFor("e").fields).toEqual({ name: "Name e", mail: "e@example.com" });
  });

  it("does not link newcomers to what is linked already", async () => {
    for (const id of ["a", "b", "c", "d"]) {
      bench.source.put(person(`new ${id}`, { fields: { name: "Eve", mail: `${id}@example.com` } }));
    }

    const report = await bench.run();

    expect(report.counts).toMatchObject({ create: 4, link: 0, fail: 0 });
    expect(storedFor("a").fields["name"]).toBe("Name a");
  });

  it("that is very long lists the target once instead of asking for each", async () => {
    for (let index = 0; index < 500; index += 1) hire(`many${index}`);

    expect((await bench.run()).counts.create).toBe(500);
    expect(bench.target.calls).not.toContain("find");
  });

  it("names a deleted object as it was called", async () => {
    bench.source.remove("a");

    const report = await bench.run({ dryRun: true });

    expect(report.changes).toMatchObject([{ kind: "disable", label: "Name a", reason: "deleted in Directory" }]);
  });
});

describe("everything is read again", () => {
  beforeEach(async () => {
    hire("a", "b");
    await bench.run();
  });

  it.each<[string, () => void, string]>([
    ["when scope or mapping change", () => (bench.scopeHash = "other"), "scope or mapping have changed"],
    ["when the last full run is too old", () => bench.clock.advance(25 * HOUR_MS), "the last full run was 25 h ago"],
    [
      "when the cursor has expired",
      () => (bench.source.expired = true),
      "Directory no longer accepts where the last run ended (the cursor has expired)",
    ],
  ])("%s, once", async (_, change, reason) => {
    change();

    expect(await bench.run()).toMatchObject({ mode: "full", modeReason: reason, counts: { none: 2 } });
    bench.source.expired = false;
    expect((await bench.run()).mode).toBe("delta");
  });

  it("and heals drift in the target, which a later delta run compares with", async () => {
    storedFor("a").fields = { name: "Drifted", mail: "a@example.com" };
    expect((await bench.run()).counts.update).toBe(0);
    expect((await bench.run({ mode: "full" })).counts.update).toBe(1);

    // Somebody writes in the target what the source says a moment later: nothing to do, but it has to be remembered.
    storedFor("b").fields = { name: "Both", mail: "b@example.com" };
    rename("b", "Both");
    expect((await bench.run({ mode: "full" })).counts).toMatchObject({ update: 0, none: 2 });
    rename("b", "Name b");
    expect((await bench.run()).counts.update).toBe(1);
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });

  it("and disables who is gone", async () => {
    bench.source.objects.delete("a");

    const report = await bench.run({ mode: "full" });

    expect(report.counts).toMatchObject({ disable: 1, none: 1 });
    expect(storedFor("a").active).toBe(false);
  });

  it("and creates again what somebody removed from the target", async () => {
    bench.target.stored.delete(storedFor("a").id);

    expect((await bench.run({ mode: "full" })).counts).toMatchObject({ create: 1, none: 1 });
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });

  it("and believes no listing that is behind", async () => {
    bench.target.staleList = () => [];

    expect((await bench.run({ mode: "full" })).counts).toMatchObject({ create: 0, none: 2 });
    expect(bench.target.writes).toEqual([]);
  });
});

describe("a read that does not come to its end", () => {
  it("disables nobody who was not in it, and is read again from the same place", async () => {
    hire("a", "b", "c", "d", "e", "f");
    await bench.run();
    bench.source.complete = false;

    const full = await bench.run({ mode: "full" });

    expect(full).toMatchObject({ status: "Success with Exceptions", exitCode: 10, counts: { disable: 0, none: 6 } });
    expect(full.notes).toEqual([
      "A page is missing.",
      "Directory was not read to the end; the next run reads from the same place again.",
    ]);

    rename("a", "New name");
    expect((await bench.run()).counts.update).toBe(0);
    bench.source.complete = true;
    expect((await bench.run()).counts.update).toBe(1);
  });

  it("does not count as the full run that is due", async () => {
    hire("a", "b", "c", "d");
    bench.source.complete = false;
    await bench.run();
    bench.source.complete = true;

    expect(await bench.run()).toMatchObject({
      mode: "full",
      modeReason: "no full run has ended well yet",
      counts: { create: 3, none: 1 },
    });
  });

  it("plans nothing when the scope is not known", async () => {
    hire("a");
    await bench.run();
    bench.source.onRead = () => {
      throw new ScopeError('There is no group "Staff": correct its name in the settings.');
    };

    expect(await bench.run({ mode: "full" })).toMatchObject({
      status: "Failure",
      exitCode: 1,
      failure: 'There is no group "Staff": correct its name in the settings.',
      planned: { disable: 0 },
    });
    expect(bench.target.writes).toEqual([]);
  });
});

describe("when the state was lost", () => {
  beforeEach(async () => {
    hire("a", "b", "c", "d");
    await bench.run();
    await bench.loseState();
  });

  it("everybody is adopted again by id and nobody is disabled; the run after that disables who left meanwhile", async () => {
    bench.source.put(leaver("a"));
    bench.source.objects.delete("b");

    const report = await bench.run();

    expect(report.counts).toMatchObject({ link: 3, create: 0, disable: 0 });
    expect(bench.target.writes).toEqual([]);
    expect(report.notes).toEqual([
      expect.stringMatching(
        /^1 active object of Roster carries an id that Directory did not give; it is left alone: "Name b"\. If it should be made inactive, allow it: .* --full --allow [0-9a-f]{16}$/,
      ),
    ]);

    expect(await bench.run()).toMatchObject({ mode: "delta", counts: { disable: 1 } });
    expect(storedFor("a").active).toBe(false);
    expect(storedFor("b").active).toBe(true);
    expect((await bench.run({ mode: "full" })).planned).toMatchObject({ disable: 0, link: 0, create: 0, update: 0 });
  });
});

describe("limits", () => {
  beforeEach(async () => {
    bench.limits = Limits.parse({ disable: { count: 2, percent: 100 } });
    hire("a", "b", "c", "d", "e", "f");
    await bench.run();
  });

  function leave(...ids: readonly string[]): void {
    for (const id of ids) bench.source.put(leaver(id));
  }

  it("stop a run before the first write, and say what to do", async () => {
    leave("a", "b", "c");
    hire("g");

    const report = await bench.run({ command: "tenantwire sync people -s contoso" });

    const hash = report.limit?.hash ?? "";
    expect(report).toMatchObject({
      status: "Failure",
      exitCode: 20,
      limit: { over: true, why: "3 disables, more than the 2 that one run may do", ids: 3 },
      counts: { create: 0, disable: 0 },
      planned: { create: 1, disable: 3 },
    });
    expect(report.failure).toContain(`run tenantwire sync people -s contoso --allow ${hash} (`);
    expect(report.failure).toContain("tenantwire sync people -s contoso --dry-run says whom it is about.");
    const { changes = [] } = await bench.run({ dryRun: true });
    expect(changes.filter(({ kind }) => kind === "disable").map(({ label }) => label)).toEqual(
      ["a", "b", "c"].map((name) => expect.stringContaining(name)),
    );
    expect(bench.target.writes).toEqual([]);
    expect((await bench.run()).limit?.hash).toBe(hash);
  });

  it("let pass what was allowed, and for three days whatever is a part of it", async () => {
    leave("a", "b", "c", "d");
    const { limit } = await bench.run();
    hire("d");

    const allowed = await bench.run({ allow: limit?.hash ?? "" });

    expect(allowed).toMatchObject({ status: "Success", exitCode: 0, limit: { over: false }, counts: { disable: 3 } });
    expect(allowed.notes).toEqual([
      `Over the limits (3 disables, more than the 2 that one run may do), but allowed by ${limit?.hash}.`,
    ]);

    hire("a", "b", "c");
    await bench.run();
    leave("a", "b", "c");
    bench.clock.advance(2 * DAY_MS);
    expect(await bench.run()).toMatchObject({ exitCode: 0, counts: { disable: 3 } });

    hire("a", "b", "c");
    await bench.run();
    leave("a", "b", "c");
    bench.clock.advance(2 * DAY_MS);
    expect((await bench.run()).exitCode).toBe(20);
  });

  it("do not let pass more than was allowed", async () => {
    leave("a", "b", "c");
    const { limit } = await bench.run();
    leave("d");

    const report = await bench.run({ allow: limit?.hash ?? "" });

    expect(report).toMatchObject({ exitCode: 20, limit: { over: true, ids: 4 } });
    expect(report.failure).toMatch(new RegExp(` ${limit?.hash} does not allow this\\.$`));
    expect(bench.target.writes).toEqual([]);
  });

  it("let pass at once what a dry run has named", async () => {
    leave("a", "b", "c");
    const dry = await bench.run({ dryRun: true });
    expect(dry.exitCode).toBe(20);

    expect(await bench.run({ allow: dry.limit?.hash ?? "" })).toMatchObject({ exitCode: 0, counts: { disable: 3 } });
  });

  it.each(["full", "delta"] as const)("count everybody who is linked and active, in a %s run too", async (mode) => {
    bench.limits = Limits.parse({ disable: { minimumPopulation: 5, percent: 20 } });
    leave("a");
    expect((await bench.run()).counts.disable).toBe(1);
    leave("b");
    expect((await bench.run()).counts.disable).toBe(1);
    bench.limits = Limits.parse({ disable: { minimumPopulation: 4, percent: 20 } });
    leave("c");

    expect(await bench.run(mode === "full" ? { mode } : {})).toMatchObject({
      mode,
      exitCode: 20,
      limit: { why: "1 disable is 25 % of 4 active, more than the 20 % that one run may do" },
    });
  });

  it("know no hash that nobody was told", async () => {
    leave("a", "b", "c");

    expect((await bench.run({ allow: "0123456789abcdef" })).failure).toMatch(
      / 0123456789abcdef does not allow this\.$/,
    );
  });

  it.each([
    ["shortened", (hash: string) => hash.slice(0, 8)],
    ["another", () => "0123456789abcdef"],
    ["empty", () => ""],
  ])("refuse a hash that is %s where nothing is over them, with the one that waits", async (_, named) => {
    leave("a", "b", "c");
    const { limit } = await bench.run();
    hire("a", "b", "c");
    const allow = named(limit?.hash ?? "");

    const refused = await bench.run({ allow });

    expect(refused).toMatchObject({ status: "Failure", exitCode: 2 });
    expect(refused.failure).toContain(
      `called ${allow}, so that nothing was written: there waits ${limit?.hash} (3 obj`,
    );
    expect(bench.target.writes).toEqual([]);
    expect(await bench.run({ allow: limit?.hash ?? "" })).toMatchObject({ exitCode: 0 });
  });

  it("refuse a hash where none waits", async () => {
    const { exitCode, failure } = await bench.run({ allow: "abc" });

    expect(exitCode).toBe(2);
    expect(failure).toMatch(/none waits to be allowed, run again without --allow\.$/);
  });

  it("have nothing more to say once a scope that was emptied on purpose was allowed", async () => {
    bench.source.objects.clear();
    const { limit } = await bench.run({ mode: "full" });
    expect(await bench.run({ mode: "full", allow: limit?.hash ?? "" })).toMatchObject({ counts: { disable: 6 } });
    bench.clock.advance(10 * DAY_MS);

    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", exitCode: 0 });
    expect(bench.target.writes).toEqual([]);
  });

  it("are always exceeded by a full read that found nobody, even where nothing would be disabled", async () => {
    bench.source.objects.clear();
    expect(await bench.run({ mode: "full" })).toMatchObject({ exitCode: 20, planned: { disable: 6 } });
    await bench.loseState();

    const report = await bench.run();

    expect(report).toMatchObject({
      exitCode: 20,
      planned: { disable: 0 },
      limit: { why: "Directory gave nobody who should be active" },
    });
    expect(bench.target.writes).toEqual([]);
  });
});

describe("two that cannot be told apart", () => {
  it("in the target: the object fails with both named, again when it is due, until that is mended", async () => {
    const first = bench.target.seed({ name: "Ada", mail: "a@example.com" });
    bench.target.seed({ name: "Ada L.", mail: "a@example.com" });
    hire("a", "b");

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", exitCode: 10, counts: { create: 1, fail: 1 } });
    expect(report.exceptions).toEqual([
      {
        sourceId: "a",
        label: "Name a",
        kind: "fail",
        outcome: "failed",
        reason:
          '2 objects of Roster have its mail: "Ada" (t1) and "Ada L." (t2); leave it in one of them, or delete the others',
      },
    ]);
    const again = await bench.run();
    expect(again.exceptions[0]?.since).toBe("2026-03-02T08:00:00.000Z");

    expect((await bench.run()).read).toBe(0);
    bench.target.stored.delete(first.id);
    bench.clock.advance(HOUR_MS);
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { link: 1 } });
    bench.clock.advance(DAY_MS / 2);
    expect((await bench.run()).read).toBe(0);
  });

  it("in the source: both fail, and neither is written", async () => {
    const only = bench.target.seed({ name: "Ada", mail: "a@example.com" });
    for (const id of ["a", "b"])
      bench.source.put(person(id, { fields: { name: id.toUpperCase(), mail: "a@example.com" } }));

    const report = await bench.run();

    expect(report.counts).toMatchObject({ fail: 2, link: 0, create: 0 });
    const reason = '"A" (a) and "B" (b) all match "Ada" (t1) of Roster; make them differ in what they are matched by';
    expect(report.exceptions.map((each) => each.reason)).toEqual([reason, reason]);
    expect(only.sourceId).toBe("");
    expect(bench.target.writes).toEqual([]);
  });
});

describe("a target that answers success and does nothing", () => {
  beforeEach(async () => {
    hire("a", "b", "c");
    await bench.run();
  });

  it("once, is asked a second time", async () => {
    let ignored = 0;
    bench.target.ignores = (call) => call === "update" && (ignored += 1) === 1;
    rename("a", "New name");

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success", counts: { update: 1 } });
    expect(bench.target.writes).toEqual(["update", "update"]);
  });

  it("for good, is told so, tried again when due, and the others are written", async () => {
    const { id } = storedFor("a");
    bench.target.ignores = (call, what) => what === id;
    rename("a", "New name");
    rename("b", "Other name");

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { update: 1, fail: 1 } });
    expect(report.exceptions).toMatchObject([
      {
        sourceId: "a",
        outcome: "failed",
        kind: "update",
        reason: 'Roster answered success, but name is still "Name a" instead of "New name"',
      },
    ]);
    expect(bench.clock.time - Date.parse(report.startedAt)).toBeLessThan(30_000);

    bench.target.ignores = () => false;
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { update: 1 } });
  });

  it("when somebody is to become inactive, has refused it: stated, and not asked again for a week", async () => {
    bench.target.ignores = (call) => call === "setActive";
    bench.source.put(leaver("a"));

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { disable: 0, fail: 1 } });
    expect(report.exceptions).toMatchObject([
      {
        outcome: "refused",
        kind: "disable",
        reason:
          "Roster answered success, but it is still active instead of inactive; it is tried again after 2026-03-09T08:00:16.000Z",
      },
    ]);

    expect((await bench.run()).read).toBe(0);
    bench.clock.advance(6 * DAY_MS);
    expect(await bench.run()).toMatchObject({
      mode: "full",
      status: "Success with Exceptions",
      counts: { skip: 1, disable: 0 },
    });
    expect(bench.target.writes).toEqual([]);
    bench.target.ignores = () => false;
    bench.clock.advance(2 * DAY_MS);
    expect(await bench.run()).toMatchObject({ counts: { disable: 1 } });
  });

  it("and then a repetition that fails, is told both", async () => {
    let updates = 0;
    bench.target.ignores = (call) => call === "update";
    bench.target.throws = (call) =>
      call === "update" && (updates += 1) === 2 ? new TenantwireError("The server is busy.") : undefined;
    rename("a", "New name");

    expect((await bench.run()).exceptions[0]?.reason).toBe(
      'Roster answered success, but name is still "Name a" instead of "New name"; writing it again failed: The server is busy.',
    );
  });

  it("at a create, has nothing to show: the next run looks before it creates again", async () => {
    bench.target.ignores = (call) => call === "create";
    hire("d");

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success", exceptions: [], unproven: 1 });
    expect(report.notes).toEqual([
      "Roster does not show 1 new object yet; the next run looks for them before it plans.",
    ]);
    bench.target.ignores = () => false;
    expect(await bench.run()).toMatchObject({ counts: { create: 0, skip: 1 } });
    bench.clock.advance(15 * MINUTE_MS);
    expect(await bench.run()).toMatchObject({ counts: { create: 1 } });
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });

  it("at an adoption, is asked again: a link that the object does not carry would be lost with the state", async () => {
    bench.target.seed({ name: "Name d", mail: "d@example.com" });
    bench.target.ignores = (call) => call === "adopt";
    hire("d");

    const report = await bench.run();

    expect(report.exceptions[0]?.reason).toBe("Roster answered success, but it does not carry the source's id");
    bench.target.ignores = () => false;
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { link: 1, create: 0 } });
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });

  it("shows new objects late: they are waited for, and not created twice", async () => {
    bench.target.lagMs = 6_000;
    hire("d");

    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 1 } });
    expect(bench.target.writes).toEqual(["create"]);
  });
});

describe("many writes", () => {
  beforeEach(() => {
    for (let index = 0; index < 120; index += 1) hire(`p${index}`);
  });

  it("are proved by one listing", async () => {
    expect((await bench.run()).counts.create).toBe(120);

    expect(bench.target.calls.filter((call) => call === "list")).toHaveLength(2);
    expect(bench.target.calls).not.toContain("get");
  });

  it("are linked once where the listing gives some of them again", async () => {
    const { target } = bench;
    const list = target.list.bind(target);
    target.list = async function* () {
      for await (const page of list()) yield* [[...page, ...page], page];
    };

    expect((await bench.run()).counts.create).toBe(120);

    expect(await readCounts(await bench.store.read(), partitionsOf("people"))).toEqual({ links: 120, active: 120 });
  });

  it("are proved one by one when the listing is behind", async () => {
    bench.target.staleList = () => [];

    expect((await bench.run()).counts.create).toBe(120);

    expect(bench.target.calls.filter((call) => call === "get")).toHaveLength(120);
    expect(bench.target.writes).toHaveLength(120);
  });

  it.each<[what: string, left: number, fails: boolean, gets: number]>([
    ["are proved by what the target gives of many at once", 0, false, 0],
    ["are proved one by one at last where it leaves some out", 2, false, 2],
    ["are proved one by one where it fails", 0, true, 120],
  ])("%s", async (_what, left, fails, gets) => {
    const { target } = bench;
    target.throws = (call) => (fails && call === "getMany" ? new TenantwireError("no") : undefined);
    target.getMany = (ids) => target.many(ids.slice(left));

    const report = await bench.run();

    expect([report.status, report.counts.create, report.counts.fail]).toEqual(["Success", 120, 0]);
    expect(target.calls.filter((call) => call === "get")).toHaveLength(gets);
    expect(target.calls.filter((call) => call === "list")).toHaveLength(1);
  });

  it("never are more at once than the target allows", async () => {
    let now = 0;
    let most = 0;
    const create = bench.target.create.bind(bench.target);
    bench.target.create = async (object) => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return create(object);
    };

    await bench.run();

    expect(most).toBe(4);
  });
});

describe("a protected object", () => {
  it.each(["full", "delta"] as const)("is never disabled in a %s run", async (mode) => {
    hire("a", "b");
    await bench.run();
    storedFor("a").protected = "is an owner";
    bench.source.put(leaver("a"));

    const report = await bench.run(mode === "full" ? { mode } : {});

    expect(report).toMatchObject({ mode, status: "Success", counts: { disable: 0, skip: 1 } });
    expect(report.skips[0]?.reason).toBe("stays active, is an owner; otherwise: account disabled");
    expect(bench.target.writes).toEqual([]);
  });
});

describe("an object that the settings protect", () => {
  const ids = ["a", "b", "c", "d"];
  beforeEach(async () => {
    hire(...ids);
    await bench.run();
    bench.source.protected = new Set(["a", "b"]);
  });

  it("stays active when it is unwanted, and when it is gone from a full read", async () => {
    bench.source.put(leaver("a"));
    bench.source.objects.delete("b");
    bench.source.put(leaver("c"));

    const report = await bench.run({ mode: "full" });

    expect(report).toMatchObject({ status: "Success", counts: { disable: 1, skip: 2 } });
    expect(report.skips.map(({ reason }) => reason).sort()).toEqual([
      "stays active, protected by the settings; otherwise: account disabled",
      "stays active, protected by the settings; otherwise: no longer in Directory",
    ]);
    expect(ids.map((id) => storedFor(id).active)).toEqual([true, true, false, true]);
  });

  it("is disabled by the first full run after the protection ended, though nothing changed since", async () => {
    bench.source.put(leaver("a"));
    expect((await bench.run()).counts).toMatchObject({ disable: 0, skip: 1 });

    bench.source.protected = undefined;
    expect((await bench.run({ mode: "full" })).counts).toMatchObject({ disable: 1, skip: 0 });
  });

  it("is otherwise kept up to date", async () => {
    rename("a", "Another name");
    expect((await bench.run()).counts).toMatchObject({ update: 1, skip: 0 });
  });
});

describe("a write that fails", () => {
  beforeEach(async () => {
    hire("a", "b");
    await bench.run();
  });

  it("is recorded with its object, and tried again at growing intervals while the cursor moves on", async () => {
    const { id } = storedFor("a");
    bench.target.throws = (call, what) =>
      call === "update" && what === id ? new TenantwireError("The name is too long.") : undefined;
    rename("a", "A very long name");
    rename("b", "Other name");

    const first = await bench.run();
    const start = bench.clock.time;
    expect(first).toMatchObject({ status: "Success with Exceptions", counts: { update: 1, fail: 1 } });
    expect(first.exceptions).toMatchObject([{ sourceId: "a", outcome: "failed", reason: "The name is too long." }]);

    const tried: number[] = [];
    for (let minutes = 0; minutes < 60 * 60; minutes += 10) {
      bench.clock.time = start + minutes * MINUTE_MS;
      const report = await bench.run();
      if (bench.target.writes.length > 0) tried.push(minutes / 60);
      if (report.mode === "delta" && minutes > 0) expect(report.read).toBe(bench.target.writes.length > 0 ? 1 : 0);
    }
    // The next run, 1, 6 and 24 hours after the failure before, and every full run.
    expect(tried).toEqual([0, 1, 7, 24, 48]);

    bench.target.throws = () => undefined;
    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", counts: { update: 1 } });
    bench.clock.advance(2 * HOUR_MS);
    expect((await bench.run()).read).toBe(0);
  });

  it("alone is an exception, as among others", async () => {
    bench.target.throws = (call) => (call === "update" ? new TenantwireError("The name is too long.") : undefined);
    rename("a", "A very long name");

    expect(await bench.run()).toMatchObject({
      status: "Success with Exceptions",
      exitCode: 10,
      counts: { fail: 1 },
    });
  });

  it("after it took effect is found out in the next run", async () => {
    bench.target.around = (_, when) => {
      if (when === "after") throw new TenantwireError("The connection broke off.");
    };
    hire("c");
    expect(await bench.run()).toMatchObject({ counts: { create: 0, fail: 1 } });
    bench.target.around = () => undefined;

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success", counts: { create: 0, none: 1 } });
    expect(report.notes).toEqual([
      "An earlier run ended with the outcome of 1 write unknown; they were looked up first.",
    ]);
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });

  it("because the key is no longer accepted ends the run; the next one does the rest", async () => {
    bench.target.concurrency = 1;
    let updates = 0;
    bench.target.throws = (call) =>
      call === "update" && (updates += 1) > 1
        ? new CredentialError("Roster refuses the key: make a new one.")
        : undefined;
    rename("a", "One");
    rename("b", "Two");

    expect(await bench.run()).toMatchObject({
      status: "Failure",
      exitCode: 1,
      failure: "Roster refuses the key: make a new one.",
      notes: ["1 write could not be read back any more; the next run looks them up first."],
    });
    bench.target.throws = () => undefined;
    expect((await bench.run()).status).toBe("Success");
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });
});

describe("a run that is asked to stop", () => {
  it("stops before the next write and tells what was done; the next one does the rest", async () => {
    for (let index = 0; index < 20; index += 1) hire(`p${index}`);
    bench.target.concurrency = 1;
    const stop = new AbortController();
    bench.target.around = (_, when) => {
      if (when === "after" && bench.target.writes.length === 5) stop.abort();
    };

    const report = await bench.run({ signal: stop.signal });

    expect(bench.target.writes).toHaveLength(5);
    expect(report).toMatchObject({
      status: "Failure",
      exitCode: 1,
      failure: "The run was stopped on request; run again to go on.",
      notes: ["5 writes could not be read back any more; the next run looks them up first."],
      planned: { create: 20 },
    });

    bench.target.around = () => undefined;
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 15, none: 5 } });
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });
});

describe("a dry run", () => {
  it("plans what the run after it does, and changes nothing anywhere", async () => {
    hire("a", "b");
    bench.target.seed({ name: "Bee", mail: "b@example.com" });

    const dry = await bench.run({ dryRun: true });

    expect(bench.target.writes).toEqual([]);
    expect(existsSync(bench.stateFile)).toBe(false);
    expect(dry.changes).toEqual([
      {
        kind: "link",
        sourceId: "b",
        targetId: "t1",
        label: "Name b",
        reason: '"Bee" (t1) of Roster has its mail',
        adopt: true,
        before: { name: "Bee" },
        after: { name: "Name b" },
      },
      {
        kind: "create",
        sourceId: "a",
        label: "Name a",
        reason: "is not in Roster yet",
        after: { name: "Name a", mail: "a@example.com" },
      },
    ]);
    const real = await bench.run();
    expect(real.counts).toEqual(dry.counts);
    expect(real.changes).toBeUndefined();
  });

  it("learns what an earlier run left unsettled, and leaves it unsettled", async () => {
    bench.target.around = (_, when) => {
      if (when === "after") throw new TenantwireError("The connection broke off.");
    };
    hire("a", "b");
    await bench.run();
    bench.target.around = () => undefined;

    const dry = await bench.run({ dryRun: true });
    expect(dry.counts).toMatchObject({ create: 0, none: 2 });
    expect((await bench.run({ dryRun: true })).counts).toEqual(dry.counts);
  });

  it("goes on beside a run", async () => {
    hire("a");
    let dry: RunReport | undefined;
    const list = bench.target.list.bind(bench.target);
    bench.target.list = async function* () {
      bench.target.list = list;
      dry = await bench.run({ dryRun: true });
      yield* list();
    };

    await bench.run();

    expect(dry?.counts.create).toBe(1);
  });
});

describe("two runs at once", () => {
  it("are not: the second is refused, and the first goes on", async () => {
    hire("a");
    let second: Promise<RunReport> | undefined;
    bench.source.onRead = () => {
      bench.source.onRead = () => undefined;
      second = bench.run();
      second.catch(() => undefined);
    };

    const first = await bench.run();

    await expect(second).rejects.toThrow(StateLocked);
    expect(first).toMatchObject({ status: "Success", counts: { create: 1 } });
  });

  it("when the first was suspended for so long that another took over, it writes nothing more", async () => {
    hire("a", "b", "c");
    bench.target.concurrency = 1;
    const other = openSqliteState(bench.stateFile);
    let second: Awaited<ReturnType<typeof other.lock>> | undefined;
    const create = bench.target.create.bind(bench.target);
    bench.target.create = async (object) => {
      if (!second) {
        const file = new DatabaseSync(bench.stateFile);
        file.exec("UPDATE locks SET renewed = 0");
        file.close();
        second = await other.lock("people");
        bench.clock.advance(LEASE_MS);
      }
      return create(object);
    };

    const report = await bench.run();

    expect(report).toMatchObject({
      status: "Failure",
      failure: 'Another run of "people" has taken over; this one stops.',
    });
    expect(bench.target.writes).toEqual(["create"]);
    await second?.release();
    await other.close();
    // The next create was announced, and could not be taken back: whether it was sent only time shows.
    bench.clock.advance(CREATE_LAG_MS);
    expect(await bench.run()).toMatchObject({ status: "Success" });
    expect(held(bench.target)).toEqual(wanted(bench.source));
    expect(bench.target.stored.size).toBe(3);
  });
});

it("a run that was taken over from and then fails for another reason tells that one, and stores no report", async () => {
  hire("a");
  let second: { release(): Promise<void> } | undefined;
  bench.target.list = async function* () {
    const file = new DatabaseSync(bench.stateFile);
    file.exec("UPDATE locks SET holder = NULL");
    file.close();
    second = await bench.store.lock("people");
    yield await Promise.reject(new TenantwireError("Roster broke off."));
  };

  expect(await bench.run()).toMatchObject({ status: "Failure", failure: "Roster broke off." });

  await second?.release();
});

describe("what goes wrong before anything is read", () => {
  it("is told with its exit code, and the lock is given back", async () => {
    bench.target.throws = (call) =>
      call === "check" ? new SettingsError('Roster has no field "nmae"; did you mean "name"?') : undefined;

    expect(await bench.run()).toMatchObject({
      status: "Failure",
      exitCode: 2,
      failure: 'Roster has no field "nmae"; did you mean "name"?',
    });
    bench.target.throws = () => undefined;
    hire("a");
    expect((await bench.run()).status).toBe("Success");
  });

  it("is thrown when it is a defect, and the lock is given back", async () => {
    bench.target.throws = (call) => (call === "check" ? new TypeError("x is not a function") : undefined);

    await expect(bench.run()).rejects.toThrow("x is not a function");
    bench.target.throws = () => undefined;
    hire("a");
    expect((await bench.run()).status).toBe("Success");
  });
});

it("tells how far it is", async () => {
  hire("a", "b", "c", "d");
  const phases: string[] = [];

  await bench.run({
    onProgress: ({ phase, done, total }) => phases.push(`${phase} ${done}${total === undefined ? "" : ` of ${total}`}`),
  });

  expect(phases).toEqual(expect.arrayContaining(["read 4 of 4", "plan 4 of 4", "write 4 of 4", "verify 4 of 4"]));
});
