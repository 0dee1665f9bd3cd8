/** A short simulation of each build; `npm run simulate` makes long ones. */
import { describe, expect, it } from "@jest/globals";
import { live } from "./company.ts";
import { simulate } from "./simulate.ts";
import type { RunStep } from "./steps.ts";
import { noFaults } from "./target.ts";

const cut: RunStep = { does: "run", full: false, dry: false, allow: false, cutAfter: 1, ...noFaults };

describe("simulation", () => {
  it.each([1, 20260302])(
    "the target holds what it must, whatever happens (seed %i)",
    async (seed) => {
      expect(await simulate({ seed, histories: 60, steps: 25 })).toBeUndefined();
    },
    120_000,
  );

  it("somebody who is left alone is not written to when the manager comes", async () => {
    await live([cut, { does: "person", who: 0, how: "has no mail" }, { does: "person", who: 0, how: "has a manager" }]);
  });
});
