/**
 * What the command line runs of the stand-in tenant. Tests and benchmarks take what they need from its files.
 *
 * @packageDocumentation
 */
export { advanceClock, clearFaults, listDays, listFaults, sendDay, sendFault } from "./control-client.ts";
export { SandboxError } from "./errors.ts";
export { execInSandbox, runSandbox, type RunOptions } from "./exec.ts";
