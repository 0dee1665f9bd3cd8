/**
 * Members whom Graph counts and a list did not give. A list may end early, and of those who came since it was read before,
 * or of all of them where it never was, nothing is remembered that would tell.
 *
 * @packageDocumentation
 */
import { ScopeError } from "../../../contract/errors.ts";
import { counted, quoted } from "../../../contract/words.ts";
import {
  type Call,
  type Collection,
  countedMembers,
  countMembers,
  type GraphClient,
  type MemberSet,
  membershipsIn,
  type MembersOf,
} from "../../connectors/graph/index.ts";
import type { Edge, MemberGraph, MemberKind, Named } from "./members.ts";

/** A group in a unit does not bring its members into it. */
const counts: Readonly<Record<Collection, readonly MemberSet[]>> = {
  group: ["users", "groups"],
  "administrative unit": ["users"],
};
const kinds: Readonly<Record<MemberSet, MemberKind>> = { users: "user", groups: "group" };

/** Groups, or administrative units. */
interface Read {
  readonly collection: Collection;
  readonly ids: readonly string[];
  /** Those that the settings name. */
  readonly named: readonly Named[];
}

/**
 * Where more are counted than were given, they are listed once more in the way in which they are counted, and who comes
 * with that list alone is asked for by id: the count is behind by some minutes, and may have somebody who has left.
 *
 * @param graph what the lists gave
 * @param isNew whether nothing is remembered of a group or unit
 * @returns memberships that are there all the same
 * @throws ScopeError when that list of a new one is too short too: it is not known who else is a member
 */
export async function unlisted(
  client: GraphClient,
  { collection, ids, named }: Read,
  graph: MemberGraph,
  isNew: (id: string) => boolean,
  call: Call,
): Promise<readonly Edge[]> {
  const asked = ids.flatMap((id) => counts[collection].map((members) => ({ collection, id, members })));
  const said = await countMembers(client, asked, call);
  const found: Edge[] = [];
  for (const [index, each] of asked.entries()) {
    const given = givenOf(graph, each);
    const count = said[index] ?? 0;
    if (count <= given.size) continue;
    const again = await countedMembers(client, each, call);
    const more = [...again.ids].filter((id) => !given.has(id));
    const known = given.size + more.length;
    if (known < again.count && isNew(each.id)) throw tooShort(each, named, again.count, known);
    const there = await membershipsIn(client, each.members, new Map(more.map((id) => [id, [each.id]])), call);
    for (const id of there.keys()) found.push([each.id, id, kinds[each.members]]);
  }
  return found;
}

function givenOf(graph: MemberGraph, { id, members }: MembersOf): ReadonlySet<string> {
  return new Set([...(graph.get(id) ?? [])].flatMap(([member, kind]) => (kind === kinds[members] ? member : [])));
}

function tooShort(
  { collection, id, members }: MembersOf,
  named: readonly Named[],
  count: number,
  given: number,
): ScopeError {
  const name = named.find((each) => each.id === id)?.name;
  const which = name === undefined ? id : `${quoted(name)} (${id})`;
  return new ScopeError(
    `Microsoft Graph counts ${counted(count, kinds[members])} in ${collection} ${which} and listed ${given.toLocaleString("en-US")}, asked twice: ` +
      `it is not known who else is a member. Try again later; where its members are hidden, make its membership public in Entra.`,
  );
}
