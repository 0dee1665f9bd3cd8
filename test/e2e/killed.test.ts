/** The command line, killed for good or told to stop, at some moments spread over its work; then clean runs. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Deployed } from "./deployed.ts";
import { killable, killRuns } from "./kills/kills.ts";

const SEED = 20260302;
const KILLS = 15;

let world: Deployed;
beforeAll(async () => {
  world = await killable();
}, 120_000);
afterAll(() => world.close());

it.each(["SIGKILL", "SIGTERM"] as const)(
  `%s at ${KILLS} moments (seed ${SEED}), and clean runs: one of each, and what the directory says`,
  async (signal) => {
    const { afterWrites } = await killRuns(world, { signal, kills: KILLS, seed: SEED });
    // Moments that all lie before the first write would prove nothing.
    expect(afterWrites).toBeGreaterThan(KILLS / 5);
  },
  240_000,
);
