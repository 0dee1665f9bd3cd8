/** Fields that refer to other objects of the source: written once the others are there, and repaired later. */
import type { Edit } from "../../../sync/state/session.ts";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { explainObject } from "../../../sync/run/explain.ts";
import type { RunOptions, SyncDefinition } from "../../../sync/run/definition.ts";
import { type FieldValue, isActive, type Item } from "../../../sync/model/types.ts";
import { Bench, FIELDS, leaver, person } from "./fakes.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

class ReferringBench extends Bench {
  override definition(): SyncDefinition {
    return { ...super.definition(), fields: [...FIELDS, "manager"], hasReferences: true, fullEveryMs: 1_000 * DAY_MS };
  }

  /** Somebody with a manager; `null`: with none. */
  hire(id: string, manager: string | null, keep = false): void {
    this.source.put(reporting(id, manager, keep));
  }

  /** Whom the target's objects name as manager, by source ids. */
  managers(): Record<string, FieldValue> {
    const objects = [...this.target.stored.values()];
    const sourceOf = new Map<FieldValue, string>(objects.map(({ id, sourceId }) => [id, sourceId]));
    const named = objects.map(({ sourceId, fields }): [string, FieldValue] => {
      const manager = fields["manager"] ?? null;
      return [sourceId, sourceOf.get(manager) ?? manager];
    });
    return Object.fromEntries(named);
  }
}

function reporting(id: string, manager: string | null, keep = false): Item {
  const object = person(id);
  if (manager === null) return { ...object, fields: { ...object.fields, manager: null } };
  return { ...object, references: { manager: { id: manager, ...(keep && { keep: true as const }) } } };
}

let bench: ReferringBench;
beforeEach(() => {
  bench = new ReferringBench();
});
afterEach(() => bench.close());

const full: Partial<RunOptions> = { mode: "full" };
const LEFT_ONE =
  "1 object refers to something that Roster does not have (out of scope, or failed): the field is left without it, and set by the run that finds it.";

describe("who refers to somebody made in the same run", () => {
  it.each<[string, Record<string, string | null>]>([
    ["comes before", { a: "b", b: null }],
    ["comes after", { a: null, b: "a" }],
    ["is in a chain", { a: "b", b: "c", c: "d", d: null }],
    ["is in a circle", { a: "b", b: "c", c: "a" }],
    ["means himself", { a: "a" }],
  ])("and %s has it after one run", async (_, managers) => {
    for (const [id, manager] of Object.entries(managers)) bench.hire(id, manager);

    const report = await bench.run();

    expect(bench.managers()).toEqual(managers);
    expect(report).toMatchObject({ status: "Success", notes: [] });
    expect(report.counts).toMatchObject({ create: Object.keys(managers).length, update: 0, fail: 0 });
    await bench.run(full);
    expect(bench.target.writes).toEqual([]);
  });

  it("is made only after the other, where that one is there already", async () => {
    bench.hire("boss", null);
    await bench.run();
    bench.hire("a", "boss");

    await bench.run();

    expect(bench.managers()).toEqual({ boss: null, a: "boss" });
    expect(bench.target.writes).toEqual(["create"]);
  });
});

describe("who refers to somebody whom the target does not have", () => {
  it("is told of, and has it once the other comes, though nothing of his own changed", async () => {
    bench.hire("a", "boss");
    expect((await bench.run()).notes).toEqual([LEFT_ONE]);
    expect(bench.managers()).toEqual({ a: null });

    bench.hire("z", null);
    expect((await bench.run()).notes).toEqual([]);
    bench.hire("boss", null);
    const report = await bench.run();

    expect(report).toMatchObject({ mode: "delta", read: 1, counts: { create: 1, update: 1 } });
    expect(bench.managers()).toEqual({ a: "boss", boss: null, z: null });
    expect(bench.source.fetched).toEqual([]);
    await bench.run();
    expect(bench.target.writes).toEqual([]);
  });

  it.each([
    [false, null],
    [true, "old"],
  ])("loses whom he referred to before, or keeps him (%s)", async (keep, held) => {
    bench.hire("old", null);
    bench.hire("a", "old");
    await bench.run();
    bench.hire("a", "new", keep);

    await bench.run();
    expect(bench.managers()["a"]).toBe(held);
    bench.hire("new", null);
    await bench.run();
    expect(bench.managers()["a"]).toBe("new");
  });

  it("does not wait any more when he refers to somebody else, or is gone", async () => {
    bench.hire("a", "boss");
    bench.hire("b", "boss");
    await bench.run();
    bench.hire("a", null);
    bench.source.put(leaver("b"));
    await bench.run();
    bench.hire("boss", null);

    await bench.run();

    expect(bench.managers()).toMatchObject({ a: null, b: null });
    expect(bench.target.writes).toEqual(["create"]);
  });

  it("waits for one who fails, and has him when he does not", async () => {
    bench.hire("a", "boss");
    bench.hire("boss", null);
    bench.target.throws = (call, id) => (call === "create" && id === "boss" ? new Error("no") : undefined);
    const report = await bench.run();
    expect(report).toMatchObject({ status: "Success with Exceptions", notes: [LEFT_ONE] });
    expect(bench.managers()).toEqual({ a: null });

    bench.target.throws = () => undefined;
    // A create without an answer may still show up: it is waited for.
    bench.clock.advance(15 * 60 * 1000);
    await bench.run();
    expect(bench.managers()).toEqual({ a: "boss", boss: null });
  });

  it("still refers to one who is inactive", async () => {
    bench.hire("boss", null);
    bench.hire("a", "boss");
    await bench.run();
    bench.source.put(leaver("boss"));
    await bench.run(full);
    expect(bench.managers()["a"]).toBe("boss");
  });
});

describe("the second step", () => {
  it("fails for one person as the first does, and is made up for", async () => {
    bench.hire("a", "b");
    bench.hire("b", null);
    bench.target.throws = (call) => (call === "update" ? new Error("the field is locked") : undefined);
    const report = await bench.run();
    expect(report).toMatchObject({
      status: "Success with Exceptions",
      counts: { create: 1, fail: 1 },
      exceptions: [{ sourceId: "a", reason: "the field is locked" }],
    });

    bench.target.throws = () => undefined;
    await bench.run();
    expect(bench.managers()).toEqual({ a: "b", b: null });
    expect(bench.target.stored.size).toBe(2);
  });

  it("is read back", async () => {
    bench.hire("a", "b");
    bench.hire("b", null);
    bench.target.ignores = (call) => call === "update";
    const report = await bench.run();
    expect(report.exceptions).toMatchObject([
      { sourceId: "a", reason: 'Roster answered success, but manager is still empty instead of "t2"' },
    ]);
  });

  it.each(["before", "after"] as const)("is made up for when the run was killed %s its write", async (when) => {
    bench.hire("a", "b");
    bench.hire("b", null);
    const killed = new AbortController();
    bench.target.around = (call, at) => {
      if (call !== "update" || at !== when) return;
      killed.abort();
      throw new Error("killed");
    };
    expect((await bench.run({ signal: killed.signal })).status).toBe("Failure");

    bench.target.around = () => undefined;
    expect((await bench.run()).status).toBe("Success");
    expect(bench.managers()).toEqual({ a: "b", b: null });
  });
});

describe("a dry run", () => {
  it("tells in words what the second step would write, and writes nothing", async () => {
    bench.hire("here", null);
    await bench.run();
    bench.hire("here", "boss");
    bench.hire("boss", null);
    bench.hire("a", "boss");
    bench.hire("b", "nobody");

    const report = await bench.run({ dryRun: true });

    const reasons = Object.fromEntries(report.changes?.map(({ sourceId, reason }) => [sourceId, reason]) ?? []);
    expect(reasons).toEqual({
      a: 'is not in Roster yet; manager follows once "Name boss" is in Roster',
      b: "is not in Roster yet",
      boss: "is not in Roster yet",
      here: 'manager follows once "Name boss" is in Roster',
    });
    expect(report).toMatchObject({ counts: { create: 3, update: 1, none: 0 }, notes: [LEFT_ONE] });
    expect(bench.target.writes).toEqual([]);

    const { counts } = await bench.run();
    expect(counts).toEqual(report.counts);
  });
});

it.each<[string | null, string | null]>([
  ["boss", "t1"],
  ["nobody", null],
  [null, null],
])("explaining somebody with the manager %s says %j", async (manager, value) => {
  bench.hire("boss", null);
  await bench.run();
  bench.source.put(reporting("a", manager));
  const state = await bench.store.read();

  const { object, next } = await explainObject({
    definition: bench.definition(),
    state,
    object: reporting("a", manager),
    signal: AbortSignal.timeout(5_000),
    now: bench.clock.now,
  });

  expect(object.fields?.["manager"]).toBe(value);
  expect(next.change).toMatchObject({ kind: "create", after: { manager: value } });
});

it("costs nothing where nothing refers", async () => {
  const partitions: string[] = [];
  bench.source.put(person("a"));
  const store = bench.store;
  const lock = store.lock.bind(store);
  bench.store = {
    ...store,
    location: store.location,
    read: store.read.bind(store),
    close: store.close.bind(store),
    async lock(sync) {
      const state = await lock(sync);
      return new Proxy(state, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          return (...given: unknown[]) => {
            const edits = Array.isArray(given[0]) ? (given[0] as Edit[]) : [];
            partitions.push(...(edits.length > 0 ? edits.map(({ partition }) => partition) : [String(given[0])]));
            return (value as (...all: unknown[]) => unknown).apply(target, given);
          };
        },
      });
    },
  };
  bench.definition = () => ({ ...Bench.prototype.definition.call(bench) });
  await bench.run();
  expect(partitions).not.toContain("people-references");
  expect(partitions).toContain("people-links");
});

describe("a plan that somebody looked at, with a manager who comes with it", () => {
  beforeEach(async () => {
    bench.hire("a", null);
    await bench.run();
    bench.hire("b", null);
    bench.hire("c", null);
    bench.hire("a", "b");
  });

  it("is the plan of the run after it", async () => {
    const looked = await bench.run({ dryRun: true });
    expect(looked.counts).toMatchObject({ create: 2, update: 1 });

    expect(await bench.run({ looked })).toMatchObject({ plan: looked.plan, status: "Success" });
    expect(bench.managers()).toEqual({ a: "b", b: null, c: null });
  });

  it("is another one with another manager: nothing is written", async () => {
    const looked = await bench.run({ dryRun: true });
    bench.hire("a", "c");

    expect((await bench.run({ looked })).failure).toMatch(/^Nothing was written: the source or the target changed/);
    expect(bench.target.writes).toEqual([]);
  });
});

describe("whatever happens", () => {
  const names = ["a", "b", "c", "d"] as const;
  const step = fc.oneof(
    fc.record({ id: fc.constantFrom(...names), manager: fc.option(fc.constantFrom(...names)) }),
    fc.record({ leaves: fc.constantFrom(...names) }),
    fc.record({ run: fc.constantFrom("delta", "full", "failing"), broken: fc.constantFrom(...names) }),
  );

  it("a good run leaves everybody with the manager whom the source names, if the target has that one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const bench = new ReferringBench();
        try {
          bench.hire("e", "a");
          for (const each of steps) {
            if ("id" in each) bench.hire(each.id, each.manager);
            else if ("leaves" in each) bench.source.put(leaver(each.leaves));
            else {
              bench.clock.advance(1_000);
              const fails = each.run === "failing" ? each.broken : undefined;
              bench.target.throws = (call, id) => (call === "create" && id === fails ? new Error("no") : undefined);
              await bench.run(each.run === "full" ? full : {});
            }
          }
          bench.target.throws = () => undefined;
          // Every retry is due.
          bench.clock.advance(2 * DAY_MS);
          const { status } = await bench.run();
          expect(status).toBe("Success");
          expect(bench.managers()).toMatchObject(expectedManagers(bench));
          await bench.run(full);
          expect(bench.target.writes).toEqual([]);
        } finally {
          await bench.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  function expectedManagers(bench: ReferringBench): Record<string, string | null> {
    const there = new Set([...bench.target.stored.values()].map(({ sourceId }) => sourceId));
    const active = [...bench.source.objects.values()].filter(isActive);
    return Object.fromEntries(
      active.map(({ id, references }) => {
        const manager = references?.["manager"]?.id;
        return [id, manager !== undefined && there.has(manager) ? manager : null];
      }),
    );
  }
});
