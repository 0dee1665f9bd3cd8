/**
 * Registrations of the tenant beside those that the state knows. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { listed } from "../../contract/words.ts";
import { failed, ok, type Verdict, warning } from "../checks/check.ts";
import type { DirectoryApplication } from "../connectors/directory.ts";
import { knows, type StackResource } from "./stack-state.ts";
import { commandFor, fill } from "../../contract/this-stack.ts";

/**
 * Would the deployment make a registration that is there already? Entra takes any name any number of times.
 *
 * @param mark of the stack
 */
export function namesakesVerdict(
  { name, displayName }: Pick<DeclaredRegistration, "name" | "displayName">,
  found: readonly DirectoryApplication[],
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

function clientIds(applications: readonly DirectoryApplication[]): string {
  return listed(applications.map(({ appId }) => appId));
}
