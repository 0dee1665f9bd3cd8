/**
 * What rooms can be synced to. Nothing else of the sync knows one from another.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../contract/errors.ts";
import { oneOf } from "../../../contract/words.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { fileRooms } from "../../connectors/file/rooms.ts";
import { onesRooms } from "../../connectors/ones/rooms.ts";
import type { Trial, Trying } from "../../model/trial.ts";
import type { DeclaredRooms, RoomTarget } from "../../model/room-target.ts";

/** In the order in which they are synced. */
const targets: readonly RoomTarget[] = [onesRooms, fileRooms];

/** By the names of the command line. */
export const roomTargets: readonly string[] = targets.map(({ name }) => name);

/** Name of each -> what people call it. */
export const roomProducts: ReadonlyMap<string, string> = new Map(targets.map(({ name, product }) => [name, product]));

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
  if (target?.isDeclared(outputs.integrations)) {
    const { name, setting, remote } = target;
    return { name, setting, remote, ...target.declared(outputs) };
  }
  throw new SettingsError(
    target === undefined
      ? `The outputs of ${outputs.mark} have nothing that rooms are synced to: add ${oneOf(targets.map(({ setting }) => setting.join(".")))} to the settings and deploy (pulumi up).`
      : `The outputs of ${outputs.mark} have no ${target.title}: add it to the settings and deploy (pulumi up).`,
  );
}

/** What the targets that are declared say can be tried of them. */
export function roomTrials(outputs: Outputs, trying: Pick<Trying, "reach" | "secret">): Trial[] {
  const declared = targets.filter(({ isDeclared }) => isDeclared(outputs.integrations));
  return declared.flatMap(({ trials }) => trials?.(outputs, trying) ?? []);
}
