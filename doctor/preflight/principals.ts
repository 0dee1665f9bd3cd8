import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { failed, ok, type Verdict } from "../checks/check.ts";
import type { ApiPrincipal } from "../connectors/grants.ts";
import type { StackResource } from "./stack-state.ts";

/**
 * A deployment that was killed can leave the service principal of a registration without writing it down: the next one
 * cannot make a second (seen: Entra's "service principal name is already in use"). Pure.
 *
 * @param found in the tenant, of the registration that the state knows
 */
export function principalVerdict(
  { name, displayName }: Pick<DeclaredRegistration, "name" | "displayName">,
  found: ApiPrincipal | undefined,
  state: readonly StackResource[],
  stack: string,
): Verdict {
  if (found === undefined) return ok("It has none yet.");
  const parent = state.find(({ urn }) => urn.endsWith(`::${name}-registration`));
  const under = parent ? `--parent 'parent=${parent.urn}' ` : "";
  return failed([
    `${displayName} has a service principal (${found.id}) that the state does not know: a deployment that was killed left it, and the next one fails on it. Take it in first:`,
    `pulumi import --stack ${stack} ${under}--protect=false --generate-code=false azuread:index/servicePrincipal:ServicePrincipal ${name}-registration-principal /servicePrincipals/${found.id}`,
  ]);
}
