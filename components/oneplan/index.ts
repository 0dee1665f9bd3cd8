export { OnePlan, type OnePlanArgs } from "./oneplan.ts";
export { userSyncPermissions } from "./permissions.ts";
