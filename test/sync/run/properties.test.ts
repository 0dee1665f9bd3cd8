/** What holds for every run, whatever the directory and the target look like. */
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { Limits } from "../../../sync/planner/limits.ts";
import { isActive } from "../../../sync/model/types.ts";
import { Bench, held, leaver, person, wanted, type Stored } from "./fakes.ts";

type Kind = "wanted" | "not wanted" | "no mail" | "absent";
const kind = fc.constantFrom<Kind>("wanted", "not wanted", "no mail", "absent");
const population = fc.array(kind, { minLength: 1, maxLength: 8 });

function fill(bench: Bench, kinds: readonly Kind[], turn: number): void {
  for (const [index, each] of kinds.entries()) {
    const id = `p${index}`;
    const fields = { name: `${id} in turn ${index % 2 === 0 ? turn : 0}`, mail: `${id}@example.com` };
    if (each === "wanted") bench.source.put(person(id, { fields }));
    if (each === "not wanted") bench.source.put(leaver(id));
    if (each === "no mail") bench.source.put(person(id, { skip: "has no mail address" }));
    if (each === "absent" && bench.source.objects.has(id)) bench.source.remove(id);
  }
}

async function withBench(check: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = new Bench();
  try {
    // Somebody who stays: a full read that finds nobody is never written.
    bench.source.put(person("keeper"));
    await check(bench);
  } finally {
    await bench.close();
  }
}

/** Linked people who cannot be synced any more keep what they have. */
function expectHeld(bench: Bench): void {
  const mine = held(bench.target);
  for (const { id, skip } of bench.source.objects.values()) if (skip !== undefined) mine.delete(id);
  expect(mine).toEqual(wanted(bench.source));
}

const runs = fc.array(fc.record({ kinds: population, mode: fc.constantFrom("full", undefined) }), {
  minLength: 1,
  maxLength: 4,
});

it("after every run the target is as wanted, and a run after it writes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (steps) => {
      await withBench(async (bench) => {
        for (const [turn, { kinds, mode }] of steps.entries()) {
          fill(bench, kinds, turn);
          const report = await bench.run(mode ? { mode } : {});
          expect(report.status).toBe("Success");
          expectHeld(bench);
          for (const again of [{}, { mode: "full" }] as const) {
            await bench.run(again);
            expect(bench.target.writes).toEqual([]);
          }
        }
      });
    }),
    { numRuns: 60 },
  );
}, 60_000);

it("an incomplete read disables nobody but those whom it gave as not wanted", async () => {
  await fc.assert(
    fc.asyncProperty(population, population, async (before, after) => {
      await withBench(async (bench) => {
        fill(bench, before, 0);
        await bench.run();
        const active = [...bench.target.stored.values()].filter((object) => object.active);
        fill(bench, after, 1);
        bench.source.complete = false;

        await bench.run({ mode: "full" });

        for (const { sourceId, active: still } of active) {
          const given = bench.source.objects.get(sourceId);
          if (!given || isActive(given)) expect([sourceId, still]).toEqual([sourceId, true]);
        }
      });
    }),
    { numRuns: 60 },
  );
}, 60_000);

it("a run over its limits writes nothing and moves no cursor", async () => {
  await fc.assert(
    fc.asyncProperty(
      population,
      population,
      fc.constantFrom("full" as const, undefined),
      async (before, after, mode) => {
        await withBench(async (bench) => {
          fill(bench, before, 0);
          await bench.run();
          bench.limits = Limits.parse({ disable: { count: 0 } });
          fill(bench, after, 1);
          const stored = structuredClone(bench.target.stored);

          const report = await bench.run(mode ? { mode } : {});

          if (report.planned.disable > 0) {
            expect(report.exitCode).toBe(20);
            expect(bench.target.writes).toEqual([]);
            expect(bench.target.stored).toEqual(stored);
            bench.limits = Limits.parse({ disable: { count: 1000, percent: 100 } });
            await bench.run();
          }
          expectHeld(bench);
        });
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

it("with a target that fails at random, nobody is there twice and in the end everybody is as wanted", async () => {
  const faults = fc.array(fc.constantFrom("before", "after", "ignore", "none"), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(population, population, faults, async (before, after, pattern) => {
      await withBench(async (bench) => {
        let call = 0;
        const fault = () => pattern[call % pattern.length];
        bench.target.ignores = () => fault() === "ignore";
        bench.target.around = (_, when) => {
          if (when === "before") call += 1;
          if (fault() === when) throw new Error("The connection broke off.");
        };
        for (const kinds of [before, after]) {
          fill(bench, kinds, kinds === before ? 0 : 1);
          for (let run = 0; run < 2; run += 1) {
            await bench.run();
            expectNobodyTwice([...bench.target.stored.values()]);
            bench.clock.advance(20 * 60_000);
          }
        }
        bench.target.ignores = () => false;
        bench.target.around = () => undefined;
        // A refused state is asked for again after a week.
        for (let day = 0; day < 9; day += 1) {
          bench.clock.advance(24 * 60 * 60_000);
          await bench.run();
        }
        // Whoever was made twice and never shown waits for somebody's word, and nobody else does.
        const { exceptions } = await bench.run();
        const unshown = exceptions.filter(({ reason }) => reason.includes("has never shown it"));
        if (unshown.length > 0) {
          await bench.run({ only: unshown.map(({ sourceId }) => sourceId) });
          // And what waited for them: where nobody would have been left, nobody was disabled.
          await bench.run();
        }
        expectNobodyTwice([...bench.target.stored.values()]);
        expectHeld(bench);
        await bench.run({ mode: "full" });
        expect(bench.target.writes).toEqual([]);
      });
    }),
    { numRuns: 40 },
  );
}, 60_000);

function expectNobodyTwice(stored: readonly Stored[]): void {
  const ids = stored.map(({ sourceId }) => sourceId).filter((id) => id !== "");
  expect(new Set(ids).size).toBe(ids.length);
}
