import type { RoleAssignment } from "./rbac.ts";

/**
 * Whether a condition lets an assignment be made or taken away. Of Azure's language this understands what constrains
 * roles and types of principals: lists in `GuidEquals {...}` and `StringEqualsIgnoreCase {'...'}`, all of which have to
 * have the assignment's own (documented: examples of conditions). Pure.
 */
export function isMet(condition: string, { roleId, principalType }: RoleAssignment): boolean {
  const roles = listsOf(condition, /:RoleDefinitionId\]\s*ForAnyOfAnyValues:GuidEquals\s*\{([^}]*)\}/gi);
  const kinds = listsOf(condition, /:PrincipalType\]\s*ForAnyOfAnyValues:StringEqualsIgnoreCase\s*\{([^}]*)\}/gi);
  const has = (list: readonly string[], value: string) => list.includes(value.toLowerCase());
  return roles.every((list) => has(list, roleId)) && kinds.every((list) => has(list, principalType));
}

function listsOf(condition: string, pattern: RegExp): string[][] {
  return [...condition.matchAll(pattern)].map(([, list = ""]) =>
    list.split(",").map((each) => each.trim().replace(/^'|'$/g, "").toLowerCase()),
  );
}
