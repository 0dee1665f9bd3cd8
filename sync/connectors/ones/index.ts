export { parseRoutes, type Routes } from "./routes.ts";
export { createOnesTarget, type OnesTargetOptions } from "./target.ts";
