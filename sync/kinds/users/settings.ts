/**
 * Settings of the users' sync: `sync.users` in the stack's settings, passed through the outputs unread.
 *
 * @packageDocumentation
 */
import { userTargets } from "./targets.ts";
import { z } from "zod";
import { didYouMean } from "../../../contract/nearest.ts";
import { place } from "../../../contract/settings-faults.ts";
import { tellSettings } from "../../../contract/this-stack.ts";
import { userProperties, userProperty } from "../../../contract/user-properties.ts";
import { SettingsError } from "../../../contract/errors.ts";
import { Limits } from "../../planner/limits.ts";
import { ownSettings } from "../own-settings.ts";
import { type Filter, FilterError, parseFilter } from "./filter-parser.ts";

/** Each run looks them up. */
const MAX_PROTECTED = 200;
const account = z.string().regex(/\S/).describe("an object id, a user principal name or a mail address");

/**
 * - `disabledAccountsAreInactive` (default true): a disabled account is inactive in the target;
 * - `fullEveryDays` (default 7): a full read heals what was changed in the target meanwhile. Links of incremental reads
 *   live for 7 days, so that with more there would be a full read after every longer pause all the same;
 * - `limits`: see {@link Limits};
 * - `filter` (default: everybody): an expression that people in scope meet, see `filter-parser.ts`;
 * - `guests` (default true): guests can be in scope;
 * - `exclude`: people who are never in scope;
 * - `protected`: accounts that are never made inactive;
 * - `clearOnEmpty`: field of the target -> what becomes of it where Entra has no value: `clear` (default) or `keep`.
 */
const ForAll = z
  .strictObject({
    disabledAccountsAreInactive: z.boolean().default(true).describe("true or false"),
    fullEveryDays: z.number().positive().default(7).describe("a number of days"),
    limits: Limits.prefault({}),
    filter: z.string().describe("a filter expression, such as department eq 'Sales'").optional(),
    guests: z.boolean().default(true).describe("true or false"),
    exclude: z.array(account).default([]).describe("a list of people"),
    protected: z.array(account).max(MAX_PROTECTED).default([]).describe(`a list of at most ${MAX_PROTECTED} accounts`),
    clearOnEmpty: z
      .record(z.string(), z.enum(["clear", "keep"]).describe("clear or keep"))
      .default({})
      .describe("settings: a field of the target, clear or keep"),
  })
  .describe("settings: disabledAccountsAreInactive, fullEveryDays, limits and others");
type ForAll = z.infer<typeof ForAll>;

const forOne = z
  .strictObject(
    Object.fromEntries(
      Object.entries(ForAll.shape).map(([name, schema]): [string, z.ZodType] => {
        const { description } = schema;
        return [name, description === undefined ? schema.optional() : schema.optional().describe(description)];
      }),
    ),
  )
  .describe("settings: those of tenantwire:sync.users that are others for this target");

/** What is written for a target takes the place of what is written for all, setting by setting. */
const Users = ForAll.extend({
  targets: z
    .strictObject(Object.fromEntries(userTargets.map((name) => [name, forOne])))
    .partial()
    .describe(`settings: ${userTargets.join(", ")}`)
    .optional(),
}).describe("settings: disabledAccountsAreInactive, fullEveryDays, limits and others");

type UsersSettings = Omit<ForAll, "filter"> & {
  readonly filter?: Filter;
  /** Where a setting comes from: `["sync", "users", "targets", "ones", "filter"]`. */
  readonly pathOf: (setting: keyof ForAll) => readonly string[];
};

/** What is known of the settings once they were found to be without fault. */
const Written = z.looseObject({
  users: z.looseObject({ targets: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) }).prefault({}),
});

/**
 * @param sync what the outputs hold under `sync`, as it was written in the settings
 * @param target whose own settings count, by its name on the command line
 * @throws SettingsError with a line for each fault: its place, what is wrong, what was probably meant
 */
export function parseUsersSettings(sync: unknown, target: string): UsersSettings {
  ownSettings("users", Users.prefault({}), sync);
  const { targets, ...forAll } = Written.parse(sync ?? {}).users;
  const own = targets[target] ?? {};
  const pathOf = (setting: string) => ["sync", "users", ...(setting in own ? ["targets", target] : []), setting];
  const { filter, ...settings } = ForAll.parse({ ...forAll, ...own });
  return { ...settings, ...(filter !== undefined && { filter: parsedFilter(filter, pathOf("filter")) }), pathOf };
}

function parsedFilter(filter: string, path: readonly string[]): Filter {
  try {
    return parseFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new SettingsError(tellSettings([{ path, text: error.message }]));
  }
}

/** @throws SettingsError for a field of `clearOnEmpty` that is not mapped */
export function checkClearOnEmpty({ clearOnEmpty, pathOf }: UsersSettings, fields: Iterable<string>): void {
  const mapped = [...fields];
  const stray = Object.keys(clearOnEmpty).find((field) => !mapped.includes(field));
  if (stray === undefined) return;
  const hint = didYouMean(stray, mapped) ?? `the mapped fields are ${mapped.join(", ")}`;
  const path = [...pathOf("clearOnEmpty"), stray];
  throw new SettingsError(tellSettings([{ path, text: `this field is not mapped; ${hint}` }]));
}

/**
 * @param properties what the filter looks at
 * @param declared application permissions that the stack declares
 * @param settings where the filter is, and where the users of the target are
 * @throws SettingsError when looking at one needs a permission that is not declared
 */
export function checkFilterPermissions(
  properties: Iterable<string>,
  declared: readonly string[],
  { filter, users }: { readonly filter: readonly string[]; readonly users: readonly string[] },
): void {
  for (const property of properties) {
    const needed = userProperty(property)?.permission;
    if (needed === undefined || declared.includes(needed)) continue;
    const text =
      `reading ${property} needs the permission ${needed}, which is not deployed. ` +
      `Map ${property} to a field under ${place([...users, "fields"])} and deploy (pulumi up), which adds it, or leave it out of the filter.`;
    throw new SettingsError(tellSettings([{ path: filter, text }]));
  }
}

/** @throws SettingsError when a field is mapped from a property that is not known */
export function checkMappedProperties(
  fields: Readonly<Record<string, string>>,
  setting: readonly string[] = ["oneplan", "users"],
): void {
  for (const [field, property] of Object.entries(fields)) {
    if (userProperties.has(property)) continue;
    const hint = didYouMean(property, userProperties.keys());
    const text = `"${property}" is no property of an Entra user that can be mapped${hint ? `; ${hint}` : "."}`;
    throw new SettingsError(tellSettings([{ path: [...setting, "fields", field], text }]));
  }
}
