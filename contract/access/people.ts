/**
 * Who people are to the group: as they sign in, and as they are remembered. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredAccess } from "../outputs/access.ts";
import type { AccessGroup, OnePlanStanding, Role, Visitor } from "./rules.ts";

/** Somebody who has proved who he is. Whoever read the token has checked it: signature, audience, `tid`. */
export interface Identity {
  readonly signedInBy: "office365" | "forms";
  /** Of a token of Entra: `tid` and `oid`. */
  readonly tenant?: string | undefined;
  readonly objectId?: string | undefined;
  /** Id of the resource in OnePlan, of an account of forms. */
  readonly oneplanId?: string | undefined;
  readonly name: string;
  /** Of a token of Entra the name of the account, which is an address in most tenants. */
  readonly mail?: string | undefined;
  /** A guest, whom somebody else than the tenant lets sign in and gave name and address. */
  readonly external?: true | undefined;
}

/** Somebody whom the group knows. */
export interface Person {
  /** See {@link entraKey} and {@link oneplanKey}. */
  readonly key: string;
  readonly name: string;
  readonly mail?: string | undefined;
  /** Of an Entra user whom an administrator added, or who asked. */
  readonly tenant?: string | undefined;
  /** In Entra; of somebody of the linked OnePlan group as OnePlan says. */
  readonly objectId?: string | undefined;
  /** Object id of who signed in as this person, whom OnePlan knew by address alone. */
  readonly signedInAs?: string | undefined;
  /** Of somebody of the linked OnePlan group. */
  readonly oneplanId?: string | undefined;
  /** How he stood there when it was last asked. */
  readonly oneplan?: OnePlanStanding | undefined;
  /** Configuration id of the OnePlan group that was asked; see {@link standingOf}. */
  readonly oneplanConfiguration?: string | undefined;
  /** What an administrator gave. */
  readonly given?: Role | undefined;
  /** An administrator took him out. */
  readonly removed?: true | undefined;
  /** Instants. */
  readonly since: string;
  readonly signedIn?: string | undefined;
}

/** The object id in Entra that somebody is known by. */
export function objectIdOf({ objectId, signedInAs }: Person): string | undefined {
  return (objectId ?? signedInAs)?.toLowerCase();
}

/** Whether somebody is known as another user of Entra than before: what that one began is nothing of his. */
export function isAnother(before: Person, now: Person): boolean {
  const [was, is] = [objectIdOf(before), objectIdOf(now)];
  return was !== undefined && is !== undefined && was !== is;
}

export function entraKey(tenant: string, objectId: string): string {
  return `entra:${tenant.toLowerCase()}:${objectId.toLowerCase()}`;
}

export function oneplanKey(id: string): string {
  return `oneplan:${id.toLowerCase()}`;
}

/** What the rules ask of the group that is declared. */
export function accessGroup(declared: DeclaredAccess, tenant: string, adminConsent: boolean): AccessGroup {
  return {
    tenant: tenant.toLowerCase(),
    authentication: declared.authentication === "office365Strict" ? "strict" : "multiple",
    allowed: declared.allowed,
    adminConsent,
    linked: declared.oneplanConfiguration !== undefined,
  };
}

type Linked = Pick<DeclaredAccess, "oneplanConfiguration">;

/** How somebody stands in the OnePlan group that is linked now. What was said in another one before says nothing of it. */
export function standingOf(
  { oneplanConfiguration }: Linked,
  { oneplan, oneplanConfiguration: asked }: Person,
): OnePlanStanding | undefined {
  return asked === oneplanConfiguration ? oneplan : undefined;
}

/** What the rules ask of somebody who signs in. */
export function visitorOf(
  { signedInBy, tenant, external }: Identity,
  person: Person | undefined,
  linked: Linked,
): Visitor {
  const oneplan = person && standingOf(linked, person);
  return {
    signedInBy,
    ...(tenant !== undefined && { tenant: tenant.toLowerCase() }),
    ...(external && { external }),
    ...(person?.given !== undefined && { given: person.given }),
    ...(oneplan !== undefined && { oneplan }),
    ...(person?.removed && { removed: true }),
  };
}

/**
 * Whether somebody of OnePlan is who signs in: the one whose id in Entra it is; where OnePlan knows none, the one with the
 * address. An address is believed of the tenant's own members alone: of all others it is whatever somebody wrote there.
 */
export function isSamePerson(
  { tenant, objectId, mail, external }: Identity,
  known: Pick<Person, "objectId" | "mail">,
  home: string,
): boolean {
  if (known.objectId !== undefined) return known.objectId.toLowerCase() === objectId?.toLowerCase();
  if (external || tenant?.toLowerCase() !== home.toLowerCase()) return false;
  return mail !== undefined && known.mail?.toLowerCase() === mail.toLowerCase();
}

/**
 * The role that somebody has as things are remembered, or would have at the next sign-in.
 *
 * @returns undefined: none
 */
export function roleOf(linked: Linked, person: Person): Role | undefined {
  // Of a group that is linked no more, people of OnePlan are nobody: what they signed in as is over too.
  if (linked.oneplanConfiguration === undefined) {
    return person.removed || person.oneplanId !== undefined ? undefined : person.given;
  }
  const standing = standingOf(linked, person);
  if (standing === "owner") return "Administrator";
  if (standing !== "active" || person.removed) return undefined;
  return person.given === "Editor" ? "Editor" : "Reader";
}
