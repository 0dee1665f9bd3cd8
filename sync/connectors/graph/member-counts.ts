/**
 * How many members groups and administrative units have, and who they are by what is counted.
 *
 * Documented: `$count=true` with the header `ConsistencyLevel: eventual` counts in an index of its own, which is behind by
 * some minutes, and so does a list that asks for it. It counts one type at a time: of all together it would count service
 * principals, devices and contacts, which lists of members do not give in every case.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet } from "./batch.ts";
import type { Call, GraphClient } from "./client.ts";
import { type Collection, type MemberSet, pathOf } from "./groups.ts";
import { pages } from "./pages.ts";

/** The direct members of one type. */
export interface MembersOf {
  readonly collection: Collection;
  readonly id: string;
  readonly members: MemberSet;
}

const types: Readonly<Record<MemberSet, string>> = { users: "user", groups: "group" };
const Counted = z.looseObject({ "@odata.count": z.int().nonnegative() });

/**
 * @returns in the order of what is asked, 20 in a request; `undefined` where Graph does not say, whatever the reason is:
 * who reads members today need not be able to count them
 */
export async function countMembers(
  client: GraphClient,
  asked: readonly MembersOf[],
  call: Call,
): Promise<readonly (number | undefined)[]> {
  const paths = asked.map((each) => countedPath(each, 1));
  const answers = await batchGet(client, paths, eventual(call), () => true);
  return answers.map((answer) => Counted.safeParse(answer).data?.["@odata.count"]);
}

/** All of them, by the index that they are counted in, and how many that counts. */
export async function countedMembers(
  client: GraphClient,
  asked: MembersOf,
  call: Call,
): Promise<{ readonly ids: ReadonlySet<string>; readonly count: number }> {
  const ids = new Set<string>();
  let count = 0;
  for await (const page of pages(client, countedPath(asked, 999), eventual(call))) {
    for (const { id } of page.value as readonly { readonly id: string }[]) ids.add(id);
    // Documented: on the first page only.
    count = page.count ?? count;
  }
  return { ids, count };
}

function countedPath({ collection, id, members }: MembersOf, top: number): string {
  return `${pathOf(collection, id)}/members/microsoft.graph.${types[members]}?$count=true&$select=id&$top=${top}`;
}

function eventual(call: Call): Call {
  return { ...call, headers: { ConsistencyLevel: "eventual" } };
}
