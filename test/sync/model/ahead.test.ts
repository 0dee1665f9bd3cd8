import { expect, it } from "@jest/globals";
import { ahead } from "../../../sync/model/ahead.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("gives results in their order, and has no more under way than allowed", async () => {
  let now = 0;
  let most = 0;
  const results: number[] = [];

  for await (const result of ahead([3, 1, 2, 0, 4], 3, async (item) => {
    most = Math.max(most, (now += 1));
    for (let turns = 0; turns < 4 - item; turns += 1) await turn();
    now -= 1;
    return item * 10;
  })) {
    results.push(result);
  }

  expect([results, most]).toEqual([[30, 10, 20, 0, 40], 3]);
});

it.each<[string, number | undefined]>([
  ["a failure is thrown when its turn comes, and what is under way is waited for", undefined],
  ["whoever reads no further waits for what is under way", 1],
])("%s", async (_what, stopAt) => {
  const begun: number[] = [];
  const ended: number[] = [];
  const results: number[] = [];
  const reading = async () => {
    for await (const result of ahead([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await turn();
      ended.push(item);
      if (item === 2) throw new Error("no");
      return item;
    })) {
      results.push(result);
      if (result === stopAt) return;
    }
  };

  if (stopAt === undefined) await expect(reading()).rejects.toThrow("no");
  else await reading();

  expect([results, begun]).toEqual([
    [0, 1],
    [0, 1, 2, 3],
  ]);
  expect(ended).toEqual(begun);
});
