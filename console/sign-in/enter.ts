/** Somebody who has proved who he is comes in, or learns why not. @packageDocumentation */
import type { FastifyRequest } from "fastify";
import type { Access } from "../../sync/access/index.ts";
import { identityOf, type Person } from "../access.ts";
import type { Sessions } from "../http/sessions.ts";

export interface Entering {
  readonly sessions: Sessions;
  readonly access: Access;
}

/**
 * Gives the browser a session of a new id, whatever it had before.
 *
 * @param since instant from which the session counts: what ends those of before ends it too, also while what somebody
 *   proves himself by is looked at, or OnePlan is asked
 */
export async function enter(
  request: FastifyRequest,
  person: Person,
  { sessions, access }: Entering,
  since: Date,
): Promise<void> {
  await sessions.tidy();
  await sessions.makeRoom(person);
  const { decision, person: known, first } = await access.signIn(identityOf(person), since);
  const { begun } = request.session;
  await request.session.regenerate();
  // What another tab began goes on.
  if (begun) request.session.begun = begun;
  const at = since.toISOString();
  const denied = decision.role === undefined && { why: decision.why, mayRequest: decision.mayRequest };
  request.session.signedIn = {
    person,
    since: at,
    seen: at,
    ...(known && { key: known.key }),
    ...(denied && { refused: denied }),
  };
  if (first) {
    const text =
      "You are the first person of the tenant who signed in, and the administrator of the group now. Nobody else becomes it like this.";
    request.session.notice = { tone: "good", text };
  }
}
