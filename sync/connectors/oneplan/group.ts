/** Which group of OnePlan a key is of. @packageDocumentation */
import type { Place } from "../../model/types.ts";
import type { ApiClient } from "../api.ts";
import { notDocumented } from "../documented.ts";
import { called } from "./client.ts";
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
