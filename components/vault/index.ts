export { Vault, type VaultArgs } from "./vault.ts";
export { VaultReader, type VaultReaderArgs } from "./vault-reader.ts";
export { VaultSecret, type VaultSecretArgs } from "./vault-secret.ts";
