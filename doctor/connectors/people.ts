/**
 * Who an object id is of.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type GraphClient } from "../../sync/connectors/graph/index.ts";

const Holder = z.object({
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});
/** A person, or a service principal. */
export type Holder = z.infer<typeof Holder>;

/** @returns in the order of the ids; undefined where none is there */
export async function holdersOf(
  client: GraphClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<(Holder | undefined)[]> {
  const call = { doing: "look up who an object id is", needs: ["Directory.Read.All"], signal };
  const read = (path: string, select: string, some: readonly string[]) =>
    batchGet(
      client,
      some.map((id) => `/${path}/${encodeURIComponent(id)}?$select=${select}`),
      call,
    );
  const people = await read("users", "displayName,userPrincipalName,userType,accountEnabled", ids);
  const others = ids.filter((_, index) => people[index] === undefined);
  const principals = await read("servicePrincipals", "displayName,accountEnabled", others);
  return ids.map((id, index) => Holder.optional().parse(people[index] ?? principals[others.indexOf(id)]));
}
