/**
 * The two objects of a registration as Graph shows them, as far as they are compared.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { clouds } from "../../contract/clouds.ts";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const texts = z.array(z.string()).nullish();
const uris = z.looseObject({ redirectUris: z.array(z.string()).default([]) }).nullish();

const Password = z.looseObject({ keyId: z.string(), displayName: text, endDateTime: text });
export type Password = z.infer<typeof Password>;
const Certificate = Password.extend({ customKeyIdentifier: text, key: text });
export type Certificate = z.infer<typeof Certificate>;

const Credentials = z.looseObject({
  passwordCredentials: z.array(Password).default([]),
  keyCredentials: z.array(Certificate).default([]),
});

const Requested = z.looseObject({
  resourceAppId: z.string(),
  resourceAccess: z.array(z.looseObject({ id: z.string(), type: z.string() })).default([]),
});

/** An app role, or a scope of an API of its own. */
const Offered = z.looseObject({ id: z.string(), value: text, isEnabled: flag, allowedMemberTypes: texts });
export type Offered = z.infer<typeof Offered>;
const Claim = z.looseObject({ name: z.string(), source: text, essential: flag, additionalProperties: texts });
const claims = z.array(Claim).nullish();
const addIns = z.array(z.looseObject({ id: z.string(), type: text })).nullish();

export const Application = Credentials.extend({
  id: z.string(),
  appId: z.string(),
  displayName: text,
  notes: text,
  signInAudience: text,
  isFallbackPublicClient: flag,
  isDeviceOnlyAuthSupported: flag,
  isDisabled: flag,
  disabledByMicrosoftStatus: text,
  web: z
    .looseObject({
      redirectUris: z.array(z.string()).default([]),
      homePageUrl: text,
      logoutUrl: text,
      implicitGrantSettings: z.looseObject({ enableAccessTokenIssuance: flag, enableIdTokenIssuance: flag }).nullish(),
    })
    .nullish(),
  spa: uris,
  publicClient: uris,
  defaultRedirectUri: text,
  requiredResourceAccess: z.array(Requested).default([]),
  identifierUris: texts,
  appRoles: z.array(Offered).nullish(),
  api: z
    .looseObject({
      acceptMappedClaims: flag,
      requestedAccessTokenVersion: z.number().nullish(),
      knownClientApplications: texts,
      oauth2PermissionScopes: z.array(Offered).nullish(),
      preAuthorizedApplications: z.array(z.looseObject({ appId: z.string(), delegatedPermissionIds: texts })).nullish(),
    })
    .nullish(),
  managerApplications: texts,
  optionalClaims: z.looseObject({ accessToken: claims, idToken: claims, saml2Token: claims }).nullish(),
  groupMembershipClaims: text,
  tokenEncryptionKeyId: text,
  nativeAuthenticationApisEnabled: text,
  requestSignatureVerification: z.looseObject({ isSignedRequestRequired: flag, allowedWeakAlgorithms: text }).nullish(),
  authenticationBehaviors: z
    .looseObject({
      blockAzureADGraphAccess: flag,
      removeUnverifiedEmailClaim: flag,
      requireClientServicePrincipal: flag,
    })
    .nullish(),
  parentalControlSettings: z.looseObject({ countriesBlockedForMinors: texts, legalAgeGroupRule: text }).nullish(),
  info: z
    .looseObject({
      logoUrl: text,
      marketingUrl: text,
      privacyStatementUrl: text,
      supportUrl: text,
      termsOfServiceUrl: text,
    })
    .nullish(),
  samlMetadataUrl: text,
  tags: texts,
  addIns,
  verifiedPublisher: z.looseObject({ displayName: text, verifiedPublisherId: text }).nullish(),
  servicePrincipalLockConfiguration: z
    .looseObject({
      isEnabled: flag,
      allProperties: flag,
      credentialsWithUsageSign: flag,
      credentialsWithUsageVerify: flag,
    })
    .nullish(),
});
export type LiveApplication = z.infer<typeof Application>;

export const Principal = Credentials.extend({
  id: z.string(),
  appId: z.string(),
  accountEnabled: flag,
  appRoleAssignmentRequired: flag,
  notes: text,
  tags: z.array(z.string()).default([]),
  replyUrls: texts,
  servicePrincipalNames: texts,
  notificationEmailAddresses: texts,
  preferredSingleSignOnMode: text,
  preferredTokenSigningKeyThumbprint: text,
  samlSingleSignOnSettings: z.looseObject({ relayState: text }).nullish(),
  loginUrl: text,
  tokenEncryptionKeyId: text,
  addIns,
  isDisabled: flag,
  disabledByMicrosoftStatus: text,
});
export type LivePrincipal = z.infer<typeof Principal>;

const CREDENTIALS = ["passwordCredentials", "keyCredentials"];

/** What every cloud's Graph knows. */
const applicationProperties = [
  ...["appId", "displayName", "notes", "signInAudience", "isFallbackPublicClient", "isDeviceOnlyAuthSupported"],
  ...["disabledByMicrosoftStatus", "web", "spa", "publicClient", "defaultRedirectUri", "requiredResourceAccess"],
  ...["identifierUris", "appRoles", "api", "optionalClaims", "groupMembershipClaims", "tokenEncryptionKeyId"],
  ...["parentalControlSettings", "info", "tags", "addIns", "verifiedPublisher", "servicePrincipalLockConfiguration"],
  ...CREDENTIALS,
];
const principalProperties = [
  ...["appId", "accountEnabled", "appRoleAssignmentRequired", "notes", "tags", "replyUrls", "servicePrincipalNames"],
  ...["notificationEmailAddresses", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint"],
  ...["samlSingleSignOnSettings", "loginUrl", "tokenEncryptionKeyId", "addIns", "disabledByMicrosoftStatus"],
  ...CREDENTIALS,
];

/**
 * What the model of the global cloud has. A property that a cloud does not know is refused in `$select`, and whether the
 * others know these is not published: there they are not asked for, and not compared.
 */
const newApplicationProperties = [
  ...["isDisabled", "managerApplications", "nativeAuthenticationApisEnabled", "requestSignatureVerification"],
  ...["authenticationBehaviors", "samlMetadataUrl"],
];
const newPrincipalProperties = ["isDisabled"];

/** What of the two objects is read, and what a delta query follows, as `$select` takes it. */
export function propertiesAt(host: string): { readonly application: string; readonly principal: string } {
  const isGlobal = host === clouds.Microsoft.graph;
  return {
    application: [...applicationProperties, ...(isGlobal ? newApplicationProperties : [])].join(","),
    principal: [...principalProperties, ...(isGlobal ? newPrincipalProperties : [])].join(","),
  };
}

const MIRROR = "The service principal shows its application's.";
const PEOPLE = "For people: nothing follows from it.";
const FIXED = "Nobody changes it once the object is there.";

/** Published properties that are not compared, each with why. */
export const notCompared = {
  application: {
    applicationTemplateId: FIXED,
    certification: "Microsoft gives and takes it.",
    createdByAppId: FIXED,
    createdDateTime: FIXED,
    description: "For people; a preview with a refresh tells it, since the deployment writes it.",
    logo: "A picture: that there is one is told by its address.",
    oauth2RequirePostResponse: "It is about how a form is sent, and gives nobody anything.",
    publisherDomain: "Entra chooses it among the verified domains of the tenant.",
    serviceManagementReference: "For people; a preview with a refresh tells it, since the deployment writes it.",
    uniqueName: FIXED,
    appManagementPolicies: "`test --deploy` judges them.",
    createdOnBehalfOf: FIXED,
    extensionProperties: "Names of fields of people and groups: they give it no right.",
    homeRealmDiscoveryPolicies: "Reading them needs Policy.Read.All, which nobody is asked to have.",
    synchronization: "Reading it needs Synchronization.Read.All, which nobody is asked to have.",
    tokenIssuancePolicies: "Reading them needs Policy.Read.All, which nobody is asked to have.",
    tokenLifetimePolicies: "Reading them needs Policy.Read.All, which nobody is asked to have.",
  },
  servicePrincipal: {
    alternativeNames: "Azure writes it on managed identities.",
    appDescription: MIRROR,
    appDisplayName: MIRROR,
    appOwnerOrganizationId: FIXED,
    appRoles: MIRROR,
    applicationTemplateId: FIXED,
    createdByAppId: FIXED,
    customSecurityAttributes:
      "Reading them needs CustomSecAttributeAssignment.Read.All, which nobody is asked to have.",
    description: PEOPLE,
    displayName: MIRROR,
    homepage: MIRROR,
    info: MIRROR,
    logoutUrl: MIRROR,
    oauth2PermissionScopes: MIRROR,
    resourceSpecificApplicationPermissions: MIRROR,
    servicePrincipalType: FIXED,
    signInAudience: MIRROR,
    verifiedPublisher: MIRROR,
    appManagementPolicies: "`test --deploy` judges those of the application, which its credentials are on.",
    appRoleAssignedTo: "Who may use it where it needs assignment, which is for its administrators to say.",
    claimsMappingPolicies:
      "Reading them needs Policy.Read.All; they count where `acceptMappedClaims` is on, which is told.",
    createdObjects: "What it made, not what it may.",
    delegatedPermissionClassifications: "About consent to its own scopes, of which it has none.",
    endpoints: "Services that look it up: they give it no right.",
    federatedIdentityCredentials: "Those of the application are what counts.",
    homeRealmDiscoveryPolicies: "Reading them needs Policy.Read.All, which nobody is asked to have.",
    memberOf: "`transitiveMemberOf` is read, which has it.",
    ownedObjects: "Being written as an owner gives it what its granted permissions say, which are compared.",
    remoteDesktopSecurityConfiguration: "For Microsoft's own service principals of remote desktops.",
    synchronization: "Reading it needs Synchronization.Read.All, which nobody is asked to have.",
    tokenIssuancePolicies: "Reading them needs Policy.Read.All, which nobody is asked to have.",
    tokenLifetimePolicies: "Reading them needs Policy.Read.All, which nobody is asked to have.",
  },
} as const;
