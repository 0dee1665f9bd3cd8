export type { AccessRequest } from "../../contract/access/requests.ts";
export { type Role, roles } from "../../contract/access/rules.ts";
export { Access, type AccessOptions, afterRemoval, type PersonWithRole } from "./access.ts";
export type { Newcomer } from "./newcomers.ts";
export type { Asked } from "./signed-in.ts";
export { Accounts, type AccountStanding, LINK_MS, type Offered, WrongPassword } from "./accounts.ts";
export { Passwords } from "./passwords.ts";
export { linkMessage } from "./link-message.ts";
export { noteAllowed } from "./allowed.ts";
export {
  type AuditEntry,
  newestEntries,
  readTrail,
  readTrailPage,
  type TrailPage,
  type Verified,
  verifyTrail,
} from "./audit.ts";
export { isOneAddress, tellRequests } from "./tell.ts";
