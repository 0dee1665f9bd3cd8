/**
 * `tenantwire serve`: receives events of Azure DevOps and OnePlan, and syncs what changed. It listens on this machine
 * alone; a proxy in front has the certificate. Whoever runs a schedule needs none of it.
 *
 * @packageDocumentation
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { SettingsError, StateLocked } from "../contract/errors.ts";
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printable } from "../contract/text/printable.ts";
import { counted } from "../contract/words.ts";
import { runSync, type State, type StateStore } from "../sync/index.ts";
import { mayRunSingle } from "../sync/run/single.ts";
import type { Subscribed } from "../sync/kinds/plans/events/addresses.ts";
import { Coalescing, type Gathered } from "../sync/kinds/plans/events/coalescing.ts";
import { KnownAddresses } from "../sync/kinds/plans/events/known-addresses.ts";
import { createReceiver } from "../sync/kinds/plans/events/receiver.ts";
import { subscribedIn } from "../sync/kinds/plans/events/subscriptions.ts";
import { declaredOrganizations, plansSyncName } from "../sync/kinds/plans/index.ts";
import { worldClock } from "../stacks/clock.ts";
import { tellAlerts } from "./alerts.ts";
import { describeFailure } from "./failure.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs, type OutputsSource, whereOf } from "./outputs.ts";
import { openState } from "./state.ts";
import { commandLine } from "./sync.ts";
import type { ReadySync } from "./sync-kind.ts";
import { plans } from "./sync-plans.ts";

export interface ServeOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly port: string;
}

/** Ends at the first SIGTERM or Ctrl-C, once the run under way has come to a safe point. */
export async function serve(options: ServeOptions): Promise<void> {
  if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535) {
    throw new SettingsError(`--port takes the number of a port, such as 8420, not ${given(options.port)}.`);
  }
  const outputs = await loadOutputs(options);
  const store = openState(options.state, outputs);
  const signal = interruption();
  const now = await worldClock();
  const ready = new Map<string, ReadySync>();
  try {
    const read = async () => subscriptions(outputs, await store.read());
    const first = await read();
    if (first.size === 0) {
      throw new SettingsError(
        "Nobody tells of anything yet: tenantwire plans events on --address <address> asks both sides.",
      );
    }
    const addresses = new KnownAddresses(first, read, now);
    const coalescing = new Coalescing({
      run: (gathered) => runOnce(gathered, { outputs, options, store, signal, now, ready, open: {} }),
      sleep: (milliseconds, until) => wait(milliseconds, undefined, { signal: until }).catch(() => undefined),
      signal,
    });
    const server = createReceiver({
      known: () => addresses.current(),
      onItem: (sync, _sender, item) => coalescing.add(sync, item),
      now,
    });
    server.listen(Number(options.port), "127.0.0.1");
    await once(server, "listening");
    process.stdout.write(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
    if (!signal.aborted) await once(signal, "abort");
    server.close();
    server.closeAllConnections();
    await coalescing.idle();
  } finally {
    await store.close();
  }
}

async function subscriptions(outputs: Outputs, state: Pick<State, "get">): Promise<ReadonlyMap<string, Subscribed>> {
  const known = new Map<string, Subscribed>();
  for (const name of declaredOrganizations(outputs)) {
    const subscribed = await subscribedIn(state, plansSyncName(name));
    if (subscribed) known.set(plansSyncName(name), subscribed);
  }
  return known;
}

interface Serving {
  readonly outputs: Outputs;
  readonly options: ServeOptions;
  readonly store: StateStore;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** By the name of the sync. */
  readonly ready: Map<string, ReadySync>;
  /** That of the run under way. */
  readonly open: { state?: Pick<State, "get"> };
}

/** A run of what changed alone, by the same engine, state and lock as any other. */
async function runOnce({ sync, items }: Gathered, serving: Serving): Promise<boolean> {
  const { outputs, options, store, signal, now } = serving;
  const target = declaredOrganizations(outputs).find((name) => plansSyncName(name) === sync);
  const reach = reachOf(outputs, options, async () => serving.open.state ?? store.read());
  // Kept, since it remembers for a while what types and fields there are.
  const ready = serving.ready.get(sync) ?? plans.prepare(outputs, target, { reach, now });
  serving.ready.set(sync, ready);
  const { definition, requests } = ready;
  const before = { ...requests };
  try {
    // Before the first full run, and after a change of the settings, it is all that has to be read.
    const isEnough = await mayRunSingle(definition, await store.read());
    const report = await runSync(definition, {
      store,
      signal,
      now,
      command: commandLine("plans", options, target),
      trigger: "event",
      ...(isEnough && { only: [...items] }),
      requests: () => since(before, requests),
      onState: (state) => (serving.open.state = state),
    });
    tell(`${now().toISOString()} ${target}: told of ${counted(items.size, "item")}, ${report.status}`);
    await tellAlerts(outputs, { store, now, where: whereOf(options) });
  } catch (error) {
    if (error instanceof StateLocked) return false;
    // The next event or the schedule tries again.
    tell(`${now().toISOString()} ${target}: ${describeFailure(error).message}`);
  } finally {
    delete serving.open.state;
  }
  return true;
}

function since(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(now).map(([system, count]) => [system, count - (before[system] ?? 0)]));
}

function tell(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
