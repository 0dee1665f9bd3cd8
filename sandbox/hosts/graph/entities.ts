import type { Json } from "../../directory/model.ts";

export interface Property {
  /** Value of a property that was never set. An object: a complex type with these members, which are merged. */
  readonly initial: Json;
  /** Is it in answers to requests without `$select`? */
  readonly shown: boolean;
  readonly readOnly: boolean;
  /** Only the beta version has it. */
  readonly beta: boolean;
  /** Application permissions, one of which is needed to select it, besides those of the route. */
  readonly needs?: readonly string[];
}

export function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface EntityType {
  /** By the entity model: `servicePrincipal`. */
  readonly name: string;
  /** The set for `@odata.context`: `servicePrincipals`. */
  readonly set: string;
  /** The published types whose properties it has: its own, or those of a list's items. */
  readonly models: readonly string[];
  readonly properties: ReadonlyMap<string, Property>;
}

interface Declaration {
  readonly shown: Readonly<Record<string, Json>>;
  /** Only in answers that select it. */
  readonly selectable?: Readonly<Record<string, Json>>;
  readonly readOnly: readonly string[];
  readonly beta?: readonly string[];
  readonly needs?: Readonly<Record<string, readonly string[]>>;
}

export function entity(name: string, set: string, declaration: Declaration): EntityType {
  const { shown, selectable = {}, readOnly, beta = [], needs = {} } = declaration;
  const properties = new Map<string, Property>();
  for (const [property, initial] of [...Object.entries(shown), ...Object.entries(selectable)]) {
    const permissions = needs[property];
    properties.set(property, {
      initial,
      shown: property in shown,
      readOnly: readOnly.includes(property),
      beta: beta.includes(property),
      ...(permissions && { needs: permissions }),
    });
  }
  return { name, set, models: [name], properties };
}

/** The abstract type of a list whose items are of several types: whatever one of them has may be selected. */
export function anyOf(...types: readonly EntityType[]): EntityType {
  return {
    name: "directoryObject",
    set: "directoryObjects",
    models: types.flatMap(({ models }) => models),
    properties: new Map(types.flatMap((type) => [...type.properties])),
  };
}

function nulls(...names: string[]): Record<string, Json> {
  return Object.fromEntries(names.map((name) => [name, null]));
}

const info = nulls("logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl");
const verifiedPublisher = nulls("displayName", "verifiedPublisherId", "addedDateTime");
const extensionAttributes = nulls(...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`));

/** Documented: the properties of a user that come without `$select`; all others must be named. */
export const userType = entity("user", "users", {
  shown: {
    businessPhones: [],
    displayName: null,
    givenName: null,
    jobTitle: null,
    mail: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: null,
    id: null,
  },
  selectable: {
    accountEnabled: true,
    ...nulls("ageGroup", "city", "companyName", "consentProvidedForMinor", "country", "createdDateTime"),
    ...nulls(
      "creationType",
      "deletedDateTime",
      "department",
      "employeeHireDate",
      "employeeId",
      "employeeLeaveDateTime",
    ),
    ...nulls("employeeOrgData", "employeeType", "externalUserState", "externalUserStateChangeDateTime", "faxNumber"),
    identities: [],
    imAddresses: [],
    ...nulls("isResourceAccount", "lastPasswordChangeDateTime", "legalAgeGroupClassification", "mailNickname"),
    ...nulls("onPremisesDistinguishedName", "onPremisesDomainName"),
    onPremisesExtensionAttributes: extensionAttributes,
    ...nulls("onPremisesImmutableId", "onPremisesLastSyncDateTime", "onPremisesSamAccountName"),
    ...nulls("onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "onPremisesUserPrincipalName"),
    otherMails: [],
    ...nulls("passwordPolicies", "passwordProfile", "postalCode", "preferredDataLocation"),
    proxyAddresses: [],
    ...nulls("securityIdentifier", "showInAddressList", "signInSessionsValidFromDateTime", "state", "streetAddress"),
    usageLocation: null,
    userType: "Member",
  },
  readOnly: [
    ...["id", "createdDateTime", "creationType", "deletedDateTime", "signInSessionsValidFromDateTime"],
    ...["externalUserState", "externalUserStateChangeDateTime", "imAddresses", "lastPasswordChangeDateTime"],
    ...["legalAgeGroupClassification", "onPremisesDistinguishedName", "onPremisesDomainName"],
    ...["onPremisesLastSyncDateTime", "onPremisesSamAccountName", "onPremisesSecurityIdentifier"],
    ...["onPremisesSyncEnabled", "onPremisesUserPrincipalName", "proxyAddresses", "securityIdentifier"],
  ],
  // Documented: least permission of employeeLeaveDateTime.
  needs: { employeeLeaveDateTime: ["User-LifeCycleInfo.Read.All"] },
});

export const groupType = entity("group", "groups", {
  shown: {
    id: null,
    ...nulls("deletedDateTime", "classification", "createdDateTime", "description", "displayName"),
    ...nulls("expirationDateTime"),
    groupTypes: [],
    ...nulls("isAssignableToRole", "mail"),
    mailEnabled: false,
    ...nulls("mailNickname", "membershipRule", "membershipRuleProcessingState", "onPremisesDomainName"),
    ...nulls("onPremisesLastSyncDateTime", "onPremisesNetBiosName", "onPremisesSamAccountName"),
    ...nulls("onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "preferredDataLocation", "preferredLanguage"),
    proxyAddresses: [],
    ...nulls("renewedDateTime"),
    resourceBehaviorOptions: [],
    resourceProvisioningOptions: [],
    securityEnabled: true,
    ...nulls("securityIdentifier", "theme", "uniqueName", "visibility"),
    onPremisesProvisioningErrors: [],
    serviceProvisioningErrors: [],
  },
  readOnly: [
    ...["id", "createdDateTime", "deletedDateTime", "expirationDateTime", "mail", "onPremisesDomainName"],
    ...["onPremisesLastSyncDateTime", "onPremisesNetBiosName", "onPremisesSamAccountName"],
    ...["onPremisesProvisioningErrors", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "proxyAddresses"],
    ...["renewedDateTime", "securityIdentifier", "serviceProvisioningErrors"],
  ],
});

export const administrativeUnitType = entity("administrativeUnit", "directory/administrativeUnits", {
  shown: {
    ...nulls("id", "deletedDateTime", "description", "displayName", "isMemberManagementRestricted"),
    ...nulls("membershipRule", "membershipRuleProcessingState", "membershipType", "visibility"),
  },
  readOnly: ["id", "deletedDateTime"],
});

export const applicationType = entity("application", "applications", {
  shown: {
    id: null,
    ...nulls("deletedDateTime", "appId", "applicationTemplateId", "disabledByMicrosoftStatus", "createdDateTime"),
    ...nulls("displayName", "description", "groupMembershipClaims"),
    identifierUris: [],
    ...nulls("isDeviceOnlyAuthSupported", "isFallbackPublicClient", "nativeAuthenticationApisEnabled", "notes"),
    ...nulls("publisherDomain", "serviceManagementReference"),
    signInAudience: "AzureADMyOrg",
    tags: [],
    ...nulls("tokenEncryptionKeyId", "uniqueName", "samlMetadataUrl", "defaultRedirectUri", "certification"),
    ...nulls("optionalClaims", "requestSignatureVerification", "servicePrincipalLockConfiguration"),
    addIns: [],
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      requestedAccessTokenVersion: null,
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
    appRoles: [],
    info,
    keyCredentials: [],
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" },
    passwordCredentials: [],
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    verifiedPublisher,
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      redirectUriSettings: [],
    },
    spa: { redirectUris: [] },
  },
  selectable: {
    oauth2RequirePostResponse: false,
    ...nulls("authenticationBehaviors", "isDisabled"),
    managerApplications: [],
  },
  readOnly: [
    ...["id", "appId", "createdDateTime", "deletedDateTime", "publisherDomain", "disabledByMicrosoftStatus"],
    ...["applicationTemplateId", "verifiedPublisher", "certification"],
    // Written by addPassword and removePassword alone; Graph would take them in a POST too, and nobody here needs it.
    "passwordCredentials",
  ],
});

export const servicePrincipalType = entity("servicePrincipal", "servicePrincipals", {
  shown: {
    id: null,
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [],
    ...nulls("appDisplayName", "appDescription", "appId", "applicationTemplateId", "appOwnerOrganizationId"),
    appRoleAssignmentRequired: false,
    ...nulls("createdDateTime", "description", "disabledByMicrosoftStatus", "displayName", "homepage", "loginUrl"),
    ...nulls("logoutUrl", "notes"),
    notificationEmailAddresses: [],
    ...nulls("preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint"),
    replyUrls: [],
    servicePrincipalNames: [],
    servicePrincipalType: "Application",
    signInAudience: null,
    tags: [],
    ...nulls("tokenEncryptionKeyId", "samlSingleSignOnSettings"),
    addIns: [],
    appRoles: [],
    info,
    keyCredentials: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher,
  },
  // Seen: azuread provider 6.9.1 selects it from beta after every read.
  selectable: { samlMetadataUrl: null, isDisabled: null },
  // By the published models of the two versions.
  beta: ["samlMetadataUrl", "createdDateTime"],
  readOnly: [
    ...["id", "appId", "appDisplayName", "appDescription", "appOwnerOrganizationId", "applicationTemplateId"],
    ...["createdDateTime", "deletedDateTime", "disabledByMicrosoftStatus", "verifiedPublisher", "samlMetadataUrl"],
    ...["passwordCredentials", "servicePrincipalType", "signInAudience"],
  ],
});

export const federatedCredentialType = entity("federatedIdentityCredential", "federatedIdentityCredentials", {
  shown: { id: null, name: null, issuer: null, subject: null, description: null, audiences: [] },
  readOnly: ["id"],
});

export const assignmentType = entity("appRoleAssignment", "appRoleAssignments", {
  shown: nulls(
    ...["id", "deletedDateTime", "appRoleId", "createdDateTime", "principalDisplayName", "principalId"],
    ...["principalType", "resourceDisplayName", "resourceId"],
  ),
  readOnly: ["id", "createdDateTime", "principalDisplayName", "principalType", "resourceDisplayName"],
});

export const grantType = entity("oAuth2PermissionGrant", "oauth2PermissionGrants", {
  shown: nulls("id", "clientId", "consentType", "principalId", "resourceId", "scope"),
  readOnly: ["id"],
});

export const roleAssignmentType = entity("unifiedRoleAssignment", "roleManagement/directory/roleAssignments", {
  shown: nulls("id", "appScopeId", "condition", "directoryScopeId", "principalId", "roleDefinitionId"),
  readOnly: [],
});

export const roleDefinitionType = entity("unifiedRoleDefinition", "roleManagement/directory/roleDefinitions", {
  shown: nulls("id", "description", "displayName", "isBuiltIn", "isEnabled", "templateId", "version"),
  readOnly: [],
});

export const directoryAuditType = entity("directoryAudit", "auditLogs/directoryAudits", {
  shown: {
    ...nulls("id", "activityDateTime", "activityDisplayName", "category", "correlationId"),
    additionalDetails: [],
    ...nulls("loggedByService", "operationType", "result", "resultReason"),
    initiatedBy: { app: null, user: null },
    targetResources: [],
  },
  readOnly: [],
});

export const appCredentialSignInActivityType = entity(
  "appCredentialSignInActivity",
  "reports/appCredentialSignInActivities",
  {
    shown: {
      ...nulls("id", "appId", "appObjectId", "createdDateTime", "credentialOrigin", "expirationDateTime", "keyId"),
      ...nulls("keyType", "keyUsage", "resourceId", "servicePrincipalObjectId"),
      signInActivity: { lastSignInDateTime: null, lastSignInRequestId: null },
    },
    readOnly: [],
  },
);

export const organizationType = entity("organization", "organization", {
  shown: {
    id: null,
    deletedDateTime: null,
    businessPhones: [],
    ...nulls("city", "country", "countryLetterCode", "createdDateTime", "defaultUsageLocation", "displayName"),
    marketingNotificationEmails: [],
    ...nulls("onPremisesLastSyncDateTime", "onPremisesSyncEnabled", "postalCode", "preferredLanguage", "state"),
    street: null,
    securityComplianceNotificationMails: [],
    securityComplianceNotificationPhones: [],
    technicalNotificationMails: [],
    tenantType: "AAD",
    assignedPlans: [],
    provisionedPlans: [],
    verifiedDomains: [],
  },
  readOnly: [],
});

export const domainType = entity("domain", "domains", {
  shown: {
    id: null,
    authenticationType: "Managed",
    availabilityStatus: null,
    isAdminManaged: true,
    isDefault: false,
    isInitial: false,
    isRoot: true,
    isVerified: true,
    supportedServices: ["Email", "OfficeCommunicationsOnline"],
    passwordValidityPeriodInDays: 2147483647,
    passwordNotificationWindowInDays: 14,
    state: null,
  },
  readOnly: [],
});
