export { FaultRule } from "./rule.ts";
export type { FaultAction } from "./rule.ts";
export { createFaults } from "./faults.ts";
export type { ActiveFault, FaultOutcome, Faults } from "./faults.ts";
