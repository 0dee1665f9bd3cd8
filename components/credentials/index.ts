export { CertificateCredential } from "./certificate-credential.ts";
export { FederatedCredential, type FederatedCredentialArgs } from "./federated-credential.ts";
export { next, type Next, type RotationPolicy } from "./next.ts";
export type { RotatedCredentialArgs } from "./kept-credential.ts";
export { SecretCredential } from "./secret-credential.ts";
