/**
 * Whom a list of members left out. A list may end early, and whoever is missing looks as if he had left: those who were
 * members before are asked for by id.
 *
 * @packageDocumentation
 */
import { counted } from "../../../contract/words.ts";
import { type Call, type GraphClient, membershipsIn } from "../../connectors/graph/index.ts";
import { type MemberGraph, reach } from "./members.ts";

/** A membership that a list did not give, and that is there all the same. */
export type LeftOut = readonly [root: string, person: string];

/**
 * @param roots ids of groups and units
 * @param before who was a member when it was last read
 * @param now who is one by the lists
 */
export async function leftOut(
  client: GraphClient,
  roots: readonly string[],
  before: MemberGraph,
  now: MemberGraph,
  call: Call,
): Promise<readonly LeftOut[]> {
  const asked = new Map<string, string[]>();
  for (const root of new Set(roots)) {
    const given = reach(now, [root]).users;
    for (const person of reach(before, [root]).users) {
      if (!given.has(person)) asked.set(person, [...(asked.get(person) ?? []), root]);
    }
  }
  const found = await membershipsIn(client, asked, call);
  return [...found].flatMap(([person, ids]) => ids.map((root): LeftOut => [root, person]));
}

export function leftOutNote(left: readonly LeftOut[]): string | undefined {
  if (left.length === 0) return undefined;
  const people = new Set(left.map(([, person]) => person)).size;
  return `Microsoft Graph left out ${counted(people, "member")} of groups or administrative units, and has ${people === 1 ? "it" : "them"} all the same: nobody is taken for gone by those lists.`;
}
