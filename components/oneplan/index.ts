export { OneConnectGroup, type OneConnectGroupArgs } from "./oneconnect-group.ts";
export { OnePlanEntraUsers, type OnePlanEntraUsersArgs } from "./entra-users.ts";
