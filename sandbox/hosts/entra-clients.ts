import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import { registrationOf } from "../directory/vendors.ts";
import type { World } from "../world.ts";
import { rejections } from "./entra-errors.ts";

/**
 * The registration whose client this is, and its service principal, both there and enabled. A managed identity has no
 * registration: its service principal is both (documented: it trusts federated credentials too).
 *
 * @throws EntraError
 */
export function clientOf(world: World, clientId: string): [registration: DirectoryObject, principal: DirectoryObject] {
  const { applications, servicePrincipals } = directory(world);
  const principal = servicePrincipals.byKey(clientId);
  const registration =
    registrationOf(world, applications, clientId) ??
    (principal?.["servicePrincipalType"] === "ManagedIdentity" ? principal : undefined);
  if (!registration) throw rejections.applicationNotFound(clientId, world.tenant.displayName);
  if (!principal) throw rejections.principalMissing(clientId, world.tenant.id);
  if (principal["accountEnabled"] === false) {
    throw rejections.applicationDisabled(clientId, text(principal, "displayName"));
  }
  return [registration, principal];
}

/** Platforms of redirect URIs: who has a `web` one can keep a secret, who has a `publicClient` one cannot (documented). */
export type Platform = "web" | "spa" | "publicClient";

/** The platform that a redirect URI is registered for, if it is: letter by letter. */
export function platformOf(registration: DirectoryObject, redirectUri: string): Platform | undefined {
  const platforms: readonly Platform[] = ["web", "spa", "publicClient"];
  return platforms.find((platform) => {
    const { redirectUris = [] } = (registration[platform] ?? {}) as { redirectUris?: readonly string[] };
    return redirectUris.some((each) => withoutLocalPort(each) === withoutLocalPort(redirectUri));
  });
}

/** Documented: the port of a localhost redirect URI is not compared. */
function withoutLocalPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+/, "$1");
}

/** A person by user principal name or mail address. @throws EntraError who is not there, or may not sign in */
export function personOf(world: World, hint: string): DirectoryObject {
  const { users } = directory(world);
  const wanted = hint.toLowerCase();
  const person = users.byKey(hint) ?? [...users.values()].find((each) => text(each, "mail").toLowerCase() === wanted);
  if (!person) throw rejections.unknownUser(hint, world.tenant.displayName);
  if (person["accountEnabled"] === false) throw rejections.disabledUser();
  return person;
}

/** Documented: who may sign in is the registration's `signInAudience`. */
export function isMultitenant(registration: DirectoryObject): boolean {
  return ["AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"].includes(text(registration, "signInAudience"));
}
