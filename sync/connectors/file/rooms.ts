import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredRooms, ROOMS_SYNC, type RoomTarget } from "../../model/room-target.ts";
import { declaredAs } from "../declared.ts";
import { createFileTarget, nameFieldOf } from "./target.ts";

/** Rooms to the lines of a file. */
export const fileRooms: RoomTarget = {
  name: "file",
  title: "file of rooms (files.rooms)",
  isDeclared: ({ roomsFile }) => roomsFile !== undefined,
  declared,
};

function declared(outputs: Outputs): DeclaredRooms {
  const { path, format, rooms } = declaredAs(outputs.integrations.roomsFile);
  return {
    name: "file",
    sync: `${ROOMS_SYNC}-file`,
    setting: ["files", "rooms"],
    rooms,
    required: {},
    identity: [path, format],
    remote: false,
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
