/**
 * A run that is killed at any point of its work, and the runs after it: nothing twice, nothing lost, and nothing
 * touched that is not this sync's own.
 */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Killed, Killer } from "./killer.ts";
import { Bench, held, leaver, person, wanted } from "./fakes.ts";

const MINUTE_MS = 60_000;

/** Runs and dies; returns whether it came to its end before. */
async function runAndKill(bench: Bench, steps: number): Promise<boolean> {
  const killer = new Killer(steps);
  bench.target.around = killer.step;
  bench.target.throws = () => (killer.dead ? new Killed() : undefined);
  try {
    await bench.run({ store: killer.store(bench.store) });
    return true;
  } catch (error) {
    if (!killer.dead) throw error;
    return false;
  } finally {
    bench.target.around = () => undefined;
    bench.target.throws = () => undefined;
  }
}

type Step =
  { readonly does: "hire" | "rename" | "disable" | "remove"; readonly who: number } | { readonly does: "nothing" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom("hire", "rename", "disable", "remove"), who: fc.nat(5) }),
  fc.constant({ does: "nothing" } as const),
);

function change(bench: Bench, { does, ...more }: Step, turn: number): void {
  if (!("who" in more)) return;
  const id = `p${more.who}`;
  if (does === "hire") bench.source.put(person(id));
  if (does === "rename") {
    bench.source.put(person(id, { fields: { name: `Renamed ${id} ${turn}`, mail: `${id}@example.com` } }));
  }
  if (does === "disable") bench.source.put(leaver(id));
  if (does === "remove" && bench.source.objects.has(id)) bench.source.remove(id);
}

/** What is in the target before the first run: people whom mail or id can match, and strangers. */
function seed(bench: Bench, seeds: readonly number[]): void {
  for (const [index, kind] of seeds.entries()) {
    const id = `p${index}`;
    const fields = { name: `Seeded ${id}`, mail: `${id}@example.com` };
    if (kind === 1) bench.target.seed(fields);
    if (kind === 2) bench.target.seed(fields, { sourceId: id });
    if (kind === 3) bench.target.seed(fields, { active: false });
  }
  bench.target.seed({ name: "Stranger", mail: "stranger@example.com" });
  bench.target.seed({ name: "Other", mail: "other@example.com" }, { sourceId: "of another system" });
}

/** Everybody who is wanted is held; whoever else is active is just as found before the first run. */
function expectAsWanted(bench: Bench, seeded: ReadonlyMap<string, unknown>): void {
  const people = wanted(bench.source);
  const mine = held(bench.target);
  for (const [id, fields] of people) expect([id, mine.get(id)]).toEqual([id, fields]);
  for (const object of bench.target.stored.values()) {
    if (object.active && !people.has(object.sourceId)) expect(object).toEqual(seeded.get(object.id));
  }
}

function expectNobodyTwice(bench: Bench): void {
  const ids = [...bench.target.stored.values()].map(({ sourceId }) => sourceId).filter((id) => id !== "");
  expect(new Set(ids).size).toBe(ids.length);
  const mails = [...bench.target.stored.values()].map(({ fields }) => fields["mail"]);
  expect(new Set(mails).size).toBe(mails.length);
}

const scenario = fc.record({
  people: fc.array(fc.constantFrom("wanted", "not wanted"), { maxLength: 5 }),
  seeds: fc.array(fc.nat(3), { maxLength: 5 }),
  changes: fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  kills: fc.array(fc.nat(60), { minLength: 1, maxLength: 3 }),
  lagMs: fc.constantFrom(0, 5_000, 2 * MINUTE_MS),
});

describe("a run that is killed", () => {
  it("at any step leaves nothing twice, nothing lost and nothing touched that is not its own", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ people, seeds, changes, kills, lagMs }) => {
        const bench = new Bench();
        try {
          seed(bench, seeds);
          const seeded = structuredClone(bench.target.stored);
          bench.target.lagMs = lagMs;
          people.forEach((kind, index) =>
            bench.source.put(kind === "wanted" ? person(`p${index}`) : leaver(`p${index}`)),
          );
          bench.source.put(person("keeper"));

          for (const [turn, steps] of changes.entries()) {
            for (const each of steps) change(bench, each, turn);
            await runAndKill(bench, kills[turn] ?? 1_000);
            expectNobodyTwice(bench);
          }
          await bench.run();
          expectNobodyTwice(bench);
          bench.clock.advance(15 * MINUTE_MS);
          await bench.run();
          bench.clock.advance(15 * MINUTE_MS);
          await bench.run({ mode: "full" });
          await bench.run();

          expectNobodyTwice(bench);
          expectAsWanted(bench, seeded);
          const last = await bench.run({ mode: "full" });
          expect(bench.target.writes).toEqual([]);
          expect(last.status).toBe("Success");
        } finally {
          await bench.close();
        }
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it.each(Array.from({ length: 40 }, (_, steps) => [steps]))(
    "a first run killed at step %i, while the target shows new objects late: no second one is created",
    async (steps) => {
      const bench = new Bench();
      try {
        for (let index = 0; index < 4; index += 1) bench.source.put(person(`p${index}`));
        bench.target.lagMs = 5 * MINUTE_MS;
        await runAndKill(bench, steps);

        await bench.run();
        expectNobodyTwice(bench);

        bench.clock.advance(15 * MINUTE_MS);
        await bench.run();
        bench.clock.advance(15 * MINUTE_MS);
        await bench.run();
        expectNobodyTwice(bench);
        expect(held(bench.target)).toEqual(wanted(bench.source));
      } finally {
        await bench.close();
      }
    },
  );
});
