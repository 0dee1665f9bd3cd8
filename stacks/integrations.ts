/**
 * Makes the registrations that the settings declare, each by its component.
 *
 * @packageDocumentation
 */
import { AzureDevOpsPrincipal } from "../components/azure-devops/index.ts";
import type { Integration, IntegrationArgs } from "../components/integration/index.ts";
import { OneConnectGroup } from "../components/oneconnect/index.ts";
import { OnePlanEntraUsers } from "../components/oneplan/index.ts";
import {
  OnesApplicationPermission,
  OnesApplicationResourceOnly,
  OnesDelegatedPermission,
  OnesDelegatedResourceOnly,
  OnesSingleSignOn,
} from "../components/ones/index.ts";
import { SyncIdentity } from "../components/sync-identity/index.ts";
import type { Vault } from "../components/vault/index.ts";
import { clouds } from "../contract/clouds.ts";
import type { TenantFacts } from "./look-ups.ts";
import type { DeclaredRegistration, DeclaredTrust } from "../contract/registrations.ts";
import type { PlannedSecret } from "./rotation.ts";
import type { Settings } from "./settings.ts";

export interface Making {
  readonly settings: Settings;
  /** Mark of the stack. */
  readonly mark: string;
  readonly graph: TenantFacts["graph"];
  readonly secrets: ReadonlyMap<string, PlannedSecret>;
  readonly vault: Vault | undefined;
}

export function makeIntegration(registration: DeclaredRegistration, making: Making): Integration {
  const { settings } = making;
  const args = argsOf(registration, making);
  const { name } = registration;
  switch (name) {
    case "sync":
      return new SyncIdentity(name, {
        ...args,
        permissions: registration.permissions,
        readsVault: settings.oneplan || settings.ones?.baseUrl ? making.vault : undefined,
      });
    case "ones":
      return makeOnes(required(settings.ones?.microsoft365), args);
    case "ones-sign-in":
      return new OnesSingleSignOn(name, { ...args, scopes: registration.permissions.delegated });
    case "oneplan-users":
      return new OnePlanEntraUsers(name, { ...args, users: required(settings.oneplan).users });
    case "oneconnect":
      return new OneConnectGroup(name, { ...args, group: required(settings.oneconnect) });
    case "azure-devops":
      return new AzureDevOpsPrincipal(name, args);
    default:
      throw new Error(`No component makes the registration ${name}.`);
  }
}

type Microsoft365 = NonNullable<NonNullable<Settings["ones"]>["microsoft365"]>;

function makeOnes({ mode, mailSend, exchangeScope }: Microsoft365, args: IntegrationArgs): Integration {
  switch (mode) {
    case "applicationPermission":
      return new OnesApplicationPermission("ones", { ...args, mailSend, exchangeScope });
    case "applicationResourceOnly":
      return new OnesApplicationResourceOnly("ones", { ...args, mailSend, exchangeScope });
    case "delegatedPermission":
      return new OnesDelegatedPermission("ones", args);
    case "delegatedResourceOnly":
      return new OnesDelegatedResourceOnly("ones", args);
  }
}

function argsOf(
  registration: DeclaredRegistration,
  { settings, mark, graph, secrets, vault }: Making,
): IntegrationArgs {
  const { tenant, deployer, owners, protect } = settings;
  const secret = secrets.get(registration.name);
  return {
    displayName: registration.displayName,
    mark,
    deployer,
    owners,
    tenant,
    graph,
    protect,
    consent: registration.consent,
    redirectUris: registration.redirectUris,
    multipleTenants: registration.audience === "multipleTenants",
    secret: secret && { ...secret, vault: required(vault) },
    trusts: registration.federated?.map((trust) => withAudience(trust, tenant.cloud)),
  };
}

function withAudience({ audience, ...trust }: DeclaredTrust, cloud: Settings["tenant"]["cloud"]) {
  return { ...trust, audience: audience ?? clouds[cloud].tokenExchange };
}

/** What the settings' own checks have made sure of. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The settings were not checked before they were declared.");
  return value;
}
