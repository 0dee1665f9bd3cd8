/**
 * The components for a Pulumi program of one's own: `import { AppRegistration } from "tenantwire/components"`. Arguments
 * are flat; each looks up for itself what it needs, in the tenant of the deploying credential.
 *
 * @packageDocumentation
 */
export * from "./standalone/app-registration.ts";
export * from "./azure-devops/components.ts";
export * from "./standalone/consent.ts";
export * from "./standalone/federated-credential.ts";
export * from "./oneplan/components.ts";
export * from "./ones/components.ts";
export * from "./console/components.ts";
export * from "./alerts/components.ts";
export * from "./standalone/rotated-secret.ts";
export * from "./standalone/secret-vault.ts";
export type { VendorRegistrationArgs } from "./standalone/vendor-registration.ts";
