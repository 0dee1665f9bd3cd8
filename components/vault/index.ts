export { heldGeneration, type HeldSecret } from "./held-generation.ts";
export { Vault, type VaultArgs } from "./vault.ts";
export { VaultReader, type VaultReaderArgs } from "./vault-reader.ts";
export { VaultSecret, type VaultSecretArgs } from "./vault-secret.ts";
