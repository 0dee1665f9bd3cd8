import type { Outputs } from "../../../contract/outputs.ts";
import { USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs } from "../declared.ts";
import { declaredServer } from "./declared.ts";
import { keyTrial, routesTrial } from "./trials.ts";
import { createOnesTarget } from "./users.ts";

/** Users to the people of a ONES server. */
export const onesUsers: UserTarget = {
  name: "ones",
  product: "ONES",
  title: "users of ONES (ones.users)",
  setting: ["ones", "users"],
  remote: true,
  users: ({ ones }) => ones?.users,
  declared,
  trials: (outputs, trying) => [keyTrial(outputs, trying), routesTrial(trying)],
};

function declared(outputs: Outputs): ReturnType<UserTarget["declared"]> {
  const { ones, identity, connected } = declaredServer(outputs);
  const users = declaredAs(ones.users);
  return {
    sync: `${USERS_SYNC}-ones`,
    users,
    mailField: "email",
    required: { userName: "user name" },
    identity,
    open: (opening) => createOnesTarget({ ...opening, ...connected(opening), defaultGroups: users.defaultGroups }),
  };
}
