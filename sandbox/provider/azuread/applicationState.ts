/**
 * An application between what a program declares of it, as the azuread plugin's type Application writes it, and what
 * Graph keeps (read: terraform-provider-azuread 3.8).
 *
 * @packageDocumentation
 */
import { isEqual, isRecord, type Properties, record, records, text, texts } from "../json.ts";
import { featuresOf, tagsOfFeatures } from "./featureTags.ts";
import { goMap } from "./applicationRegistration.ts";
import { idsByValue, roleState, scopeState } from "./servicePrincipalState.ts";

/** All of it, in every write but for what is said otherwise: the real plugin does not look what has changed. */
export function applicationBody(inputs: Properties, byFeatures: boolean): Properties {
  const web = record(inputs["web"]);
  const implicit = record(web["implicitGrant"]);
  return {
    api: apiBody(record(inputs["api"])),
    appRoles: records(inputs["appRoles"]).map(({ enabled, value, ...role }) => ({
      ...role,
      isEnabled: enabled !== false,
      value: value || null,
    })),
    description: inputs["description"] || null,
    displayName: inputs["displayName"],
    groupMembershipClaims: texts(inputs["groupMembershipClaims"]).join(",") || null,
    identifierUris: texts(inputs["identifierUris"]),
    info: Object.fromEntries(INFO.map((name) => [name, inputs[name] || null])),
    isDeviceOnlyAuthSupported: inputs["deviceOnlyAuthEnabled"] === true,
    isFallbackPublicClient: inputs["fallbackPublicClientEnabled"] === true,
    notes: inputs["notes"] || null,
    optionalClaims: claimsBody(record(inputs["optionalClaims"])),
    publicClient: { redirectUris: texts(record(inputs["publicClient"])["redirectUris"]) },
    requiredResourceAccess: records(inputs["requiredResourceAccesses"]).map((access) => ({
      resourceAppId: access["resourceAppId"],
      resourceAccess: records(access["resourceAccesses"]),
    })),
    serviceManagementReference: inputs["serviceManagementReference"] || null,
    signInAudience: inputs["signInAudience"],
    spa: { redirectUris: texts(record(inputs["singlePageApplication"])["redirectUris"]) },
    tags: byFeatures ? tagsOfFeatures(inputs["featureTags"]) : texts(inputs["tags"]),
    web: {
      homePageUrl: web["homepageUrl"] || null,
      logoutUrl: web["logoutUrl"] || null,
      redirectUris: texts(web["redirectUris"]),
      implicitGrantSettings: {
        enableAccessTokenIssuance: implicit["accessTokenIssuanceEnabled"] === true,
        enableIdTokenIssuance: implicit["idTokenIssuanceEnabled"] === true,
      },
    },
  };
}

const INFO = ["marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl"] as const;
const CLAIMS = { accessTokens: "accessToken", idTokens: "idToken", saml2Tokens: "saml2Token" } as const;

/** Seen: 1 where nothing is said, where the type ApplicationRegistration sends 2. */
function apiBody(api: Properties): Properties {
  return {
    knownClientApplications: texts(api["knownClientApplications"]),
    oauth2PermissionScopes: records(api["oauth2PermissionScopes"]).map(({ enabled, ...scope }) => ({
      ...scope,
      isEnabled: enabled !== false,
      type: scope["type"] ?? "User",
    })),
    requestedAccessTokenVersion: api["requestedAccessTokenVersion"] ?? 1,
  };
}

function claimsBody(claims: Properties): Properties | null {
  const lists = Object.entries(CLAIMS).map(([name, place]) => [
    place,
    records(claims[name]).map((claim) => ({
      name: claim["name"],
      essential: claim["essential"] === true,
      source: claim["source"] || null,
      additionalProperties: texts(claim["additionalProperties"]),
    })),
  ]);
  const isEmpty = lists.every(([, list]) => list?.length === 0);
  return isEmpty ? null : (Object.fromEntries(lists) as Properties);
}

/** What the plugin's state tells of an application. @param beta what only beta tells of it */
export function applicationState(found: Properties, beta: Properties, owners: readonly string[]): Properties {
  const [api, web, info] = [record(found["api"]), record(found["web"]), record(found["info"])];
  const implicit = record(web["implicitGrantSettings"]);
  const scopes = records(api["oauth2PermissionScopes"]);
  const roles = records(found["appRoles"]);
  const tags = texts(found["tags"]);
  const version = api["requestedAccessTokenVersion"];
  return {
    api: unlessEmpty({
      knownClientApplications: texts(api["knownClientApplications"]),
      mappedClaimsEnabled: api["acceptMappedClaims"] === true,
      oauth2PermissionScopes: scopes.map(scopeState),
      // The plugin's own default is no difference to nothing.
      requestedAccessTokenVersion: version === 1 ? undefined : version,
    }),
    appRoleIds: idsByValue(roles),
    appRoles: roles.map(roleState),
    clientId: text(found["appId"]),
    description: text(found["description"]),
    deviceOnlyAuthEnabled: found["isDeviceOnlyAuthSupported"] === true,
    disabledByMicrosoft: goMap(found["disabledByMicrosoftStatus"]),
    displayName: text(found["displayName"]),
    fallbackPublicClientEnabled: found["isFallbackPublicClient"] === true,
    featureTags: [featuresOf(tags)],
    groupMembershipClaims: text(found["groupMembershipClaims"]).split(",").filter(Boolean),
    identifierUris: texts(found["identifierUris"]),
    logoUrl: text(info["logoUrl"]),
    ...Object.fromEntries(INFO.map((name) => [name, text(info[name])])),
    notes: text(found["notes"]),
    oauth2PermissionScopeIds: idsByValue(scopes),
    oauth2PostResponseRequired: beta["oauth2RequirePostResponse"] === true,
    objectId: text(found["id"]),
    optionalClaims: claimsState(record(found["optionalClaims"])),
    owners,
    publicClient: unlessEmpty({ redirectUris: texts(record(found["publicClient"])["redirectUris"]) }),
    publisherDomain: text(found["publisherDomain"]),
    requiredResourceAccesses: records(found["requiredResourceAccess"]).map((access) => ({
      resourceAppId: text(access["resourceAppId"]),
      resourceAccesses: records(access["resourceAccess"]).map(({ id, type }) => ({ id, type })),
    })),
    serviceManagementReference: text(found["serviceManagementReference"]),
    signInAudience: text(found["signInAudience"]),
    singlePageApplication: unlessEmpty({ redirectUris: texts(record(found["spa"])["redirectUris"]) }),
    tags,
    templateId: text(found["applicationTemplateId"]),
    web: unlessEmpty({
      homepageUrl: text(web["homePageUrl"]),
      implicitGrant: unlessEmpty({
        accessTokenIssuanceEnabled: implicit["enableAccessTokenIssuance"] === true,
        idTokenIssuanceEnabled: implicit["enableIdTokenIssuance"] === true,
      }),
      logoutUrl: text(web["logoutUrl"]),
      redirectUris: texts(web["redirectUris"]),
    }),
  };
}

function claimsState(claims: Properties): Properties | undefined {
  const lists = Object.entries(CLAIMS).map(([name, place]) => [name, records(claims[place])]);
  return unlessEmpty(Object.fromEntries(lists) as Properties);
}

/** A block that nobody declared and a block with nothing in it are the same. */
function unlessEmpty(block: Properties): Properties | undefined {
  return isEqual(meant(block), {}) ? undefined : block;
}

/** Are these the same roles, scopes, accesses or claims, in whatever order, with what is left out at its default? */
export function sameItems(one: unknown, other: unknown): boolean {
  return isEqual(meant(one), meant(other));
}

/** Without what is empty, and lists in one order. What is enabled says nothing of it. */
function meant(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(meant);
    return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isRecord(value)) return value;
  const kept = Object.entries(value)
    .map(([name, each]) => [name, meant(each)] as const)
    .filter(
      ([name, each]) =>
        !isNothing(each) && !(name === "enabled" && each === true) && !(name === "type" && each === "User"),
    );
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "" || value === false;
}
