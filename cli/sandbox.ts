/**
 * `tenantwire sandbox exec|start|fault`: the stand-in tenant.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../contract/errors.ts";

export interface WorldFlags {
  readonly seed?: number;
  readonly users?: number;
  readonly rooms?: number;
  readonly roomLists?: number;
  readonly data?: string;
  readonly real?: readonly string[];
}

export async function exec(command: readonly string[], options: WorldFlags): Promise<void> {
  const { execInSandbox } = await import("../sandbox/exec.ts");
  process.exitCode = await execInSandbox(command, worldOptions(options));
}

export async function start(options: WorldFlags): Promise<void> {
  const { runSandbox } = await import("../sandbox/exec.ts");
  await runSandbox(worldOptions(options));
}

function worldOptions({ seed, users, rooms, roomLists, data, real }: WorldFlags) {
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
  readonly clear?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Sends one wish to the stand-in whose environment this is. */
export async function fault(options: FaultFlags): Promise<void> {
  const { advanceClock, clearFaults, sendFault } = await import("../sandbox/control-client.ts");
  const control = process.env["SANDBOX_CONTROL"];
  if (control === undefined) {
    throw new SettingsError(
      "SANDBOX_CONTROL is not set, so that no stand-in is known here: run this inside `tenantwire sandbox exec -- ...`, or in a shell that has read what `tenantwire sandbox start` prints.",
    );
  }
  if (options.clear) return clearFaults(control);
  if (options.advanceDays !== undefined) return advanceClock(control, options.advanceDays * DAY_MS);
  const { host, method, path, times, after } = options;
  await sendFault(control, {
    ...(host === undefined ? {} : { host }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(times === undefined ? {} : { times }),
    ...(after === undefined ? {} : { after }),
    then: action(options),
  });
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
      "A fault does one thing: give one of --status, --reset, --cut, --delay (or --advance-days, --clear).",
    );
  }
  return only;
}
