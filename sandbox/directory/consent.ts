/**
 * What people and administrators consented to: delegated grants for one person or for all, and application roles.
 *
 * @packageDocumentation
 */
import type { World } from "../world.ts";
import { directory } from "./index.ts";
import { list, text } from "./model.ts";
import type { DirectoryObject } from "./model.ts";

interface Offered {
  readonly id: string;
  readonly value: string | null;
}

interface RequiredAccess {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: "Role" | "Scope" }[];
}

/** What a registration declares to need of one resource. */
export interface DeclaredAccess {
  readonly resource: DirectoryObject;
  /** Ids of application roles. */
  readonly roles: readonly string[];
  /** Names of delegated scopes. */
  readonly scopes: readonly string[];
}

/** The declared permissions of a registration; resources that the tenant does not have are left out. */
export function declaredAccess(world: World, registration: DirectoryObject): DeclaredAccess[] {
  return list<RequiredAccess>(registration, "requiredResourceAccess").flatMap(({ resourceAppId, resourceAccess }) => {
    const resource = directory(world).servicePrincipals.byKey(resourceAppId);
    if (!resource) return [];
    const wanted = (type: "Role" | "Scope") =>
      new Set(resourceAccess.filter((each) => each.type === type).map((each) => each.id));
    const [roles, scopes] = [wanted("Role"), wanted("Scope")];
    return [
      {
        resource,
        roles: list<Offered>(resource, "appRoles").flatMap(({ id }) => (roles.has(id) ? [id] : [])),
        scopes: list<Offered>(resource, "oauth2PermissionScopes").flatMap(({ id, value }) =>
          scopes.has(id) && value !== null ? [value] : [],
        ),
      },
    ];
  });
}

/** Delegated scopes of the resource that the client may use for this person: the person's own grants and those for all. */
export function grantedScopes(world: World, clientId: string, resourceId: string, userId: string): string[] {
  const names = new Set<string>();
  for (const grant of directory(world).oauth2PermissionGrants.values()) {
    if (grant["clientId"] !== clientId || grant["resourceId"] !== resourceId) continue;
    if (grant["consentType"] !== "AllPrincipals" && grant["principalId"] !== userId) continue;
    for (const name of scopesOf(grant)) names.add(name);
  }
  return [...names];
}

/** Adds scopes to what one person, or everybody, consented to. @param userId `null`: for everybody */
export function consentToScopes(
  world: World,
  clientId: string,
  resourceId: string,
  userId: string | null,
  scopes: readonly string[],
): void {
  if (scopes.length === 0) return;
  const { oauth2PermissionGrants, registrations } = directory(world);
  const twin = {
    clientId,
    resourceId,
    consentType: userId === null ? "AllPrincipals" : "Principal",
    principalId: userId,
  };
  const found = [...oauth2PermissionGrants.values()].find((grant) =>
    Object.entries(twin).every(([name, value]) => (grant[name] ?? null) === value),
  );
  const scope = [...new Set([...(found ? scopesOf(found) : []), ...scopes])].join(" ");
  if (found) oauth2PermissionGrants.change(found, { scope });
  else registrations.addGrant({ ...twin, scope });
}

/** Grants application roles of a resource; those that are granted already stay as they are. */
export function consentToRoles(
  world: World,
  client: DirectoryObject,
  resource: DirectoryObject,
  roles: readonly string[],
): void {
  const { appRoleAssignments, registrations } = directory(world);
  for (const appRoleId of roles) {
    const twin = { appRoleId, principalId: client.id, resourceId: resource.id };
    const isThere = [...appRoleAssignments.values()].some((each) =>
      Object.entries(twin).every(([name, value]) => each[name] === value),
    );
    if (isThere) continue;
    registrations.addAssignment({
      ...twin,
      principalDisplayName: text(client, "displayName"),
      principalType: "ServicePrincipal",
      resourceDisplayName: text(resource, "displayName"),
    });
  }
}

function scopesOf(grant: DirectoryObject): string[] {
  return text(grant, "scope").split(" ").filter(Boolean);
}
