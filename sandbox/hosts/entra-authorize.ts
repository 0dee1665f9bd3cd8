/**
 * The authorize endpoint: authorization code flow with PKCE. Nobody types a password here: the person that `login_hint`
 * names, or who is picked on the page, is signed in and agrees to whatever a person may agree to (assumed: a person would).
 *
 * @packageDocumentation
 */
import { administrators } from "../directory/administrators.ts";
import { consentToScopes } from "../directory/consent.ts";
import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import { registrationOf } from "../directory/vendors.ts";
import type { World } from "../world.ts";
import { isMultitenant, personOf, platformOf } from "./entra-clients.ts";
import { EntraError, rejections } from "./entra-errors.ts";
import { accountPage, errorPage, withParameters } from "./entra-pages.ts";
import type { Shown } from "./entra-pages.ts";
import { missingConsent, needsAdministrator, parseScopes } from "./entra-scopes.ts";
import { newCode } from "./entra-sessions.ts";
import { instantiate } from "./entra-service-principal.ts";

export type Query = Readonly<Record<string, string | undefined>>;

/** @param tenant id of the tenant, or a tenant-independent name */
export function authorize(world: World, tenant: string, query: Query): Shown {
  let registration: DirectoryObject;
  let redirectUri: string;
  try {
    registration = knownRegistration(world, tenant, required(query, "client_id"));
    redirectUri = required(query, "redirect_uri");
    checkRedirectUri(registration, redirectUri);
  } catch (error) {
    if (error instanceof EntraError) return errorPage(error, world.now());
    throw error;
  }
  const mode = query["response_mode"] === "fragment" ? "fragment" : "query";
  const state = query["state"];
  if (!query["login_hint"] && query["prompt"] !== "none") return accountPage(query, peopleToPick(world));
  try {
    return withParameters(redirectUri, { code: signIn(world, registration, redirectUri, query), state }, mode);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const { error: name, error_description } = error.body(world.now());
    return withParameters(redirectUri, { error: name, error_description, state }, mode);
  }
}

/** On the page that asks who somebody is: administrators first, then so many others; anybody can be typed. */
const MOST_TO_PICK = 8;

function peopleToPick(world: World) {
  const { users } = directory(world);
  const first = administrators(world);
  const people = [...users.values()].filter((each) => each["accountEnabled"] !== false && text(each, "mail") !== "");
  const others = people.filter(({ id }) => !first.includes(id)).slice(0, MOST_TO_PICK);
  return [...people.filter(({ id }) => first.includes(id)), ...others].map((each) => ({
    name: text(each, "displayName"),
    account: text(each, "userPrincipalName"),
  }));
}

/** @throws EntraError AADSTS700016, AADSTS50194 */
export function knownRegistration(world: World, tenant: string, clientId: string): DirectoryObject {
  const registration = registrationOf(world, directory(world).applications, clientId);
  if (!registration) throw rejections.applicationNotFound(clientId, world.tenant.displayName);
  if (tenant !== world.tenant.id && !isMultitenant(registration)) {
    throw rejections.notMultitenant(clientId, text(registration, "displayName"), "10/15/2018");
  }
  return registration;
}

/** @throws EntraError AADSTS50011 */
export function checkRedirectUri(registration: DirectoryObject, redirectUri: string): void {
  if (!platformOf(registration, redirectUri)) {
    throw rejections.redirectMismatch(redirectUri, text(registration, "appId"));
  }
}

export function required(query: Query, name: string): string {
  const value = query[name];
  if (!value) throw rejections.parameterMissing(name);
  return value;
}

function signIn(world: World, registration: DirectoryObject, redirectUri: string, query: Query): string {
  const responseType = required(query, "response_type");
  if (responseType !== "code") throw rejections.unsupportedResponseType(responseType);
  const mode = query["response_mode"] ?? "query";
  const platform = platformOf(registration, redirectUri);
  if (mode === "form_post" || platform === "spa") {
    throw rejections.notHere(mode === "form_post" ? "response_mode form_post" : "a single-page application");
  }
  const scope = required(query, "scope");
  const isSilent = query["prompt"] === "none";
  const hint = query["login_hint"];
  if (!hint) throw rejections.notSignedIn();
  const person = personOf(world, hint);
  consent(world, registration, person, scope, isSilent);
  const challenge = query["code_challenge"];
  return newCode(world, {
    clientId: text(registration, "appId"),
    userId: person.id,
    scope,
    isPublic: platform === "publicClient",
    redirectUri,
    // Documented: without a method the challenge is the verifier itself.
    ...(challenge && { challenge: { value: challenge, isHashed: query["code_challenge_method"] === "S256" } }),
    ...(query["nonce"] && { nonce: query["nonce"] }),
  });
}

/**
 * Documented: what is of the user's type each person consents to alone, with a grant of its own; the rest wants an
 * administrator, who may consent like this too. The first consent makes the service principal.
 */
function consent(
  world: World,
  registration: DirectoryObject,
  person: DirectoryObject,
  scope: string,
  isSilent: boolean,
): void {
  const appId = text(registration, "appId");
  const principal = directory(world).servicePrincipals.byKey(appId);
  const missing = missingConsent(world, registration, principal?.id, person.id, parseScopes(world, scope));
  if (missing.length === 0) return;
  const name = text(registration, "displayName");
  if (isSilent) throw rejections.consentMissing("interaction_required", appId, name);
  if (missing.some(needsAdministrator) && !administrators(world).includes(person.id)) {
    throw rejections.consentMissing("consent_required", appId, name);
  }
  const client = principal ?? instantiate(world, registration);
  for (const { resource, names } of missing) consentToScopes(world, client.id, resource.id, person.id, names);
}
