/** A run that goes by a plan which somebody looked at. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Limits } from "../../../sync/planner/limits.ts";
import { readLimitedSets } from "../../../sync/run/allowances.ts";
import { reportOfSet } from "../../../sync/run/history.ts";
import { Bench, leaver, person } from "./fakes.ts";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  for (const id of ["a", "b", "c", "d"]) bench.source.put(person(id));
  await bench.run();
  bench.limits = Limits.parse({ disable: { count: 1, percent: 100 } });
  for (const id of ["a", "b"]) bench.source.put(leaver(id));
  bench.source.put(renamed("c", "Carla"));
});
afterEach(() => bench.close());

function renamed(id: string, name: string) {
  return person(id, { fields: { name, mail: `${id}@example.com` } });
}

it("writes exactly that plan", async () => {
  const looked = await bench.run({ dryRun: true });
  expect(looked.limit?.over).toBe(true);

  const report = await bench.run({ looked, allow: looked.limit?.hash ?? "" });

  expect(report).toMatchObject({ status: "Success", plan: looked.plan, counts: { disable: 2, update: 1 } });
});

it.each<[string, () => void]>([
  ["another value", () => bench.source.put(renamed("c", "Clara"))],
  ["one more that no limit counts", () => bench.source.put(person("e"))],
  ["one less", () => bench.source.put(person("c"))],
  ["somebody else who leaves", () => bench.source.put(leaver("d"))],
  [
    "nothing any more",
    () => {
      for (const id of ["a", "b", "c"]) bench.source.put(person(id));
    },
  ],
])("approves exactly this plan: writes and allows nothing where it is %s by now", async (_, change) => {
  const stopped = await bench.run();
  const hash = stopped.limit?.hash ?? "";
  expect(await reportOfSet(await bench.store.read(), "people", hash)).toMatchObject({ runId: stopped.runId });
  change();

  const report = await bench.run({ looked: stopped, allow: hash });

  expect(report).toMatchObject({ status: "Failure", exitCode: 1 });
  expect(report.plan).not.toBe(stopped.plan);
  expect(report.failure).toBe(
    `Nothing was written: the source or the target changed since somebody looked, when the plan was ${stopped.plan}; ` +
      `it is ${report.plan ?? "empty"} now. Look again, and decide about that.`,
  );
  expect(bench.target.writes).toEqual([]);
  const [set] = await readLimitedSets(await bench.store.read(), "people");
  expect(set).toMatchObject({ hash });
  expect(set).not.toHaveProperty("allowedUntil");
});

it("a plan in which nothing was to do is another one, too, once there is something", async () => {
  for (const id of ["a", "b", "c"]) bench.source.put(person(id));
  const looked = await bench.run({ dryRun: true });
  expect(looked.plan).toBeUndefined();
  expect(await bench.run({ looked })).toMatchObject({ status: "Success" });
  bench.source.put(person("e"));

  expect((await bench.run({ looked })).failure).toMatch(/when the plan was empty; it is [0-9a-f]{16} now\./);
  expect(bench.target.writes).toEqual([]);
});
