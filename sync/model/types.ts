/**
 * The words of every sync: what sides give and can do, what belongs together, and what is done about it. Nothing here
 * knows of Microsoft, OnePlan or any other system.
 *
 * @packageDocumentation
 */
export * from "./item.ts";
export * from "./link.ts";
export * from "./op.ts";
export * from "./rule.ts";
export * from "./side.ts";

export type RunStatus = "Success" | "Success with Exceptions" | "Failure";
