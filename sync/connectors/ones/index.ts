export type { AreaOfList } from "./areas.ts";
export { createOnesRoomsTarget } from "./resources.ts";
export { parseRoutes, type Routes } from "./routes.ts";
export { createOnesTarget } from "./users.ts";
