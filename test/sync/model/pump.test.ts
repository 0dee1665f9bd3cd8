import { expect, it } from "@jest/globals";
import { pump } from "../../../sync/model/pump.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("works on everything, never more at once than allowed", async () => {
  const done: number[] = [];
  let now = 0;
  let most = 0;

  await pump(
    Array.from({ length: 20 }, (_, index) => index),
    3,
    async (item) => {
      most = Math.max(most, (now += 1));
      await turn();
      now -= 1;
      done.push(item);
    },
  );

  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(most).toBe(3);
});

it("begins nothing more after a failure, and waits for what is under way", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  let returned = false;
  function* items(): Generator<number, void, void> {
    try {
      for (let item = 0; item < 100; item += 1) yield item;
    } finally {
      returned = true;
    }
  }

  const work = pump(items(), 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error("no");
    await turn();
    ended.push(item);
  });

  await expect(work).rejects.toThrow("no");
  expect(begun).toEqual([0, 1]);
  expect(ended).toEqual([1]);
  expect(returned).toBe(true);
});

it("fails when the items end with an error", async () => {
  async function* items(): AsyncGenerator<number, void, void> {
    yield 1;
    await turn();
    throw new Error("cut off");
  }

  await expect(pump(items(), 2, turn)).rejects.toThrow("cut off");
});
