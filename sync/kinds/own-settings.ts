import { z } from "zod";
import { SettingsError } from "../../contract/errors.ts";
import { describeIssues } from "../../contract/settings-faults.ts";
import { declaredForAll } from "../../contract/strategies.ts";
import { tellSettings } from "../../contract/this-stack.ts";

/** What another kind of sync has there is its own. */
const others = z.unknown().optional();

/**
 * The settings of one kind of sync: `sync.<kind>` in the stack's settings, passed through the outputs unread.
 *
 * @param sync what the outputs hold under `sync`, as it was written in the settings
 * @throws SettingsError with a line for each fault: its place, what is wrong, what was probably meant
 */
export function ownSettings<T extends z.ZodType>(
  kind: "users" | "rooms" | "plans" | "access",
  schema: T,
  sync: unknown,
): z.output<T> {
  const all = z
    .strictObject({ users: others, rooms: others, plans: others, access: others, [kind]: schema, ...declaredForAll })
    .describe("settings: users, rooms, plans, access, timeZone, strategies");
  const parsed = all.safeParse(sync ?? {});
  if (parsed.success) return parsed.data[kind] as z.output<T>;
  const faults = describeIssues(parsed.error.issues, all, sync);
  throw new SettingsError(tellSettings(faults.map((fault) => ({ ...fault, path: ["sync", ...fault.path] }))));
}
