import { z } from "zod";
import type { World } from "../../world.ts";

/** What nobody has confirmed about OnePlan; every value is assumed. */
export const OneplanBehaviour = z.strictObject({
  /** What setting `Inactive` does: it is set, or the answer is 200 and nothing changed (seen in one tenant). */
  inactivate: z.enum(["accept", "ignore"]),
  /** What DELETE of a resource does; either way it answers 200 "Delete Successful" (both seen in one tenant). */
  delete: z.enum(["accept", "ignore"]),
  /** How many lists after a write still show what was before it; reading one resource is always current. */
  staleListReads: z.int().nonnegative(),
});
export type OneplanBehaviour = z.infer<typeof OneplanBehaviour>;

/** The switches of a world, to be changed in place. */
export function oneplanBehaviour(world: World): OneplanBehaviour {
  return world.section<OneplanBehaviour>("oneplan-behaviour", () => ({
    inactivate: "accept",
    delete: "accept",
    staleListReads: 0,
  }));
}
