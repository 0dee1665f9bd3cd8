import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredRooms, ROOMS_SYNC, type RoomTarget } from "../../model/room-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { createOnesRoomsTarget } from "./resources.ts";
import { parseRoutes } from "./routes.ts";

const KEY = { target: "ones", product: "ONES" };

/** Rooms to the resources of a ONES server. */
export const onesRooms: RoomTarget = {
  name: "ones",
  title: "rooms of ONES (ones.rooms)",
  isDeclared: ({ ones }) => ones?.rooms !== undefined,
  declared,
};

function declared(outputs: Outputs): DeclaredRooms {
  const ones = declaredAs(outputs.integrations.ones);
  const rooms = declaredAs(ones.rooms);
  const { baseUrl, keyName, keyVaultSecret } = ones;
  const { uri } = vaultOf(outputs, "ONES");
  const routes = parseRoutes(ones.routes);
  return {
    name: "ones",
    sync: `${ROOMS_SYNC}-ones`,
    setting: ["ones", "rooms"],
    rooms,
    // Assumed, by the users' display name.
    required: { name: "name" },
    identity: [baseUrl, routes],
    remote: true,
    open({ credential, reach, ...opening }) {
      const key = keyFor({ ...KEY, credential, reach, baseUrl, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createOnesRoomsTarget({ ...opening, baseUrl, keyName, key, routes, fields: Object.keys(rooms.fields) });
    },
  };
}
