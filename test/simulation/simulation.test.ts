/** A short simulation of each build; `npm run simulate` makes long ones. */
import { describe, expect, it } from "@jest/globals";
import { simulate } from "./simulate.ts";

describe("simulation", () => {
  it.each([1, 20260302])(
    "the target holds what it must, whatever happens (seed %i)",
    async (seed) => {
      expect(await simulate({ seed, histories: 60, steps: 25 })).toBeUndefined();
    },
    120_000,
  );
});
