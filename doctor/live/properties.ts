/**
 * What a registration is set to: each property with what is declared of it and what it is. Most of them no setting
 * declares: they are as Entra makes them. Pure.
 *
 * @packageDocumentation
 */
import type { Outputs, Registration } from "../../contract/outputs.ts";
import { printable } from "../../contract/text/printable.ts";
import { DEPLOY, changeApplication, changePrincipal } from "../connectors/commands.ts";
import type { Fact, Part } from "./facts.ts";
import type { LiveApplication, LivePrincipal } from "../connectors/objects.ts";

/** What is declared of a registration: by itself, and by the stack that it is of. */
interface Declared {
  readonly outputs: Pick<Outputs, "mark" | "tenant">;
  readonly registration: Registration;
}

interface Property<T> {
  readonly id: string;
  /** What it is where nobody changed it, for a person. */
  readonly declared: string | ((declared: Declared) => string);
  readonly live: (object: T) => string;
  /** Puts it back, where a deployment does not: a change of the object. */
  readonly body?: object;
}

export const EXISTS = "the service principal";

/** The tag by which the portal's default filter lists a service principal (reported: Azure/azure-powershell 7646). */
export const LISTED = "WindowsAzureActiveDirectoryIntegratedApp";

const NONE = "none";
const orNone = (value: string | null | undefined) => value || NONE;
const onOff = (value: boolean | null | undefined) => (value ? "on" : "off");
const implicit = (name: string) => ({ web: { implicitGrantSettings: { [name]: false } } });
/** Published: absent and `NotDisabled` are the same. */
const byMicrosoft = (status: string | null | undefined) => (!status || status === "NotDisabled" ? "no" : status);

/** An address that is shown to people who are asked for consent, or that they are sent to. */
function page(id: string, live: (application: LiveApplication) => string | null | undefined, body: object) {
  return { id, declared: NONE, live: (application: LiveApplication) => orNone(live(application)), body };
}

const ofApplication: readonly Property<LiveApplication>[] = [
  {
    id: "name",
    declared: ({ registration }) => registration.displayName,
    live: ({ displayName }) => orNone(displayName),
  },
  { id: "mark of the stack", declared: ({ outputs }) => outputs.mark, live: ({ notes }) => orNone(notes) },
  {
    id: "who may sign in",
    declared: ({ registration }) =>
      registration.audience === "multipleTenants" ? "AzureADMultipleOrgs" : "AzureADMyOrg",
    live: ({ signInAudience }) => signInAudience ?? "AzureADMyOrg",
  },
  {
    id: "public client flows",
    declared: "off",
    live: ({ isFallbackPublicClient }) => onOff(isFallbackPublicClient),
    body: { isFallbackPublicClient: false },
  },
  {
    id: "access tokens by implicit grant",
    declared: "off",
    live: ({ web }) => onOff(web?.implicitGrantSettings?.enableAccessTokenIssuance),
    body: implicit("enableAccessTokenIssuance"),
  },
  {
    id: "ID tokens by implicit grant",
    declared: "off",
    live: ({ web }) => onOff(web?.implicitGrantSettings?.enableIdTokenIssuance),
    body: implicit("enableIdTokenIssuance"),
  },
  {
    id: "sign-in of devices without a person",
    declared: "off",
    live: ({ isDeviceOnlyAuthSupported }) => onOff(isDeviceOnlyAuthSupported),
    body: { isDeviceOnlyAuthSupported: null },
  },
  {
    id: "native authentication",
    declared: NONE,
    live: ({ nativeAuthenticationApisEnabled }) => orNone(nativeAuthenticationApisEnabled),
    body: { nativeAuthenticationApisEnabled: "none" },
  },
  {
    id: "requests that have to be signed",
    declared: "no",
    live: ({ requestSignatureVerification }) => (requestSignatureVerification?.isSignedRequestRequired ? "yes" : "no"),
    body: { requestSignatureVerification: null },
  },
  {
    id: "weak algorithms of signed requests",
    declared: NONE,
    live: ({ requestSignatureVerification }) => orNone(requestSignatureVerification?.allowedWeakAlgorithms),
    body: { requestSignatureVerification: null },
  },
  // Documented: an unverified address in a token lets somebody else's tenant claim to be a person of this one.
  {
    id: "unverified e-mail addresses in tokens",
    declared: "left out where Entra leaves them out",
    live: ({ authenticationBehaviors }) =>
      authenticationBehaviors?.removeUnverifiedEmailClaim === false
        ? "always told"
        : "left out where Entra leaves them out",
    body: { authenticationBehaviors: { removeUnverifiedEmailClaim: null } },
  },
  {
    id: "tokens for what has no service principal",
    declared: "as Entra has it",
    live: ({ authenticationBehaviors }) =>
      authenticationBehaviors?.requireClientServicePrincipal === false ? "given" : "as Entra has it",
    body: { authenticationBehaviors: { requireClientServicePrincipal: null } },
  },
  {
    id: "Azure AD Graph",
    declared: "as Entra has it",
    live: ({ authenticationBehaviors }) =>
      authenticationBehaviors?.blockAzureADGraphAccess === false ? "open to it" : "as Entra has it",
    body: { authenticationBehaviors: { blockAzureADGraphAccess: null } },
  },
  { id: "version of access tokens", declared: "2", live: ({ api }) => String(api?.requestedAccessTokenVersion ?? 1) },
  {
    id: "claims that the client maps itself",
    declared: "off",
    live: ({ api }) => onOff(api?.acceptMappedClaims),
    body: { api: { acceptMappedClaims: null } },
  },
  {
    id: "groups in tokens",
    declared: NONE,
    live: ({ groupMembershipClaims }) => orNone(groupMembershipClaims === "None" ? NONE : groupMembershipClaims),
    body: { groupMembershipClaims: null },
  },
  {
    id: "key that tokens are encrypted for",
    declared: NONE,
    live: ({ tokenEncryptionKeyId }) => orNone(tokenEncryptionKeyId),
    body: { tokenEncryptionKeyId: null },
  },
  page("home page", ({ web }) => web?.homePageUrl, { web: { homePageUrl: null } }),
  page("address of signing out", ({ web }) => web?.logoutUrl, { web: { logoutUrl: null } }),
  page("default redirect URI", ({ defaultRedirectUri }) => defaultRedirectUri, { defaultRedirectUri: null }),
  page("logo", ({ info }) => info?.logoUrl, { info: { logoUrl: null } }),
  page("marketing page", ({ info }) => info?.marketingUrl, { info: { marketingUrl: null } }),
  page("privacy statement", ({ info }) => info?.privacyStatementUrl, { info: { privacyStatementUrl: null } }),
  page("support page", ({ info }) => info?.supportUrl, { info: { supportUrl: null } }),
  page("terms of service", ({ info }) => info?.termsOfServiceUrl, { info: { termsOfServiceUrl: null } }),
  page("SAML metadata", ({ samlMetadataUrl }) => samlMetadataUrl, { samlMetadataUrl: null }),
  {
    id: "countries blocked for minors",
    declared: NONE,
    live: ({ parentalControlSettings }) => orNone(parentalControlSettings?.countriesBlockedForMinors?.join(" ")),
    body: { parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" } },
  },
  {
    id: "rule for minors",
    declared: "Allow",
    live: ({ parentalControlSettings }) => parentalControlSettings?.legalAgeGroupRule ?? "Allow",
    body: { parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" } },
  },
  {
    id: "verified publisher",
    declared: NONE,
    live: ({ verifiedPublisher }) => orNone(verifiedPublisher?.displayName ?? verifiedPublisher?.verifiedPublisherId),
  },
  {
    id: "deactivated",
    declared: "no",
    live: ({ isDisabled }) => (isDisabled ? "yes" : "no"),
    body: { isDisabled: false },
  },
  {
    id: "disabled by Microsoft",
    declared: "no",
    live: ({ disabledByMicrosoftStatus }) => byMicrosoft(disabledByMicrosoftStatus),
  },
];

const ofPrincipal: readonly Property<LivePrincipal>[] = [
  { id: EXISTS, declared: "there", live: () => "there" },
  {
    id: "mark of the stack (service principal)",
    declared: ({ outputs }) => outputs.mark,
    live: ({ notes }) => orNone(notes),
  },
  {
    id: "signing in",
    declared: "allowed",
    live: ({ accountEnabled }) => (accountEnabled === false ? "blocked" : "allowed"),
  },
  {
    id: "listed in Enterprise applications",
    declared: "yes",
    live: ({ tags }) => (tags.includes(LISTED) ? "yes" : "no"),
  },
  {
    id: "only who is assigned",
    declared: ({ registration }) => (registration.assignmentRequired ? "yes" : "no"),
    live: ({ appRoleAssignmentRequired }) => (appRoleAssignmentRequired ? "yes" : "no"),
  },
  {
    id: "kind of single sign-on",
    declared: NONE,
    live: ({ preferredSingleSignOnMode: mode }) => (!mode || mode === "notSupported" ? NONE : mode),
    body: { preferredSingleSignOnMode: null },
  },
  {
    id: "key that SAML tokens are signed with",
    declared: NONE,
    live: ({ preferredTokenSigningKeyThumbprint }) => orNone(preferredTokenSigningKeyThumbprint),
    body: { preferredTokenSigningKeyThumbprint: null },
  },
  {
    id: "SAML relay state",
    declared: NONE,
    live: ({ samlSingleSignOnSettings }) => orNone(samlSingleSignOnSettings?.relayState),
    body: { samlSingleSignOnSettings: null },
  },
  { id: "sign-in page", declared: NONE, live: ({ loginUrl }) => orNone(loginUrl), body: { loginUrl: null } },
  {
    id: "key that tokens are encrypted for (service principal)",
    declared: NONE,
    live: ({ tokenEncryptionKeyId }) => orNone(tokenEncryptionKeyId),
    body: { tokenEncryptionKeyId: null },
  },
  {
    id: "who is written to before a certificate ends",
    declared: NONE,
    live: ({ notificationEmailAddresses }) => orNone(notificationEmailAddresses?.join(" ")),
    body: { notificationEmailAddresses: [] },
  },
  {
    id: "deactivated (service principal)",
    declared: "no",
    live: ({ isDisabled }) => (isDisabled ? "yes" : "no"),
    body: { isDisabled: false },
  },
  {
    id: "disabled by Microsoft (service principal)",
    declared: "no",
    live: ({ disabledByMicrosoftStatus }) => byMicrosoft(disabledByMicrosoftStatus),
  },
];

export function declaredProperties(declared: Declared): Fact[] {
  const { cloud } = declared.outputs.tenant;
  const { objectId, principalId } = declared.registration;
  const facts = (on: Part, change: (body: object) => string, all: readonly Omit<Property<never>, "live">[]) =>
    all.map(({ id, declared: value, body }): Fact => ({
      ...fact(on, id),
      value: typeof value === "string" ? value : printable(value(declared)),
      putBack: body === undefined ? DEPLOY : change(body),
    }));
  return [
    ...facts("application", (body) => changeApplication(cloud, objectId, body), ofApplication),
    ...facts("service principal", (body) => changePrincipal(cloud, principalId, body), ofPrincipal),
  ];
}

export function liveProperties(application: LiveApplication, principal: LivePrincipal | undefined): Fact[] {
  return [
    ...ofApplication.map(({ id, live }) => ({ ...fact("application", id), value: printable(live(application)) })),
    ...(principal === undefined
      ? []
      : ofPrincipal.map(({ id, live }) => ({
          ...fact("service principal", id),
          value: printable(live(principal)),
        }))),
  ];
}

function fact(on: Part, id: string): Fact {
  return { aspect: "setting", on, id, label: id };
}
