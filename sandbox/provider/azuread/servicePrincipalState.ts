import { type Properties, records, text, texts } from "../json.ts";
import { featuresOf } from "./featureTags.ts";

/** What the plugin's state and its data source tell of a service principal. @param saml the answer of beta */
export function servicePrincipalState(found: Properties, saml: Properties): Properties {
  const roles = records(found["appRoles"]);
  const scopes = records(found["oauth2PermissionScopes"]);
  const clientId = text(found["appId"]);
  const tags = texts(found["tags"]);
  return {
    accountEnabled: found["accountEnabled"] === true,
    alternativeNames: texts(found["alternativeNames"]),
    appRoleAssignmentRequired: found["appRoleAssignmentRequired"] === true,
    appRoleIds: idsByValue(roles),
    appRoles: roles.map(roleState),
    applicationTenantId: text(found["appOwnerOrganizationId"]),
    clientId,
    description: text(found["description"]),
    displayName: text(found["displayName"]),
    featureTags: [featuresOf(tags)],
    features: [featuresOf(tags)],
    homepageUrl: text(found["homepage"]),
    loginUrl: text(found["loginUrl"]),
    logoutUrl: text(found["logoutUrl"]),
    notes: text(found["notes"]),
    notificationEmailAddresses: texts(found["notificationEmailAddresses"]),
    oauth2PermissionScopeIds: idsByValue(scopes),
    oauth2PermissionScopes: scopes.map(scopeState),
    objectId: text(found["id"]),
    preferredSingleSignOnMode: text(found["preferredSingleSignOnMode"]),
    redirectUris: texts(found["replyUrls"]),
    samlMetadataUrl: text(saml["samlMetadataUrl"]),
    servicePrincipalNames: texts(found["servicePrincipalNames"]).filter((name) => name !== clientId),
    signInAudience: text(found["signInAudience"]),
    tags,
    type: text(found["servicePrincipalType"]),
  };
}

/** By name, disabled ones too (seen: azuread provider 6.9.1). */
export function idsByValue(permissions: readonly Properties[]): Properties {
  const named = permissions.filter((permission) => text(permission["value"]) !== "");
  return Object.fromEntries(named.map((permission) => [text(permission["value"]), text(permission["id"])]));
}

export function roleState(role: Properties): Properties {
  return {
    allowedMemberTypes: texts(role["allowedMemberTypes"]),
    description: text(role["description"]),
    displayName: text(role["displayName"]),
    enabled: role["isEnabled"] === true,
    id: text(role["id"]),
    value: text(role["value"]),
  };
}

export function scopeState(scope: Properties): Properties {
  return {
    adminConsentDescription: text(scope["adminConsentDescription"]),
    adminConsentDisplayName: text(scope["adminConsentDisplayName"]),
    enabled: scope["isEnabled"] === true,
    id: text(scope["id"]),
    type: text(scope["type"]),
    userConsentDescription: text(scope["userConsentDescription"]),
    userConsentDisplayName: text(scope["userConsentDisplayName"]),
    value: text(scope["value"]),
  };
}
