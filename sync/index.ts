export * from "../contract/errors.ts";
export * from "./model/types.ts";
export { Limits } from "./planner/limits.ts";
export { openSqliteState } from "./state/sqlite/store.ts";
export { RunReport } from "./run/report.ts";
export { runSync } from "./run/run.ts";
export { type Definition, goesBothWays, type RunOptions, type SyncDefinition } from "./run/definition.ts";
export type { Progress } from "./run/context.ts";
export type { State, StateStore } from "./state/session.ts";
