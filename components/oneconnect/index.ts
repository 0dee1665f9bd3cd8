export { OneConnectGroup, type OneConnectGroupArgs } from "./oneconnect.ts";
export { allowsOffice365, oneconnectPermissions } from "./permissions.ts";
