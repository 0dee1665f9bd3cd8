/** Every change by its resource, and what of them must not be overlooked. Pure. @packageDocumentation */
import type { Preview } from "../preview.ts";
import { nameOf, typeOf } from "../preview.ts";
import { type Change, types } from "./resources.ts";
import type { Destruction, ResourceChange, ResourceName } from "./types.ts";
import { propertiesOf, topOf } from "./values.ts";

/** What goes by itself without harm, and is told as a difference of its registration. */
const SHOWN_AS_DIFFERENCE: readonly string[] = [
  types.owner,
  types.access,
  types.redirects,
  types.trust,
  types.managedTrust,
  types.roleGrant,
  types.delegatedGrant,
  types.roleAssignment,
  types.password,
  types.certificate,
];

/** Type -> properties whose change a review tells in words. */
const SHOWN_APART: Readonly<Record<string, readonly string[]>> = {
  [types.registration]: ["displayName", "signInAudience"],
  [types.principal]: ["owners"],
  [types.owner]: ["ownerObjectId"],
  [types.access]: ["roleIds", "scopeIds"],
  [types.redirects]: ["redirectUris"],
  [types.trust]: ["displayName", "issuer", "subject", "audiences"],
  [types.managedTrust]: ["issuer", "subject", "audiences"],
  [types.managedIdentity]: [],
  [types.certificate]: ["value", "startDate", "endDate"],
  [types.password]: ["rotateWhenChanged", "endDate"],
  [types.roleGrant]: ["appRoleId"],
  [types.delegatedGrant]: ["claimValues"],
  [types.vaultSecret]: ["properties"],
  [types.roleAssignment]: [],
};

export function resourceChange(change: Change): ResourceChange {
  const { op, type, name } = change;
  const shown = SHOWN_APART[type] ?? [];
  const properties = propertiesOf(change).map((each) =>
    shown.includes(topOf(each.name)) ? { name: each.name } : each,
  );
  return { operation: op, type, name, properties };
}

export function destructions(changes: readonly Change[]): Destruction[] {
  return changes
    .filter(({ op, type }) => (op === "delete" || op.includes("replace")) && !SHOWN_AS_DIFFERENCE.includes(type))
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
    const shown = shownOf(type, properties);
    if (operation === "delete") return false;
    if (!shown) return !operation.includes("replace");
    // Made anew for another reason than what is told: an assignment to another principal, for example.
    return (
      operation !== "create" && (properties.length === 0 || properties.some(({ name }) => !shown.includes(topOf(name))))
    );
  });
}

/** With a new version of a secret comes the tag that counts them. */
function shownOf(type: string, properties: ResourceChange["properties"]): readonly string[] | undefined {
  const isNewVersion = type === types.vaultSecret && properties.some(({ name }) => topOf(name) === "properties");
  return isNewVersion ? [...(SHOWN_APART[type] ?? []), "tags"] : SHOWN_APART[type];
}

/** What the engine would refuse to delete or replace until now. */
export function unprotected({ steps }: Preview): ResourceName[] {
  return steps
    .filter(({ oldState, newState }) => oldState?.custom && oldState.protect && newState && !newState.protect)
    .map(({ urn }) => ({ type: typeOf(urn), name: nameOf(urn) }));
}
