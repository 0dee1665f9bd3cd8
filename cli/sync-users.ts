/**
 * `tenantwire sync users`: Entra users to what the stack declares for them.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../stacks/outputs.ts";
import {
  ExitCode,
  type Progress as RunProgress,
  type RunReport,
  runSync,
  SettingsError,
  type StateStore,
  type SyncDefinition,
} from "../sync/engine/index.ts";
import { renderReport } from "../sync/engine/report-terminal.ts";
import {
  declaredTargets,
  type UsersSource,
  type UsersSync,
  usersSync,
  type UserTarget,
  userTargets,
} from "../sync/users/index.ts";
import { wantsColor } from "./color.ts";
import { describeFailure } from "./failure.ts";
import { interruption } from "./interruption.ts";
import { type OutputsSource, loadOutputs } from "./outputs.ts";
import { createProgress } from "./progress.ts";
import { openState } from "./state.ts";

export interface SyncUsersOptions extends OutputsSource {
  readonly state?: string;
  readonly dryRun?: boolean;
  readonly full?: boolean;
  readonly allow?: string;
  readonly trigger?: string;
  readonly json?: boolean;
  readonly target?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** One run for each target: by default for all that are declared, one after another. */
export async function syncUsers(options: SyncUsersOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(outputs, options);
  const acceptReplacedGroups = options.full ?? false;
  // All of them before the first run: what is wrong can be known before anything is written.
  const syncs = targets.map((target) => usersSync({ outputs, environment: process.env, acceptReplacedGroups, target }));
  const store = openState(options.state, outputs);
  const signal = interruption();
  const reports: RunReport[] = [];
  const failures: unknown[] = [];
  try {
    for (const [index, sync] of syncs.entries()) {
      if (index > 0 && signal.aborted) break;
      try {
        const command = commandLine(options, targets.length > 1 ? targets[index] : options.target);
        const report = await runOne(sync, options, { store, signal, command });
        reports.push(report);
        if (!options.json)
          process.stdout.write(`${index > 0 ? "\n" : ""}${renderReport(report, { color: wantsColor() })}`);
      } catch (error) {
        // One target that cannot be synced, because another run is at it for example, keeps no other waiting.
        failures.push(error);
        if (syncs.length > 1) process.stderr.write(`${describeFailure(error).message}\n`);
      }
    }
  } finally {
    await store.close();
  }
  if (syncs.length === 1 && failures.length > 0) throw failures[0];
  if (options.json) process.stdout.write(`${JSON.stringify(syncs.length > 1 ? reports : reports[0], null, 2)}\n`);
  const codes = [
    ...reports.map(({ exitCode }) => exitCode),
    ...failures.map((error) => describeFailure(error).exitCode),
  ];
  process.exitCode = worst(codes);
}

/** @throws SettingsError for a name that is none, and where one has to be said */
export function targetsOf(
  outputs: Outputs,
  { target, allow }: Pick<SyncUsersOptions, "target" | "allow">,
): readonly (UserTarget | undefined)[] {
  const asked = userTargets.find((name) => name === target);
  if (target !== undefined && asked === undefined) {
    throw new SettingsError(`--target takes one of ${userTargets.join(", ")}, not ${target}.`);
  }
  if (asked !== undefined) return [asked];
  const declared = declaredTargets(outputs);
  if (declared.length > 1 && allow !== undefined) {
    throw new SettingsError(`--allow is for one target: say which with --target (${declared.join(", ")}).`);
  }
  // Without any, the sync itself says what is missing.
  return declared.length > 0 ? declared : [undefined];
}

interface Running {
  readonly store: StateStore;
  readonly signal: AbortSignal;
  /** The command to run again, for messages that say so. */
  readonly command: string;
}

async function runOne(sync: UsersSync, options: SyncUsersOptions, running: Running): Promise<RunReport> {
  const progress = createProgress();
  try {
    const report = await runSync(definitionOf(sync), {
      ...running,
      ...(options.full ? { mode: "full" } : {}),
      dryRun: options.dryRun ?? false,
      ...(options.allow === undefined ? {} : { allow: options.allow }),
      ...(options.trigger === undefined ? {} : { trigger: options.trigger }),
      requests: () => sync.requests,
      onProgress: (now) => progress.show(describe(now, sync.target.name)),
    });
    if (options.json && report.failure !== undefined) process.stderr.write(`tenantwire: ${report.failure}\n`);
    return report;
  } finally {
    progress.done();
  }
}

/** The sync as the engine runs it, and explains it. */
export function definitionOf(sync: UsersSync): SyncDefinition & { readonly source: UsersSource } {
  const { sync: name, source, target, fields, hasReferences, limits, fingerprint, fullEveryDays } = sync;
  return {
    sync: name,
    source,
    target,
    fields,
    hasReferences,
    limits,
    scopeHash: fingerprint,
    fullEveryMs: fullEveryDays * DAY_MS,
  };
}

/** The code of several runs: the one that a person has to look after first. */
function worst(codes: readonly number[]): number {
  const { failure, usage, stoppedByLimit, successWithExceptions, success } = ExitCode;
  return [failure, usage, stoppedByLimit, successWithExceptions].find((code) => codes.includes(code)) ?? success;
}

function commandLine({ stack, outputs, state }: SyncUsersOptions, target: string | undefined): string {
  const where = stack === undefined ? `--outputs ${outputs}` : `-s ${stack}`;
  const which = target === undefined ? "" : ` --target ${target}`;
  return `tenantwire sync users ${where}${which}${state === undefined ? "" : ` --state ${state}`}`;
}

const phases: Readonly<Record<RunProgress["phase"], (target: string) => string>> = {
  recover: () => "looking after what an earlier run left",
  read: () => "reading Entra",
  list: (target) => `reading ${target}`,
  plan: () => "planning",
  write: () => "writing",
  verify: () => "reading back",
};

function describe({ phase, done, total }: RunProgress, target: string): string {
  const amount = done.toLocaleString("en-US");
  return `${phases[phase](target)}: ${total === undefined ? amount : `${amount} of ${total.toLocaleString("en-US")}`}`;
}
