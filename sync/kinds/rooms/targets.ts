/**
 * What rooms can be synced to. Nothing else of the sync knows one from another.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../contract/errors.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { fileRooms } from "../../connectors/file/rooms.ts";
import { onesRooms } from "../../connectors/ones/rooms.ts";
import type { DeclaredRooms, RoomTarget } from "../../model/room-target.ts";

/** In the order in which they are synced. */
const targets: readonly RoomTarget[] = [onesRooms, fileRooms];

/** By the names of the command line. */
export const roomTargets: readonly string[] = targets.map(({ name }) => name);

/** What the outputs declare. */
export function declaredRoomTargets({ integrations }: Outputs): string[] {
  return targets.filter(({ isDeclared }) => isDeclared(integrations)).map(({ name }) => name);
}

/**
 * @param asked by default the first one that is declared
 * @throws SettingsError when it is not declared, or the outputs are not enough for it
 */
export function declaredRooms(outputs: Outputs, asked: string | undefined): DeclaredRooms {
  const wanted = asked ?? declaredRoomTargets(outputs)[0];
  const target = targets.find(({ name }) => name === wanted);
  if (target?.isDeclared(outputs.integrations)) return target.declared(outputs);
  throw new SettingsError(
    target === undefined
      ? `The outputs of ${outputs.mark} have nothing that rooms are synced to: add ones.rooms or files.rooms to the settings and deploy (pulumi up).`
      : `The outputs of ${outputs.mark} have no ${target.title}: add it to the settings and deploy (pulumi up).`,
  );
}
