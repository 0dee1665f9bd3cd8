export * from "../../contract/errors.ts";
export * from "./types.ts";
export { DisableLimit, Limits } from "./limits.ts";
export { openSqliteState } from "./sqlite-state.ts";
export { RunReport } from "./report.ts";
export { readReports } from "./history.ts";
export { runSync, type RunOptions, type SyncDefinition } from "./run.ts";
export type { Progress } from "./context.ts";
export type { State, StateStore } from "./state.ts";
