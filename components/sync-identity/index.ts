export { type SignIn, SYNC_IDENTITY_SECRET, SyncIdentity, type SyncIdentityArgs, type Trust } from "./sync-identity.ts";
