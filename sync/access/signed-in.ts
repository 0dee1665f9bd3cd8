/** As whom somebody is remembered who has just signed in. Pure. @packageDocumentation */
import { entraKey, type Identity, oneplanKey, type Person } from "../../contract/access/people.ts";
import type { OnePlanStanding } from "../../contract/access/rules.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";

/** How somebody stands in the linked OnePlan group, asked there just now. */
export interface Asked {
  readonly standing: OnePlanStanding;
  /** Id of the resource, of somebody who is in the group. */
  readonly oneplanId?: string;
}

/** Of an identity that proved nothing else: what it would be known by. */
export function keyOfIdentity({ tenant = "", objectId = "", oneplanId }: Identity): string {
  return oneplanId === undefined ? entraKey(tenant, objectId) : oneplanKey(oneplanId);
}

/** @returns undefined: somebody who is nobody here (yet) */
export function seenAt(
  { name, mail, objectId }: Identity,
  known: Person | undefined,
  asked: Asked | undefined,
  at: Date,
  { oneplanConfiguration }: DeclaredAccess,
): Person | undefined {
  const signedIn = at.toISOString();
  const named = { name, mail: mail ?? known?.mail, signedIn };
  if (oneplanConfiguration === undefined) return known && { ...known, ...named };
  const standing = asked && { oneplan: asked.standing, oneplanConfiguration };
  if (asked?.oneplanId === undefined) return known && { ...known, signedIn, ...standing };
  // Of a known one name and address are OnePlan's, as the sync writes them.
  const person = known ?? { key: oneplanKey(asked.oneplanId), since: signedIn, ...named };
  const { oneplanId } = asked;
  const signedInAs = person.objectId === undefined ? objectId : undefined;
  return { ...person, signedIn, signedInAs, oneplanId, ...standing };
}

export function firstPerson({ tenant = "", objectId = "", name, mail }: Identity, at: Date): Person {
  const now = at.toISOString();
  const key = entraKey(tenant, objectId);
  return { key, tenant, objectId, name, mail, given: "Administrator", since: now, signedIn: now };
}

export function nameOf({ name, mail }: Identity): string {
  return mail === undefined || mail === "" ? name : `${name} <${mail}>`;
}
