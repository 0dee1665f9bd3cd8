/** Nights after which a clock was set: what it told while it was ahead counts as past, whoever remembers it. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TenantwireError } from "../../../contract/errors.ts";
import type { Causes } from "../../../sync/alerts/causes.ts";
import { type Channel, deliver, readChannel } from "../../../sync/alerts/deliver.ts";
import { Gate } from "../../../sync/connectors/http/gate.ts";
import { Pace } from "../../../sync/connectors/graph/pace.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { newestReports } from "../../../sync/run/history.ts";
import { standingRuns, waitingSets } from "../../../sync/run/standing.ts";
import { readMonths } from "../../../sync/run/statistics.ts";
import { allowanceOf } from "../../../cli/terminal/runs.ts";
import { Bench, leaver, person } from "../run/fakes.ts";

const DAY_MS = 24 * 60 * 60_000;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

describe("a run by a clock that was a year ahead stayed the last one for a year", () => {
  it("what ran since is newer, for whoever asks how things stand", async () => {
    bench.source.put(person("a"));
    await bench.run();
    bench.clock.advance(365 * DAY_MS);
    bench.target.throws = (call) => (call === "check" ? new TenantwireError("No.") : undefined);
    expect(await bench.run()).toMatchObject({ status: "Failure" });
    bench.clock.advance(-365 * DAY_MS + 60_000);
    bench.target.throws = () => undefined;
    for (const object of bench.target.stored.values()) object.visibleAt = 0;
    const after: string[] = [];
    for (let run = 0; run < 3; run += 1) {
      after.unshift((await bench.run()).runId);
      bench.clock.advance(60_000);
    }
    const state = await bench.store.read();
    expect((await newestReports(state, "people", 3)).map(({ runId }) => runId)).toEqual(after);
    expect(await standingRuns(state, "people", bench.clock.now())).toMatchObject([{ status: "Success" }]);
  });

  it("also in a state that has such a report from before", async () => {
    bench.source.put(person("a"));
    bench.clock.advance(365 * DAY_MS);
    await bench.run();
    const locked = await bench.store.lock("people");
    await locked.commit([{ partition: "people-counts", key: "last-report" }]);
    await locked.release();
    bench.clock.advance(-365 * DAY_MS);
    const { runId } = await bench.run();
    expect(await newestReports(await bench.store.read(), "people", 1)).toMatchObject([{ runId }]);
  });
});

it("a clock that was put back during a run kept all reports of the month from being stored", async () => {
  bench.source.put(person("a"));
  bench.target.throws = (call) => void (call === "check" && bench.clock.advance(-DAY_MS / 2));
  expect(await bench.run()).toMatchObject({ status: "Success", seconds: 0 });
  bench.target.throws = () => undefined;
  expect((await bench.run()).notes).toEqual([]);
  expect(await readMonths(await bench.store.read(), "people")).toMatchObject([{ month: "2026-03", runs: 2 }]);
});

it("a set that was allowed by a clock that was ahead passed for allowed, and no run let it through", async () => {
  bench.limits = Limits.parse({ disable: { count: 1, percent: 100 } });
  for (const id of ["a", "b", "c"]) bench.source.put(person(id));
  await bench.run();
  for (const id of ["a", "b"]) bench.source.put(leaver(id));
  const { limit } = await bench.run();
  bench.clock.advance(365 * DAY_MS);
  bench.target.throws = (call) => (call === "setActive" ? new TenantwireError("No.") : undefined);
  await bench.run({ allow: limit?.hash ?? "" });
  bench.clock.advance(-365 * DAY_MS);

  const [set, ...others] = await waitingSets(await bench.store.read(), "people", bench.clock.now());
  expect([set?.hash, others]).toEqual([limit?.hash, []]);
  expect(set && allowanceOf(set, bench.clock.now())).toBe("no");
});

describe("an alert channel that failed by a clock that was a year ahead was told nothing for a year", () => {
  it("is tried again at once", async () => {
    const causes: Causes = {
      open: [{ key: "k", kind: "failure", title: "t", happened: "h", means: "m", todo: "d" }],
      unknown: [],
    };
    const sent: string[] = [];
    let isDown = true;
    const channel: Channel = {
      name: "chat",
      on: ["failure"],
      hosts: [],
      async send({ subject }) {
        if (isDown) throw new Error("It is down.");
        sent.push(subject);
      },
    };
    const tell = () =>
      deliver([channel], { store: bench.store, causes, writing: { mark: "m", timeZone: "UTC" }, now: bench.clock.now });
    bench.clock.advance(365 * DAY_MS);
    await tell();
    bench.clock.advance(-365 * DAY_MS);
    isDown = false;
    await tell();
    expect(sent).toEqual(["m: t"]);
    expect(await readChannel(await bench.store.read(), "chat")).not.toHaveProperty("trouble");
  });
});

describe("a clock that is put back while a host is left alone kept every request waiting until it was there again", () => {
  const { now } = Date;
  let setBack = 0;
  beforeEach(() => {
    setBack = 0;
    Date.now = () => now() - setBack;
  });
  afterEach(() => {
    Date.now = now;
  });

  it.each<[string, (signal: AbortSignal) => Promise<void>]>([
    [
      "the gate",
      async (signal) => {
        const gate = new Gate();
        gate.failed(20, "busy");
        await gate.pass(signal);
      },
    ],
    [
      "Graph's pace",
      async (signal) => {
        const pace = new Pace();
        pace.pause(20);
        const first = pace.begin(1, signal);
        setBack = DAY_MS;
        await first;
        await pace.begin(1, signal);
      },
    ],
  ])("%s goes by a clock that nobody sets", async (_, waits) => {
    const tooLong = AbortSignal.timeout(3_000);
    const waiting = waits(tooLong);
    setBack = DAY_MS;
    await waiting;
    expect(tooLong.aborted).toBe(false);
  });
});
