import type { Outputs } from "../../../contract/outputs.ts";
import { ROOMS_SYNC, type RoomTarget } from "../../model/room-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { createOnesRoomsTarget } from "./resources.ts";
import { parseRoutes } from "./routes.ts";
import { keyTrial } from "./trials.ts";

const KEY = { target: "ones", product: "ONES" };

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
  const ones = declaredAs(outputs.integrations.ones);
  const rooms = declaredAs(ones.rooms);
  const { baseUrl, keyName, keyVaultSecret } = ones;
  const { uri } = vaultOf(outputs, "ONES");
  const routes = parseRoutes(ones.routes);
  return {
    sync: `${ROOMS_SYNC}-ones`,
    rooms,
    // Assumed, by the users' display name.
    required: { name: "name" },
    identity: [baseUrl, routes],
    open({ credential, reach, ...opening }) {
      const key = keyFor({ ...KEY, credential, reach, baseUrl, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createOnesRoomsTarget({ ...opening, baseUrl, keyName, key, routes, fields: Object.keys(rooms.fields) });
    },
  };
}
