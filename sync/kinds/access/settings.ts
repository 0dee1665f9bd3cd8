/** Settings of the sync of access: `sync.access` in the stack's settings, passed through the outputs unread. @packageDocumentation */
import { z } from "zod";
import { GrantLimit, Limits } from "../../planner/limits.ts";
import { ownSettings } from "../own-settings.ts";

const Access = z
  .strictObject({
    /** Those of every sync, and how many people one run may make administrators. */
    limits: Limits.extend({ grant: GrantLimit.prefault({}) })
      .describe("settings: disable, clear, create, failures, grant")
      .prefault({}),
  })
  .describe("settings: limits");
type AccessSyncSettings = z.output<typeof Access>;

/** @throws SettingsError with a line for each fault */
export function parseAccessSettings(sync: unknown): AccessSyncSettings {
  return ownSettings("access", Access.prefault({}), sync);
}
