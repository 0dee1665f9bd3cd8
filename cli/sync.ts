/**
 * `tenantwire sync`: a run for each target that the stack declares, one after another, and one exit code.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import { failedIds } from "../sync/run/retries.ts";
import { noteAllowed } from "../sync/access/index.ts";
import { ReadOnce } from "../sync/connectors/graph/index.ts";
import { listed } from "../contract/words.ts";
import {
  goesBothWays,
  type Progress as RunProgress,
  type RunOptions,
  type RunReport,
  type State,
  runSync,
  SettingsError,
  type StateStore,
} from "../sync/index.ts";
import { worldClock } from "../components/clock.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { renderReport } from "./terminal/report.ts";
import { afterRuns } from "./after-runs.ts";
import { wantsColor } from "./color.ts";
import { type FailedStart, keptFailedStart } from "./failed-start.ts";
import { describeFailure } from "./failure.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { kinds } from "./kinds.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { createProgress } from "./progress.ts";
import { openState } from "./state.ts";
import { type Kind, type Preparing, type ReadySync, targetsOf } from "./sync-kind.ts";
import { plans } from "./sync-plans.ts";
import { whoRuns } from "./who-runs.ts";
import { command } from "../contract/this-stack.ts";

export interface SyncOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly dryRun?: boolean;
  readonly full?: boolean;
  readonly allow?: string;
  readonly trigger?: string;
  /** Only what failed before; a text: whose reason has it. */
  readonly again?: string | true;
  /** Only this item, by its id or by what people call it. */
  readonly only?: string;
  readonly json?: boolean;
  readonly target?: string;
}

/** What to run, and how it is called. */
interface Planned extends ReadySync {
  readonly kind: Kind;
  /** The command that runs this one, for messages that say so. */
  readonly command: string;
}

/**
 * Runs all that the stack declares, or one kind of it; prints the reports, and sets the exit code.
 *
 * @param asked name of the kind; by default all
 * @throws SettingsError when nothing of it is declared, or the settings of one of them are wrong: before the first run
 */
export async function sync(asked: string | undefined, options: SyncOptions): Promise<void> {
  const { only: _word, ...rest } = options;
  const outputs = await loadOutputs(options);
  // That of the run under way; it is open before a key is read.
  let state: Pick<State, "get"> | undefined;
  const reach = reachOf(outputs, options, async () => state ?? store.read());
  const now = await worldClock();
  const reads = new ReadOnce();
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  const reports: RunReport[] = [];
  const failures: unknown[] = [];
  let one: boolean;
  try {
    const onFailure = async (error: unknown, start: Pick<FailedStart, "kind" | "target">) => {
      if (options.dryRun) return;
      await keptFailedStart(error, { ...start, ...triggerOf(options), outputs, store, signal, now, by: whoRuns() });
      await afterRuns(outputs, { store, now });
    };
    const planned = await plan(outputs, asked, { ...options, reach, now, onFailure }, reads);
    one = planned.length === 1;
    for (const [index, each] of planned.entries()) {
      if (index > 0 && signal.aborted) break;
      try {
        const only = options.only === undefined ? await failedBefore(each, options, store) : [options.only];
        if (only?.length === 0) {
          process.stderr.write(`${each.definition.sync}: nothing failed before that could be run again.\n`);
          continue;
        }
        const report = await runOne(
          each,
          { ...rest, ...(only && { only }) },
          {
            store,
            signal,
            now,
            onState: (open) => (state = open),
            ...allowing(outputs, { store, now, by: whoRuns() }),
          },
        );
        reports.push(report);
        if (!options.json)
          process.stdout.write(
            `${index > 0 ? "\n" : ""}${renderReport(report, { color: wantsColor(), whole: report.dryRun && each.kind === plans })}`,
          );
      } catch (error) {
        // One target that cannot be synced, because another run is at it for example, keeps no other waiting.
        failures.push(error);
        if (!one) process.stderr.write(`${describeFailure(error).message}\n`);
      }
    }
    // Who asks for all gets a list, however many there are. It is told before anything that follows may go wrong.
    const [report] = reports;
    const shown = one && asked !== undefined && report ? report : reports;
    if (options.json && !(one && failures.length > 0)) process.stdout.write(`${printableJson(shown)}\n`);
    if (!options.dryRun) await afterRuns(outputs, { store, now });
  } finally {
    reads.close();
    await store.close();
  }
  if (one && failures.length > 0) throw failures[0];
  const codes = [
    ...reports.map(({ exitCode }) => exitCode),
    ...failures.map((error) => describeFailure(error).exitCode),
  ];
  process.exitCode = worst(codes);
}

/** Where a group is declared, its audit trail has who lets through what a limit stopped. */
export function allowing(outputs: Outputs, noting: Parameters<typeof noteAllowed>[0]): Pick<RunOptions, "onAllow"> {
  return outputs.integrations.access === undefined ? {} : { onAllow: noteAllowed(noting) };
}

interface Planning {
  /** Told what cannot be run. */
  readonly onFailure: (error: unknown, start: Pick<FailedStart, "kind" | "target">) => Promise<void>;
}

/** All of them before the first run: what is wrong can be known before anything is written. */
async function plan(
  outputs: Outputs,
  asked: string | undefined,
  options: SyncOptions & Preparing & Planning,
  reads: ReadOnce,
): Promise<Planned[]> {
  checkOnly(asked, options);
  const meant = asked === undefined ? declaredKinds(outputs, options) : [kindCalled(asked, outputs, options)];
  const pairs = meant.flatMap((kind) => targetsOf(kind, outputs, options).map((target) => ({ kind, target })));
  if (options.allow !== undefined && pairs.length > 1) {
    const names = pairs.map(({ kind, target }) =>
      asked === undefined ? `sync ${kind.name} --target ${target}` : target,
    );
    throw new SettingsError(
      asked === undefined
        ? `--allow is for one sync: say which (${names.join(", ")}).`
        : `--allow is for one target: say which with --target (${names.join(", ")}).`,
    );
  }
  if (options.only !== undefined && asked === plans.name && pairs.length > 1) {
    const names = pairs.map(({ target }) => target).join(", ");
    throw new SettingsError(
      `--only is for one organization, where ids are its own: say which with --target (${names}).`,
    );
  }
  const planned: Planned[] = [];
  for (const { kind, target } of pairs) {
    const several = pairs.filter((each) => each.kind === kind).length > 1;
    const line = commandLine(kind.name, several ? target : options.target);
    try {
      const ready = await kind.prepare(outputs, target, options, several ? reads : undefined);
      planned.push({ kind, command: line, ...ready });
    } catch (error) {
      await options.onFailure(error, { kind, target });
      throw error;
    }
  }
  return planned;
}

/** @throws SettingsError where it is not said what the item is one of, or more than it is asked for */
function checkOnly(asked: string | undefined, { only, again, full }: SyncOptions): void {
  if (only === undefined) return;
  if (asked === undefined) {
    const names = kinds.map(({ name }) => `sync ${name} --only ...`);
    throw new SettingsError(`--only is for one kind: say which (${names.join(", ")}).`);
  }
  if (again !== undefined || full) {
    throw new SettingsError(`--only reads one item: leave out ${again === undefined ? "--full" : "--again"}.`);
  }
}

function kindCalled(asked: string, outputs: Outputs, { target }: SyncOptions): Kind {
  const kind = kinds.find(({ name }) => name === asked);
  if (!kind)
    throw new SettingsError(`There is no sync of ${asked}: there is ${kinds.map(({ name }) => name).join(", ")}.`);
  const others = kinds.filter((each) => each.declared(outputs).length > 0);
  if (target === undefined && others.length > 0 && !others.includes(kind)) {
    const names = others.map(({ name }) => name);
    throw new SettingsError(
      `The outputs of ${outputs.mark} have nothing that ${asked} are synced to, but ${listed(names)}: ` +
        `run all that is declared (${command("sync")}), or one kind (${names.map((each) => command(`sync ${each}`)).join(", ")}).`,
    );
  }
  return kind;
}

/** Those that have something to run: to the target that is asked for, or to any. */
function declaredKinds(outputs: Outputs, { target }: SyncOptions): readonly Kind[] {
  const names = [...new Set(kinds.flatMap((kind) => kind.targets(outputs)))];
  if (target !== undefined && !names.includes(target)) {
    throw new SettingsError(`--target takes one of ${names.join(", ")}, not ${given(target)}.`);
  }
  const found = kinds.filter((kind) => kind.declared(outputs).some((name) => target === undefined || name === target));
  if (found.length > 0) return found;
  const to = target === undefined ? "" : ` to ${target}`;
  throw new SettingsError(
    `The outputs of ${outputs.mark} have nothing that is synced${to}: add ${target === undefined ? "users or rooms of a product, or plans," : "it"} to the settings and deploy (pulumi up).`,
  );
}

/** Undefined: everything is meant. */
async function failedBefore(
  { definition }: Planned,
  { again }: SyncOptions,
  store: StateStore,
): Promise<readonly string[] | undefined> {
  if (again === undefined) return undefined;
  return failedIds(await store.read(), definition.sync, again === true ? undefined : again);
}

/** What starts the runs, where it is said. */
function triggerOf({ again, trigger }: Pick<SyncOptions, "again" | "trigger">): Pick<RunOptions, "trigger"> {
  return { ...(again !== undefined && { trigger: "again" }), ...(trigger !== undefined && { trigger }) };
}

interface Running extends Pick<RunOptions, "onAllow"> {
  readonly onState: NonNullable<RunOptions["onState"]>;
  readonly store: StateStore;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

async function runOne(
  { definition, requests, kind, command }: Planned,
  options: Omit<SyncOptions, "only"> & Pick<RunOptions, "only">,
  running: Running,
): Promise<RunReport> {
  const progress = createProgress();
  const targetName = goesBothWays(definition) ? definition.b.name : definition.target.name;
  try {
    const report = await runSync(definition, {
      ...running,
      command,
      ...(options.full ? { mode: "full" } : {}),
      dryRun: options.dryRun ?? false,
      ...(options.allow === undefined ? {} : { allow: options.allow }),
      ...(options.only && { only: options.only }),
      ...triggerOf(options),
      by: whoRuns(),
      requests: () => requests,
      onProgress: (done) => progress.show(() => describe(done, kind.from, targetName)),
    });
    if (options.json && report.failure !== undefined) process.stderr.write(`tenantwire: ${report.failure}\n`);
    return report;
  } finally {
    progress.done();
  }
}

/** The code of several runs: the one that a person has to look after first. */
function worst(codes: readonly number[]): number {
  const { failure, usage, anotherRun, stoppedByLimit, successWithExceptions, success } = ExitCode;
  const found = [failure, usage, anotherRun, stoppedByLimit, successWithExceptions].find((code) =>
    codes.includes(code),
  );
  return found ?? codes.find((code) => code !== success) ?? success;
}

/** What a person types to run one sync. */
export function commandLine(kind: string, target: string | undefined): string {
  return command(`sync ${kind}`, ...(target === undefined ? [] : ["--target", target]));
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
