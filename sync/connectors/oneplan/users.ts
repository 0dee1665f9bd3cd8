import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredTarget, USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { createOnePlanTarget } from "./target.ts";

/** Users to OnePlan's resources. */
export const oneplanUsers: UserTarget = {
  name: "oneplan",
  title: "OnePlan",
  users: ({ oneplan }) => oneplan?.users,
  declared,
};

function declared(outputs: Outputs): DeclaredTarget {
  const { baseUrl, keyName, keyVaultSecret, users } = declaredAs(outputs.integrations.oneplan);
  const { uri } = vaultOf(outputs, "OnePlan");
  return {
    name: "oneplan",
    // As it was called before there were others.
    sync: USERS_SYNC,
    setting: ["oneplan", "users"],
    users,
    mailField: "mail",
    required: { name: "name", mail: "mail address" },
    identity: baseUrl,
    remote: true,
    open({ credential, reach, ...opening }) {
      const asked = { target: "oneplan", product: "OnePlan", baseUrl };
      const key = keyFor({ ...asked, credential, reach, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createOnePlanTarget({ ...opening, baseUrl, keyName, key });
    },
  };
}
