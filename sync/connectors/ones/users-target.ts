import type { Outputs } from "../../../contract/outputs.ts";
import { USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { parseRoutes } from "./routes.ts";
import { keyTrial, routesTrial } from "./trials.ts";
import { createOnesTarget } from "./users.ts";

const KEY = { target: "ones", product: "ONES" };

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
  const ones = declaredAs(outputs.integrations.ones);
  const users = declaredAs(ones.users);
  const { baseUrl, keyName, keyVaultSecret } = ones;
  const { uri } = vaultOf(outputs, "ONES");
  const routes = parseRoutes(ones.routes);
  const { defaultGroups } = users;
  return {
    sync: `${USERS_SYNC}-ones`,
    users,
    mailField: "email",
    required: { userName: "user name" },
    identity: [baseUrl, routes],
    open({ credential, reach, ...opening }) {
      const key = keyFor({ ...KEY, credential, reach, baseUrl, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createOnesTarget({ ...opening, baseUrl, keyName, key, defaultGroups, routes });
    },
  };
}
