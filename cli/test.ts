/**
 * `tenantwire test`: tries everything that a deployed stack lives on, or with `--deploy` what a deployment is about to
 * meet, and says what is wrong. Writes nothing.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { given } from "../contract/may-show.ts";
import { type CheckResult, type Part, parts, type Trying, tryDeployment } from "../doctor/checks/index.ts";
import type { Check } from "../doctor/checks/check.ts";
import { untilRightsHold } from "../doctor/checks/waiting.ts";
import { renderFindings } from "./terminal/findings.ts";
import { preflight } from "../doctor/preflight/index.ts";
import type { Outputs } from "../contract/outputs.ts";
import { checkStartingValues } from "../contract/starting-values.ts";
import { whereIs } from "../stacks/settings-file.ts";
import { worldClock } from "../components/clock.ts";
import { today } from "../components/today.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { SettingsError, type State, StateError, type StateStore } from "../sync/index.ts";
import { counted, listed } from "../contract/words.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { fromJson } from "../sync/model/json.ts";
import { partitionsOf } from "../sync/state/partitions.ts";
import type { Place } from "../sync/model/types.ts";
import { declaredRoomTargets } from "../sync/kinds/rooms/targets.ts";
import { declaredTarget, declaredTargets } from "../sync/kinds/users/targets.ts";
import { wantsColor } from "./color.ts";
import { declaredStack } from "./engine.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { createProgress, type Progress } from "./progress.ts";
import { roomsInScope } from "./rooms-check.ts";
import { openState } from "./state.ts";

export interface TestOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly json?: boolean;
  /** Before a deployment, by the settings, instead of after it. */
  readonly deploy?: boolean;
  /** What was not checked is no better than what failed. */
  readonly strict?: boolean;
  /** A {@link Part}: what is looked at alone. */
  readonly only?: string;
  /** Minutes for which it is tried again while a right is missing. */
  readonly wait?: string;
}

export async function test(options: TestOptions): Promise<void> {
  if (options.deploy) return testBefore(options);
  const part = partOf(options.only);
  const outputs = await loadOutputs(options);
  const patienceMs = minutesOf(options.wait) * 60_000;
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  try {
    await tryOutputs(outputs, options, { store, patienceMs, part, signal });
  } finally {
    await store.close();
  }
}

interface TryingOptions {
  readonly store: StateStore;
  readonly patienceMs: number;
  readonly part: Part | undefined;
  readonly signal: AbortSignal;
}

async function tryOutputs(
  outputs: Outputs,
  options: TestOptions,
  { store, patienceMs, part, signal }: TryingOptions,
): Promise<void> {
  const state = await remembered(store);
  const progress = createProgress();
  const now = await worldClock();
  const trying: Trying = {
    environment: process.env,
    signal,
    today: await today(),
    now,
    part,
    places: await rememberedPlaces(outputs, state),
    reach: reachOf(outputs, options, async () => state),
    rooms:
      declaredRoomTargets(outputs).length > 0
        ? (within) => roomsInScope(outputs, {}, { signal: within, now })
        : undefined,
    onCheck: tellTried(progress),
  };
  const onWait = (line: string) => {
    progress.done();
    process.stderr.write(`${line}\n`);
  };
  const findings = await untilRightsHold(() => tryDeployment(outputs, trying), { patienceMs, signal, onWait }).finally(
    () => progress.done(),
  );
  tell({ mark: outputs.mark, tenant: outputs.tenant.id }, findings, options);
}

function tellTried(progress: Progress): (check: Pick<Check, "tried">) => void {
  return ({ tried }) => progress.show(`trying: ${tried}`);
}

/** The deploying identity, and what is in its way. */
async function testBefore(options: TestOptions): Promise<void> {
  if (options.outputs !== undefined) {
    throw new SettingsError("--deploy looks at the settings of a stack, before there are outputs: give it -s <stack>.");
  }
  if (options.only !== undefined) {
    throw new SettingsError("--only is for what is tried after a deployment: leave it out with --deploy.");
  }
  if (options.wait !== undefined) {
    throw new SettingsError("--wait is for what a deployment has just granted: leave it out with --deploy.");
  }
  const declared = await declaredStack(options.stack);
  const { tenant } = declared.settings;
  checkStartingValues(declared.settings, whereIs(declared.stack.split("/").at(-1) ?? declared.stack));
  const credential = deployerCredential(tenant, process.env, "deploy");
  const progress = createProgress();
  const planned = { ...declared, credential, subscriptionId: process.env["ARM_SUBSCRIPTION_ID"] };
  const findings = await preflight(planned, interruption(), tellTried(progress)).finally(() => progress.done());
  tell({ mark: declared.mark, tenant: tenant.id }, findings, options);
}

/** @throws SettingsError for what is no number of minutes */
function minutesOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new SettingsError(`--wait takes a number of whole minutes, such as 10, not ${given(text)}.`);
}

/** @throws SettingsError for what is no part */
function partOf(text: string | undefined): Part | undefined {
  const found = parts.find((part) => part === text);
  if (text === undefined || found !== undefined) return found;
  throw new SettingsError(`--only takes ${parts.join(", ")}, not ${given(text)}.`);
}

/** Prints the findings, and says by the exit code whether one of them failed. */
function tell(
  of: object,
  findings: readonly CheckResult[],
  { json, strict = false }: Pick<TestOptions, "json" | "strict">,
): void {
  process.stdout.write(
    json ? `${printableJson({ ...of, checks: findings })}\n` : renderFindings(findings, { color: wantsColor() }),
  );
  // What nobody could find out here is told with the rest, and no better run of this would tell more.
  const unchecked = strict ? findings.filter((each) => each.status === "skipped" && !each.unknowable) : [];
  if (unchecked.length > 0) {
    process.stderr.write(
      `tenantwire: --strict: ${counted(unchecked.length, "check")} not made: ${listed(unchecked.map(({ id }) => id))}.\n`,
    );
  }
  const failed = findings.some(({ status }) => status === "failed");
  process.exitCode = failed || unchecked.length > 0 ? ExitCode.successWithExceptions : ExitCode.success;
}

/**
 * What the syncs remember. Before the first run of a pipeline the state may be closed to its identity: then what the
 * outputs tell is all that is compared, and that is said.
 */
async function remembered(store: StateStore): Promise<Pick<State, "get">> {
  try {
    return await store.read();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    process.stderr.write(`tenantwire: what the syncs remember is not compared: ${error.message}\n`);
    return { get: async () => undefined };
  }
}

/** Where the syncs of users wrote to, by what they remember. */
async function rememberedPlaces(outputs: Outputs, state: Pick<State, "get">): Promise<Trying["places"]> {
  const known = new Map<string, Pick<Place, "id" | "label">>();
  for (const target of declaredTargets(outputs)) {
    const { places } = partitionsOf(declaredTarget(outputs, target).sync);
    const place = await state.get(places, "target");
    if (place !== undefined) known.set(target, fromJson<Pick<Place, "id" | "label">>(place));
  }
  return known;
}
