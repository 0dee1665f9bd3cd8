/** Every change by its resource, and what of them must not be overlooked. Pure. @packageDocumentation */
import { type Change, propertiesOf, types } from "./resources.ts";
import type { Destruction, ResourceChange } from "./types.ts";

/** What goes by itself without harm, and is told as a difference of its registration. */
const TOLD_AS_DIFFERENCE: readonly string[] = [
  types.owner,
  types.access,
  types.redirects,
  types.trust,
  types.roleGrant,
  types.delegatedGrant,
  types.roleAssignment,
  types.password,
];

/** Type -> properties whose change a review tells in words. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  [types.registration]: ["displayName", "signInAudience"],
  [types.principal]: ["owners"],
  [types.owner]: ["ownerObjectId"],
  [types.access]: ["roleIds", "scopeIds"],
  [types.redirects]: ["redirectUris"],
  [types.trust]: ["displayName", "issuer", "subject"],
  [types.password]: ["rotateWhenChanged", "endDate"],
  [types.roleGrant]: ["appRoleId"],
  [types.delegatedGrant]: ["claimValues"],
  [types.vaultSecret]: ["properties"],
  [types.roleAssignment]: [],
};

export function resourceChange(change: Change): ResourceChange {
  const { op, type, name } = change;
  return { operation: op, type, name, properties: propertiesOf(change) };
}

export function destructions(changes: readonly Change[]): Destruction[] {
  return changes
    .filter(({ op, type }) => (op === "delete" || op.includes("replace")) && !TOLD_AS_DIFFERENCE.includes(type))
    .map(({ newState, type, name, replaceReasons }) => ({
      change: newState ? "replaced" : "deleted",
      type,
      name,
      because: [...new Set(replaceReasons ?? [])],
    }));
}

/** What no other part of the review tells: so that nothing is hidden. */
export function others(changes: readonly Change[]): ResourceChange[] {
  return changes.map(resourceChange).filter(({ operation, type, properties }) => {
    const told = TOLD[type];
    if (operation === "delete") return false;
    if (!told) return !operation.includes("replace");
    // Made anew for another reason than what is told: an assignment to another principal, for example.
    return operation !== "create" && (properties.length === 0 || properties.some((name) => !told.includes(name)));
  });
}
