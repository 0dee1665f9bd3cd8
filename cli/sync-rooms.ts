/** Meeting rooms, as the command line knows them. @packageDocumentation */
import { declaredRooms, declaredRoomTargets, roomsSync, roomTargets } from "../sync/kinds/rooms/index.ts";
import type { Kind } from "./sync-kind.ts";

export const rooms: Kind = {
  name: "rooms",
  from: "Microsoft Graph",
  targets: () => roomTargets,
  declared: declaredRoomTargets,
  remembered: (outputs, target) => declaredRooms(outputs, target).sync,
  keyOf: (target) => target,
  prepare: (outputs, target, { reach, now }) => {
    const { definition, requests } = roomsSync({ outputs, environment: process.env, reach, target, now });
    return { definition, requests };
  },
};
