/** Which group of OnePlan a key is of. @packageDocumentation */
import type { Place } from "../../model/types.ts";
import type { ApiClient } from "../api.ts";
import { notDocumented } from "../documented.ts";
import { called } from "./client.ts";
import type { SecurityGroup } from "./resources.ts";
import { fill, storing } from "../../../contract/this-stack.ts";

const DOING = "tell which OnePlan group the key is of";

export interface OnePlanGroup {
  /** `ConfigId`, in small letters. */
  readonly id: string;
  /** Empty where it is not told. */
  readonly name: string;
}

/**
 * Seen: the cheapest call that needs the key. Assumed: the answer names the group as every record of OnePlan does.
 *
 * @throws ConnectionError where it does not
 */
export async function groupOfKey(client: ApiClient, signal: AbortSignal): Promise<OnePlanGroup> {
  const answer = await client.get("resources/megroup", {}, DOING, signal);
  const { ConfigId: id, Name: name } = (answer ?? {}) as { readonly ConfigId?: unknown; readonly Name?: unknown };
  if (typeof id !== "string" || id === "") throw notDocumented(called(client), DOING);
  return { id: id.toLowerCase(), name: typeof name === "string" ? name : "" };
}

/** The group as what a sync writes to. */
export function placeOfGroup({ id, name }: OnePlanGroup): Place {
  return {
    id,
    label: name === "" ? "the OnePlan group" : `the OnePlan group ${name}`,
    mend: `store the key of its OnePlan group (${storing(fill("name under oneplan.key.secret"))}) and deploy (pulumi up)`,
  };
}

export const ADMINISTRATORS = "tell which security groups administer it";

/** Groups with global Administrator permission. Assumed: the route answers one group, or a list of them. */
export async function administratorGroups(client: ApiClient, signal: AbortSignal): Promise<SecurityGroup[]> {
  const answer = await client.get("securitygroups/admin", {}, ADMINISTRATORS, signal);
  return ([answer].flat() as readonly { readonly id?: unknown; readonly GroupName?: unknown }[]).map((group) => {
    if (typeof group?.id !== "string") throw notDocumented(called(client), ADMINISTRATORS);
    return { id: group.id, name: String(group.GroupName) };
  });
}
