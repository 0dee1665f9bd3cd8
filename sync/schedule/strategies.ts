/**
 * The strategies that a stack's outputs declare, one for each sync that runs by itself.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../contract/errors.ts";
import { describeIssues, type SettingsFault } from "../../contract/settings-faults.ts";
import { type StrategySettings, strategyFaults, SyncDeclared } from "../../contract/strategies.ts";
import { tellSettings } from "../../contract/this-stack.ts";
import { listed } from "../../contract/words.ts";
import type { Schedule } from "./times.ts";

/** A sync that the outputs declare. */
export interface DeclaredSync {
  /** `users`, `rooms`. */
  readonly kind: string;
  /** By its name on the command line. */
  readonly target: string;
}

export interface Strategy extends DeclaredSync {
  /** What it is called in messages and in the state: `users to oneplan`. */
  readonly name: string;
  readonly schedule: Schedule;
  /** Reads everything in each run, and not only what changed. */
  readonly full: boolean;
}

export interface Strategies {
  /** Those that run by themselves. */
  readonly scheduled: readonly Strategy[];
  /** Names of the syncs that are declared and do not. */
  readonly byHand: readonly string[];
  /** Of those the ones that are disabled: neither a schedule nor an event starts them. */
  readonly disabled: readonly string[];
}

/** What a strategy is called: `users to oneplan`. */
export function strategyName({ kind, target }: Pick<Strategy, "kind" | "target">): string {
  return `${kind} to ${target}`;
}

/**
 * @param sync what the outputs hold under `sync`, as it was written in the settings
 * @param declared what the outputs have syncs for
 * @throws SettingsError with a line for each fault: of a strategy, or one of something that is not declared
 */
export function strategiesOf(sync: unknown, declared: readonly DeclaredSync[]): Strategies {
  const { timeZone = "UTC", strategies = {} } = parsed(sync);
  const faults: SettingsFault[] = [];
  for (const [kind, settings] of Object.entries(strategies)) {
    const targets = declared.filter((each) => each.kind === kind).map(({ target }) => target);
    const at = ["sync", "strategies", kind];
    if (targets.length === 0) {
      faults.push({ path: at, text: `nothing is declared that ${kind} are synced to; take it out` });
    }
    for (const target of Object.keys(settings?.targets ?? {})) {
      if (targets.length === 0 || targets.includes(target)) continue;
      faults.push({ path: [...at, "targets", target], text: `${kind} are synced to ${listed(targets)} only` });
    }
  }
  if (faults.length > 0) throw new SettingsError(tellSettings(faults));

  const scheduled: Strategy[] = [];
  const byHand: string[] = [];
  const disabled: string[] = [];
  for (const { kind, target } of declared) {
    const name = strategyName({ kind, target });
    const ofKind = Object.entries(strategies).find(([each]) => each === kind)?.[1];
    const settings: StrategySettings | undefined = ofKind?.targets?.[target] ?? ofKind;
    const schedule = settings && scheduleOf(settings, timeZone);
    if (schedule) scheduled.push({ name, kind, target, schedule, full: settings.read === "full" });
    else byHand.push(name);
    if (settings?.enabled === false) disabled.push(name);
  }
  return { scheduled, byHand, disabled };
}

function parsed(sync: unknown): SyncDeclared {
  const result = SyncDeclared.safeParse(sync ?? {});
  const faults = [
    ...(result.success ? [] : describeIssues(result.error.issues, SyncDeclared, sync)).map(({ path, text }) => ({
      path: ["sync", ...path],
      text,
    })),
    ...strategyFaults(sync),
  ];
  if (result.success && faults.length === 0) return result.data;
  throw new SettingsError(tellSettings(faults));
}

/** Undefined: it does not run by itself. */
function scheduleOf(
  { enabled = true, schedule, minutes = [0], times = [], days = [], monthDays = [1], timeZone }: StrategySettings,
  ofAll: string,
): Schedule | undefined {
  if (!enabled || schedule === "none") return undefined;
  const common = { timeZone: timeZone ?? ofAll };
  if (schedule === "hourly") return { ...common, every: "hour", minutes, days };
  if (schedule === "daily") return { ...common, every: "day", times, days };
  return { ...common, every: "month", times, monthDays };
}
