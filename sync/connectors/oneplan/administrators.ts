import type { ApiClient } from "../api.ts";
import { notDocumented } from "../documented.ts";
import { called } from "./client.ts";

/** A security group whose members administer OnePlan, and must never be disabled. */
interface ProtectedGroup {
  readonly id: string;
  readonly name: string;
}

/** By their ids in small letters. */
export type Administrators = ReadonlyMap<string, ProtectedGroup>;

const DOING = "tell which security groups administer it";

/**
 * Groups with global Administrator permission. Assumed: the route answers one group, or a list of them.
 *
 * @throws ConnectionError where there is none: somebody administers every group, and nobody would be protected
 */
export async function administrators(client: ApiClient, signal: AbortSignal): Promise<Administrators> {
  const answer = await client.get("securitygroups/admin", {}, DOING, signal);
  const groups = new Map<string, ProtectedGroup>();
  for (const group of [answer].flat() as readonly { readonly id?: unknown; readonly GroupName?: unknown }[]) {
    if (typeof group?.id !== "string") throw notDocumented(called(client), DOING);
    groups.set(group.id.toLowerCase(), { id: group.id, name: String(group.GroupName) });
  }
  if (groups.size === 0) throw notDocumented(called(client), DOING);
  return groups;
}
