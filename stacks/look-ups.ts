/**
 * What is read of the tenant before anything is made in it: a look-up that fails later would leave half a deployment.
 *
 * Least permission of the deployer, and of an identity that only previews: Directory.Read.All.
 *
 * @packageDocumentation
 */
import * as azuread from "@pulumi/azuread";
import { type ApiPermissions, MICROSOFT_GRAPH } from "../components/app-registration/index.ts";
import { SettingsError } from "../contract/errors.ts";
import { guardDomain, guardTenant } from "./guard.ts";
import type { Settings } from "./settings.ts";

export interface TenantFacts {
  /** Microsoft Graph in this tenant: what it offers, and the object id of its service principal. */
  readonly graph: ApiPermissions & { readonly objectId: string };
}

/**
 * Makes sure that this is the right tenant, and looks up what the declarations need.
 *
 * @throws SettingsError when it is another tenant, or when it cannot be read
 */
export async function lookUpTenant(tenant: Settings["tenant"], stack: string): Promise<TenantFacts> {
  const client = await reading("The deploying credential", azuread.getClientConfig());
  guardTenant(tenant, client.tenantId, stack);
  const [{ domains }, graph] = await Promise.all([
    reading("The tenant's domains", azuread.getDomains()),
    reading("Microsoft Graph's permissions", azuread.getServicePrincipal({ clientId: MICROSOFT_GRAPH })),
  ]);
  guardDomain(
    tenant,
    domains.map(({ domainName }) => domainName),
    stack,
  );
  return { graph };
}

async function reading<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The SDK and the provider each put the call's name in front of the reason.
    const reason = message.replace(/^invocation of \S+ returned an error: /i, "").replace(/^invoking \S+: /, "");
    throw new SettingsError(`${what} could not be read: ${reason}`, { cause: error });
  }
}
