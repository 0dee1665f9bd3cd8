/**
 * Settings of the users' sync: `sync.users` in the stack's settings, passed through the outputs unread.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { didYouMean } from "../../stacks/nearest.ts";
import { describeIssues, place } from "../../stacks/settings-faults.ts";
import { userProperties } from "../../stacks/user-properties.ts";
import { SettingsError } from "../engine/errors.ts";
import { Limits } from "../engine/limits.ts";

/**
 * - `disabledAccountsAreInactive` (default true): a disabled account is inactive in the target;
 * - `fullEveryDays` (default 7): a full read heals what was changed in the target meanwhile. Links of incremental reads
 *   live for 7 days, so that with more there would be a full read after every longer pause all the same;
 * - `limits`: see {@link Limits}.
 */
export const UsersSettings = z
  .strictObject({
    disabledAccountsAreInactive: z.boolean().default(true).describe("true or false"),
    fullEveryDays: z.number().positive().default(7).describe("a number of days"),
    limits: Limits.prefault({}),
  })
  .describe("settings: disabledAccountsAreInactive, fullEveryDays, limits");
export type UsersSettings = z.infer<typeof UsersSettings>;

const SyncSettings = z.strictObject({ users: UsersSettings.prefault({}) }).describe("settings: users");

/**
 * @param sync what the outputs hold under `sync`, as it was written in the settings
 * @throws SettingsError with a line for each fault: its place, what is wrong, what was probably meant
 */
export function parseUsersSettings(sync: unknown): UsersSettings {
  const parsed = SyncSettings.safeParse(sync ?? {});
  if (parsed.success) return parsed.data.users;
  const faults = describeIssues(parsed.error.issues, SyncSettings, sync);
  throw new SettingsError(faults.map(({ path, text }) => `${place(["sync", ...path])}: ${text}`).join("\n"));
}

/** @throws SettingsError when a field is mapped from a property that is not known */
export function checkMappedProperties(fields: Readonly<Record<string, string>>): void {
  for (const [field, property] of Object.entries(fields)) {
    if (userProperties.has(property)) continue;
    const hint = didYouMean(property, userProperties.keys());
    throw new SettingsError(
      `${place(["oneplan", "users", "fields", field])}: "${property}" is no property of an Entra user that can be mapped${hint ? `; ${hint}` : "."}`,
    );
  }
}
