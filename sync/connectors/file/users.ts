import type { Outputs } from "../../../contract/outputs.ts";
import { USERS_SYNC, type UserTarget } from "../../model/user-target.ts";
import { declaredAs } from "../declared.ts";
import { createFileTarget, nameFieldOf } from "./target.ts";

/** Users to the lines of a file. */
export const fileUsers: UserTarget = {
  name: "file",
  product: "a file",
  title: "file of users",
  setting: ["files", "users"],
  remote: false,
  users: ({ file }) => file?.users,
  declared,
};

function declared(outputs: Outputs): ReturnType<UserTarget["declared"]> {
  const { path, format, users } = declaredAs(outputs.integrations.file);
  return {
    sync: `${USERS_SYNC}-file`,
    users,
    mailField: "mail",
    required: {},
    identity: [path, format],
    open: ({ fields }) => createFileTarget({ path, format, fields, ...nameFieldOf(users.fields) }),
  };
}
