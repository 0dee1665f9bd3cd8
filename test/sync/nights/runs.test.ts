/** Nights of a run: what was seen to go wrong, and what is right. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConnectionError, StateError, TenantwireError } from "../../../contract/errors.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { newestReports } from "../../../sync/run/history.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import type { Fields } from "../../../sync/model/types.ts";
import { run } from "../../../sandbox/run.ts";
import { Killed, Process } from "../../simulation/process.ts";
import { Bench, leaver, person } from "../run/fakes.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, "0")}`);
const hire = (...ids: readonly string[]) => {
  for (const id of ids) bench.source.put(person(id));
};
const leave = (...ids: readonly string[]) => {
  for (const id of ids) bench.source.put(leaver(id));
};

describe("25 disables that always fail: four nights, 0 of 2,000 creates written, no retry recorded", () => {
  beforeEach(async () => {
    bench.limits = Limits.parse({ disable: { count: 1000, percent: 100 }, create: { percent: 100_000 } });
    hire(...many("old", 40));
    await bench.run();
    leave(...many("old", 25));
    hire(...many("new", 2_000));
    bench.target.throws = (call) => (call === "setActive" ? new TenantwireError("No.") : undefined);
  });

  it("are put aside and recorded, and the rest is written", async () => {
    expect(await bench.run()).toMatchObject({
      status: "Success with Exceptions",
      counts: { create: 2_000, disable: 0, fail: 25 },
    });
    // Nothing of them is forgotten, whatever was tried.
    const second = await bench.run();
    expect(second).toMatchObject({ status: "Success with Exceptions", counts: { fail: 25 } });
    bench.target.throws = () => undefined;
    bench.clock.advance(2 * DAY_MS);
    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", counts: { disable: 25, fail: 0 } });
  });
});

describe("failures of a run that could not go on were not recorded", () => {
  it("are recorded whatever becomes of the run", async () => {
    bench.target.concurrency = 1;
    hire("a", "b");
    await bench.run();
    bench.clock.advance(MINUTE_MS);
    for (const id of ["a", "b"]) bench.source.put(person(id, { fields: { name: "New", mail: `${id}@example.com` } }));
    let calls = 0;
    bench.target.throws = (call) => {
      if (call !== "update") return undefined;
      calls += 1;
      const gone = Object.assign(new ConnectionError("Roster cannot be reached."), { became: "not begun" });
      return calls === 1 ? new TenantwireError("No.") : gone;
    };
    expect(await bench.run()).toMatchObject({ status: "Failure", failure: "Roster cannot be reached." });
    bench.target.throws = () => undefined;
    const { exceptions, counts } = await bench.run({ dryRun: true });
    expect(counts).toMatchObject({ update: 2 });
    expect(exceptions).toEqual([]);
  });
});

describe("refused disables came due together and counted as new ones: by day 20 the limit stopped everything, for good", () => {
  it("a repeated refusal is no new change, and is told in every run", async () => {
    bench.limits = Limits.parse({ disable: { count: 2, percent: 100 } });
    hire(...many("p", 40));
    await bench.run();
    bench.target.ignores = (call) => call === "setActive";
    // Two a day stay active, for 20 days.
    const people = many("p", 40);
    for (let day = 0; day < 20; day += 1) {
      leave(...people.splice(0, 2));
      if (people.length === 0) hire("last");
      bench.clock.advance(DAY_MS);
      const report = await bench.run(day % 7 === 6 ? { mode: "full" } : {});
      expect(report.exitCode).toBe(10);
      expect(report.counts.fail).toBe(2 * (day + 1));
    }
    const report = await bench.run();
    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { fail: 40 } });
    expect(report.exceptions[0]).toMatchObject({ kind: "disable", outcome: "refused", label: "Name p0000" });
    bench.target.ignores = () => false;
    bench.clock.advance(8 * DAY_MS);
    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", counts: { disable: 40 } });
  });
});

describe('creates shown a minute late: "30 of 30 writes failed, nothing more was written", all 30 existed', () => {
  it("are unproven until the target's lag has passed, not failed, not counted", async () => {
    bench.target.lagMs = MINUTE_MS;
    hire(...many("p", 30));
    const first = await bench.run();
    expect(first).toMatchObject({ status: "Success", exitCode: 0, unproven: 30, counts: { create: 0, fail: 0 } });
    bench.clock.advance(MINUTE_MS);
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 0, none: 30 } });
    expect(bench.target.stored.size).toBe(30);
  });

  it("of which one never comes are failures once the time is over", async () => {
    bench.target.ignores = (call) => call === "create";
    hire("a");
    expect(await bench.run()).toMatchObject({ status: "Success", unproven: 1 });
    bench.clock.advance(11 * MINUTE_MS);
    bench.target.throws = (call) => (call === "create" ? new TenantwireError("Closed.") : undefined);
    const report = await bench.run();
    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { fail: 1 } });
    expect(report.exceptions[0]).toMatchObject({ kind: "create", since: expect.any(String) as unknown });
  });
});

describe("creates answered without an id: 800 creates cost 4,407 list requests", () => {
  it("are found in the listing that proves the writes, whatever their number", async () => {
    const create = bench.target.create.bind(bench.target);
    bench.target.create = async (object) => {
      await create(object);
      return {};
    };
    hire(...many("p", 800));
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 800 } });
    const reads = bench.target.calls.filter((call) => ["list", "get", "find"].includes(call));
    expect(reads.length).toBeLessThanOrEqual(3);
  });
});

describe("one bad object: Failure, Success, Failure, Success every five minutes", () => {
  it("status says how things stand, and a definite refusal settles its intent", async () => {
    hire("a", "b");
    await bench.run();
    const refused = Object.assign(new TenantwireError("Too long."), { became: "rejected" });
    bench.target.throws = (call) => (call === "update" ? refused : undefined);
    bench.source.put(person("a", { fields: { name: "A very long name", mail: "a@example.com" } }));
    const statuses: string[] = [];
    for (let run = 0; run < 4; run += 1) {
      bench.clock.advance(5 * MINUTE_MS);
      const { status, notes } = await bench.run();
      statuses.push(status);
      expect(notes.join()).not.toContain("unknown");
    }
    expect(statuses).toEqual(Array(4).fill("Success with Exceptions"));
    bench.target.throws = () => undefined;
    bench.clock.advance(DAY_MS);
    expect((await bench.run()).status).toBe("Success");
  });
});

describe("giving the lock back fails, or the disk is full at the end: the report was lost, exit 1", () => {
  function failing(what: "release" | "commit"): StateStore {
    const { store } = bench;
    return {
      location: store.location,
      read: () => store.read(),
      close: () => store.close(),
      async lock(sync) {
        const state = await store.lock(sync);
        const full = () => Promise.reject(new StateError("the disk is full."));
        return {
          get: (...given) => state.get(...given),
          list: (...given) => state.list(...given),
          count: (...given) => state.count(...given),
          clear: (...given) => state.clear(...given),
          commit: (edits) =>
            what === "commit" && edits.some(({ partition }) => partition === "people-runs")
              ? full()
              : state.commit(edits),
          async release() {
            await state.release();
            if (what === "release") await full();
          },
        };
      },
    };
  }

  it.each([
    ["release", "The lock could not be given back: the disk is full."],
    ["commit", "This report could not be kept: the disk is full."],
  ] as const)("%s: the report is told, with a note", async (what, note) => {
    hire("a");
    const report = await bench.run({ store: failing(what) });
    expect(report).toMatchObject({ status: "Success", exitCode: 0, counts: { create: 1 } });
    expect(report.notes).toContain(note);
  });
});

it("the disk of the temporary files was full: the report was lost, and there was a stack in its place", async () => {
  const program = join(import.meta.dirname, "..", "run", "programs", "full-disk.ts");
  const { NODE_OPTIONS: _, ...env } = process.env;
  // No file may become larger: the state's are small.
  const limited = `ulimit -f 2000; exec "$0" "$1"`;
  const { stdout, stderr } = await run(["sh", "-c", limited, process.execPath, program], { cwd: bench.folder, env });
  expect([JSON.parse(stdout || "{}"), stderr]).toEqual([
    {
      status: "Failure",
      exitCode: 1,
      failure: expect.stringMatching(
        /^The temporary file of this run cannot be written \(.*\): make room .*, and run again\.$/,
      ) as unknown,
      kept: 1,
    },
    "",
  ]);
});

describe("90 of 1,000 people missing in one read that ended early: 90 disabled, none asked for by id", () => {
  it("who is missing is fetched by id before anything is believed", async () => {
    const people = many("p", 100);
    hire(...people);
    await bench.run();
    const read = bench.source.read.bind(bench.source);
    bench.source.read = async function* (request) {
      const pages = read(request);
      for (let next = await pages.next(); ; next = await pages.next()) {
        if (next.done) return next.value;
        yield next.value.filter(({ id }) => id >= "p0009");
      }
    };
    bench.source.remove("p0003");
    const report = await bench.run({ mode: "full" });
    expect(bench.source.fetched).toHaveLength(9);
    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { disable: 0 } });
    expect(report.notes.join()).toContain("Directory left out 8 objects of its list, and has them all the same");
  });
});

describe("state lost: who left in between stayed active, told once, as a number", () => {
  it("is named in every full run, and let go by a hash", async () => {
    hire("a", "b", "c");
    await bench.run();
    bench.source.remove("b");
    await bench.loseState();
    for (let run = 0; run < 2; run += 1) {
      const report = await bench.run({ mode: "full" });
      expect(report.notes.join()).toContain('"Name b"');
      expect(report.strangers?.objects).toEqual([{ sourceId: "b", targetId: expect.any(String) as unknown }]);
    }
    const { strangers } = await bench.run({ mode: "full" });
    const [stored] = await newestReports(await bench.store.read(), "people", 1);
    expect(stored?.strangers).toEqual(strangers);
    expect(JSON.stringify(stored)).not.toContain("Name b");
    expect(await bench.run({ mode: "full", allow: strangers?.hash ?? "" })).toMatchObject({
      status: "Success",
      counts: { disable: 1 },
    });
    expect((await bench.run({ mode: "full" })).strangers).toBeUndefined();
  });
});

describe("state lost: who left in between and is protected was let go with the others", () => {
  it("is none of them, whether the settings or the target say so", async () => {
    hire("a", "b", "c", "d");
    await bench.run();
    for (const id of ["b", "c", "d"]) bench.source.remove(id);
    await bench.loseState();
    bench.source.protected = new Set(["b"]);
    for (const object of bench.target.stored.values()) if (object.sourceId === "c") object.protected = "an owner";
    const { strangers, notes } = await bench.run({ mode: "full" });
    expect(strangers?.objects.map(({ sourceId }) => sourceId)).toEqual(["d"]);
    expect(notes.join()).not.toMatch(/Name [bc]/);
    expect(await bench.run({ mode: "full", allow: strangers?.hash ?? "" })).toMatchObject({ counts: { disable: 1 } });
    expect([...bench.target.stored.values()].filter(({ active }) => active)).toHaveLength(3);
  });
});

describe("two stacks with one group of the target enabled and disabled the same person in turns", () => {
  it("somebody that another wrote since is a question, not a disable", async () => {
    hire("a", "b");
    await bench.run();
    leave("a");
    await bench.run();
    const [object] = [...bench.target.stored.values()].filter(({ sourceId }) => sourceId === "a");
    if (object) object.active = true;
    for (let night = 0; night < 3; night += 1) {
      bench.clock.advance(2 * DAY_MS);
      const report = await bench.run({ mode: "full" });
      expect(report).toMatchObject({ status: "Success with Exceptions", counts: { disable: 0, fail: 1 } });
      expect(report.exceptions[0]?.reason).toContain("somebody else made it active in Roster since");
      expect(object?.active).toBe(true);
    }
  });
});

describe("two stacks with one group of the target, each with a scope of its own", () => {
  it.each([["full"], [undefined]] as const)("mode %s: they do not undo each other night after night", async (mode) => {
    const other = new Bench();
    try {
      // Each has its own state, and both write to one target.
      const target = Object.assign(other, { target: bench.target }).target;
      other.clock.time = bench.clock.time;
      hire("a", "b");
      for (const id of ["a", "c"]) other.source.put(person(id));
      await bench.run();
      await other.run();
      const object = [...target.stored.values()].find(({ sourceId }) => sourceId === "a");
      leave("a");
      const states: boolean[] = [];
      for (let night = 0; night < 6; night += 1) {
        for (const { clock } of [bench, other]) clock.advance(25 * HOUR_MS);
        await bench.run(mode ? { mode } : {});
        await other.run(mode ? { mode } : {});
        states.push(object?.active === true);
      }
      // The other one wants the person: from the second night on nothing changes any more.
      expect(new Set(states.slice(1)).size).toBe(1);
      const before = structuredClone(target.stored);
      await bench.run(mode ? { mode } : {});
      await other.run(mode ? { mode } : {});
      expect(target.stored).toEqual(before);
    } finally {
      await other.close();
    }
  });
});

describe("a group of 12 emptied: the delta run disabled all 12 with exit 0, the full run refused", () => {
  it.each([["full"], [undefined]] as const)("mode %s: nobody left is over the limit", async (mode) => {
    bench.limits = Limits.parse({});
    hire(...many("p", 12));
    await bench.run();
    leave(...many("p", 12));
    const report = await bench.run(mode ? { mode } : {});
    expect(report).toMatchObject({ exitCode: 20, counts: { disable: 0 } });
    const allowed = await bench.run({ allow: report.limit?.hash ?? "" });
    expect(allowed).toMatchObject({ exitCode: 0, counts: { disable: 12 } });
  });
});

describe("a delta that disabled the only one who was linked: exit 0, while the full run refused", () => {
  it.each([["full"], [undefined]] as const)(
    "mode %s: nobody left is over the limit, however few they were",
    async (mode) => {
      bench.limits = Limits.parse({});
      hire("a");
      await bench.run();
      leave("a");
      const report = await bench.run(mode ? { mode } : {});
      expect(report).toMatchObject({ exitCode: 20, counts: { disable: 0 } });
      const allowed = await bench.run({ allow: report.limit?.hash ?? "" });
      expect(allowed).toMatchObject({ exitCode: 0, counts: { disable: 1 } });
    },
  );
});

describe("a first sync that was killed in the middle was stopped by the limit of creates", () => {
  it("however often it is killed, until a run has read everything and come to its end", async () => {
    bench.limits = Limits.parse({ create: { count: 40, percent: 10 } });
    hire(...many("p", 1_000));
    for (let kills = 1; kills <= 5; kills += 1) {
      const process = new Process(undefined);
      let left = 45;
      bench.target.around = (call, when) => {
        if (call === "create" && when === "after" && (left -= 1) === 0) process.dead = true;
      };
      await expect(bench.run({ store: process.store(bench.store) })).rejects.toThrow(Killed);
      expect(bench.target.stored.size).toBeLessThan(kills * 190);
    }
    bench.target.around = () => undefined;
    expect(await bench.run()).toMatchObject({ status: "Success", mode: "full", exitCode: 0 });
    expect(bench.target.stored.size).toBe(1_000);
    // It is over: from now on the limit holds.
    hire(...many("q", 101));
    expect(await bench.run()).toMatchObject({ exitCode: 20, counts: { create: 0 } });
  });

  it("who failed in it is no new one later", async () => {
    bench.limits = Limits.parse({ create: { count: 40, percent: 10 } });
    hire(...many("p", 160));
    const full = (id: string) => Number(id.slice(1)) % 2 === 1;
    const refused = Object.assign(new TenantwireError("Full."), { became: "rejected" });
    bench.target.throws = (call, id) => (call === "create" && full(id) ? refused : undefined);
    expect(await bench.run()).toMatchObject({ status: "Success with Exceptions", counts: { create: 80, fail: 80 } });
    expect(await bench.run()).toMatchObject({ status: "Success with Exceptions", counts: { create: 0, fail: 80 } });
    bench.target.throws = () => undefined;
    bench.clock.advance(2 * HOUR_MS);
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 80 } });
  });
});

describe("300 of 300 department names emptied: Success", () => {
  it("is over the limit of values that are emptied, and can be allowed", async () => {
    bench.limits = Limits.parse({});
    hire(...many("p", 300));
    await bench.run();
    for (const id of many("p", 300))
      bench.source.put(person(id, { fields: { name: null, mail: `${id}@example.com` } }));
    const report = await bench.run();
    expect(report).toMatchObject({ exitCode: 20, counts: { update: 0 }, limit: { ids: 300 } });
    expect(report.failure).toContain("300 objects with values emptied are 100 % of 300 active");
    expect(await bench.run({ allow: report.limit?.hash ?? "" })).toMatchObject({
      exitCode: 0,
      counts: { update: 300 },
    });
  });
});

describe("what a target never shows: Success, Failure, Success every night, and one more of it every day", () => {
  const made = () => [...bench.target.stored.values()].filter(({ sourceId }) => sourceId === "x");
  const once = "Roster answered success, but has not shown it since";
  const never =
    "Roster answered success more than once, but has never shown it: it is not made again until it changes, or somebody asks for it";

  beforeEach(async () => {
    hire("a");
    await bench.run();
    bench.target.lagMs = 100 * DAY_MS;
    hire("x");
    expect(await bench.run()).toMatchObject({ status: "Success", unproven: 1 });
  });

  /** @param nights each half a day later, every other one in full */
  async function pass(nights: number, reasonOf: (night: number) => string): Promise<void> {
    for (let night = 0; night < nights; night += 1) {
      bench.clock.advance(12 * HOUR_MS);
      const report = await bench.run(night % 2 === 1 ? { mode: "full" } : {});
      expect(report).toMatchObject({ status: "Success with Exceptions", exitCode: 10, counts: { fail: 1 } });
      expect(report.exceptions).toEqual([expect.objectContaining({ sourceId: "x", reason: reasonOf(night) })]);
    }
  }

  it("is a failure from the first time on that its lag has passed, and made once more, until it is seen", async () => {
    await pass(8, (night) => (night === 0 ? once : never));
    expect(made()).toHaveLength(2);
    const { notes } = await bench.run({ command: "tenantwire sync users -s contoso" });
    expect(notes).toContain(
      "Roster said more than once to have made an object, and has never shown it. Look for it there; to have it made once more: tenantwire sync users -s contoso --again",
    );

    bench.target.lagMs = 0;
    const [first, second] = made();
    if (first) first.visibleAt = 0;
    bench.target.stored.delete(second?.id ?? "");
    bench.clock.advance(25 * HOUR_MS);
    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", counts: { fail: 0, link: 1 } });
    expect(made()).toHaveLength(1);
  });

  it("is told in a run within its lag too", async () => {
    await pass(1, () => once);
    expect(await bench.run()).toMatchObject({ exitCode: 10, counts: { fail: 1 } });
    expect(made()).toHaveLength(2);
  });

  it("is made again when somebody asks for it, once each time", async () => {
    await pass(3, (night) => (night === 0 ? once : never));
    for (const times of [3, 4]) {
      expect(await bench.run({ only: ["x"] })).toMatchObject({ exitCode: 10, unproven: 1 });
      await pass(3, () => never);
      expect(made()).toHaveLength(times);
    }
  });

  it("is made again when it changes, and not for an event that changed nothing of it", async () => {
    await pass(3, (night) => (night === 0 ? once : never));
    expect(await bench.run({ only: ["x"], trigger: "event" })).toMatchObject({ exitCode: 10 });
    bench.source.put(person("x"));
    await pass(2, () => never);
    expect(made()).toHaveLength(2);

    bench.source.put(person("x", { fields: { name: "Renamed", mail: "x@example.com" } }));
    await pass(2, () => never);
    expect(made()).toHaveLength(3);
    expect(made().at(-1)?.fields["name"]).toBe("Renamed");
  });

  it.each([1, 3])("is no failure any more while its source leaves it alone (after %d nights)", async (nights) => {
    await pass(nights, (night) => (night === 0 ? once : never));
    bench.source.put(person("x", { skip: "is not told of at the moment" }));
    const report = await bench.run({ mode: "full" });
    expect(report).toMatchObject({ status: "Success", exitCode: 0, counts: { fail: 0, skip: 1 } });
    expect(report.notes.join()).not.toContain("never shown");
  });

  it("is forgotten when it leaves", async () => {
    await pass(3, (night) => (night === 0 ? once : never));
    leave("x");
    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", counts: { fail: 0 } });
  });
});

describe("a first sync emptied what people had filled in by hand: Success", () => {
  it("is over the limit as later runs are, and can be allowed", async () => {
    bench.limits = Limits.parse({});
    for (const id of many("p", 30)) {
      const fields = { name: `By hand ${id}`, mail: `${id}@example.com` };
      bench.target.stored.set(id, { id, active: true, fields, sourceId: "", visibleAt: 0 });
      bench.source.put(person(id, { fields: { name: id < "p0004" ? null : id, mail: fields.mail } }));
    }
    const report = await bench.run();
    expect(report).toMatchObject({ exitCode: 20, limit: { ids: 4 }, planned: { link: 30 } });
    expect(bench.target.stored.get("p0000")?.fields["name"]).toBe("By hand p0000");
    expect(await bench.run({ allow: report.limit?.hash ?? "" })).toMatchObject({ exitCode: 0, counts: { link: 30 } });
  });
});

describe("values that could not be emptied came due and counted as new ones", () => {
  const put = (ids: readonly string[], fields: Fields) => {
    for (const id of ids) bench.source.put(person(id, { fields: { name: id, mail: `${id}@example.com`, ...fields } }));
  };
  const people = many("p", 60);

  beforeEach(async () => {
    bench.limits = Limits.parse({ clear: { count: 5 } });
    put(people, {});
    await bench.run();
  });

  it("a repeated refusal is no new change, and is told by a run that a limit stops too", async () => {
    bench.target.throws = (call) => (call === "update" ? new TenantwireError("No.") : undefined);
    put(people.slice(0, 5), { name: null });
    await bench.run();
    put(people.slice(5, 8), { name: null });
    expect(await bench.run()).toMatchObject({ exitCode: 10, counts: { fail: 8 } });

    put(people.slice(0, 6), { name: null, mail: null });
    const stopped = await bench.run();
    expect(stopped).toMatchObject({ exitCode: 20, limit: { ids: 6 }, counts: { fail: 8 } });
    expect(stopped.exceptions.map(({ sourceId }) => sourceId).sort()).toEqual(people.slice(0, 8));
  });

  it("what was allowed of some people did for every other value of theirs", async () => {
    const ten = people.slice(0, 10);
    put(ten, { name: null });
    const { limit } = await bench.run();
    expect(await bench.run({ allow: limit?.hash ?? "" })).toMatchObject({ exitCode: 0, counts: { update: 10 } });
    put(ten, { name: null, mail: null });
    expect(await bench.run()).toMatchObject({ exitCode: 20, limit: { over: true, ids: 10 } });
    put(ten, { mail: null });
    const other = await bench.run();
    expect(other).toMatchObject({ exitCode: 20, limit: { ids: 10 } });
    expect(await bench.run({ allow: other.limit?.hash ?? "" })).toMatchObject({ exitCode: 0, counts: { update: 10 } });
    // Of both, each was allowed.
    put(ten, {});
    await bench.run();
    put(ten.slice(0, 6), { name: null });
    expect(await bench.run()).toMatchObject({ exitCode: 0, counts: { update: 6 } });
  });
});

describe("the clock was ahead once: never a full run again", () => {
  it("times from the future count as past", async () => {
    hire("a");
    bench.clock.advance(365 * DAY_MS);
    await bench.run();
    bench.target.throws = (call) => (call === "update" ? new TenantwireError("No.") : undefined);
    bench.source.put(person("a", { fields: { name: "New", mail: "a@example.com" } }));
    for (let run = 0; run < 4; run += 1) {
      await bench.run();
      bench.clock.advance(25 * HOUR_MS);
    }
    bench.target.throws = () => undefined;
    bench.clock.advance(-370 * DAY_MS);
    for (const object of bench.target.stored.values()) object.visibleAt = 0;
    expect(await bench.run()).toMatchObject({ mode: "full", status: "Success", counts: { update: 1 } });
    expect((await bench.run()).mode).toBe("delta");
  });
});

describe("a target's answer with a name and a mail address was kept in the history", () => {
  it("codes and own words are kept, texts of others are not", async () => {
    hire("a", "b");
    await bench.run();
    const words = 'Roster answered 400 when asked to update one: "Ada Lovelace <ada@example.com> is too long"';
    bench.target.throws = (call) => (call === "update" ? new TenantwireError(words) : undefined);
    bench.source.put(person("a", { fields: { name: "New", mail: "a@example.com" } }));
    const report = await bench.run();
    expect(report.exceptions[0]?.reason).toBe(words);
    const database = new DatabaseSync(bench.stateFile);
    const rows = database.prepare("SELECT partition, value FROM entities").all();
    database.close();
    const kept = rows.filter(({ partition }) => !["people-links"].includes(String(partition)));
    expect(JSON.stringify(kept)).not.toMatch(/Lovelace|ada@example/);
    expect(JSON.stringify(kept)).toContain("Roster answered 400 when asked to update one");
  });
});

it("one leaver copied all links: counts are kept, not counted", async () => {
  hire(...many("p", 30));
  await bench.run();
  leave("p0001");
  const listed: string[] = [];
  const { store } = bench;
  const lock = store.lock.bind(store);
  const watched: StateStore = {
    location: store.location,
    read: () => store.read(),
    close: () => store.close(),
    async lock(sync) {
      const state = await lock(sync);
      const list = state.list.bind(state);
      return Object.assign(state, {
        list(partition: string) {
          listed.push(partition);
          return list(partition);
        },
      });
    },
  };
  expect(await bench.run({ store: watched })).toMatchObject({ mode: "delta", counts: { disable: 1 } });
  expect(listed).not.toContain("people-links");
  expect(bench.target.calls).not.toContain("list");
});

describe("a delta in which somebody new came listed the target up to three times", () => {
  it("is told on what it may try its search, by runs that listed it, and lists nothing", async () => {
    const given: unknown[] = [];
    const target = Object.assign(bench.target, { tryOn: (samples: unknown) => given.push(samples) });
    target.seed({ name: "Somebody else" });
    hire(...many("p", 30));
    await bench.run();
    expect(given).toEqual([]);

    hire("new");
    expect(await bench.run()).toMatchObject({ mode: "delta", counts: { create: 1 } });
    // Nobody had a mail address in the listing; who is linked carries the id, whoever wrote it.
    expect(given).toEqual([{ sourceId: "t2", mail: null }]);
    expect(bench.target.calls).not.toContain("list");
    await bench.run({ mode: "full" });
    hire("newer");
    await bench.run();
    expect(given.at(-1)).toEqual({ sourceId: "t2", mail: "t2" });
  });
});

it("an adoption that arrived after another run had taken over made an object that nobody knew of", async () => {
  const known = bench.target.seed({ name: "Name a", mail: "a@example.com" });
  hire("a", "b");
  const process = new Process(undefined);
  bench.target.around = (call) => {
    if (call !== "adopt") return;
    process.dead = true;
    throw new Killed();
  };
  await expect(bench.run({ store: process.store(bench.store) })).rejects.toThrow(Killed);
  bench.target.around = () => undefined;
  leave("a");
  bench.clock.advance(MINUTE_MS);
  await bench.run();
  // What the first one had on its way arrives now.
  known.sourceId = "a";
  bench.clock.advance(MINUTE_MS);
  await bench.run();
  await bench.run();
  expect(known.active).toBe(false);
});

describe("from 50 writes on the whole target was listed", () => {
  it("by share of what is known, not by a number", async () => {
    const people = many("p", 2_000);
    hire(...people);
    await bench.run();
    const rename = (count: number, name: string) => {
      for (const id of people.slice(0, count))
        bench.source.put(person(id, { fields: { name, mail: `${id}@example.com` } }));
    };
    // A twentieth of what is known.
    rename(99, "Few");
    expect(await bench.run()).toMatchObject({ mode: "delta", counts: { update: 99 } });
    expect(bench.target.calls).not.toContain("list");
    rename(100, "Many");
    expect(await bench.run()).toMatchObject({ mode: "delta", counts: { update: 100 } });
    expect(bench.target.calls.filter((call) => call === "list")).toHaveLength(1);
    expect(bench.target.calls).not.toContain("get");
  });
});

it("a run that is asked to stop while its store does not answer ends all the same", async () => {
  hire("a");
  const stop = new AbortController();
  const never = new Promise<never>(() => undefined);
  const { store } = bench;
  const hanging: StateStore = {
    location: store.location,
    read: () => store.read(),
    close: () => store.close(),
    async lock(sync) {
      const state = await store.lock(sync);
      return Object.assign(state, { release: () => never });
    },
  };
  bench.target.throws = (call) => {
    if (call === "check") stop.abort();
    return undefined;
  };
  const report = await bench.run({ store: hanging, signal: stop.signal });
  expect(report).toMatchObject({ status: "Failure", failure: "The run was stopped on request; run again to go on." });
});
