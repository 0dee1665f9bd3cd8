/**
 * What all `tenantwire sync ...` have in common: a run for each target, one after another, and one exit code.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../contract/outputs.ts";
import {
  type Progress as RunProgress,
  type RunReport,
  runSync,
  type StateStore,
  type SyncDefinition,
} from "../sync/index.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { renderReport } from "./terminal/report.ts";
import { wantsColor } from "./color.ts";
import { describeFailure } from "./failure.ts";
import { interruption } from "./interruption.ts";
import type { OutputsSource } from "./outputs.ts";
import { createProgress } from "./progress.ts";
import { openState } from "./state.ts";

export interface SyncOptions extends OutputsSource {
  readonly state?: string;
  readonly dryRun?: boolean;
  readonly full?: boolean;
  readonly allow?: string;
  readonly trigger?: string;
  readonly json?: boolean;
  readonly target?: string;
}

/** A sync to one target, ready to run. */
export interface ReadySync {
  readonly definition: SyncDefinition;
  /** Requests sent so far. */
  readonly requests: Readonly<Record<string, number>>;
  /** What `--target` calls it; absent where none is declared. */
  readonly target: string | undefined;
}

/** What differs from one kind of sync to another. */
export interface Kind {
  /** As in `tenantwire sync users`. */
  readonly command: string;
  /** Where it reads, for a person who waits: "Entra". */
  readonly from: string;
}

/** Runs them all; prints the reports, and sets the exit code. */
export async function runEach(
  syncs: readonly ReadySync[],
  outputs: Outputs,
  options: SyncOptions,
  kind: Kind,
): Promise<void> {
  const store = openState(options.state, outputs);
  const signal = interruption();
  const reports: RunReport[] = [];
  const failures: unknown[] = [];
  try {
    for (const [index, sync] of syncs.entries()) {
      if (index > 0 && signal.aborted) break;
      try {
        const command = commandLine(kind.command, options, syncs.length > 1 ? sync.target : options.target);
        const report = await runOne(sync, options, { store, signal, command, from: kind.from });
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

interface Running {
  readonly store: StateStore;
  readonly signal: AbortSignal;
  /** The command to run again, for messages that say so. */
  readonly command: string;
  readonly from: string;
}

async function runOne(
  { definition, requests }: ReadySync,
  options: SyncOptions,
  { from, ...running }: Running,
): Promise<RunReport> {
  const progress = createProgress();
  try {
    const report = await runSync(definition, {
      ...running,
      ...(options.full ? { mode: "full" } : {}),
      dryRun: options.dryRun ?? false,
      ...(options.allow === undefined ? {} : { allow: options.allow }),
      ...(options.trigger === undefined ? {} : { trigger: options.trigger }),
      requests: () => requests,
      onProgress: (now) => progress.show(describe(now, from, definition.target.name)),
    });
    if (options.json && report.failure !== undefined) process.stderr.write(`tenantwire: ${report.failure}\n`);
    return report;
  } finally {
    progress.done();
  }
}

/** The code of several runs: the one that a person has to look after first. */
function worst(codes: readonly number[]): number {
  const { failure, usage, stoppedByLimit, successWithExceptions, success } = ExitCode;
  return [failure, usage, stoppedByLimit, successWithExceptions].find((code) => codes.includes(code)) ?? success;
}

function commandLine(command: string, { stack, outputs, state }: SyncOptions, target: string | undefined): string {
  const where = stack === undefined ? `--outputs ${outputs}` : `-s ${stack}`;
  const which = target === undefined ? "" : ` --target ${target}`;
  return `tenantwire sync ${command} ${where}${which}${state === undefined ? "" : ` --state ${state}`}`;
}

const phases: Readonly<Record<RunProgress["phase"], (from: string, target: string) => string>> = {
  recover: () => "looking after what an earlier run left",
  read: (from) => `reading ${from}`,
  list: (_, target) => `reading ${target}`,
  plan: () => "planning",
  write: () => "writing",
  verify: () => "reading back",
};

function describe({ phase, done, total }: RunProgress, from: string, target: string): string {
  const amount = done.toLocaleString("en-US");
  const of = total === undefined ? amount : `${amount} of ${total.toLocaleString("en-US")}`;
  return `${phases[phase](from, target)}: ${of}`;
}
