/**
 * What is read of the tenant before anything is made in it: a look-up that fails later would leave half a deployment.
 *
 * Least permission of the deployer, and of an identity that only previews: Directory.Read.All.
 *
 * @packageDocumentation
 */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { type ApiPermissions, MICROSOFT_GRAPH } from "../components/app-registration/index.ts";
import { SettingsError } from "../contract/errors.ts";
import { ARM, type Named, whySignInFailed } from "../contract/sign-in-failures.ts";
import { guardDomain, guardTenant } from "./guard.ts";
import { projectFolder } from "./project-folder.ts";
import { whereIs } from "./settings-file.ts";
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
  const client = await reading("The deploying credential", azuread.getClientConfig(), tenant);
  const where = whereIs(stack, projectFolder());
  guardTenant(tenant, client.tenantId, stack, where);
  const [{ domains }, graph] = await Promise.all([
    reading("The tenant's domains", azuread.getDomains(), tenant),
    reading("Microsoft Graph's permissions", azuread.getServicePrincipal({ clientId: MICROSOFT_GRAPH }), tenant),
  ]);
  guardDomain(
    tenant,
    domains.map(({ domainName }) => domainName),
    stack,
    where,
  );
  return { graph };
}

async function reading<T>(what: string, answer: Promise<T>, { id: tenantId }: Settings["tenant"]): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = whySignInFailed(message, { tenantId, named: deployerNames() });
    if (known !== undefined) {
      const { reason, code } = known;
      throw new SettingsError(`Entra does not sign the deploying identity in: ${reason} (${code})`, { cause: error });
    }
    // The SDK and the provider each put the call's name in front of the reason.
    const reason = message.replace(/^invocation of \S+ returned an error: /i, "").replace(/^invoking \S+: /, "");
    const mend = /Azure ?CLI|authorizer/i.test(reason) ? ` ${NOBODY}` : "";
    throw new SettingsError(`${what} could not be read: ${reason}${mend}`, { cause: error });
  }
}

const NOBODY =
  "If nobody is signed in here: az login, or set ARM_TENANT_ID and ARM_CLIENT_ID with ARM_CLIENT_SECRET, or with ARM_USE_OIDC=true and ARM_OIDC_TOKEN.";

/** The stack's configuration of the provider goes before the environment. */
function deployerNames(): Named {
  const provider = new pulumi.Config("azuread");
  const isSet = (key: string) => provider.getSecret(key) !== undefined;
  return {
    clientId: isSet("clientId") ? "azuread:clientId in the stack's configuration" : ARM.clientId,
    secret: isSet("clientSecret") ? "azuread:clientSecret in the stack's configuration" : ARM.secret,
  };
}
