import type { Cloud, Registration } from "../../contract/outputs.ts";
import { ok, type Verdict, warning } from "../checks/check.ts";
import { changeApplication } from "../connectors/commands.ts";
import type { LiveRegistration } from "../connectors/registrations.ts";

/**
 * Whether the service principals of a registration that is open to other tenants are locked: without the lock an
 * administrator there can give them a credential and sign in as the registration (documented: app instance property
 * lock). Pure.
 */
export function lockVerdict(registration: Registration, { application }: LiveRegistration, cloud: Cloud): Verdict {
  const lock = application.servicePrincipalLockConfiguration;
  const isLocked =
    lock?.isEnabled === true &&
    (lock.allProperties === true ||
      (lock.credentialsWithUsageSign === true && lock.credentialsWithUsageVerify === true));
  if (isLocked) return ok("They cannot.");
  const body = { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } };
  return warning(
    `${registration.displayName} is open to other tenants, and its properties there are not locked: an administrator of such a tenant can give it a credential. ` +
      `Lock them: ${changeApplication(cloud, registration.objectId, body)}`,
  );
}
