export {
  type ApiAccess,
  AppRegistration,
  type AppRegistrationArgs,
  type InputPermissionIds,
  type RegistrationText,
} from "./app-registration.ts";
export {
  type ApiPermissions,
  MICROSOFT_GRAPH,
  type PermissionIds,
  type PermissionNames,
  resolvePermissions,
} from "../../contract/permissions/resolve.ts";
