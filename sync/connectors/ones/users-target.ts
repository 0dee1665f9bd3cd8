import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredTarget, USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, vaultOf } from "../declared.ts";
import { readSecret } from "../vault/index.ts";
import { parseRoutes } from "./routes.ts";
import { createOnesTarget } from "./users.ts";

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
    open({ credential, ...opening }) {
      const key = () => readSecret(uri, keyVaultSecret, credential);
      return createOnesTarget({ ...opening, baseUrl, keyName, key, defaultGroups, routes });
    },
  };
}
