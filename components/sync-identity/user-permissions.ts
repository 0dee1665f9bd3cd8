import { PAGER, userProperties } from "../../contract/user-properties.ts";
import type { PermissionNames } from "../../contract/permissions/resolve.ts";

/**
 * What a sync of Entra users needs of Microsoft Graph, whatever it syncs them to. A function of the settings: less is mapped or
 * scoped, less is granted. Pure.
 */
export function userSyncPermissions(users: {
  /** Names of the groups whose members are in scope; none: everybody. */
  readonly groups: readonly string[];
  /** Names or ids of the administrative units whose members are in scope; none: any or no unit. */
  readonly administrativeUnits?: readonly string[] | undefined;
  /** Names of groups whose members are never in scope. */
  readonly excludedGroups?: readonly string[] | undefined;
  /** Names of groups whose members are never disabled. */
  readonly protectedGroups?: readonly string[] | undefined;
  readonly cardNumber?: { readonly source: string } | undefined;
  /** Field of the target -> property of the Entra user. */
  readonly fields: Readonly<Record<string, string>>;
}): PermissionNames {
  // User.ReadBasic.All would do for names and mail addresses, but not for users/delta (documented: permissions of user:
  // delta), nor for accountEnabled, by which disabled accounts are known.
  const application = new Set(["User.Read.All"]);
  // Least for groups, their members and groups/delta that can be assigned.
  const groups = [users.groups, users.excludedGroups, users.protectedGroups];
  if (groups.some((names) => names?.length)) application.add("GroupMember.Read.All");
  // Least for the units and their members (published).
  if (users.administrativeUnits?.length) application.add("AdministrativeUnit.Read.All");
  // Least for applications and their extension properties, among which the one of AD's pager is looked for (published).
  if (users.cardNumber?.source === PAGER) application.add("Application.Read.All");
  for (const property of Object.values(users.fields)) {
    const further = userProperties.get(property)?.permission;
    if (further !== undefined) application.add(further);
  }
  return { application: [...application].sort(), delegated: [] };
}
