import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredTarget, USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { parseRoutes } from "./routes.ts";
import { createOnesTarget } from "./users.ts";

const KEY = { target: "ones", product: "ONES" };

/** Users to the people of a ONES server. */
export const onesUsers: UserTarget = {
  name: "ones",
  title: "users of ONES (ones.users)",
  users: ({ ones }) => ones?.users,
  declared,
};

function declared(outputs: Outputs): DeclaredTarget {
  const ones = declaredAs(outputs.integrations.ones);
  const users = declaredAs(ones.users);
  const { baseUrl, keyName, keyVaultSecret } = ones;
  const { uri } = vaultOf(outputs, "ONES");
  const routes = parseRoutes(ones.routes);
  const { defaultGroups } = users;
  return {
    name: "ones",
    sync: `${USERS_SYNC}-ones`,
    setting: ["ones", "users"],
    users,
    mailField: "email",
    required: { userName: "user name" },
    identity: [baseUrl, routes],
    remote: true,
    open({ credential, reach, ...opening }) {
      const key = keyFor({ ...KEY, credential, reach, baseUrl, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createOnesTarget({ ...opening, baseUrl, keyName, key, defaultGroups, routes });
    },
  };
}
