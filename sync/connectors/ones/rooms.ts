import type { Outputs } from "../../../contract/outputs.ts";
import { ROOMS_SYNC, type RoomTarget } from "../../model/room-target.ts";
import { declaredAs } from "../declared.ts";
import { createOnesRoomsTarget } from "./resources.ts";
import { declaredServer } from "./declared.ts";
import { keyTrial } from "./trials.ts";

/** Rooms to the resources of a ONES server. */
export const onesRooms: RoomTarget = {
  name: "ones",
  product: "ONES",
  title: "rooms of ONES (ones.rooms)",
  setting: ["ones", "rooms"],
  remote: true,
  isDeclared: ({ ones }) => ones?.rooms !== undefined,
  declared,
  trials: (outputs, trying) => [keyTrial(outputs, trying)],
};

function declared(outputs: Outputs): ReturnType<RoomTarget["declared"]> {
  const { ones, identity, connected } = declaredServer(outputs);
  const rooms = declaredAs(ones.rooms);
  return {
    sync: `${ROOMS_SYNC}-ones`,
    rooms,
    // Assumed, by the users' display name.
    required: { name: "name" },
    identity,
    open: (opening) => createOnesRoomsTarget({ ...opening, ...connected(opening), fields: Object.keys(rooms.fields) }),
  };
}
