/** Settings of the sync of access: `sync.access` in the stack's settings, passed through the outputs unread. @packageDocumentation */
import { z } from "zod";
import { SettingsError } from "../../../contract/errors.ts";
import { describeIssues } from "../../../contract/settings-faults.ts";
import { tellSettings } from "../../../contract/this-stack.ts";
import { declaredForAll } from "../../../contract/strategies.ts";
import { GrantLimit, Limits } from "../../planner/limits.ts";

const Access = z
  .strictObject({
    /** Those of every sync, and how many people one run may make administrators. */
    limits: Limits.extend({ grant: GrantLimit.prefault({}) })
      .describe("settings: disable, clear, create, failures, grant")
      .prefault({}),
  })
  .describe("settings: limits");
export type AccessSyncSettings = z.output<typeof Access>;

/** What is there for the other syncs is their own. */
const SyncSettings = z
  .strictObject({
    access: Access.prefault({}),
    users: z.unknown().optional(),
    rooms: z.unknown().optional(),
    plans: z.unknown().optional(),
    ...declaredForAll,
  })
  .describe("settings: users, rooms, plans, access, timeZone, strategies");

/** @throws SettingsError with a line for each fault */
export function parseAccessSettings(sync: unknown): AccessSyncSettings {
  const parsed = SyncSettings.safeParse(sync ?? {});
  if (parsed.success) return parsed.data.access;
  const faults = describeIssues(parsed.error.issues, SyncSettings, sync);
  throw new SettingsError(tellSettings(faults.map((fault) => ({ ...fault, path: ["sync", ...fault.path] }))));
}
