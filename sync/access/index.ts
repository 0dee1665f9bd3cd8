export { type Identity, type Person, entraKey, oneplanKey } from "../../contract/access/people.ts";
export type { AccessRequest } from "../../contract/access/requests.ts";
export { type Action, actions, may, type Role, roles } from "../../contract/access/rules.ts";
export {
  Access,
  type AccessOptions,
  afterRemoval,
  AccessDenied,
  type Asked,
  type Actor,
  type Newcomer,
  type PersonWithRole,
  type SignedIn,
} from "./access.ts";
export { Accounts, type AccountStanding, LINK_MS, type Offered, WrongPassword } from "./accounts.ts";
export { Passwords } from "./passwords.ts";
export { linkMessage } from "./link-message.ts";
export { noteAllowed } from "./allowed.ts";
export {
  type AuditDraft,
  type AuditEntry,
  newestEntries,
  readHead,
  readTrail,
  readTrailPage,
  type TrailPage,
  type Verified,
  verifyTrail,
} from "./audit.ts";
export { isOneAddress, tellRequests, type Telling } from "./tell.ts";
