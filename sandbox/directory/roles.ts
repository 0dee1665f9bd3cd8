import { directory } from "./index.ts";
import { appRoleHolds } from "./propagation.ts";
import type { World } from "../world.ts";
import type { DirectoryObject } from "./model.ts";

/** Names of the application permissions that a principal was granted on the resource of this audience. */
export function grantedRoles(world: World, principalId: string, audience: string): string[] {
  const resource = resourcePrincipal(world, audience);
  if (!resource) return [];
  const assigned = new Set<unknown>();
  for (const each of directory(world).appRoleAssignments.values()) {
    if (each["principalId"] !== principalId || each["resourceId"] !== resource.id) continue;
    if (appRoleHolds(world, each.id)) assigned.add(each["appRoleId"]);
  }
  const offered = (resource["appRoles"] ?? []) as { id: string; value: string | null }[];
  return offered.flatMap(({ id, value }) => (assigned.has(id) && value ? [value] : []));
}

/** The service principal that an identifier names: its appId or one of its names, with or without a slash at the end. */
export function resourcePrincipal(world: World, identifier: string): DirectoryObject | undefined {
  const wanted = plain(identifier);
  for (const each of directory(world).servicePrincipals.values()) {
    const names = (each["servicePrincipalNames"] ?? []) as string[];
    if (names.some((name) => plain(name) === wanted)) return each;
  }
  return undefined;
}

function plain(identifier: string): string {
  return identifier.replace(/\/+$/, "").toLowerCase();
}
