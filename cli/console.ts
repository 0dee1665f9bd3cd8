/**
 * The console within `tenantwire serve`: what it shows and does comes from the same outputs, state and syncs as the
 * commands.
 *
 * @packageDocumentation
 */
import type { FastifyInstance } from "fastify";
import { SettingsError, StateLocked, TenantwireError } from "../contract/errors.ts";
import { clouds } from "../contract/clouds.ts";
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import type { DeclaredConsole } from "../contract/outputs/console.ts";
import { printableText } from "../contract/text/printable.ts";
import { registrationNamed } from "../contract/sheet.ts";
import { inMemory, type Kept } from "../console/http/sessions.ts";
import { consoleOf } from "../console/server.ts";
import type { ConsoleWorld } from "../console/world.ts";
import type { Proof } from "../console/sign-in/relying-party.ts";
import type { Asked, KnownSync, Perform, Work } from "../console/work/work.ts";
import { ReadOnce } from "../sync/connectors/graph/index.ts";
import { keptProof } from "../sync/connectors/credentials/application.ts";
import { findAssertion } from "../sync/connectors/credentials/federated.ts";
import { syncCredential } from "../sync/connectors/credentials/index.ts";
import { vaultOf } from "../sync/connectors/declared.ts";
import { readSecret } from "../sync/connectors/vault/index.ts";
import { Accounts, Passwords } from "../sync/access/index.ts";
import { type Definition, type RunOptions, runSync, type State, type StateStore } from "../sync/index.ts";
import { mayRunSingle } from "../sync/run/single.ts";
import { failedIds } from "../sync/run/retries.ts";
import { strategiesOf } from "../sync/schedule/strategies.ts";
import { lookAgain } from "./drift.ts";
import { linkMailing, newcomerCalled, onePlanOf, openGroup, tellAdministrators, whyNoneAdded } from "./access-group.ts";
import { describeFailure } from "./failure.ts";
import { keptFailedStart } from "./failed-start.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import type { OutputsSource } from "./outputs.ts";
import { declaredSyncs, kinds } from "./kinds.ts";
import { pause } from "./pause.ts";
import { plansChecked } from "./plans-check.ts";
import { standingsOf } from "./rooms.ts";
import { bookableRooms, bookingsTried } from "./rooms-check.ts";
import { allowing, commandLine } from "./sync.ts";
import type { ReadySync } from "./sync-kind.ts";

/** The lock of the one process that has the console, and with it the sessions. */
const LOCK = "console";

/**
 * Scheme, host and port under which browsers reach the console.
 *
 * @param asked `--public-url`: a proxy is in front, and what it says of a request is believed
 * @throws SettingsError where that is not what was declared: Entra sends nobody anywhere else
 */
function publicAddress(
  { publicUrl }: DeclaredConsole,
  asked: string | undefined,
): { readonly isBehindProxy: boolean; readonly origin: (port: number) => string } {
  const declared = new URL(publicUrl);
  if (declared.protocol === "http:") {
    if (asked !== undefined) {
      throw new SettingsError(
        `--public-url is for a console behind a proxy, and ${publicUrl} is declared: write its address into tenantwire:console.publicUrl, and deploy (pulumi up).`,
      );
    }
    // Documented: Entra does not compare the port of a localhost redirect URI.
    return { isBehindProxy: false, origin: (port) => `http://localhost:${port}` };
  }
  if (asked === publicUrl) return { isBehindProxy: true, origin: () => publicUrl };
  throw new SettingsError(
    asked === undefined
      ? `The console is declared at ${publicUrl}: when a proxy there hands requests on to this machine, say so (--public-url ${publicUrl}).`
      : `--public-url takes what is declared, ${publicUrl}, not ${given(asked)}: Entra sends nobody anywhere else.`,
  );
}

/** How the console proves which application it is; read anew for each sign-in. */
function consoleProof(outputs: Outputs, { registration, signIn }: DeclaredConsole): Proof {
  const { clientId } = registrationNamed(outputs, registration);
  if (signIn === "federated") {
    const trusted = outputs.credentials.federated.filter((each) => each.clientId === clientId);
    return async () => ({ assertion: await findAssertion(process.env, trusted)() });
  }
  const credential = outputs.credentials.secrets.find((each) => each.clientId === clientId);
  if (!credential)
    throw new SettingsError(
      `The outputs of ${outputs.mark} have no credential of the console: deploy again (pulumi up).`,
    );
  const vault = vaultOf(outputs, "the console");
  const reader = syncCredential(outputs, process.env);
  return async () => keptProof(credential, await readSecret(vault.uri, credential.vaultSecret, reader));
}

/** Where people sign in. */
function issuerOf({ tenant: { id, cloud } }: Outputs): URL {
  return new URL(`${clouds[cloud].authority}/${id}/v2.0`);
}

/** Where sessions are kept, and what gives that back. */
export async function keptSessions(store: StateStore): Promise<Kept & { release(): Promise<void> }> {
  // A state of one lock would keep every sync waiting.
  if (store.oneLock) return { ...inMemory(), release: async () => undefined };
  try {
    return await store.lock(LOCK);
  } catch (error) {
    if (!(error instanceof StateLocked) || error.holder === undefined) throw error;
    throw new StateLocked(
      `The console is served already ${error.holder}: end that one first, or use it.`,
      error.holder,
    );
  }
}

export interface Opening extends Pick<Performing, "outputs" | "options" | "store" | "now"> {
  readonly deployedAnew: ConsoleWorld["deployedAnew"];
  readonly options: Performing["options"] & { readonly publicUrl?: string };
  readonly syncs: readonly KnownSync[];
  readonly work: Work;
  /** Of the server, once it listens. */
  readonly port: () => number;
  /** Aborted when the process ends. */
  readonly closing: AbortSignal;
}

/**
 * Puts the console on a server, where the outputs declare one.
 *
 * @returns where it is, once the server listens, and what ends it
 * @throws StateLocked where another process has it
 * @throws SettingsError where `--public-url` is not what was declared
 */
export async function openConsole(
  app: FastifyInstance,
  { outputs, deployedAnew, options, store, syncs, work, now, port, closing }: Opening,
): Promise<{ readonly address: () => string; readonly close: () => Promise<void> } | undefined> {
  const { console: declared } = outputs.integrations;
  if (!declared) return undefined;
  const { isBehindProxy, origin } = publicAddress(declared, options.publicUrl);
  // Of the sign-in, and Entra signs in only where that is consented to. Whom one may add is asked where somebody is added.
  const adminConsent = async () => true;
  const { access, declared: group } = openGroup(outputs, { store, now, adminConsent });
  const { scheduled, disabled } = strategiesOf(outputs.sync, declaredSyncs(outputs));
  const accounts = new Accounts({ access, store, declared: group, now, passwords: new Passwords() });
  const kept = await keptSessions(store);
  const world: ConsoleWorld = {
    ...{ outputs, deployedAnew, isBehindProxy, now, kept, syncs, work, closing, access, group },
    findPerson: (account) => newcomerCalled(outputs, account),
    whyNoneAdded: whyNoneAdded(outputs),
    accounts,
    ...linkMailing(outputs, group, { store, now }),
    ...(access.linked && { onePlan: onePlanOf(outputs, store) }),
    tellAdministrators: () => tellAdministrators(outputs, { store, now }),
    lookAtRegistrations: () => lookAgain(outputs, store, { now, signal: closing, full: false }),
    checkRooms: async () => {
      const targets = syncs.filter(({ kind }) => kind === "rooms").map(({ target }) => target);
      const looking = { state: await store.read(), signal: closing, now };
      const standings = await standingsOf(outputs, targets, options, looking);
      const rooms = await bookableRooms(outputs, targets, options, looking);
      return { standings, bookings: await bookingsTried(outputs, rooms, looking) };
    },
    checkPlans: async () => {
      const targets = syncs.filter(({ kind }) => kind === "plans").map(({ target }) => target);
      const looking = { state: await store.read(), signal: closing, show: () => undefined };
      return plansChecked(outputs, targets, options, looking);
    },
    origin: () => origin(port()),
    timeZone: group.timeZone,
    pause,
    state: () => store.read(),
    ...{ strategies: scheduled, disabled },
    signIn: {
      issuer: issuerOf(outputs),
      clientId: registrationNamed(outputs, declared.registration).clientId,
      tenant: outputs.tenant.id,
      proof: consoleProof(outputs, declared),
    },
    tellDefect: (error) => process.stderr.write(`${printableText(describeFailure(error).message)}\n`),
  };
  await app.register(consoleOf(world));
  return { address: () => world.origin(), close: () => kept.release() };
}

export interface Performing {
  readonly outputs: Outputs;
  readonly options: OutputsSource & HostOptions & { readonly state?: string };
  readonly store: StateStore;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Called after each run that may have written. */
  readonly after: () => Promise<void>;
}

/** By the same engine, state and locks as the commands. */
export function performing(performance: Performing): Perform {
  // Of syncs that events start: each remembers for a while what types and fields there are.
  const ready = new Map<string, ReadySync>();
  const open: { state?: Pick<State, "get"> } = {};
  return async (asked, onProgress) => {
    const { outputs, options, store, signal, now, after } = performance;
    const { sync, what, by, trigger, full, allow, looked, items, tried = outputs } = asked;
    const dryRun = what === "look";
    const reads = new ReadOnce();
    const prepare = async () => {
      const kind = kinds.find(({ name }) => name === sync.kind);
      if (!kind) throw new TypeError(`There is no sync of ${sync.kind}.`);
      const reach = reachOf(tried, options, async () => open.state ?? store.read());
      const preparing = { reach, now, dryRun, ...(full === true && { full }) };
      try {
        // What is kept for later reads for itself.
        return await kind.prepare(tried, sync.target, preparing, items ? undefined : reads);
      } catch (error) {
        if (!dryRun) {
          await keptFailedStart(error, { outputs, kind, target: sync.target, store, signal, now, trigger, by });
          await after();
        }
        throw error;
      }
    };
    try {
      const prepared = (items && ready.get(sync.sync)) ?? (await prepare());
      if (items) ready.set(sync.sync, prepared);
      const { definition, requests } = prepared;
      const before = { ...requests };
      const only = await onlyThese(asked, definition, store);
      const report = await runSync(definition, {
        ...{ store, signal, now, dryRun, by, trigger, onProgress },
        command: commandLine(sync.kind, sync.target),
        ...modeOf(asked),
        ...(looked && { looked }),
        ...(allow !== undefined && { allow, ...allowing(outputs, { store, now, by }) }),
        ...(only && { only }),
        requests: () => since(before, requests),
        onState: (state) => (open.state = state),
      });
      if (!dryRun) await after();
      return report;
    } finally {
      delete open.state;
      reads.close();
    }
  };
}

/** Read in full where that was asked for or looked at, and where what is allowed is found by nothing less. */
export function modeOf({ full, looked, allow }: Asked): Pick<RunOptions, "mode"> {
  const isFull = full === true || (looked ? looked.mode === "full" : allow !== undefined);
  return isFull ? { mode: "full" } : {};
}

/**
 * Undefined: everything. Of what events told, before the first full run and after a change of the settings, it is all that
 * has to be read.
 *
 * @throws TenantwireError where nothing failed that could be run again
 */
export async function onlyThese(
  { again, one, items, sync }: Asked,
  definition: Definition,
  store: StateStore,
): Promise<readonly string[] | undefined> {
  if (one !== undefined) return [one];
  if (again !== undefined) {
    const failed = await failedIds(await store.read(), sync.sync, again === true ? undefined : again);
    if (failed.length > 0) return failed;
    throw new TenantwireError("Nothing stands as failed any more that could be run again.");
  }
  return items && (await mayRunSingle(definition, await store.read())) ? items : undefined;
}

function since(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(now).map(([system, count]) => [system, count - (before[system] ?? 0)]));
}
