import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredTarget, USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { createFabrikamTarget } from "./target.ts";

/** Users to the people of Fabrikam Desk. */
export const fabrikamUsers: UserTarget = {
  name: "fabrikam",
  title: "Fabrikam Desk",
  users: ({ fabrikam }) => fabrikam?.users,
  declared,
};

function declared(outputs: Outputs): DeclaredTarget {
  const { baseUrl, keyVaultSecret, users } = declaredAs(outputs.integrations.fabrikam);
  const { uri } = vaultOf(outputs, "Fabrikam Desk");
  return {
    name: "fabrikam",
    sync: `${USERS_SYNC}-fabrikam`,
    setting: ["fabrikam", "users"],
    users,
    mailField: "mail",
    required: { name: "name" },
    identity: baseUrl,
    remote: true,
    open({ credential, reach, ...opening }) {
      const asked = { target: "fabrikam", product: "Fabrikam Desk", baseUrl };
      const key = keyFor({ ...asked, credential, reach, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createFabrikamTarget({ ...opening, baseUrl, key });
    },
  };
}
