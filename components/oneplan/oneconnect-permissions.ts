import type { PermissionNames } from "../../contract/permissions/resolve.ts";

/** What the vendor's page of the group's settings lists. */
const SIGN_IN: PermissionNames = { application: [], delegated: ["User.Read", "User.Read.All"] };

/** What OneConnect needs so that people sign in with Office 365; nothing where they sign in otherwise. Pure. */
export function oneconnectPermissions(group: {
  readonly authentication: "office365Strict" | "multiAuthentication";
  readonly allowed: readonly ("office365" | "forms")[];
}): PermissionNames {
  return allowsOffice365(group) ? SIGN_IN : { application: [], delegated: [] };
}

/** `allowed` counts with multi-authentication only: strict means Office 365 and nothing else. */
export function allowsOffice365(group: Parameters<typeof oneconnectPermissions>[0]): boolean {
  return group.authentication === "office365Strict" || group.allowed.includes("office365");
}
