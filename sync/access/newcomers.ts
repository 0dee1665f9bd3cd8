/** Who may be added to the group, and as what: of Entra, or of the linked OnePlan group. @packageDocumentation */
import { entraKey, oneplanKey, type Person, standingOf } from "../../contract/access/people.ts";
import type { AccessRequest } from "../../contract/access/requests.ts";
import { type AccessGroup, mayAddEntraUsers, type OnePlanStanding, type Role } from "../../contract/access/rules.ts";
import { AccessDenied } from "../../contract/errors.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { command } from "../../contract/this-stack.ts";
import { quoted } from "../../contract/words.ts";
import type { State } from "../state/session.ts";
import { readPerson } from "./book.ts";

/** Somebody to add: of Entra, as looked up there, or of the linked OnePlan group. */
export type Newcomer =
  | { readonly tenant: string; readonly objectId: string; readonly name: string; readonly mail?: string | undefined }
  | { readonly oneplanId: string; readonly member?: OnePlanMember };

/** Somebody of the linked OnePlan group, as OnePlan says just now. */
interface OnePlanMember {
  readonly name: string;
  readonly mail?: string | undefined;
  readonly objectId?: string | undefined;
  readonly standing: OnePlanStanding;
}

interface Adding {
  readonly state: State;
  readonly group: AccessGroup;
  readonly declared: DeclaredAccess;
  readonly at: Date;
}

/** Somebody who came in otherwise meanwhile would get another role by it: the last administrator could become less. */
export function checkApprovable({ name }: AccessRequest, person: Person | undefined, linked: boolean): void {
  if (linked) {
    throw new AccessDenied(
      "People come into a linked group from OnePlan: add the person to the OnePlan group, and deny the request.",
    );
  }
  if (person?.given === undefined) return;
  throw new AccessDenied(
    `${quoted(name)} is ${person.given} already: deny the request, and change the role if another one is meant.`,
  );
}

/** OnePlan decides who of a linked group is an administrator, and who has access at all. */
export function checkLinkedRole(person: Person, role: Role, declared: DeclaredAccess): void {
  const standing = standingOf(declared, person);
  if (standing === "owner") {
    throw new AccessDenied(
      `${quoted(person.name)} is an owner of the linked OnePlan group, and so an administrator: change it there.`,
    );
  }
  if (role === "Administrator") {
    throw new AccessDenied("The administrators of a linked group are the owners of its OnePlan group: make one there.");
  }
  if (standing !== "active") {
    throw new AccessDenied(`${quoted(person.name)} is not active in the linked OnePlan group.`);
  }
}

/**
 * As whom somebody is remembered who is added.
 *
 * @throws AccessDenied with the reason where that may not be
 */
export async function personOf(
  newcomer: Newcomer,
  role: Role,
  { state, group, declared, at }: Adding,
): Promise<Person> {
  if ("oneplanId" in newcomer) {
    if (!group.linked)
      throw new AccessDenied("People of OnePlan come into a linked group only (oneplanConfiguration).");
    const known = await readPerson(state, oneplanKey(newcomer.oneplanId));
    const person = newcomer.member ? asOnePlanSays(newcomer.oneplanId, newcomer.member, known, declared, at) : known;
    if (!person) {
      throw new AccessDenied(
        `Nobody of the linked OnePlan group has the id ${newcomer.oneplanId}: run ${command("sync access")} first.`,
      );
    }
    // Owners are administrators, whatever is given: they are remembered, and come back if they were removed.
    if (newcomer.member?.standing === "owner") return { ...person, removed: undefined };
    checkLinkedRole(person, role, declared);
    return { ...person, given: role, removed: undefined };
  }
  if (group.linked) {
    throw new AccessDenied("People come into a linked group from OnePlan: add the person to the OnePlan group.");
  }
  const why = mayAddEntraUsers(group);
  if (why !== undefined) throw new AccessDenied(`Nobody of Entra can be added: ${why}.`);
  const { tenant, objectId, name, mail } = newcomer;
  if (tenant.toLowerCase() !== group.tenant) {
    throw new AccessDenied(`${quoted(name)} is of another tenant: only people of the group's own tenant are added.`);
  }
  const key = entraKey(tenant, objectId);
  const before = await readPerson(state, key);
  if (before?.given !== undefined) {
    throw new AccessDenied(`${quoted(before.name)} is ${before.given} already: change the role instead.`);
  }
  return { since: at.toISOString(), ...before, key, name, mail, tenant, objectId, given: role, removed: undefined };
}

function asOnePlanSays(
  oneplanId: string,
  member: OnePlanMember,
  known: Person | undefined,
  { oneplanConfiguration }: DeclaredAccess,
  at: Date,
): Person {
  const { name, mail, objectId, standing: oneplan } = member;
  const since = known?.since ?? at.toISOString();
  return {
    ...known,
    key: oneplanKey(oneplanId),
    oneplanId,
    since,
    name,
    mail,
    objectId,
    oneplan,
    oneplanConfiguration,
  };
}
