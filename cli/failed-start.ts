import { TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printableText } from "../contract/text/printable.ts";
import type { RunReport } from "../sync/index.ts";
import { saveFailedStart } from "../sync/run/failed-start.ts";
import type { Kind } from "./sync-kind.ts";

type Saving = Parameters<typeof saveFailedStart>[2];

export interface FailedStart extends Saving {
  readonly outputs: Outputs;
  readonly kind: Kind;
  readonly target: string | undefined;
}

/**
 * Puts a start among the runs that failed before there was one. Where that cannot be, since another run is at it for
 * example, standard error says so.
 *
 * @param error why there is no run
 * @returns undefined: nothing is declared that it could be remembered as, or it could not be
 */
export async function keptFailedStart(
  error: unknown,
  { outputs, kind, target, ...saving }: FailedStart,
): Promise<RunReport | undefined> {
  if (target === undefined || !kind.declared(outputs).includes(target)) return undefined;
  try {
    const names = { sync: kind.remembered(outputs, target), source: kind.from, target };
    return await saveFailedStart(error, names, saving);
  } catch (failure) {
    if (!(failure instanceof TenantwireError)) throw failure;
    process.stderr.write(`${printableText(`tenantwire: This start is not among the runs: ${failure.message}`)}\n`);
    return undefined;
  }
}
