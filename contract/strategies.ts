/**
 * When the syncs run by themselves: `tenantwire:sync.strategies`, a strategy for each kind of sync, and for a target of
 * it where that runs otherwise. Data and the rules that judge it; when that is, is computed in `sync/schedule`.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import type { Path } from "./path.ts";
import { type SettingsFault, valueAt } from "./settings-faults.ts";
import { flag } from "./values.ts";

/** Days of the week, Monday first. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const isTimeZone = (text: string): boolean => {
  try {
    return /^[A-Za-z]/.test(text) && new Intl.DateTimeFormat("en", { timeZone: text }).format() !== "";
  } catch {
    return false;
  }
};

const timeZone = z
  .string()
  .refine(isTimeZone)
  .describe("a time zone of the IANA database, such as Europe/Berlin (default: that beside the strategies, else UTC)");

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):(00|15|30|45)$/)
  .describe('a time in steps of 15 minutes in quotes, such as "06:15"');

/** Settings that only some of the schedules have. */
type Setting = "minutes" | "times" | "days" | "monthDays";

const takes: Readonly<Record<string, readonly Setting[]>> = {
  hourly: ["minutes", "days"],
  daily: ["times", "days"],
  monthly: ["times", "monthDays"],
  none: [],
};

const all: readonly Setting[] = ["minutes", "times", "days", "monthDays"];

/** What {@link strategyFaults} says, for an editor. */
const together = {
  allOf: Object.entries(takes).map(([schedule, taken]) => ({
    if: { properties: { schedule: { const: schedule } }, required: ["schedule"] },
    then: {
      properties: Object.fromEntries(all.filter((name) => !taken.includes(name)).map((name) => [name, false])),
      ...(taken.includes("times") && { required: ["times"] }),
    },
  })),
};

/**
 * One strategy. Which settings go with which schedule is in {@link strategyFaults}.
 */
const Strategy = z.strictObject({
  enabled: flag("whether its schedule and events start it (default: true)").optional(),
  schedule: z
    .enum(["hourly", "daily", "monthly", "none"])
    .describe("how often it runs; none: by hand and by events only"),
  minutes: z
    .array(z.literal([0, 15, 30, 45]).describe("0, 15, 30 or 45"))
    .min(1)
    .describe("of an hourly schedule, the minutes of the hour: a list of 0, 15, 30, 45 (default: 0)")
    .optional(),
  times: z
    .array(timeOfDay)
    .min(1)
    .describe("of a daily or monthly schedule, a list of times in steps of 15 minutes")
    .optional(),
  days: z
    .array(z.enum(weekdays).describe(`one of ${weekdays.join(", ")}`))
    .min(1)
    .describe(`of an hourly or daily schedule, a list of ${weekdays.join(", ")} (default: all)`)
    .optional(),
  monthDays: z
    .array(z.union([z.int().min(1).max(28), z.literal("last")]).describe("1 to 28, or last"))
    .min(1)
    .describe("of a monthly schedule, a list of days of the month, 1 to 28 or last (default: 1)")
    .optional(),
  timeZone: timeZone.optional(),
  read: z
    .enum(["changes", "full"])
    .describe(
      "what it reads: changes since the run before where there are any to be had, or everything (default: changes)",
    )
    .optional(),
});
export type StrategySettings = z.infer<typeof Strategy>;

const OfKind = Strategy.extend({
  targets: z
    .record(
      z.string(),
      Strategy.describe("settings: schedule, times and others, instead of those of the kind").meta(together),
    )
    .describe("settings: a target, its own strategy")
    .optional(),
})
  .describe("settings: schedule, times, days and others")
  .meta(together);

const Strategies = z
  .strictObject({
    users: OfKind.optional(),
    rooms: OfKind.optional(),
    plans: OfKind.optional(),
    access: OfKind.optional(),
  })
  .describe("settings: users, rooms, plans, access");

/** Kinds of syncs, as in `tenantwire sync users`. */
const syncKinds = Object.keys(Strategies.shape);

/** What is declared of the syncs together; what is of one of them it parses itself. */
export const declaredForAll = {
  timeZone: timeZone
    .describe("the time zone of the strategies, of the IANA database, such as Europe/Berlin (default: UTC)")
    .optional(),
  strategies: Strategies.optional(),
};

export const SyncDeclared = z
  .looseObject(declaredForAll)
  .describe("settings: users, rooms, plans, access, timeZone, strategies");
export type SyncDeclared = z.infer<typeof SyncDeclared>;

/** Faults of strategies that are right one by one and cannot be together, in what was written. */
export function strategyFaults(sync: unknown): SettingsFault[] {
  return strategyPaths(sync).flatMap((path) => faultsOf(valueAt(sync, path), ["sync", ...path]));
}

function strategyPaths(sync: unknown): Path[] {
  return syncKinds.flatMap((kind) => {
    const path = ["strategies", kind];
    if (valueAt(sync, path) === undefined) return [];
    const targets = valueAt(sync, [...path, "targets"]);
    const names = typeof targets === "object" && targets !== null ? Object.keys(targets) : [];
    return [path, ...names.map((name) => [...path, "targets", name])];
  });
}

function faultsOf(strategy: unknown, path: Path): SettingsFault[] {
  const schedule = valueAt(strategy, ["schedule"]);
  const taken = typeof schedule === "string" && Object.hasOwn(takes, schedule) ? takes[schedule] : undefined;
  if (taken === undefined) return [];
  const faults: SettingsFault[] = all
    .filter((name) => !taken.includes(name) && valueAt(strategy, [name]) !== undefined)
    .map((name) => ({ path: [...path, name], text: `not of a schedule that is ${String(schedule)}; take it out` }));
  if (taken.includes("times") && valueAt(strategy, ["times"]) === undefined) {
    const text = `missing; say when it runs, such as ["06:00"]`;
    faults.push({ path: [...path, "times"], text, missing: true });
  }
  return faults;
}
