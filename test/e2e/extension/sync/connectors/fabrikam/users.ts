import type { Outputs } from "../../../contract/outputs.ts";
import { USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { createFabrikamTarget } from "./target.ts";

/** Users to the people of Fabrikam Desk. */
export const fabrikamUsers: UserTarget = {
  name: "fabrikam",
  product: "Fabrikam Desk",
  title: "Fabrikam Desk",
  setting: ["fabrikam", "users"],
  remote: true,
  users: ({ fabrikam }) => fabrikam?.users,
  declared,
};

function declared(outputs: Outputs): ReturnType<UserTarget["declared"]> {
  const { baseUrl, keyVaultSecret, users } = declaredAs(outputs.integrations.fabrikam);
  const { uri } = vaultOf(outputs, "Fabrikam Desk");
  return {
    sync: `${USERS_SYNC}-fabrikam`,
    users,
    mailField: "mail",
    required: { name: "name" },
    identity: baseUrl,
    open({ credential, reach, ...opening }) {
      const asked = { target: "fabrikam", product: "Fabrikam Desk", baseUrl };
      const key = keyFor({ ...asked, credential, reach, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createFabrikamTarget({ ...opening, baseUrl, key });
    },
  };
}
