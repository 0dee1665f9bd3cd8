/**
 * What a stack tells and how it is read: `import { parseOutputs } from "tenantwire/contract"`.
 *
 * @packageDocumentation
 */
export * from "./errors.ts";
export { ExitCode } from "./exit-code.ts";
export * from "./outputs.ts";
