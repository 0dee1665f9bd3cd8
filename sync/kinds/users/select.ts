import { MANAGER, userProperty } from "../../../contract/user-properties.ts";

/** Always read: who it is, for reports; whether the account is enabled. */
const always = ["id", "displayName", "mail", "userPrincipalName", "accountEnabled"];

/**
 * What is read of a user for the mapped properties; sorted, since a delta link remembers it. A delta selects all of
 * it; elsewhere see {@link queryFor}.
 */
export function selectFor(properties: Iterable<string>): readonly string[] {
  const selected = new Set(always);
  for (const property of properties) {
    const known = userProperty(property);
    if (known) selected.add(known.select);
  }
  return [...selected].sort();
}

/**
 * The query options that read it. The manager is a relation: elsewhere than in a delta, which tells of it by id but
 * knows no `$expand` (documented), it has to be expanded, at the cost of one resource unit more a request.
 */
export function queryFor(select: readonly string[]): string {
  const properties = `$select=${select.filter((name) => name !== MANAGER).join(",")}`;
  return select.includes(MANAGER) ? `${properties}&$expand=${MANAGER}($select=id)` : properties;
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
