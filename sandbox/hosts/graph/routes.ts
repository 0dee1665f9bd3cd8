import { administrativeUnitRoutes } from "./administrative-units.ts";
import { auditRoutes } from "./audits.ts";
import { appManagementRoutes } from "./app-management.ts";
import { applicationRoutes } from "./applications.ts";
import type { Route } from "./call.ts";
import { credentialSignInRoutes } from "./credential-sign-ins.ts";
import { deletedRoutes } from "./deleted.ts";
import { deltaRoutes } from "./delta.ts";
import { directoryRoleRoutes } from "./directory-roles.ts";
import { directoryObjectRoutes } from "./directory-objects.ts";
import { federatedCredentialRoutes } from "./federated-credentials.ts";
import { grantRoutes } from "./grants.ts";
import { groupRoutes } from "./groups.ts";
import { extensionPropertyRoutes } from "./extension-properties.ts";
import { keyRoutes } from "./keys.ts";
import { managerRoutes } from "./managers.ts";
import { memberRoutes } from "./members.ts";
import { membershipRoutes } from "./memberships.ts";
import { ownerRoutes } from "./owners.ts";
import { passwordRoutes } from "./passwords.ts";
import { placeRoutes } from "./places.ts";
import { scheduleRoutes } from "./schedule.ts";
import { mailRoutes } from "./mail.ts";
import { servicePrincipalRoutes } from "./service-principals.ts";
import { tenantRoutes } from "./tenant.ts";
import { userRoutes } from "./users.ts";

/** Everything that the stand-in's Graph answers, apart from `$batch`. */
export const routes: readonly Route[] = [
  ...applicationRoutes,
  ...passwordRoutes,
  ...keyRoutes,
  ...appManagementRoutes,
  ...federatedCredentialRoutes,
  ...ownerRoutes,
  ...servicePrincipalRoutes,
  ...grantRoutes,
  ...tenantRoutes,
  ...extensionPropertyRoutes,
  ...userRoutes,
  ...managerRoutes,
  ...groupRoutes,
  ...memberRoutes,
  ...membershipRoutes,
  ...administrativeUnitRoutes,
  ...deltaRoutes,
  ...auditRoutes,
  ...credentialSignInRoutes,
  ...deletedRoutes,
  ...directoryObjectRoutes,
  ...directoryRoleRoutes,
  ...placeRoutes,
  ...scheduleRoutes,
  ...mailRoutes,
];
