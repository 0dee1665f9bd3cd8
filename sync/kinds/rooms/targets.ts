/**
 * What rooms can be synced to. Nothing else of the sync knows one from another.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import type { Outputs } from "../../../contract/outputs.ts";
import type { RoomsOutputs } from "../../../contract/outputs/rooms.ts";
import { createFileTarget } from "../../connectors/file/index.ts";
import { createOnesRoomsTarget, parseRoutes } from "../../connectors/ones/index.ts";
import { readSecret } from "../../connectors/vault/index.ts";
import { SettingsError } from "../../../contract/errors.ts";
import type { Target } from "../../model/types.ts";
import { ROOMS_SYNC } from "./name.ts";
import type { RoomList } from "./room.ts";

/** By the names of the command line, in the order in which they are synced. */
export const roomTargets = ["ones", "file"] as const;
export type RoomTarget = (typeof roomTargets)[number];

/** What a target is opened with. */
export interface Opening {
  /** The sync identity: it reads the keys in the vault. */
  readonly credential: TokenCredential;
  /** Called for every request that is sent. */
  readonly onRequest: () => void;
  /** The room lists as they were read last. */
  readonly lists: () => readonly RoomList[];
}

/** A target that the outputs declare. */
export interface DeclaredRooms {
  readonly name: RoomTarget;
  /** Name of the sync: of its lock and all that it remembers. */
  readonly sync: string;
  /** Where its rooms are in the settings. */
  readonly setting: readonly [string, string];
  readonly rooms: RoomsOutputs;
  /** What tells it from another of its kind. */
  readonly identity: unknown;
  /** Whether it is reached by requests, which are counted. */
  readonly remote: boolean;
  open(opening: Opening): Target;
}

/** What the outputs declare. */
export function declaredRoomTargets({ integrations: { ones, roomsFile } }: Outputs): RoomTarget[] {
  return roomTargets.filter((name) => (name === "ones" ? ones?.rooms : roomsFile) !== undefined);
}

/**
 * @param asked by default the first one that is declared
 * @throws SettingsError when it is not declared, or the outputs are not enough for it
 */
export function declaredRooms(outputs: Outputs, asked: RoomTarget | undefined): DeclaredRooms {
  const { ones, roomsFile } = outputs.integrations;
  const wanted = asked ?? declaredRoomTargets(outputs)[0];
  if (wanted === "ones" && ones?.rooms) return toOnes(outputs, { ...ones, rooms: ones.rooms });
  if (wanted === "file" && roomsFile) return toFile(roomsFile);
  throw new SettingsError(
    wanted === undefined
      ? `The outputs of ${outputs.mark} have nothing that rooms are synced to: add ones.rooms or files.rooms to the settings and deploy (pulumi up).`
      : `The outputs of ${outputs.mark} have no ${titles[wanted]}: add it to the settings and deploy (pulumi up).`,
  );
}

const titles: Readonly<Record<RoomTarget, string>> = {
  ones: "rooms of ONES (ones.rooms)",
  file: "file of rooms (files.rooms)",
};

type Integrations = Outputs["integrations"];

function toOnes(
  { vault, mark }: Outputs,
  ones: NonNullable<Integrations["ones"]> & { readonly rooms: RoomsOutputs },
): DeclaredRooms {
  const { baseUrl, keyName, keyVaultSecret, rooms } = ones;
  if (vault === undefined) {
    throw new SettingsError(
      `The outputs of ${mark} have no vault, where ONES's key is kept: deploy the stack again (pulumi up).`,
    );
  }
  const routes = parseRoutes(ones.routes);
  return {
    name: "ones",
    sync: `${ROOMS_SYNC}-ones`,
    setting: ["ones", "rooms"],
    rooms,
    identity: [baseUrl, routes],
    remote: true,
    open({ credential, ...opening }) {
      const key = () => readSecret(vault.uri, keyVaultSecret, credential);
      return createOnesRoomsTarget({ ...opening, baseUrl, keyName, key, routes, fields: Object.keys(rooms.fields) });
    },
  };
}

function toFile({ path, format, rooms }: NonNullable<Integrations["roomsFile"]>): DeclaredRooms {
  return {
    name: "file",
    sync: `${ROOMS_SYNC}-file`,
    setting: ["files", "rooms"],
    rooms,
    identity: [path, format],
    remote: false,
    open: () =>
      createFileTarget({ path, format, fields: Object.keys(rooms.fields), setting: "tenantwire:files.rooms" }),
  };
}
