import { GRAPH_APP_ID } from "../data/first-party.ts";
import { declaredAccess, grantedScopes } from "../directory/consent.ts";
import { directory } from "../directory/index.ts";
import { list, text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import { resourcePrincipal } from "../directory/roles.ts";
import type { World } from "../world.ts";
import { rejections } from "./entra-errors.ts";

/** Documented: the scopes of OpenID Connect; Entra keeps consent to them as scopes of Microsoft Graph. */
export const OPENID_SCOPES: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** Scopes that a person is asked for, taken apart. */
export interface AskedScopes {
  /** The resource that the access token is for; Microsoft Graph where only OpenID's scopes are asked for. */
  readonly resource: DirectoryObject;
  /** The resource as it was written, without the scope; what the token is made out to. */
  readonly audience: string;
  /** `resource/.default`: what the registration declares and what is granted already. */
  readonly isDefault: boolean;
  readonly names: readonly string[];
  readonly openId: readonly string[];
}

/**
 * @param scope between blanks; a name without a resource is Microsoft Graph's (documented)
 * @throws EntraError AADSTS28000 for scopes of two resources, AADSTS500011 for an unknown resource
 */
export function parseScopes(world: World, scope: string): AskedScopes {
  const openId: string[] = [];
  const names: string[] = [];
  const audiences = new Set<string>();
  for (const each of scope.split(/\s+/).filter(Boolean)) {
    if (OPENID_SCOPES.includes(each)) {
      openId.push(each);
      continue;
    }
    const cut = each.lastIndexOf("/");
    audiences.add(cut < 0 ? GRAPH_APP_ID : each.slice(0, cut));
    names.push(each.slice(cut + 1));
  }
  if (audiences.size > 1) throw rejections.severalResources(scope);
  const [audience = GRAPH_APP_ID] = audiences;
  const resource = resourcePrincipal(world, audience);
  if (!resource) throw rejections.resourceNotFound(audience, world.tenant.displayName);
  const isDefault = names.includes(".default");
  return { resource, audience, isDefault, names: names.filter((name) => name !== ".default"), openId };
}

/** Scopes by resource that somebody still has to consent to before the client gets a token for the user. */
export interface MissingConsent {
  readonly resource: DirectoryObject;
  readonly names: readonly string[];
}

/** @throws EntraError AADSTS650053 for a scope that its resource does not offer */
export function missingConsent(
  world: World,
  registration: DirectoryObject,
  principalId: string | undefined,
  userId: string,
  asked: AskedScopes,
): MissingConsent[] {
  const { resource, names, openId, isDefault } = asked;
  const graph = directory(world).servicePrincipals.byKey(GRAPH_APP_ID) as DirectoryObject;
  const granted = (id: string) => (principalId === undefined ? [] : grantedScopes(world, principalId, id, userId));
  const declared = declaredAccess(world, registration).find((each) => each.resource.id === resource.id)?.scopes ?? [];
  // Documented: with some consent there already, `/.default` asks for no more.
  const wanted = isDefault && granted(resource.id).length === 0 ? [...names, ...declared] : names;
  return [
    { resource, names: wanted },
    { resource: graph, names: openId },
  ].flatMap(({ resource: of, names: all }) => {
    const offered = new Set(offeredScopes(of).map((each) => each.value));
    const unknown = all.find((name) => !offered.has(name));
    if (unknown !== undefined) {
      throw rejections.unknownScope(text(registration, "displayName"), unknown, text(of, "appId"));
    }
    const missing = all.filter((name) => !granted(of.id).includes(name));
    return missing.length > 0 ? [{ resource: of, names: missing }] : [];
  });
}

/** Can a person who is no administrator consent to these? Documented: a scope's `type` says so. */
export function needsAdministrator({ resource, names }: MissingConsent): boolean {
  return offeredScopes(resource).some(({ value, type }) => names.includes(value) && type === "Admin");
}

function offeredScopes(resource: DirectoryObject): readonly { value: string; type: "User" | "Admin" }[] {
  return list(resource, "oauth2PermissionScopes");
}
