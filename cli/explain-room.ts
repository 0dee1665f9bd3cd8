/**
 * `tenantwire explain room`: why a room is or is not in the target. Reads only, and takes no lock.
 *
 * @packageDocumentation
 */
import { explainRoom as explain, UnknownRoom } from "../sync/kinds/rooms/explain.ts";
import { roomsSync } from "../sync/kinds/rooms/index.ts";
import { explainEach, type ExplainOptions } from "./explain-each.ts";
import { rooms } from "./sync-rooms.ts";
import { renderRoom } from "./terminal/explain-room.ts";

/** An explanation for each target that is declared. */
export function explainRoom(asked: string, options: ExplainOptions): Promise<void> {
  return explainEach(rooms, options, {
    explain: async ({ outputs, reach, target, ...rest }) => {
      const sync = roomsSync({ outputs, environment: process.env, reach, target, now: rest.now });
      const { definition, properties } = sync;
      const explained = await explain({ ...rest, asked, definition, properties });
      return { target: definition.target.name, source: definition.source.name, ...explained };
    },
    isUnknown: (error): error is UnknownRoom => error instanceof UnknownRoom,
    render: (each, look) => renderRoom(each, { ...look, sourceName: each.source, targetName: each.target }),
  });
}
