import type { Query } from "./query.ts";

/** Documented (throttling limits of identity and access); everything else costs one unit. */
const COSTS: Readonly<Record<string, number>> = {
  "GET /users": 2,
  "GET /groups/:id/members": 3,
  "GET /groups/:id/transitiveMembers": 5,
  "GET /applications": 2,
  "GET /oauth2PermissionGrants": 2,
  "GET /servicePrincipals/:id/appRoleAssignments": 2,
  "GET /servicePrincipals/:id/appRoleAssignedTo": 2,
  "GET /users/:id/appRoleAssignments": 2,
  "GET /groups/:id/appRoleAssignments": 2,
  "POST /directoryObjects/getByIds": 3,
};

/** Documented: a page of fewer objects than these is cheaper. */
const SMALL_PAGE = 20;

/** What a request costs, as the directory says in `x-ms-resource-unit`; places and calendars have no such count. */
export function resourceUnits(
  { method, path }: { readonly method: string; readonly path: string },
  { select, expand, top }: Query,
): number | undefined {
  if (path.startsWith("/places") || path.includes("/calendar/")) return undefined;
  const cost = COSTS[`${method} ${path}`] ?? 1;
  return Math.max(1, cost - (select ? 1 : 0) + (expand ? 1 : 0) - (top !== undefined && top < SMALL_PAGE ? 1 : 0));
}
