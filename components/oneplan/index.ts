export { OnePlan, type OnePlanArgs } from "./oneplan.ts";
export { oneplanPermissions } from "./permissions.ts";
