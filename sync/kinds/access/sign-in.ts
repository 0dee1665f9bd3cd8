/** Which of the people of a OnePlan group it is that signs in. @packageDocumentation */
import { type Identity, isSamePerson, type Person } from "../../../contract/access/people.ts";
import type { Asked } from "../../access/index.ts";
import type { Member, OnePlanMembers } from "../../connectors/oneplan/members.ts";

interface Asking {
  readonly identity: Identity;
  /** Whom the group remembers under that identity. What it remembers is looked at anew: OnePlan may say other things now. */
  readonly known: Person | undefined;
  /** Id of the stack's tenant. */
  readonly home: string;
}

/** Asks OnePlan how somebody stands there who signs in. */
export async function askStanding(
  members: Pick<OnePlanMembers, "get" | "find">,
  asking: Asking,
  signal: AbortSignal,
): Promise<Asked> {
  const member = await memberOf(members, asking, signal);
  return member ? { standing: member.standing, oneplanId: member.id } : { standing: "absent" };
}

async function memberOf(
  members: Pick<OnePlanMembers, "get" | "find">,
  { identity, known, home }: Asking,
  signal: AbortSignal,
): Promise<Member | undefined> {
  const { oneplanId, objectId, mail } = identity;
  // An account of forms is OnePlan's own.
  if (oneplanId !== undefined) return members.get(oneplanId, signal);
  const remembered = known?.oneplanId === undefined ? undefined : await members.get(known.oneplanId, signal);
  if (remembered && isSamePerson(identity, remembered, home)) return remembered;
  const found = mail === undefined ? undefined : await members.find(mail, objectId, signal);
  return found && isSamePerson(identity, found, home) ? found : undefined;
}
