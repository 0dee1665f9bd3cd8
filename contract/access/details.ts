/** What the group is, as people are shown it; all of it is changed by a deployment alone. Pure. @packageDocumentation */
import type { DeclaredAccess } from "../outputs/access.ts";

/**
 * @param tenant id of the tenant that the stack is of
 * @returns titles and values, in their order
 */
export function groupDetails(
  { id, authentication, allowed, oneplanConfiguration, timeZone }: DeclaredAccess,
  tenant: string,
): readonly (readonly [title: string, value: string])[] {
  const isLinked = oneplanConfiguration !== undefined;
  return [
    ["Group id", id],
    ["Tenant id", tenant],
    ["Authentication", isLinked ? `${authentication}; the linked OnePlan group decides instead` : authentication],
    ["Allowed besides", allowed.length === 0 ? "nothing" : allowed.join(", ")],
    ["OnePlan configuration id", oneplanConfiguration ?? "not linked"],
    ["Time zone", timeZone],
  ];
}
