/**
 * The admin-consent pages, of version 1 (`/adminconsent`) and 2 (`/v2.0/adminconsent`). Nobody types here: the person
 * that `login_hint` names signs in, without one the tenant's administrator, and agrees (assumed: a person would).
 *
 * @packageDocumentation
 */
import { administrators } from "../directory/administrators.ts";
import { consentToRoles, consentToScopes, declaredAccess } from "../directory/consent.ts";
import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import type { World } from "../world.ts";
import { checkRedirectUri, knownRegistration, required } from "./entra-authorize.ts";
import type { Query } from "./entra-authorize.ts";
import { personOf } from "./entra-clients.ts";
import { EntraError, rejections } from "./entra-errors.ts";
import { errorPage, withParameters } from "./entra-pages.ts";
import type { Shown } from "./entra-pages.ts";
import { missingConsent, parseScopes } from "./entra-scopes.ts";
import { instantiate } from "./entra-service-principal.ts";

/**
 * Documented: both give the tenant and the state back; version 2 repeats the scope. A link without a redirect URI leads
 * to the first address of the registration (assumed). Documented: where that has none, there is an error; that nothing
 * was consented to then is assumed, until somebody has seen it.
 */
export function adminConsent(world: World, version: 1 | 2, query: Query): Shown {
  const { state, scope } = query;
  let registration: DirectoryObject;
  let redirectUri: string;
  try {
    // Documented: here `common` means the tenant of whoever signs in, whatever the application's audience.
    registration = knownRegistration(world, world.tenant.id, required(query, "client_id"));
    redirectUri = query["redirect_uri"] || firstAddress(registration);
    checkRedirectUri(registration, redirectUri);
    if (version === 2) required(query, "scope");
  } catch (error) {
    if (error instanceof EntraError) return errorPage(error, world.now());
    throw error;
  }
  try {
    checkAdministrator(world, registration, query["login_hint"]);
    if (version === 2) grantScopes(world, registration, required(query, "scope"));
    else grantDeclared(world, registration);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const { error: name, error_description } = error.body(world.now());
    return withParameters(redirectUri, { error: name, error_description, state });
  }
  return withParameters(redirectUri, {
    admin_consent: "True",
    tenant: world.tenant.id,
    ...(version === 2 && { scope }),
    state,
  });
}

/** @throws EntraError AADSTS500113 */
function firstAddress(registration: DirectoryObject): string {
  for (const platform of ["web", "spa", "publicClient"]) {
    const [first] =
      ((registration[platform] ?? {}) as { readonly redirectUris?: readonly string[] }).redirectUris ?? [];
    if (first !== undefined) return first;
  }
  throw rejections.noReplyAddress();
}

/** @throws EntraError `access_denied` (assumed: what the page for people without the right gives back) */
function checkAdministrator(world: World, registration: DirectoryObject, hint: string | undefined): void {
  const people = administrators(world);
  const person = hint ? personOf(world, hint).id : people[0];
  if (person === undefined || !people.includes(person)) {
    throw rejections.administratorNeeded(text(registration, "displayName"));
  }
}

/** Everything that the registration declares, of every resource: roles, and delegated scopes for everybody. */
export function grantDeclared(world: World, registration: DirectoryObject, only?: DirectoryObject): void {
  const client = clientFor(world, registration);
  for (const { resource, roles, scopes } of declaredAccess(world, registration)) {
    if (only && only.id !== resource.id) continue;
    consentToRoles(world, client, resource, roles);
    consentToScopes(world, client.id, resource.id, null, scopes);
  }
}

/** Documented: delegated scopes by name for everybody; `/.default` stands for what is declared of that resource. */
function grantScopes(world: World, registration: DirectoryObject, scope: string): void {
  const asked = parseScopes(world, scope);
  // Of a client that nothing was granted to, everything that is asked for is missing.
  const missing = missingConsent(world, registration, undefined, "", { ...asked, isDefault: false });
  const client = clientFor(world, registration);
  for (const { resource, names } of missing) consentToScopes(world, client.id, resource.id, null, names);
  if (asked.isDefault) grantDeclared(world, registration, asked.resource);
}

function clientFor(world: World, registration: DirectoryObject): DirectoryObject {
  return directory(world).servicePrincipals.byKey(text(registration, "appId")) ?? instantiate(world, registration);
}
