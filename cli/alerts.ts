/**
 * Alerts: told after each run, and by the scheduler; `tenantwire alerts` shows what is open and how each channel does,
 * and tells what waits.
 *
 * @packageDocumentation
 */
import { credentialsOf } from "../components/credentials/listed.ts";
import { needsAttention, NOTICE_DAYS } from "../components/credentials/status.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import type { Outputs } from "../contract/outputs.ts";
import { SyncDeclared } from "../contract/strategies.ts";
import { printableData, printableJson, printableText } from "../contract/text/printable.ts";
import { counted, messageOf } from "../contract/words.ts";
import { type Cause, type Causes, causesOf, type Facts } from "../sync/alerts/causes.ts";
import { arrived, type Channel, deliver, type Delivery, readChannel } from "../sync/alerts/deliver.ts";
import { openChannels } from "../sync/connectors/alerts/channels.ts";
import { syncCredential } from "../sync/connectors/credentials/index.ts";
import type { State, StateStore } from "../sync/index.ts";
import { StateFenced } from "../sync/state/session.ts";
import { standingRuns } from "../sync/run/standing.ts";
import { type DeclaredSync, strategiesOf } from "../sync/schedule/strategies.ts";
import { missedBy } from "../sync/schedule/watch.ts";
import { worldClock } from "../components/clock.ts";
import { today } from "../components/today.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { tellingEnds } from "./interruption.ts";
import { declaredSyncs } from "./kinds.ts";
import { openState } from "./state.ts";

export interface AlertsOptions extends OutputsSource {
  readonly state?: string;
  readonly json?: boolean;
}

/** `alerts test` takes the word of an administrator for a new host, and remembers it. */
export interface AlertsTestOptions extends AlertsOptions, HostOptions {}

interface Telling {
  readonly store: StateStore;
  readonly now: () => Date;
  /** Where somebody looked at the registrations just now. */
  readonly drift?: Facts["drift"];
}

/** Tells the channels what is new. Nothing that is wrong with them fails whoever calls it: it is told on standard error. */
export async function tellAlerts(outputs: Outputs, telling: Telling): Promise<void> {
  if (outputs.integrations.alerts === undefined) return;
  try {
    for (const { channel, unreached, trouble } of await deliverAll(outputs, telling)) {
      if (unreached) say(`The alert channel ${channel} did not reach everybody. ${unreached}`);
      if (trouble) say(`The alert channel ${channel} could not be told: ${trouble.message} Next try: ${trouble.next}.`);
    }
  } catch (error) {
    if (tellingEnds().aborted) return;
    if (!(error instanceof TenantwireError || error instanceof StateFenced)) throw error;
    say(`Nobody could be alerted: ${messageOf(error)}`);
  }
}

export async function listAlerts(options: AlertsOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const { channels } = declaredAlerts(outputs);
  const store = openState(options.state, outputs);
  try {
    const telling = { store, now: await worldClock() };
    const facts = await factsIn(outputs, telling);
    const open = facts.open.filter(({ kind }) => kind !== "success");
    await deliverAll(outputs, telling);
    const state = await store.read();
    const standing = await Promise.all(
      channels.map(async ({ name, on }) => ({ name, on, ...(await readChannel(state, name)) })),
    );
    const listed = standing.map(({ name, on, notified, unreached, trouble }) => ({
      name,
      on,
      notified: Object.keys(notified).length,
      ...(unreached && { unreached }),
      ...(trouble && { trouble }),
    }));
    process.stdout.write(
      options.json ? `${printableJson({ version: 1, open, channels: listed })}\n` : render(open, listed),
    );
    if (listed.some(({ unreached, trouble }) => unreached ?? trouble))
      process.exitCode = ExitCode.successWithExceptions;
  } finally {
    await store.close();
  }
}

/** Sends each channel a message that says that it is one. */
export async function testAlerts(options: AlertsTestOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  declaredAlerts(outputs);
  const reach = reachOf(outputs, options, () => store.read());
  const store = openState(options.state, outputs);
  try {
    const channels = openChannels(outputs, {
      credential: () => syncCredential(outputs, process.env),
      now: await worldClock(),
      reach,
    });
    for (const channel of channels) await test(channel, outputs, store);
  } finally {
    await store.close();
  }
}

async function test(channel: Channel, outputs: Outputs, store: StateStore): Promise<void> {
  try {
    const unreached = await channel.send({
      key: "test",
      kind: "test",
      state: "open",
      subject: `${outputs.mark}: a test of the channel ${channel.name}`,
      paragraphs: [`Somebody tries whether alerts arrive here. This channel is told of: ${channel.on.join(", ")}.`],
    });
    await arrived(channel, store, unreached ?? undefined);
    process.stdout.write(printableText(`${[`${channel.name}: sent`, unreached].filter(Boolean).join(". ")}\n`));
    if (unreached) process.exitCode = ExitCode.successWithExceptions;
  } catch (error) {
    process.stdout.write(printableText(`${channel.name}: ${messageOf(error)}\n`));
    process.exitCode = ExitCode.successWithExceptions;
  }
}

function declaredAlerts({ integrations, mark }: Outputs) {
  if (integrations.alerts) return integrations.alerts;
  throw new SettingsError(
    `The settings of ${mark} alert nobody: say under tenantwire:alerts who is told of what, and deploy (pulumi up).`,
  );
}

async function deliverAll(outputs: Outputs, telling: Telling): Promise<readonly Delivery[]> {
  const { store, now } = telling;
  const reach = reachOf(outputs, {}, () => store.read());
  const channels = openChannels(outputs, { credential: () => syncCredential(outputs, process.env), now, reach });
  const causes = await factsIn(outputs, telling);
  const writing = { mark: outputs.mark, timeZone: displayZone(outputs) };
  return deliver(channels, { store, now, causes, writing, signal: tellingEnds() });
}

/** That of the group of people, else that of the strategies. */
function displayZone({ integrations, sync }: Outputs): string {
  return integrations.access?.timeZone ?? SyncDeclared.safeParse(sync ?? {}).data?.timeZone ?? "UTC";
}

async function factsIn(outputs: Outputs, { store, now, drift }: Telling): Promise<Causes> {
  const state = await store.read();
  const syncs = declaredSyncs(outputs);
  const runs = await Promise.all(syncs.map(async ({ sync }) => standingRuns(state, sync, now())));
  return causesOf({
    runs: runs.flat(),
    missed: await missedIn(outputs, syncs, state, now()),
    credentials: credentialsOf(outputs, await today(), NOTICE_DAYS).filter(needsAttention),
    drift,
    syncs,
    console: outputs.integrations.console?.publicUrl,
  });
}

/** Undefined: the strategies are wrong, which whoever runs them is told. */
async function missedIn(
  { sync }: Outputs,
  syncs: readonly DeclaredSync[],
  state: State,
  now: Date,
): Promise<Facts["missed"]> {
  try {
    return await missedBy(state, () => strategiesOf(sync, syncs).scheduled, now);
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

function render(
  open: readonly Cause[],
  channels: readonly ({ readonly name: string; readonly on: readonly string[] } & Pick<
    Delivery,
    "unreached" | "trouble"
  >)[],
): string {
  const causes = printableData(open).map(({ title, happened, todo }) => `${title}\n  ${happened}\n  ${todo}`);
  const lines = printableData(channels).flatMap(({ name, on, unreached, trouble }) => [
    trouble
      ? `${name}: CANNOT BE TOLD since ${trouble.since} (${counted(trouble.attempts, "try", "tries")}): ${trouble.message} Next try: ${trouble.next}`
      : `${name}: is told of ${on.join(", ")}`,
    ...(unreached ? [`${name}: DID NOT REACH EVERYBODY with its last message. ${unreached}`] : []),
  ]);
  return `${[causes.length === 0 ? "Nothing is open." : causes.join("\n\n"), "", ...lines].join("\n")}\n`;
}

function say(text: string): void {
  process.stderr.write(`${printableText(`tenantwire: ${text}`)}\n`);
}
