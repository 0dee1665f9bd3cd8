/**
 * Every component, for a Pulumi program of one's own: `import { AppRegistration } from "tenantwire/components"`.
 *
 * @packageDocumentation
 */
export * from "./app-registration/index.ts";
export * from "./azure-devops/index.ts";
export * from "./consent/index.ts";
export * from "./credentials/index.ts";
export * from "./integration/index.ts";
export * from "./oneplan/index.ts";
export * from "./ones/index.ts";
export * from "./vault/index.ts";
