import type { Outputs } from "../../../contract/outputs.ts";
import { type DeclaredTarget, USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs } from "../declared.ts";
import { createFileTarget, nameFieldOf } from "./target.ts";

/** Users to the lines of a file. */
export const fileUsers: UserTarget = {
  name: "file",
  title: "file of users",
  users: ({ file }) => file?.users,
  declared,
};

function declared(outputs: Outputs): DeclaredTarget {
  const { path, format, users } = declaredAs(outputs.integrations.file);
  return {
    name: "file",
    sync: `${USERS_SYNC}-file`,
    setting: ["files", "users"],
    users,
    mailField: "mail",
    required: {},
    identity: [path, format],
    remote: false,
    open: ({ fields }) => createFileTarget({ path, format, fields, ...nameFieldOf(users.fields) }),
  };
}
