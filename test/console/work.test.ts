/** What the process of the console runs, how long it remembers it, and what becomes of it while another process runs. */
import { describe, expect, it } from "@jest/globals";
import { type Asked, type Perform, PATIENCE_MS, Work } from "../../console/work/work.ts";
import { StateLocked, TenantwireError } from "../../contract/errors.ts";
import { Clock } from "../sync/run/fakes.ts";
import { OTHERS, SYNC } from "./bench.ts";

const RUN: Asked = { sync: SYNC, what: "run", trigger: "manual", by: "ada" };
const failed: Perform = () => Promise.reject(new TenantwireError("It did not go."));
const locked: Perform = () => Promise.reject(new StateLocked('A run of "people" is under way: wait until it ends.'));

it("is remembered for half an hour, also where nobody starts anything else meanwhile", async () => {
  const clock = new Clock();
  const work = new Work({ perform: failed, now: clock.now, pause: () => Promise.resolve() });
  const { id } = work.add({ ...RUN, what: "look" });
  await work.ended(id);
  clock.advance(29 * 60 * 1000);
  expect([work.get(id)?.id, work.all().length]).toEqual([id, 1]);
  clock.advance(2 * 60 * 1000);

  expect([work.get(id), work.all()]).toEqual([undefined, []]);
});

it("takes no more than anybody means to run, but what events tell", async () => {
  const going = Promise.withResolvers<boolean>();
  const work = new Work({ perform: failed, now: new Clock().now, pause: () => Promise.resolve() });
  for (let asked = 0; asked < 100; asked += 1) work.add({ ...RUN, by: `ada ${asked}`, mayStill: () => going.promise });

  expect(() => work.add(RUN)).toThrow("100 runs wait in this process already");
  const { id } = work.add({ ...RUN, items: ["a"] });
  going.resolve(true);
  expect(await work.ended(id)).toBeDefined();
  expect(() => work.add(RUN)).not.toThrow();
});

it("runs what one person asks for twice once, and what others ask for besides", () => {
  const going = Promise.withResolvers<boolean>();
  const work = new Work({ perform: failed, now: new Clock().now, pause: () => Promise.resolve() });
  const { id } = work.add({ ...RUN, mayStill: () => going.promise });
  expect(work.add({ ...RUN, mayStill: () => going.promise }).id).toBe(id);
  const others: readonly Asked[] = [
    { ...RUN, by: "ben" },
    { ...RUN, full: true },
    { ...RUN, what: "look" },
    { ...RUN, sync: OTHERS[0] ?? SYNC },
  ];
  expect(new Set([id, ...others.map((asked) => work.add(asked).id)]).size).toBe(5);
  going.resolve(false);
});

it("does not begin once it was withdrawn, and goes on where it has begun", async () => {
  const going = Promise.withResolvers<boolean>();
  const begun = Promise.withResolvers<void>();
  const performed: string[] = [];
  const work = new Work({
    perform: (asked, onProgress) => {
      performed.push(asked.by);
      return failed(asked, onProgress);
    },
    now: new Clock().now,
    pause: () => Promise.resolve(),
  });
  const first = work.add({
    ...RUN,
    mayStill: () => {
      begun.resolve();
      return going.promise;
    },
  });
  const second = work.add({ ...RUN, by: "ben" });
  const third = work.add({ ...RUN, by: "eve" });
  await begun.promise;
  expect([work.withdraw(first.id, "ada"), work.withdraw(second.id, "ada")]).toEqual([false, true]);
  going.resolve(true);
  await work.ended(third.id);
  expect(performed).toEqual(["ada", "eve"]);
  expect(work.get(second.id)).toMatchObject({ withdrawnBy: "ada" });
  expect(work.get(second.id)).not.toHaveProperty("error");
  expect([second.id, third.id].map((id) => work.withdraw(id, "ada"))).toEqual([false, false]);
});

describe("while another process has the lock", () => {
  it("keeps nothing else waiting, and begins once that has ended", async () => {
    const clock = new Clock();
    const pauses: number[] = [];
    const free = Promise.withResolvers<void>();
    const performed: string[] = [];
    let isFree = false;
    const work = new Work({
      perform: async (asked, onProgress) => {
        if (asked.sync === SYNC && !isFree) return locked(asked, onProgress);
        performed.push(asked.sync.sync);
        return failed(asked, onProgress);
      },
      now: clock.now,
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        if (pauses.length === 6) await free.promise;
      },
    });
    const { id } = work.add(RUN);
    const [other] = OTHERS;
    await work.ended(work.add({ ...RUN, sync: other ?? SYNC }).id);
    for await (const job of work.follow(id, new AbortController().signal))
      if (pauses.length === 6 && job.blocked) break;
    expect(performed).toEqual(["rooms"]);
    expect(work.get(id)).toMatchObject({ blocked: expect.stringContaining("is under way") });
    expect(work.get(id)?.began).toBeUndefined();

    isFree = true;
    free.resolve();
    expect((await work.ended(id))?.error).toMatchObject({ message: "It did not go." });
    expect(performed).toEqual(["rooms", "people"]);
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it("is given up after hours, says who has it, and at once for what events told", async () => {
    const clock = new Clock();
    const pause = async () => clock.advance(PATIENCE_MS / 3);
    const work = new Work({ perform: locked, now: clock.now, pause });
    expect((await work.ended(work.add(RUN).id))?.error).toBeInstanceOf(StateLocked);
    expect(clock.now().getTime() - new Clock().now().getTime()).toBeGreaterThanOrEqual(PATIENCE_MS);
    const before = clock.now();
    expect((await work.ended(work.add({ ...RUN, items: ["1"] }).id))?.error).toBeInstanceOf(StateLocked);
    expect(clock.now()).toEqual(before);
  });

  it("does not begin any more when the process ends meanwhile", async () => {
    const clock = new Clock();
    const waits = Promise.withResolvers<void>();
    const work = new Work({
      perform: locked,
      now: clock.now,
      pause: (_milliseconds, until) => {
        waits.resolve();
        return new Promise((resolve) => until.addEventListener("abort", () => resolve()));
      },
    });
    const { id } = work.add(RUN);
    await waits.promise;
    await work.close();
    expect(work.get(id)?.error).toMatchObject({ message: "This process was ended before it began." });
  });
});
