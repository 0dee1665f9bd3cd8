/**
 * `tenantwire serve`: receives events of Azure DevOps and OnePlan, and syncs what changed; and it is the console, where one
 * is declared. It listens on this machine alone; a proxy in front has the certificate. Whoever runs a schedule needs none
 * of it.
 *
 * @packageDocumentation
 */
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { SettingsError, StateLocked } from "../contract/errors.ts";
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printable } from "../contract/text/printable.ts";
import { counted } from "../contract/words.ts";
import { type KnownSync, Work } from "../console/work/work.ts";
import type { State } from "../sync/index.ts";
import type { Subscribed } from "../sync/kinds/plans/events/addresses.ts";
import { KnownAddresses } from "../sync/kinds/plans/events/known-addresses.ts";
import { Coalescing, type Gathered } from "../sync/kinds/plans/events/coalescing.ts";
import { eventReceiver } from "../sync/kinds/plans/events/receiver.ts";
import { subscribedIn } from "../sync/kinds/plans/events/subscriptions.ts";
import { declaredOrganizations, plansSyncName } from "../sync/kinds/plans/declared.ts";
import { strategiesOf, strategyName } from "../sync/schedule/strategies.ts";
import { worldClock } from "../components/clock.ts";
import { afterRuns } from "./after-runs.ts";
import { tellAdministrators } from "./access-group.ts";
import { tellAlerts } from "./alerts.ts";
import { openConsole, performing } from "./console.ts";
import { describeFailure } from "./failure.ts";
import { httpServer } from "./http-server.ts";
import type { HostOptions } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { isDeployedAnew } from "./deployed-anew.ts";
import { declaredSyncs, loadDeclared } from "./kinds.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { pause } from "./pause.ts";
import { openState } from "./state.ts";
import { whoRuns } from "./who-runs.ts";
import { command, fill } from "../contract/this-stack.ts";

export interface ServeOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly port: string;
  readonly publicUrl?: string;
}

/** Between two looks at what people have to be told of that no run is the occasion for: as the scheduler does. */
const ALERT_MS = 15 * 60 * 1000;

/** Ends at the first SIGTERM or Ctrl-C, once the run under way has come to a safe point. */
export async function serve(options: ServeOptions): Promise<void> {
  if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535) {
    throw new SettingsError(`--port takes the number of a port, such as 8420, not ${given(options.port)}.`);
  }
  const outputs = await loadOutputs(options);
  if (options.publicUrl !== undefined && !outputs.integrations.console) {
    throw new SettingsError(
      `--public-url is where browsers reach the console, and ${outputs.mark} declares none: leave it out, or declare one (tenantwire:console) and deploy (pulumi up).`,
    );
  }
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  await loadDeclared(outputs);
  const now = await worldClock();
  const after = () => afterRuns(outputs, { store, now });
  const work = new Work({ perform: performing({ outputs, options, store, signal, now, after }), now, pause });
  let app: FastifyInstance | undefined;
  let deployedAnew: Date | undefined;
  let closeConsole: (() => Promise<void>) | undefined;
  try {
    const read = async () => subscriptions(outputs, await store.read());
    const first = await read();
    if (first.size === 0 && !outputs.integrations.console) {
      throw new SettingsError(
        `Nobody tells of anything yet: ${command("plans events on", "--address", fill("address"))} asks both sides. ` +
          "And no console is declared (tenantwire:console).",
      );
    }
    const addresses = new KnownAddresses(first, read, now);
    const syncs = declaredSyncs(outputs);
    const { disabled } = strategiesOf(outputs.sync, syncs);
    const coalescing = new Coalescing({
      run: (gathered) => runOfEvents(gathered, { syncs, disabled, work, now }),
      sleep: pause,
      signal,
    });
    app = httpServer(options.publicUrl !== undefined);
    await app.register(
      eventReceiver({
        known: () => addresses.current(),
        onItem: (sync, _sender, item) => coalescing.add(sync, item),
        now,
      }),
    );
    const port = () => portOf(app);
    const opened = await openConsole(app, {
      outputs,
      deployedAnew: () => deployedAnew,
      options,
      store,
      syncs,
      work,
      now,
      port,
      closing: signal,
    });
    closeConsole = opened?.close;
    // The console has a page for that.
    if (!opened) app.setNotFoundHandler((_request, reply) => reply.status(404).send());
    await app.listen({ port: Number(options.port), host: "127.0.0.1" });
    tell(`Listening on http://127.0.0.1:${portOf(app)}`);
    if (opened) tell(`The console is at ${opened.address()}`);
    while (!signal.aborted) {
      await tellAlerts(outputs, { store, now });
      await tellAdministrators(outputs, { store, now });
      await pause(ALERT_MS, signal);
      if (!deployedAnew && (await isDeployedAnew(outputs, options))) {
        deployedAnew = now();
        tell("The stack was deployed otherwise since this process started: end it and start it again.");
      }
    }
    await app.close();
    await coalescing.idle();
    await work.close();
  } finally {
    await app?.close();
    await closeConsole?.();
    await store.close();
  }
}

function portOf(app: FastifyInstance | undefined): number {
  return (app?.server.address() as AddressInfo | null)?.port ?? 0;
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
  readonly syncs: readonly KnownSync[];
  /** Names of strategies. */
  readonly disabled: readonly string[];
  readonly work: Work;
  readonly now: () => Date;
}

/** A run of what changed alone, in the same queue as those that people start; of a strategy that is disabled, none. */
async function runOfEvents({ sync: name, items }: Gathered, { syncs, disabled, work, now }: Serving): Promise<boolean> {
  const sync = syncs.find((each) => each.sync === name);
  if (!sync) return true;
  const what = `told of ${counted(items.size, "item")}`;
  const say = (text: string) => tell(`${now().toISOString()} ${sync.target}: ${text}`);
  if (disabled.includes(strategyName(sync))) {
    say(`${what}, dropped, since its strategy is disabled (enabled: false)`);
    return true;
  }
  const { id } = work.add({ sync, what: "run", trigger: "event", by: whoRuns(), items: [...items] });
  const { report, error } = (await work.ended(id)) ?? {};
  if (error instanceof StateLocked) return false;
  // After a failure the next event or the schedule tries again.
  say(report ? `${what}, ${report.status}` : describeFailure(error).message);
  return true;
}

function tell(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
