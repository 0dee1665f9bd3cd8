/**
 * One tenant's declarations: from its settings to the outputs that its syncs live on.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { resolvePermissions } from "../components/app-registration/index.ts";
import { AzureDevOpsTokens } from "../components/azure-devops/index.ts";
import { OnePlan } from "../components/oneplan/index.ts";
import { exchangeCommands, Ones } from "../components/ones/index.ts";
import { SyncIdentity } from "../components/sync-identity/index.ts";
import { Vault } from "../components/vault/index.ts";
import { describeIntegrations, givenCredentials, type Products } from "./description.ts";
import { heedRules } from "./judgement.ts";
import { makeIntegration } from "./integrations.ts";
import { lookUpTenant } from "./look-ups.ts";
import { type Outputs, OUTPUTS_VERSION, type Registration } from "../contract/outputs.ts";
import { declaredRegistrations } from "./registrations.ts";
import { plannedSecrets } from "./rotation.ts";
import type { Settings } from "./settings.ts";
import { oneplanRoot } from "./settings/oneplan.ts";
import { syncedUsers } from "./settings/ones.ts";
import { vendorConsents } from "./vendor-consents.ts";

export interface Deployment {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** The UTC day, `2026-03-31`. */
  readonly today: string;
  /** The secret that a configuration key holds. */
  readonly secret: (key: string) => pulumi.Input<string>;
}

export type DeclaredOutputs = { readonly [Key in keyof Outputs]: pulumi.Input<Outputs[Key]> };

/**
 * Declares everything that the settings say. All that can be refused is refused before the first resource.
 *
 * @throws Fault for a finding of a mandatory rule, another tenant, an unknown permission, a tenant that cannot be read
 */
export async function declareTenant(settings: Settings, deployment: Deployment): Promise<DeclaredOutputs> {
  const { organization, project, stack, today } = deployment;
  const mark = `${project}/${stack}`;
  heedRules(settings);
  const registrations = declaredRegistrations(settings);
  const { graph } = await lookUpTenant(settings.tenant, stack);
  // Once for all of them before the first is made; each component takes its own again.
  for (const { permissions } of registrations) resolvePermissions(permissions, graph);
  const secrets = await plannedSecrets(registrations, `${organization}/${project}/${stack}`, today);

  const vault = makeVault(settings, mark);
  const made = registrations.map((declared) => ({
    declared,
    integration: makeIntegration(declared, { settings, mark, graph, secrets, vault }),
  }));
  const identity = made.map(({ integration }) => integration).find((each) => each instanceof SyncIdentity);
  const products = makeProducts(settings, deployment, vault, mark);

  return {
    version: OUTPUTS_VERSION,
    mark,
    tenant: settings.tenant,
    ...(vault && { vault: pulumi.output({ name: vault.vaultName, uri: vault.uri }) }),
    ...(identity && { syncIdentity: identity.description }),
    credentials: pulumi.output({
      secrets: pulumi.all(made.flatMap(({ integration }) => integration.secrets)),
      federated: pulumi.all(made.flatMap(({ integration }) => integration.federated)),
      given: givenCredentials(settings, products),
    }),
    registrations: pulumi.all(
      made.map(({ declared, integration }) => describe(declared, integration, settings.tenant.cloud)),
    ),
    consents: vendorConsents(settings),
    integrations: describeIntegrations(settings, products),
    ...(settings.sync !== undefined && { sync: settings.sync }),
  };
}

type Made = ReturnType<typeof makeIntegration>;

function describe(
  declared: ReturnType<typeof declaredRegistrations>[number],
  { registration: { clientId, objectId, principalId }, consentLink }: Made,
  cloud: Settings["tenant"]["cloud"],
): pulumi.Output<Registration> {
  const { name, setting, displayName, permissions, consent, redirectUris, exchangeScope } = declared;
  return pulumi.all([clientId, objectId, principalId, consentLink]).apply(([client, object, principal, link]) => ({
    name,
    setting: setting.join("."),
    displayName,
    clientId: client,
    objectId: object,
    principalId: principal,
    permissions: { application: [...permissions.application], delegated: [...permissions.delegated] },
    consent: { mode: consent, ...(link !== undefined && { link }) },
    redirectUris: [...redirectUris],
    ...(exchangeScope && {
      exchangeScope: {
        ...exchangeScope,
        commands: exchangeCommands({
          displayName,
          clientId: client,
          principalId: principal,
          scope: exchangeScope,
          cloud,
        }),
      },
    }),
  }));
}

function makeVault({ vault, azure, tenant }: Settings, mark: string): Vault | undefined {
  if (!vault || !azure) return undefined;
  const { namePrefix, purgeProtection } = vault;
  return new Vault("vault", { ...azure, namePrefix, purgeProtection, mark, tenantId: tenant.id });
}

/** What is kept in the vault for products that issue keys of their own. */
function makeProducts(
  { oneplan, ones, azureDevOps }: Settings,
  { secret }: Deployment,
  vault: Vault | undefined,
  mark: string,
): Products {
  if (!vault) return {};
  const tokens = (azureDevOps?.organizations ?? []).flatMap(({ name, token }) =>
    token ? [[name, secret(token.secret)] as const] : [],
  );
  return {
    ...(oneplan && {
      oneplan: new OnePlan("oneplan", {
        baseUrl: oneplanRoot(oneplan),
        key: { name: oneplan.key.name, value: secret(oneplan.key.secret) },
        users: oneplan.users,
        vault,
        mark,
      }).description,
    }),
    ...(ones?.baseUrl !== undefined &&
      ones.key && {
        ones: new Ones("ones-server", {
          baseUrl: ones.baseUrl,
          key: { name: ones.key.name, value: secret(ones.key.secret) },
          users: onesUsers(ones),
          rooms: ones.rooms,
          routes: ones.routes,
          vault,
          mark,
        }).description,
      }),
    ...(tokens.length > 0 && {
      azureDevOps: new AzureDevOpsTokens("azure-devops-tokens", { tokens: Object.fromEntries(tokens), vault, mark })
        .secrets,
    }),
  };
}

/** Card numbers of ONES have one place to go to. */
function onesUsers(ones: NonNullable<Settings["ones"]>): ConstructorParameters<typeof Ones>[1]["users"] {
  const users = syncedUsers(ones);
  if (!users) return undefined;
  const { cardNumber, ...rest } = users;
  return { ...rest, ...(cardNumber && { cardNumber: { ...cardNumber, field: "cardNumber" } }) };
}
