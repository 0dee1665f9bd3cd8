import { userProperty } from "../../stacks/user-properties.ts";

/** Always read: who it is, for reports; whether the account is enabled. */
const always = ["id", "displayName", "mail", "userPrincipalName", "accountEnabled"];

/** What `$select` names for the mapped properties; sorted, since a delta link remembers it. */
export function selectFor(properties: Iterable<string>): readonly string[] {
  const selected = new Set(always);
  for (const property of properties) {
    const known = userProperty(property);
    if (known) selected.add(known.select);
  }
  return [...selected].sort();
}

/** Application permissions of Microsoft Graph that reading the mapped properties needs. */
export function permissionsFor(properties: Iterable<string>): readonly string[] {
  const permissions = new Set(["User.Read.All"]);
  for (const property of properties) {
    const permission = userProperty(property)?.permission;
    if (permission !== undefined) permissions.add(permission);
  }
  return [...permissions];
}
