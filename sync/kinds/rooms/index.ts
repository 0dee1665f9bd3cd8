/**
 * Meeting rooms to one of their targets, put together from a stack's outputs.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../../contract/outputs.ts";
import { place } from "../../../contract/settings-faults.ts";
import { syncCredential } from "../../connectors/credentials/index.ts";
import { createGraphClient } from "../../connectors/graph/index.ts";
import { jsonHash } from "../../model/json-hash.ts";
import type { SyncDefinition } from "../../run/definition.ts";
import type { RoomList } from "../../model/room-list.ts";
import type { Reach } from "../../model/types.ts";
import { checkRoomProperties, parseRoomsSettings } from "./settings.ts";
import { createRoomsSource, type RoomsSource } from "./source.ts";
import { declaredRooms } from "./targets.ts";

export { declaredRooms, declaredRoomTargets, roomTargets } from "./targets.ts";
export type { RoomsSource } from "./source.ts";

interface RoomsSyncOptions {
  readonly outputs: Outputs;
  /** Where the proof of the sync identity is found: see `connectors/credentials`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Asked before a product's key is read. */
  readonly reach: Reach;
  /** By default the first one that is declared. */
  readonly target?: string | undefined;
  /** The clock by which a room that is missing is retired. */
  readonly now: () => Date;
}

interface RoomsSync {
  /** As the engine runs it, and explains it. */
  readonly definition: SyncDefinition & { readonly source: RoomsSource };
  /** Field of the target -> property of the room that it is mapped from. */
  readonly properties: Readonly<Record<string, string>>;
  /** Requests sent so far. */
  readonly requests: Record<string, number> & { graph: number };
}

/** @throws SettingsError when outputs or settings are not enough for this sync; nothing outside is asked */
export function roomsSync({ outputs, environment, reach, target: asked, now }: RoomsSyncOptions): RoomsSync {
  const declared = declaredRooms(outputs, asked);
  const { name, sync, rooms, setting } = declared;
  const { retireAfter, limits } = parseRoomsSettings(outputs.sync);
  checkRoomProperties(rooms.fields, setting);
  const credential = syncCredential(outputs, environment);
  const requests: RoomsSync["requests"] = { graph: 0, ...(declared.remote && { [name]: 0 }) };
  let lists: readonly RoomList[] = [];

  const source = createRoomsSource({
    client: createGraphClient({ credential, cloud: outputs.tenant.cloud, onRequest: () => (requests.graph += 1) }),
    tenant: outputs.tenant,
    sync,
    rooms,
    required: declared.required,
    retireAfter,
    setting: place(setting),
    now,
    onLists: (read) => (lists = read),
  });
  const target = declared.open({
    credential,
    reach,
    onRequest: () => (requests[name] = (requests[name] ?? 0) + 1),
    lists: () => lists,
  });
  return {
    definition: {
      sync,
      source,
      target,
      fields: Object.keys(rooms.fields),
      limits,
      scopeHash: jsonHash([outputs.tenant.id, declared.identity, rooms]),
      // There is no delta of places.
      fullEveryMs: 0,
    },
    properties: rooms.fields,
    requests,
  };
}
