/** Meeting rooms, as the command line knows them. @packageDocumentation */
import { declaredRooms, declaredRoomTargets, roomTargets } from "../sync/kinds/rooms/targets.ts";
import type { Kind } from "./sync-kind.ts";

const load = () => import("../sync/kinds/rooms/index.ts");

export const rooms: Kind = {
  name: "rooms",
  from: "Microsoft Graph",
  targets: () => roomTargets,
  declared: declaredRoomTargets,
  remembered: (outputs, target) => declaredRooms(outputs, target).sync,
  keyOf: (target) => target,
  load,
  prepare: async (outputs, target, { reach, now }) => {
    const { roomsSync } = await load();
    const { definition, requests } = roomsSync({ outputs, environment: process.env, reach, target, now });
    return { definition, requests };
  },
};
