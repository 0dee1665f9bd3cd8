export type { AreaOfList } from "./areas.ts";
export { type OnesConnection, readInformation } from "./connection.ts";
export { createOnesRoomsTarget, type OnesRoomsOptions } from "./resources.ts";
export { parseRoutes, type Routes } from "./routes.ts";
export { createOnesTarget, type OnesTargetOptions } from "./users.ts";
