/**
 * Documented rules that the published model does not tell, by type: what values a text may have, what an item of a
 * list must have. The words of the refusals are assumed where nothing is said of them.
 *
 * @packageDocumentation
 */
import { refOf, propertyType } from "../../data/graph-model.ts";
import type { Json } from "../../directory/model.ts";
import { isRecord } from "./entities.ts";
import { badRequest, GraphError } from "./errors.ts";

type Values = Readonly<Record<string, Json>>;

interface Rules {
  /** Texts that must be one of these. */
  readonly oneOf?: Readonly<Record<string, readonly string[]>>;
  /** Must be there; in an object of its own only while it is made, in an item of a list always. */
  readonly needs?: readonly string[];
  /** Most characters. */
  readonly longest?: Readonly<Record<string, number>>;
  /** By property: is its value, which is neither null nor absent, a good one? Text: what is wrong with it. */
  readonly values?: Readonly<Record<string, (value: Json) => boolean | string>>;
  /** What is wrong with the whole, if anything is. */
  readonly whole?: (value: Values) => string | undefined;
}

/**
 * Checks an object and everything in it, each by the rules of its type.
 *
 * @throws GraphError 400
 */
export function checkRules(type: string, value: Values, { isNew }: { readonly isNew: boolean }): void {
  const { oneOf = {}, needs = [], longest = {}, values = {}, whole } = rules[type] ?? {};
  if (isNew) {
    for (const name of needs) {
      if (isEmpty(value[name]))
        throw badRequest(`A value is required for property '${name}' of resource '${title(type)}'.`);
    }
  }
  // Documented of users: what has to be there cannot be cleared either; of the others assumed.
  const cleared = needs.find((name) => name in value && isEmpty(value[name]));
  if (cleared !== undefined) throw invalid(cleared, type);
  for (const [name, member] of Object.entries(value)) {
    if (member === null) continue;
    const allowed = oneOf[name];
    if (allowed && !(typeof member === "string" && allowed.includes(member))) throw invalid(name, type);
    const most = longest[name];
    if (most !== undefined && typeof member === "string" && member.length > most) throw invalid(name, type);
    if (hasTwice(member)) throw duplicateValue();
    const verdict = values[name]?.(member) ?? true;
    if (verdict === false) throw invalid(name, type);
    if (verdict !== true) throw badRequest(verdict);
    const text = propertyType(type, name);
    if (text === undefined) continue;
    const inner = refOf(text).name;
    for (const each of Array.isArray(member) ? member : [member]) {
      if (isRecord(each)) checkRules(inner, each, { isNew: Array.isArray(member) });
    }
  }
  const wrong = whole?.(value);
  if (wrong !== undefined) throw badRequest(wrong);
}

/** Reported (microsoft-graph-docs #21667, terraform-provider-azuread #567): code and words, whatever list it is. */
function hasTwice(value: Json): boolean {
  return Array.isArray(value) && new Set(value.map((each) => JSON.stringify(each))).size < value.length;
}

function duplicateValue(): Error {
  return new GraphError(400, "DuplicateValue", "Request contains a property with duplicate values.");
}

function invalid(name: string, type: string): Error {
  return badRequest(`Invalid value specified for property '${name}' of resource '${title(type)}'.`);
}

function title(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/**
 * Documented ("Redirect URI restrictions and limitations"): https, or http on this machine; 256 characters; none of
 * `! $ ' ( ) , ;`; no fragment. Documented is also that wildcards are not for whom personal accounts sign in with, and
 * are only advised against elsewhere: here they are refused everywhere (assumed). Assumed: the words.
 */
const webRedirects = redirects((protocol) => protocol === "https:");
/** Documented: those of mobile and desktop applications may have a scheme of their own. */
const nativeRedirects = redirects((protocol) => protocol !== "http:");

/** Documented: the most redirect URIs of a registration, and the most characters of one. */
const MOST = 256;
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

function redirects(isAllowed: (protocol: string) => boolean): (uris: Json) => boolean | string {
  return (uris) => {
    const bad = textsOf(uris).find((text) => {
      if (text.length > MOST || /[!$'(),;]/.test(text) || !isAbsolute(text)) return true;
      const { protocol, hostname } = new URL(text);
      return !isAllowed(protocol) && !(protocol === "http:" && LOCAL.includes(hostname));
    });
    return bad === undefined || `Invalid value specified for property 'redirectUris': '${bad}' is no redirect URI.`;
  };
}

function tooManyRedirects(application: Values): string | undefined {
  const uris = ["web", "spa", "publicClient"].flatMap((platform) => {
    const settings = application[platform];
    return isRecord(settings ?? null) ? textsOf((settings as Values)["redirectUris"] ?? []) : [];
  });
  return uris.length > MOST ? `The number of redirect URIs exceeds the maximum of ${MOST}.` : undefined;
}

/** Addresses; an empty text says that there is none (seen: azuread provider clears them so). */
function uris(value: Json): boolean {
  return textsOf(value).every((text) => text === "" || isAbsolute(text));
}

/** A text, or the texts of a list. */
function textsOf(value: Json): string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
}

/** What a text lists between commas. */
function parts(value: Json): string[] {
  return textsOf(value).flatMap((text) => text.split(/,\s*/));
}

function isAbsolute(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:./i.test(text) && !/[*#\s]/.test(text) && URL.canParse(text);
}

/** Documented: 8 to 256 characters, of three kinds at least; the words are reported. */
function password(value: Json): boolean | string {
  const [text = ""] = textsOf(value);
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((each) => each.test(text)).length;
  if (text.length >= 8 && text.length <= 256 && kinds >= 3) return true;
  return "The specified password does not comply with password complexity requirements. Please provide a different password.";
}

/**
 * Documented: ids of roles and scopes are unique within an application. Documented for azuread's `azuread_application`:
 * their values are of one namespace; code and words as reported (terraform-provider-azuread #269).
 *
 * @throws GraphError 400
 */
export function checkEntitlements(application: Values): void {
  const api = isRecord(application["api"]) ? application["api"] : {};
  const items = [application["appRoles"], api["oauth2PermissionScopes"]].flatMap((each) =>
    (Array.isArray(each) ? each : []).filter(isRecord),
  );
  const ids = items.map((each) => each["id"] ?? null);
  const values = items.map((each) => each["value"] ?? null).filter((each) => typeof each === "string" && each !== "");
  if (hasTwice(ids) || hasTwice(values)) throw duplicateValue();
}

/** One entry for each resource (assumed: the code and the words). */
function checkResources({ requiredResourceAccess }: Values): void {
  if (!Array.isArray(requiredResourceAccess)) return;
  if (hasTwice(requiredResourceAccess.filter(isRecord).map((each) => each["resourceAppId"] ?? null))) {
    throw duplicateValue();
  }
}

/** Documented: at most 120 characters, these; no dot at the beginning. */
function entitlementValue(value: Json): boolean {
  const [text = ""] = textsOf(value);
  return text === "" || (/^[\w!#$%&'()*+,\-/:;<=>?@[\]^`{|}~.]{1,120}$/.test(text) && !text.startsWith("."));
}

const matches = (pattern: RegExp) => (value: Json) => textsOf(value).every((each) => pattern.test(each));
const eachOf =
  (...allowed: string[]) =>
  (value: Json) =>
    textsOf(value).every((each) => allowed.includes(each));

/** Documented of `mail`, `otherMails` and others: mail addresses. */
const mails = matches(/^[^@\s]+@[^@\s]+\.[^@\s]+$/);
/** Documented: ISO 3166, two letters. */
const country = matches(/^[A-Z]{2}$/i);
const guid = matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
/** Documented: no blank and none of these characters. */
const mailNickname = matches(/^[^@()\\[\]";:<>,\s]{1,64}$/);
const CLAIMS = ["None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"];

const rules: Readonly<Record<string, Rules>> = {
  application: {
    needs: ["displayName"],
    longest: { displayName: 256, description: 1024, notes: 1024 },
    oneOf: {
      signInAudience: [
        ...["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"],
        "PersonalMicrosoftAccount",
      ],
    },
    values: {
      identifierUris: uris,
      groupMembershipClaims: (value) => eachOf(...CLAIMS)(parts(value)),
    },
    whole(value) {
      checkEntitlements(value);
      checkResources(value);
      return tooManyRedirects(value);
    },
  },
  apiApplication: { values: { requestedAccessTokenVersion: (value) => value === 1 || value === 2 } },
  webApplication: { values: { redirectUris: webRedirects, homePageUrl: uris, logoutUrl: uris } },
  spaApplication: { values: { redirectUris: webRedirects } },
  publicClientApplication: { values: { redirectUris: nativeRedirects } },
  requiredResourceAccess: { needs: ["resourceAppId"], values: { resourceAppId: guid } },
  resourceAccess: { needs: ["id", "type"], oneOf: { type: ["Role", "Scope"] } },
  appRole: {
    needs: ["id", "allowedMemberTypes", "displayName"],
    longest: { displayName: 256 },
    values: { value: entitlementValue, allowedMemberTypes: eachOf("User", "Application") },
    whole: (role) => ("value" in role ? undefined : "A value is required for property 'value' of resource 'AppRole'."),
  },
  permissionScope: {
    needs: ["id", "value"],
    oneOf: { type: ["User", "Admin"] },
    values: { value: entitlementValue },
  },
  servicePrincipal: {
    needs: ["appId"],
    longest: { displayName: 256, notes: 1024 },
    oneOf: { preferredSingleSignOnMode: ["password", "saml", "notSupported", "oidc", ""] },
    values: { appId: guid, loginUrl: uris, homepage: uris, logoutUrl: uris, notificationEmailAddresses: mails },
  },
  informationalUrl: {
    values: { logoUrl: uris, marketingUrl: uris, privacyStatementUrl: uris, supportUrl: uris, termsOfServiceUrl: uris },
  },
  parentalControlSettings: {
    oneOf: {
      legalAgeGroupRule: [
        ...["Allow", "RequireConsentForPrivacyServices", "RequireConsentForMinors", "RequireConsentForKids"],
        "BlockMinors",
      ],
    },
    values: { countriesBlockedForMinors: country },
  },
  preAuthorizedApplication: {
    needs: ["appId", "delegatedPermissionIds"],
    values: { appId: guid, delegatedPermissionIds: guid },
  },
  optionalClaim: { needs: ["name"], oneOf: { source: ["user"] } },
  user: {
    needs: ["displayName", "mailNickname", "userPrincipalName", "accountEnabled", "passwordProfile"],
    longest: {
      ...{ displayName: 256, givenName: 64, surname: 64, employeeId: 16, userPrincipalName: 113, jobTitle: 128 },
      ...{ department: 64, companyName: 64, city: 128, state: 128, country: 128, postalCode: 40, streetAddress: 1024 },
    },
    oneOf: {
      userType: ["Member", "Guest"],
      ageGroup: ["Minor", "NotAdult", "Adult"],
      consentProvidedForMinor: ["Granted", "Denied", "NotRequired"],
    },
    values: {
      mailNickname,
      userPrincipalName: matches(/^[A-Za-z0-9'._!#^~-]+@[A-Za-z0-9.-]+$/),
      usageLocation: country,
      mail: mails,
      otherMails: mails,
      // Documented: it is a list, and takes one number.
      businessPhones: (value) => textsOf(value).length <= 1,
      passwordPolicies: (value) => eachOf("None", "DisableStrongPassword", "DisablePasswordExpiration")(parts(value)),
    },
  },
  passwordProfile: { values: { password } },
  group: {
    needs: ["displayName", "mailNickname", "mailEnabled", "securityEnabled"],
    longest: { displayName: 256, description: 1024 },
    oneOf: {
      visibility: ["Private", "Public", "HiddenMembership"],
      membershipRuleProcessingState: ["On", "Paused"],
      theme: ["Teal", "Purple", "Green", "Blue", "Pink", "Orange", "Red"],
    },
    values: { mailNickname, groupTypes: eachOf("Unified", "DynamicMembership") },
  },
  administrativeUnit: {
    needs: ["displayName"],
    longest: { displayName: 256 },
    oneOf: {
      visibility: ["Public", "HiddenMembership"],
      membershipType: ["Assigned", "Dynamic"],
      membershipRuleProcessingState: ["On", "Paused"],
    },
  },
  federatedIdentityCredential: {
    needs: ["name", "issuer", "subject", "audiences"],
    longest: { name: 120, issuer: 600, subject: 600, description: 600 },
    values: {
      name: matches(/^[A-Za-z0-9][\w-]*$/),
      issuer: uris,
      audiences: (value) => textsOf(value).every((each) => each.length <= 600),
    },
  },
  appRoleAssignment: { needs: ["appRoleId", "principalId", "resourceId"] },
  oAuth2PermissionGrant: {
    needs: ["clientId", "consentType", "resourceId"],
    oneOf: { consentType: ["AllPrincipals", "Principal"] },
    values: { clientId: guid, resourceId: guid, principalId: guid },
  },
  extensionProperty: {
    needs: ["name", "dataType", "targetObjects"],
    oneOf: { dataType: ["Binary", "Boolean", "DateTime", "Integer", "LargeInteger", "String"] },
    values: {
      // A name of OData: it is a part of the property's own.
      name: matches(/^\w+$/),
      targetObjects: eachOf("User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"),
    },
  },
};
