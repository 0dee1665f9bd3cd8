export type { AreaOfList } from "./rooms-areas.ts";
export { createOnesRoomsTarget, type OnesRoomsOptions } from "./rooms-target.ts";
export { parseRoutes, type Routes } from "./routes.ts";
export { createOnesTarget, type OnesConnection, type OnesTargetOptions, readInformation } from "./target.ts";
