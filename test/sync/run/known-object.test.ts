/** What is remembered of one object, found by either of its ids. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Limits } from "../../../sync/planner/limits.ts";
import { knownObject } from "../../../sync/run/known-object.ts";
import { Bench, leaver, person } from "./fakes.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

async function known(id: string) {
  return knownObject(await bench.store.read(), "people", id);
}

it("is how it stands and what the runs did with it", async () => {
  bench.source.put(person("a"));
  await bench.run();
  bench.clock.advance(60_000);
  bench.source.put(person("a", { fields: { name: "New", mail: "a@example.com" } }));
  bench.target.throws = (call) => (call === "update" ? new Error("It is locked.") : undefined);
  await bench.run();

  const found = await known("a");
  expect(found).toMatchObject({
    id: "a",
    link: { a: { id: "a" }, b: { active: true } },
    retries: [{ attempts: 1, reason: expect.stringContaining("It is locked.") }],
    history: [
      { kind: "update", outcome: "failed" },
      { kind: "create", outcome: "done" },
    ],
  });
  expect(found?.limited).toBeUndefined();
  expect(await known(found?.link?.b.id ?? "")).toEqual(found);
});

it("is there for what failed and is connected to nothing", async () => {
  bench.source.put(person("a"));
  bench.target.throws = (call) => (call === "create" ? new Error("It is locked.") : undefined);
  await bench.run();

  expect(await known("a")).toMatchObject({ id: "a", retries: [{ kind: "create" }], history: [{ outcome: "failed" }] });
  expect((await known("a"))?.link).toBeUndefined();
});

it("is the set that a limit stopped with it", async () => {
  for (const id of ["a", "b", "c"]) bench.source.put(person(id));
  await bench.run();
  bench.limits = Limits.parse({ disable: { count: 1, percent: 1 } });
  for (const id of ["a", "b"]) bench.source.put(leaver(id));
  const { limit } = await bench.run();

  expect((await known("a"))?.limited?.hash).toBe(limit?.hash);
  expect((await known("c"))?.limited).toBeUndefined();
});

it("is nothing where nothing is remembered", async () => {
  bench.source.put(person("a"));
  await bench.run();

  expect(await known("b")).toBeUndefined();
});
