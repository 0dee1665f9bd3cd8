/**
 * `tenantwire sync rooms`: meeting rooms to what the stack declares for them.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../contract/outputs.ts";
import { SettingsError } from "../sync/index.ts";
import { declaredRoomTargets, roomsSync, roomTargets } from "../sync/kinds/rooms/index.ts";
import { loadOutputs } from "./outputs.ts";
import { runEach, type SyncOptions } from "./syncs.ts";

export type SyncRoomsOptions = Omit<SyncOptions, "full">;

/** One run for each target: by default for all that are declared, one after another. */
export async function syncRooms(options: SyncRoomsOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  // All of them before the first run: what is wrong can be known before anything is written.
  const syncs = roomTargetsOf(outputs, options).map((target) => {
    const { definition, requests } = roomsSync({ outputs, environment: process.env, target });
    return { definition, requests, target };
  });
  await runEach(syncs, outputs, options, { command: "rooms", from: "Microsoft Graph" });
}

/** @throws SettingsError for a name that is none, and where one has to be said */
export function roomTargetsOf(
  outputs: Outputs,
  { target, allow }: Pick<SyncRoomsOptions, "target" | "allow">,
): readonly (string | undefined)[] {
  const asked = roomTargets.find((name) => name === target);
  if (target !== undefined && asked === undefined) {
    throw new SettingsError(`--target takes one of ${roomTargets.join(", ")}, not ${target}.`);
  }
  if (asked !== undefined) return [asked];
  const declared = declaredRoomTargets(outputs);
  if (declared.length > 1 && allow !== undefined) {
    throw new SettingsError(`--allow is for one target: say which with --target (${declared.join(", ")}).`);
  }
  // Without any, the sync itself says what is missing.
  return declared.length > 0 ? declared : [undefined];
}
