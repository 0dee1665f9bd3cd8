/**
 * Registrations of the tenant beside those that the state knows.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { type GraphClient, pages } from "../../sync/connectors/graph/index.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { listed } from "../../contract/words.ts";
import { failed, ok, type Verdict, warning } from "../checks/check.ts";
import { knows, type StackResource } from "./stack-state.ts";
import { commandFor, fill } from "../../contract/this-stack.ts";

const Application = z.looseObject({
  id: z.string(),
  appId: z.string(),
  displayName: z.string().nullish(),
  notes: z.string().nullish(),
});
export type Application = z.infer<typeof Application>;

/** Registrations of a display name, or of a client id. */
export async function applicationsLike(
  client: GraphClient,
  property: "displayName" | "appId",
  value: string,
  signal: AbortSignal,
): Promise<Application[]> {
  const filter = encodeURIComponent(`${property} eq '${value.replaceAll("'", "''")}'`);
  const call = { doing: "look for a registration", needs: ["Directory.Read.All"], signal };
  const path = `/applications?$filter=${filter}&$select=id,appId,displayName,notes`;
  const found: Application[] = [];
  for await (const { value: page } of pages(client, path, call)) {
    for (const each of page) {
      const parsed = Application.safeParse(each);
      if (!parsed.success)
        throw new ConnectionError(`${client.host} did not answer as documented about a registration.`);
      found.push(parsed.data);
    }
  }
  return found;
}

/**
 * Would the deployment make a registration that is there already? Entra takes any name any number of times.
 *
 * @param mark of the stack
 */
export function judgeNamesakes(
  { name, displayName }: Pick<DeclaredRegistration, "name" | "displayName">,
  found: readonly Application[],
  state: readonly StackResource[],
  { mark, stack }: { readonly mark: string; readonly stack: string },
): Verdict {
  const others = found.filter(({ id }) => !knows(state, id));
  const own = others.filter(({ notes }) => notes === mark);
  if (own.length > 0) {
    return failed(
      `An earlier deployment of ${mark} made ${displayName} (client id ${clientIds(own)}), and the state does not know it: the next one would make it twice. ` +
        `How to take it in or away: ${commandFor({ stack }, "orphans")}`,
    );
  }
  if (others.length > 0) {
    return warning(
      `The tenant has a registration called ${displayName} already (client id ${clientIds(others)}), and the deployment makes another one. ` +
        `If it is the same, take it in: ${commandFor({ stack }, "orphans adopt", fill("client id"), "--as", name)}`,
    );
  }
  return ok("The name is free, or this stack's own.");
}

function clientIds(applications: readonly Application[]): string {
  return listed(applications.map(({ appId }) => appId));
}
