export { FederatedCredential, type FederatedCredentialArgs } from "./federated-credential.ts";
export { next, type Next, type RotationPolicy } from "./next.ts";
export { SecretCredential, type SecretCredentialArgs } from "./secret-credential.ts";
