/**
 * Somebody of the directory, by what a person calls them.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { PermissionError } from "../../../contract/errors.ts";
import type { Call, GraphClient } from "./client.ts";
import { GraphError } from "./errors.ts";
import { isGuid } from "./guid.ts";

const User = z.object({
  id: z.guid(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});
type User = z.infer<typeof User>;

function asking(signal: AbortSignal): Call {
  return { doing: "look somebody up", needs: ["User.Read.All"], signal };
}

/**
 * @param who object id, or user principal name
 * @returns undefined: nobody is called that, or it is neither of both
 * @throws TenantwireError when Entra does not answer, or who asks may not look
 */
export async function userCalled(client: GraphClient, who: string, signal: AbortSignal): Promise<User | undefined> {
  // Anything else in that place can be another address of Graph's: "delta", "..".
  if (!who.includes("@") && !isGuid(who)) return undefined;
  const path = `/users/${encodeURIComponent(who)}?$select=id,displayName,mail,userPrincipalName`;
  try {
    return User.parse(await client.get(path, asking(signal)));
  } catch (error) {
    if (error instanceof GraphError && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  }
}

/** Whether who asks may look people up. */
export async function mayReadUsers(client: GraphClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.get("/users?$top=1&$select=id", asking(signal));
    return true;
  } catch (error) {
    if (error instanceof PermissionError) return false;
    throw error;
  }
}
