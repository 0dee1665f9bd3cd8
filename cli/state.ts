import { homedir } from "node:os";
import { join } from "node:path";
import { SettingsError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { isAddress, openBlobState, parseBlobAddress } from "../sync/state/blob/index.ts";
import { stateCredential } from "../sync/connectors/credentials/state.ts";
import { openSqliteState, type StateStore } from "../sync/index.ts";

/**
 * Where the syncs of a stack remember what they did.
 *
 * @param place a file, or the address of a blob; default: a file per tenant and stack in `TENANTWIRE_STATE`, or the
 *   blob whose address that is, or a file in the folder that this user's programs keep their state in
 * @param signal of a command that ends by itself when it is told to: what is asked of a blob is waited for no longer then
 * @throws SettingsError when the address is not one of a blob, or there is nothing in it
 */
export function openState(
  place: string | undefined,
  outputs: Outputs,
  {
    signal,
    environment = process.env,
  }: { readonly signal?: AbortSignal; readonly environment?: NodeJS.ProcessEnv } = {},
): StateStore {
  if (place === "") {
    throw new SettingsError(
      "--state is empty: it takes a file, or the address of a blob. Where it is given by a variable, that one is not set.",
    );
  }
  const kept = environment["TENANTWIRE_STATE"] ?? "";
  const where = place ?? (isAddress(kept) ? kept : stateFile(outputs, environment));
  if (!isAddress(where)) return openSqliteState(where);
  return openBlobState(parseBlobAddress(where), stateCredential(outputs, environment), { signal });
}

function stateFile({ tenant, mark }: Outputs, environment: NodeJS.ProcessEnv): string {
  // A service may run as somebody who has no home, where it is said what is in its place.
  const base = () => environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  const folder = environment["TENANTWIRE_STATE"] || join(base(), "tenantwire");
  return join(folder, `${tenant.id}-${mark.replaceAll("/", "-")}.sqlite`);
}
