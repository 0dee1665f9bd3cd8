/**
 * Settings of the users' sync: `sync.users` in the stack's settings, passed through the outputs unread.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { didYouMean } from "../../components/nearest.ts";
import { userProperties } from "../../stacks/user-properties.ts";
import { SettingsError } from "../engine/errors.ts";
import { Limits } from "../engine/limits.ts";

/**
 * - `disabledAccountsAreInactive` (default true): a disabled account is inactive in the target;
 * - `fullEveryDays` (default 7): a full read heals what was changed in the target meanwhile. Links of incremental reads
 *   live for 7 days, so that more would not be kept either;
 * - `limits`: see {@link Limits}.
 */
export const UsersSettings = z.strictObject({
  disabledAccountsAreInactive: z.boolean().default(true),
  fullEveryDays: z.number().positive().default(7),
  limits: Limits.prefault({}),
});
export type UsersSettings = z.infer<typeof UsersSettings>;

const SyncSettings = z.strictObject({ users: UsersSettings.prefault({}) });

/**
 * @param sync what the outputs hold under `sync`, as it was written in the settings
 * @throws SettingsError in one sentence with the place of the first fault
 */
export function parseUsersSettings(sync: unknown): UsersSettings {
  const parsed = SyncSettings.safeParse(sync ?? {});
  if (parsed.success) return parsed.data.users;
  const issue = parsed.error.issues[0];
  throw new SettingsError(`Settings: ${issue ? describe(issue) : "sync is not understood."}`);
}

/** @throws SettingsError when a field is mapped from a property that is not known */
export function checkMappedProperties(fields: Readonly<Record<string, string>>): void {
  for (const [field, property] of Object.entries(fields)) {
    if (userProperties.has(property)) continue;
    const hint = didYouMean(property, userProperties.keys());
    throw new SettingsError(
      `Settings: the field ${field} is mapped from "${property}", which is no property of an Entra user that can be mapped${hint ? `; ${hint}` : "."}`,
    );
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const place = ["sync", ...issue.path].join(".");
  if (issue.code !== "unrecognized_keys") return `${place}: ${issue.message}.`;
  const [key = ""] = issue.keys;
  const hint = didYouMean(key, knownKeys(issue.path));
  return `${place}.${key} is not a setting${hint ? `; ${hint}` : "."}`;
}

/** The settings that exist at a place. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let shape: unknown = SyncSettings;
  for (const key of path) shape = unwrap(shape)?.shape[String(key)];
  return Object.keys(unwrap(shape)?.shape ?? {});
}

function unwrap(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) return unwrap(schema.unwrap());
  return undefined;
}
