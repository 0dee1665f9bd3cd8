/**
 * Whom a list of members left out. A list may end early, and whoever is missing looks as if he had left: those who were
 * members before are asked for by id.
 *
 * @packageDocumentation
 */
import { counted } from "../../../contract/words.ts";
import { type Call, type GraphClient, membershipsIn } from "../../connectors/graph/index.ts";
import { type Edge, type MemberGraph, reach } from "./members.ts";

/**
 * @param roots ids of groups and units
 * @param before who was a member when it was last read
 * @param now who is one by the lists
 * @returns memberships of the groups and units that are there all the same
 */
export async function leftOut(
  client: GraphClient,
  roots: readonly string[],
  before: MemberGraph,
  now: MemberGraph,
  call: Call,
): Promise<readonly Edge[]> {
  const asked = new Map<string, string[]>();
  for (const root of new Set(roots)) {
    const given = reach(now, [root]).users;
    for (const person of reach(before, [root]).users) {
      if (!given.has(person)) asked.set(person, [...(asked.get(person) ?? []), root]);
    }
  }
  const found = await membershipsIn(client, "users", asked, call);
  return [...found].flatMap(([person, ids]) => ids.map((root): Edge => [root, person, "user"]));
}

export function leftOutNote(left: readonly Edge[]): string | undefined {
  if (left.length === 0) return undefined;
  const members = new Set(left.map(([, member]) => member)).size;
  return `Microsoft Graph left out ${counted(members, "member")} of groups or administrative units, and has ${members === 1 ? "it" : "them"} all the same: nobody is taken for gone by those lists.`;
}
