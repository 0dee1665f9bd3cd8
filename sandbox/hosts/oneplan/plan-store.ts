import type { World } from "../../world.ts";
import type { PlanData } from "./plan-model.ts";
import { planSeed } from "./plan-seed.ts";

/** The plans of a world, begun on first use. */
export function planData(world: World): PlanData {
  return world.section<PlanData>("oneplan-plans", () => planSeed(world));
}
