/**
 * `tenantwire sandbox exec|start|fault|day`: the stand-in tenant, which is a package of its own.
 *
 * @packageDocumentation
 */
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { printableJson, printableText } from "../contract/text/printable.ts";
import { worldClock } from "../components/clock.ts";
import { DAY_MS } from "../contract/days.ts";
import { command, fill } from "../contract/this-stack.ts";

const PACKAGE: string = "tenantwire-sandbox";

/** What this file calls there. */
interface StandIn {
  readonly execInSandbox: (command: readonly string[], options: WorldOptions) => Promise<number>;
  readonly runSandbox: (options: WorldOptions) => Promise<void>;
  readonly sendFault: (controlUrl: string, rule: object) => Promise<number>;
  readonly clearFaults: (controlUrl: string) => Promise<void>;
  readonly advanceClock: (controlUrl: string, milliseconds: number) => Promise<void>;
  readonly listFaults: (controlUrl: string) => Promise<readonly object[]>;
  readonly sendDay: (controlUrl: string, what: string, values: readonly string[]) => Promise<string | undefined>;
  readonly listDays: (controlUrl: string) => Promise<string>;
}

interface WorldOptions {
  readonly seed?: number;
  readonly users?: number;
  readonly rooms?: number;
  readonly roomLists?: number;
  readonly dataDir?: string;
  readonly real?: readonly string[];
}

/** The product does not depend on it: who only deploys and syncs has none of its servers installed. */
async function standIn(): Promise<StandIn> {
  try {
    return (await import(PACKAGE)) as StandIn;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new SettingsError(
      `The stand-in tenant is not installed: it is the package ${PACKAGE}. In a checkout run npm ci; elsewhere copy its tarball into packages/ and install it beside tenantwire (npm install --save-dev ./packages/<${PACKAGE}-x.y.z.tgz>).`,
    );
  }
}

/** Its errors are of its own copy of our classes: what is meant to be read stays readable. */
async function inStandIn<T>(work: (standIn: StandIn) => Promise<T>): Promise<T> {
  const loaded = await standIn();
  try {
    return await work(loaded);
  } catch (error) {
    if (error instanceof TenantwireError || !(error instanceof Error) || !("exitCode" in error)) throw error;
    const Readable = error.exitCode === ExitCode.usage ? SettingsError : TenantwireError;
    throw new Readable(error.message, { cause: error });
  }
}

/** Whether it is the package itself that was not found, and not something that it needs. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND" &&
    error.message.includes(`'${PACKAGE}'`)
  );
}

export interface WorldFlags {
  readonly seed?: number;
  readonly users?: number;
  readonly rooms?: number;
  readonly roomLists?: number;
  readonly data?: string;
  readonly real?: readonly string[];
}

export async function exec(command: readonly string[], options: WorldFlags): Promise<void> {
  process.exitCode = await inStandIn(({ execInSandbox }) => execInSandbox(command, worldOptions(options)));
}

export async function start(options: WorldFlags): Promise<void> {
  await inStandIn(({ runSandbox }) => runSandbox(worldOptions(options)));
}

function worldOptions({ seed, users, rooms, roomLists, data, real }: WorldFlags): WorldOptions {
  for (const [flag, value] of Object.entries({ seed, users, rooms, "room-lists": roomLists })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) {
      throw new SettingsError(`--${flag} takes a whole number, not ${String(value)}.`);
    }
  }
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(users === undefined ? {} : { users }),
    ...(rooms === undefined ? {} : { rooms }),
    ...(roomLists === undefined ? {} : { roomLists }),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(real === undefined ? {} : { real }),
  };
}

export interface FaultFlags {
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  readonly times?: number;
  readonly after?: number;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly reset?: boolean;
  readonly cut?: number;
  readonly delay?: number;
  readonly advanceDays?: number;
  readonly list?: boolean;
  readonly clear?: boolean;
}

/** Makes something happen in the company of the stand-in whose environment this is, or lists what can. */
export async function day(what: string | undefined, values: readonly string[]): Promise<void> {
  const control = controlUrl();
  const lines = await inStandIn(({ sendDay, listDays }) =>
    what === undefined ? listDays(control) : sendDay(control, what, values),
  );
  if (lines !== undefined) process.stdout.write(`${printableText(lines)}\n`);
}

function controlUrl(): string {
  const control = process.env["SANDBOX_CONTROL"];
  if (control !== undefined) return control;
  throw new SettingsError(
    `SANDBOX_CONTROL is not set, so that no stand-in is known here: run this in its world (${command("sandbox exec", "--", fill("command"))}), or in a shell that has read what ${command("sandbox start")} prints.`,
  );
}

/** Sends one wish to the stand-in whose environment this is. */
export async function fault(options: FaultFlags): Promise<void> {
  const control = controlUrl();
  const say = (line: string) => process.stdout.write(`${printableText(line)}\n`);
  if (options.list) {
    const faults = await inStandIn(({ listFaults }) => listFaults(control));
    for (const each of faults) say(printableJson(each, 0));
    if (faults.length === 0) say("No fault is set.");
    return;
  }
  if (options.clear) {
    await inStandIn(({ clearFaults }) => clearFaults(control));
    say("No fault is set any more.");
    return;
  }
  const { advanceDays } = options;
  if (advanceDays !== undefined) {
    await inStandIn(({ advanceClock }) => advanceClock(control, advanceDays * DAY_MS));
    say(`It is ${(await worldClock())().toISOString().slice(0, 16).replace("T", " ")}Z in the stand-in now.`);
    return;
  }
  const { host, method, path, times, after } = options;
  const rule = {
    ...(host === undefined ? {} : { host }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(times === undefined ? {} : { times }),
    ...(after === undefined ? {} : { after }),
    then: action(options),
  };
  const id = await inStandIn(({ sendFault }) => sendFault(control, rule));
  say(`Fault ${id} is set: ${printableJson(rule, 0)}. --list shows all, --clear takes them away.`);
}

function action({ status, retryAfter, reset, cut, delay }: FaultFlags) {
  const actions = [
    ...(status === undefined ? [] : [{ status, ...(retryAfter === undefined ? {} : { retryAfter }) }]),
    ...(reset ? [{ reset: true }] : []),
    ...(cut === undefined ? [] : [{ cut }]),
    ...(delay === undefined ? [] : [{ delayMs: delay }]),
  ];
  const [only, ...more] = actions;
  if (only === undefined || more.length > 0) {
    throw new SettingsError(
      "A fault does one thing: give one of --status, --reset, --cut, --delay (or --advance-days, --list, --clear).",
    );
  }
  return only;
}
