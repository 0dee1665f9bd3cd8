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
  /**
   * What a filter `?field=` of resources knows: custom fields by their internal name, properties such as `Office365Id`
   * as well, or nothing, so that it is passed over (seen of other filters).
   */
  resourceFilter: z.enum(["fields", "properties", "ignore"]),
  /** What a parent in the request for a new plan does: it is taken (documented), or the plan lands at the top (seen in one tenant). */
  planParent: z.enum(["accept", "ignore"]),
  /**
   * What becomes of fields that an update of a plan does not name: they stay, they go, or they stay where the request says
   * `ChangedFields=true` (not documented).
   */
  planUpdate: z.enum(["merge", "replace", "mergeWhenAsked"]),
  /** Whether plans can be filtered (documented), or that is 500 (seen in one tenant). */
  planFilter: z.enum(["accept", "refuse"]),
  /** What DELETE of a plan does; either way it answers as if it had been deleted (seen for other things in one tenant). */
  planDelete: z.enum(["accept", "ignore"]),
  /** Whether tasks can be made (documented), or that is 500 (seen in one tenant), with or without the task being there afterwards. */
  taskCreate: z.enum(["accept", "refuse", "refuseAfterwards"]),
  /** How many reads after a new plan still do not find it, in lists and by its external id. */
  stalePlanReads: z.int().nonnegative(),
  /** Whether a change below a plan touches the dates of the plans above it. */
  rollUps: z.boolean(),
  /**
   * How values of fields are kept: as they are given, or in forms of its own (not documented): numbers rounded to hundredths,
   * dates as midnights without an offset, texts without blanks around them.
   */
  values: z.enum(["asGiven", "ownForms"]),
  /** How often an event is delivered: events may come twice. */
  eventDeliveries: z.int().positive(),
});
export type OneplanBehaviour = z.infer<typeof OneplanBehaviour>;

const LATER = {
  resourceFilter: "fields",
  planParent: "accept",
  planUpdate: "merge",
  planFilter: "accept",
  planDelete: "accept",
  taskCreate: "accept",
  stalePlanReads: 0,
  rollUps: false,
  values: "asGiven",
  eventDeliveries: 1,
} as const;

/** The switches of a world, to be changed in place. */
export function oneplanBehaviour(world: World): OneplanBehaviour {
  const kept = world.section<OneplanBehaviour>("oneplan-behaviour", () => ({
    inactivate: "accept",
    delete: "accept",
    staleListReads: 0,
    ...LATER,
  }));
  // A folder that an earlier version kept has fewer.
  const missing = Object.entries(LATER).filter(([name]) => !(name in kept));
  return missing.length === 0 ? kept : Object.assign(kept, Object.fromEntries(missing));
}
