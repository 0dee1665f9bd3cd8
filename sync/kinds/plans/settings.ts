/**
 * Settings of the sync of plans: `sync.plans` in the stack's settings, passed through the outputs unread.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { Limits } from "../../planner/limits.ts";
import { ownSettings } from "../own-settings.ts";

/**
 * - `fullEveryDays`: how old the last full run may be, so that a run reads what changed alone. Default 1;
 * - `limits`: as for users, see {@link Limits}. They count on each side.
 */
const Plans = z
  .strictObject({
    fullEveryDays: z.number().min(0).default(1).describe("a number of days"),
    limits: Limits.prefault({}),
  })
  .describe("settings: fullEveryDays, limits");
type PlansSettings = z.infer<typeof Plans>;

/** @throws SettingsError with a line for each fault */
export function parsePlansSettings(sync: unknown): PlansSettings {
  return ownSettings("plans", Plans.prefault({}), sync);
}
