import type { Outputs } from "../../../contract/outputs.ts";
import { ROOMS_SYNC, type RoomTarget } from "../../model/room-target.ts";
import { declaredAs } from "../declared.ts";
import { createFileTarget, nameFieldOf } from "./target.ts";

/** Rooms to the lines of a file. */
export const fileRooms: RoomTarget = {
  name: "file",
  product: "a file",
  title: "file of rooms (files.rooms)",
  setting: ["files", "rooms"],
  remote: false,
  isDeclared: ({ roomsFile }) => roomsFile !== undefined,
  declared,
};

function declared(outputs: Outputs): ReturnType<RoomTarget["declared"]> {
  const { path, format, rooms } = declaredAs(outputs.integrations.roomsFile);
  return {
    sync: `${ROOMS_SYNC}-file`,
    rooms,
    required: {},
    identity: [path, format],
    open: () =>
      createFileTarget({
        path,
        format,
        fields: Object.keys(rooms.fields),
        ...nameFieldOf(rooms.fields),
        setting: "tenantwire:files.rooms",
      }),
  };
}
