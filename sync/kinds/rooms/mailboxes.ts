/**
 * Room mailboxes as users of Entra, where a cloud has no places: each has an account, which is all that can be known.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type GraphClient } from "../../connectors/graph/index.ts";

const User = z.looseObject({ id: z.string(), displayName: z.string().nullish(), mail: z.string().nullish() });

export interface Mailbox {
  readonly id: string;
  readonly displayName: string;
  /** As it was asked for. */
  readonly address: string;
}

/**
 * @returns in the order of the addresses; `undefined` for what does not exist or has another mail address
 */
export async function usersAt(
  client: GraphClient,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<readonly (Mailbox | undefined)[]> {
  const paths = addresses.map((address) => `/users/${encodeURIComponent(address)}?$select=id,displayName,mail`);
  const call = { doing: "look for the mailboxes of rooms", needs: ["User.ReadBasic.All"], signal };
  const found = await batchGet(client, paths, call);
  return addresses.map((address, index) => {
    const user = User.safeParse(found[index]).data;
    if (user?.mail?.toLowerCase() !== address) return undefined;
    return { id: user.id, displayName: user.displayName ?? address, address };
  });
}
