export { OnePlanEntraUsers, type OnePlanEntraUsersArgs } from "./entra-users.ts";
export { OnePlan, type OnePlanArgs } from "./oneplan.ts";
export { userSyncPermissions } from "./permissions.ts";
