/**
 * Why a room is or is not in the target: found in Microsoft Graph, in scope by what, matched to what, and what the next
 * run would do. Reads only.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../../contract/errors.ts";
import { alike } from "../../../contract/text/alike.ts";
import { explainedFields, type ExplainedField, explainObject, type ObjectExplanation } from "../../run/explain.ts";
import { partitionsOf } from "../../state/partitions.ts";
import type { SyncDefinition } from "../../run/definition.ts";
import type { State } from "../../state/session.ts";
import { counted, listed } from "../../../contract/words.ts";
import type { RoomsSource } from "./source.ts";
import type { SurveyedRoom } from "./survey.ts";

export interface RoomExplanation extends ObjectExplanation {
  readonly version: 1;
  readonly room: SurveyedRoom;
  /** What is not right about the room in the tenant. */
  readonly exceptions: readonly string[];
  readonly fields: readonly ExplainedField[];
}

interface ExplainRoomOptions {
  readonly definition: SyncDefinition & { readonly source: RoomsSource };
  /** Field of the target -> property of the room. */
  readonly properties: Readonly<Record<string, string>>;
  readonly state: State;
  /** Mail address, place id or name. */
  readonly asked: string;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
}

/** No room is meant: neither in Microsoft Graph nor among those that were synced to this target. */
export class UnknownRoom extends TenantwireError {
  override name = "UnknownRoom";
}

/**
 * @throws UnknownRoom when no room is meant
 * @throws TenantwireError when more than one is meant
 */
export async function explainRoom(options: ExplainRoomOptions): Promise<RoomExplanation> {
  const { definition, state, asked, signal, properties, now } = options;
  const { source, sync } = definition;
  const { links } = partitionsOf(sync);
  const isLinked = async (id: string) => (await state.get(links, id)) !== undefined;
  const { rooms, exceptions, objects } = await source.look({ state, isLinked, signal });
  const room = only(rooms, asked);
  const id = room.id ?? room.address;
  const object = objects.find((each) => each.id === id) ?? {
    id,
    label: room.name,
    life: "inactive" as const,
    why: `${room.state}: ${room.why}`,
    keys: {},
  };
  const explained = await explainObject({ definition, state, object, signal, ...(now && { now }) });
  return {
    version: 1,
    room,
    exceptions: exceptions.flatMap((exception) => (exception.id === id ? [exception.reason] : [])),
    fields: explained.object.fields ? explainedFields(properties, explained) : [],
    ...explained,
  };
}

function only(rooms: readonly SurveyedRoom[], asked: string): SurveyedRoom {
  const wanted = asked.trim().toLowerCase();
  // A name may be that of several; an address, or an id, is the better word.
  const named = rooms.filter(({ id, address }) => id?.toLowerCase() === wanted || address === wanted);
  const found = named.length > 0 ? named : rooms.filter(({ name }) => alike(name) === alike(asked));
  const [room, another] = found;
  if (room === undefined) {
    throw new UnknownRoom(
      `No room in Microsoft Graph has the address, place id or name ${asked}, and none that was synced had it. A new room may take up to 48 h to show.`,
    );
  }
  if (another === undefined) return room;
  const addresses = listed(found.map(({ address }) => address));
  throw new TenantwireError(
    `${counted(found.length, "room")} answer to ${asked}: give the address of one (${addresses}).`,
  );
}
