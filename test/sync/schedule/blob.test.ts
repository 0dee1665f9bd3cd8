/** The scheduler with a state in a blob, whose one lock is a run's as long as it lasts. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { runScheduler, type SchedulerEvent } from "../../../sync/schedule/scheduler.ts";
import { strategiesOf } from "../../../sync/schedule/strategies.ts";
import { openBlobState } from "../../../sync/state/blob/index.ts";
import { watch } from "../../../sync/schedule/watch.ts";
import { type Azurite, credential, startAzurite } from "../state/azurite.ts";
import { Bench, person } from "../run/fakes.ts";

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.close());

const settings = { strategies: { users: { schedule: "hourly" }, rooms: { schedule: "hourly" } } };
const declared = [
  { kind: "users", target: "oneplan" },
  { kind: "rooms", target: "ones" },
];

it("runs one sync after another, each with its lock, and ends as it should", async () => {
  const bench = new Bench();
  bench.source.put(person("a"));
  const store = openBlobState(await azurite.address(), credential);
  const controller = new AbortController();
  const events: SchedulerEvent[] = [];
  const runs = new Set<Promise<void>>();

  await runScheduler({
    store,
    now: bench.clock.now,
    signal: controller.signal,
    strategies: async () => strategiesOf(settings, declared).scheduled,
    alert: async () => undefined,
    tell: (event) => {
      events.push(event);
      if (events.filter(({ kind }) => kind === "ended").length === 2) controller.abort();
    },
    sleep: async (milliseconds) => {
      // Real time, where somebody else has the lock; else the clock's, when nothing runs.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (milliseconds >= 1_000) await Promise.allSettled(runs);
      await bench.clock.sleep(milliseconds);
    },
    run: (strategies, { started, ended }) => {
      const running = (async () => {
        for (const strategy of strategies) {
          await started(strategy);
          await ended(
            strategy,
            await bench.run({ store, signal: controller.signal }).then(
              (report) => ({ report }),
              (error: unknown) => ({ error }),
            ),
          );
        }
      })();
      runs.add(running);
      return running.finally(() => runs.delete(running));
    },
  });

  const ended = events.flatMap((event) => (event.kind === "ended" ? [event] : []));
  expect(ended.map(({ report }) => report.status)).toEqual(["Success", "Success"]);
  const { strategies } = await watch(await store.read(), strategiesOf(settings, declared).scheduled, bench.clock.now());
  expect(strategies.map(({ last, missed }) => [last?.status, missed])).toEqual([
    ["Success", undefined],
    ["Success", undefined],
  ]);
  await store.close();
  await bench.close();
}, 60_000);
