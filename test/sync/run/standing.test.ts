/** By which runs a sync stands: the last one, and the one whose plan waits. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { ConnectionError } from "../../../contract/errors.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { saveFailedStart } from "../../../sync/run/failed-start.ts";
import { standingRuns } from "../../../sync/run/standing.ts";
import { Bench, leaver, person } from "./fakes.ts";

let bench: Bench;
let stopped: string;

beforeEach(async () => {
  bench = new Bench();
  for (const id of ["a", "b", "c"]) bench.source.put(person(id));
  await bench.run();
  bench.limits = Limits.parse({ disable: { count: 1, percent: 100 } });
  for (const id of ["a", "b"]) bench.source.put(leaver(id));
  ({ runId: stopped } = await later());
});
afterEach(() => bench.close());

/** A run, later than all before. */
async function later(options: Parameters<Bench["run"]>[0] = {}) {
  bench.clock.advance(60_000);
  return bench.run(options);
}

async function failing() {
  const { onRead } = bench.source;
  bench.source.onRead = () => {
    throw new ConnectionError("Entra did not answer.");
  };
  const { runId } = await later();
  bench.source.onRead = onRead;
  return runId;
}

async function standing(): Promise<readonly string[]> {
  const runs = await standingRuns(await bench.store.read(), "people", bench.clock.now());
  return runs.map(({ runId }) => runId);
}

it("a plan waits on where later runs fail, and where a start does", async () => {
  expect(await standing()).toEqual([stopped]);
  await failing();
  const last = await failing();
  expect(await standing()).toEqual([last, stopped]);

  const { store, clock } = bench;
  clock.advance(60_000);
  const options = { store, now: clock.now, signal: new AbortController().signal };
  const { runId } = await saveFailedStart(new Error("wrong"), { sync: "people", source: "a", target: "b" }, options);
  expect(await standing()).toEqual([runId, stopped]);
});

it("it waits on where single objects are run since, as events and people do", async () => {
  const { runId, status, only } = await later({ only: ["c"] });
  expect([status, only]).toEqual(["Success", 1]);

  expect(await standing()).toEqual([runId, stopped]);
});

it("it waits on where a run refused, since the plan was another one than somebody had looked at", async () => {
  const { runId } = await later({ looked: { plan: "0123456789abcdef" } });

  expect(await standing()).toEqual([runId, stopped]);
});

it("it waits no more once it was allowed, though the run after that fails", async () => {
  const { limit } = await later();
  await later({ allow: limit?.hash ?? "" });

  const last = await failing();
  expect(await standing()).toEqual([last]);
});

it("nor where a run since had nothing to ask, though the run after that fails", async () => {
  for (const id of ["a", "b"]) bench.source.put(person(id));
  await later();

  const last = await failing();
  expect(await standing()).toEqual([last]);
});

it("of two plans that waited it is the last", async () => {
  bench.source.put(leaver("c"));
  const { runId } = await later();

  expect(await standing()).toEqual([runId]);
  const last = await failing();
  expect(await standing()).toEqual([last, runId]);
});
