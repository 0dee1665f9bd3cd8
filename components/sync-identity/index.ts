export { SyncIdentity, type SyncIdentityArgs } from "./sync-identity.ts";
