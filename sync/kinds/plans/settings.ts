/**
 * Settings of the sync of plans: `sync.plans` in the stack's settings, passed through the outputs unread.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { SettingsError } from "../../../contract/errors.ts";
import { declaredForAll } from "../../../contract/strategies.ts";
import { describeIssues } from "../../../contract/settings-faults.ts";
import { tellSettings } from "../../../contract/this-stack.ts";
import { Limits } from "../../planner/limits.ts";

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
export type PlansSettings = z.infer<typeof Plans>;

const SyncSettings = z
  .strictObject({
    plans: Plans.prefault({}),
    users: z.unknown().optional(),
    rooms: z.unknown().optional(),
    access: z.unknown().optional(),
    ...declaredForAll,
  })
  .describe("settings: users, rooms, plans, access, timeZone, strategies");

/**
 * @param sync what the outputs hold under `sync`, as it was written in the settings
 * @throws SettingsError with a line for each fault
 */
export function parsePlansSettings(sync: unknown): PlansSettings {
  const parsed = SyncSettings.safeParse(sync ?? {});
  if (parsed.success) return parsed.data.plans;
  const faults = describeIssues(parsed.error.issues, SyncSettings, sync);
  throw new SettingsError(tellSettings(faults.map((fault) => ({ ...fault, path: ["sync", ...fault.path] }))));
}
