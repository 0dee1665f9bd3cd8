/**
 * `tenantwire run`: the scheduler, a process that starts each sync of a stack when its strategy says so; and
 * `tenantwire run --check`, which tells somebody outside whether everything ran at its time.
 *
 * @packageDocumentation
 */
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printableJson } from "../contract/text/printable.ts";
import { ReadOnce } from "../sync/connectors/graph/index.ts";
import { runSync, type State, type StateStore } from "../sync/index.ts";
import { type RunHooks, runScheduler } from "../sync/schedule/scheduler.ts";
import { type Strategies, strategiesOf, type Strategy } from "../sync/schedule/strategies.ts";
import { watch } from "../sync/schedule/watch.ts";
import { worldClock } from "../components/clock.ts";
import { afterRuns } from "./after-runs.ts";
import { wantsColor } from "./color.ts";
import { keptFailedStart } from "./failed-start.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { declaredSyncs, kinds, loadDeclared } from "./kinds.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { pause } from "./pause.ts";
import { openState } from "./state.ts";
import { commandLine } from "./sync.ts";
import type { ReadySync } from "./sync-kind.ts";
import { whoRuns } from "./who-runs.ts";
import { renderEvent, renderWatched } from "./terminal/schedule.ts";

export interface RunCommandOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/**
 * @throws SettingsError when no strategy is declared, or one of them is wrong: at the start; later the ones before go on
 * @throws StateLocked when another scheduler runs with the same state
 */
export async function run(options: RunCommandOptions): Promise<void> {
  let outputs = await loadOutputs(options);
  const { byHand } = scheduledIn(outputs);
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  try {
    const now = await worldClock();
    if (options.check) return await check(outputs, store, now(), options);
    const tell = (line: string) => process.stdout.write(line);
    if (byHand.length > 0 && !options.json) tell(`Without a schedule: ${byHand.join(", ")}.\n`);
    await loadDeclared(outputs);
    const alert = () => afterRuns(outputs, { store, now });
    await runScheduler({
      store,
      alert,
      now,
      signal,
      strategies: async () => {
        outputs = await loadOutputs(options);
        return scheduledIn(outputs).scheduled;
      },
      run: (strategies, hooks) => runInTurn(outputs, strategies, hooks, { ...options, store, signal, now }),
      tell: (event) =>
        tell(options.json ? `${printableJson({ at: now(), ...event }, 0)}\n` : renderEvent(event, now())),
      sleep: pause,
    });
  } finally {
    await store.close();
  }
}

/** @throws SettingsError when there is none: a scheduler that has nothing to do would look like one that works */
function scheduledIn(outputs: Outputs): Strategies {
  const strategies = strategiesOf(outputs.sync, declaredSyncs(outputs));
  if (strategies.scheduled.length > 0) return strategies;
  throw new SettingsError(
    `The settings of ${outputs.mark} give no sync a schedule: say under tenantwire:sync.strategies when each runs, and deploy (pulumi up).`,
  );
}

interface Running extends RunCommandOptions {
  readonly store: StateStore;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** Those of one kind read their source together. */
async function runInTurn(
  outputs: Outputs,
  strategies: readonly Strategy[],
  { started, ended }: RunHooks,
  running: Running,
): Promise<void> {
  const reads = new ReadOnce();
  try {
    for (const strategy of strategies) {
      if (running.signal.aborted) return;
      await started(strategy);
      const result = await runOne(outputs, strategy, reads, running).then(
        (report) => ({ report }),
        (error: unknown) => ({ error }),
      );
      await ended(strategy, result);
    }
  } finally {
    reads.close();
  }
}

async function runOne(outputs: Outputs, { kind: name, target, full }: Strategy, reads: ReadOnce, running: Running) {
  const { store, signal, now } = running;
  const kind = kinds.find((each) => each.name === name);
  if (!kind) throw new TypeError(`There is no sync of ${name}.`);
  let state: Pick<State, "get"> | undefined;
  const reach = reachOf(outputs, running, async () => state ?? store.read());
  const start = { store, signal, now, trigger: "schedule", by: whoRuns() };
  let ready: ReadySync;
  try {
    ready = await kind.prepare(outputs, target, { reach, now }, reads);
  } catch (error) {
    const report = await keptFailedStart(error, { outputs, kind, target, ...start });
    if (report && error instanceof TenantwireError) return report;
    throw error;
  }
  return runSync(ready.definition, {
    ...start,
    command: commandLine(name, target),
    ...(full && { mode: "full" as const }),
    requests: () => ready.requests,
    onState: (open) => (state = open),
  });
}

async function check(outputs: Outputs, store: StateStore, now: Date, { json }: RunCommandOptions): Promise<void> {
  const { scheduled } = scheduledIn(outputs);
  const watched = await watch(await store.read(), scheduled, now);
  process.stdout.write(
    json ? `${printableJson({ version: 1, ...watched })}\n` : renderWatched(watched, { color: wantsColor() }),
  );
  const isWrong = watched.scheduler !== undefined || watched.strategies.some(({ missed }) => missed !== undefined);
  process.exitCode = isWrong ? ExitCode.successWithExceptions : ExitCode.success;
}
