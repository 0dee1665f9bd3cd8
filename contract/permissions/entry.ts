import type { PermissionNames } from "./resolve.ts";

/** The same name is another permission in the other kind. */
export type PermissionKind = keyof PermissionNames;

/**
 * - 0: a path to control of the tenant, by itself or through one step more
 * - 1: reads or changes what many people's work or privacy depends on
 * - 2: reads what people of the company can see anyway, or reaches only the person who signed in
 */
export type Tier = 0 | 1 | 2;

/** One line of the table. */
export interface PermissionEntry {
  readonly name: string;
  readonly kind: PermissionKind;
  /** What somebody who never heard of Graph understands by it: completes "it can ...", beginning with a capital. */
  readonly allows: string;
  readonly tier: Tier;
  /** Why that tier: a clause about the permission, "it ...". */
  readonly reason: string;
}

type Line = readonly [name: string, tier: Tier, allows: string, reason: string];

/** What the application may do by itself. */
export function application(lines: readonly Line[]): PermissionEntry[] {
  return lines.map(([name, tier, allows, reason]) => ({ name, kind: "application", tier, allows, reason }));
}

/** What the application may do for the person who signed in. */
export function delegated(lines: readonly Line[]): PermissionEntry[] {
  return lines.map(([name, tier, allows, reason]) => ({ name, kind: "delegated", tier, allows, reason }));
}

/** Both kinds, of which the delegated one is bounded by the rights of the person who signed in. */
export function both(lines: readonly Line[]): PermissionEntry[] {
  const bounded = lines.map(([name, tier, allows, reason]): Line => [
    name,
    tier,
    `${allows}, where the person who signed in may`,
    reason,
  ]);
  return [...application(lines), ...delegated(bounded)];
}
