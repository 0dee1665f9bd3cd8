import { randomBytes } from "node:crypto";
import { GRAPH_APP_ID } from "../data/first-party.ts";
import { applicationRole, delegatedScope } from "../data/permissions.ts";
import { vendorApplications } from "../data/vendors.ts";
import type { VendorApplication } from "../data/vendors.ts";
import type { World } from "../world.ts";
import type { Collection } from "./collection.ts";
import type { DirectoryObject } from "./model.ts";
import { secretHash } from "./seed.ts";

/** The secret that the vendor signs its application in with; Contoso never sees it. */
export function vendorSecret(world: World, appId: string): string {
  const secrets = world.section<Record<string, string>>("vendor-secrets", () => ({}));
  return (secrets[appId] ??= randomBytes(24).toString("base64url"));
}

/**
 * The registration of this appId: an application of the own tenant, or one of a vendor's, which is in no list of
 * Contoso's (documented: only its service principal is, once it was consented to).
 */
export function registrationOf(world: World, applications: Collection, appId: string): DirectoryObject | undefined {
  const own = applications.byKey(appId);
  if (own) return own;
  const vendor = vendorApplications.find((each) => each.appId === appId.toLowerCase());
  return vendor && vendorRegistration(world, vendor);
}

function vendorRegistration(world: World, vendor: VendorApplication): DirectoryObject {
  const { displayName, appId, tenantId, redirectUris, roles, scopes } = vendor;
  const secret = vendorSecret(world, appId);
  return {
    id: world.guid("vendor application", appId),
    appId,
    displayName,
    appOwnerOrganizationId: tenantId,
    signInAudience: "AzureADMultipleOrgs",
    web: { redirectUris: [...redirectUris] },
    requiredResourceAccess: [
      {
        resourceAppId: GRAPH_APP_ID,
        resourceAccess: [
          ...roles.map((name) => ({ id: applicationRole(name), type: "Role" })),
          ...scopes.map((name) => ({ id: delegatedScope(name), type: "Scope" })),
        ],
      },
    ],
    passwordCredentials: [
      {
        keyId: world.guid("vendor password", appId),
        startDateTime: "2020-01-01T00:00:00Z",
        endDateTime: "2099-01-01T00:00:00Z",
        secretHash: secretHash(secret),
      },
    ],
  };
}
