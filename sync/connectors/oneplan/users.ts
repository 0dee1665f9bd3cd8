import type { Outputs } from "../../../contract/outputs.ts";
import { USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import { createOnePlanTarget } from "./target.ts";

/** Users to OnePlan's resources. */
export const oneplanUsers: UserTarget = {
  name: "oneplan",
  product: "OnePlan",
  title: "OnePlan",
  setting: ["oneplan", "users"],
  remote: true,
  users: ({ oneplan }) => oneplan?.users,
  declared,
};

function declared(outputs: Outputs): ReturnType<UserTarget["declared"]> {
  const { baseUrl, keyName, keyVaultSecret, users } = declaredAs(outputs.integrations.oneplan);
  const { uri } = vaultOf(outputs, "OnePlan");
  return {
    // As it was called before there were others.
    sync: USERS_SYNC,
    users,
    mailField: "mail",
    required: { name: "name", mail: "mail address" },
    identity: baseUrl,
    open({ credential, reach, ...opening }) {
      const asked = { target: "oneplan", product: "OnePlan", baseUrl };
      const key = keyFor({ ...asked, credential, reach, vaultUri: uri, vaultSecret: keyVaultSecret });
      return createOnePlanTarget({ ...opening, baseUrl, keyName, key });
    },
  };
}
