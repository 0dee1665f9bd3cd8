/**
 * What the outputs will tell after a deployment, as far as settings decide it, and the same of outputs that are there:
 * so that the two can be compared. The engine's preview does not show the outputs of the stack itself (seen: 3.259.0).
 * Pure. Ids, names in the vault and where a rotation stands are answers of Azure and Entra, and are left out.
 *
 * @packageDocumentation
 */
import { dayOf } from "../contract/days.ts";
import { clouds } from "../contract/clouds.ts";
import type { Integrations, Outputs, VendorConsent } from "../contract/outputs.ts";
import { type DeclaredRegistration, rotationOf, ordersOf } from "../contract/registrations.ts";
import { SYNC } from "./registration-names.ts";
import { credentialName, declaredRegistrations } from "./registrations.ts";
import type { Settings } from "./settings.ts";
import { declaredKeys, integrations, vendorConsents } from "./vendors.ts";

/** Plain data. What outputs list is here by its name. */
export interface ExpectedOutputs {
  readonly tenant: Outputs["tenant"];
  readonly syncIdentity: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly federated: Readonly<Record<string, unknown>>;
  readonly adopted: Readonly<Record<string, unknown>>;
  readonly given: Readonly<Record<string, unknown>>;
  readonly registrations: Readonly<Record<string, unknown>>;
  readonly consents: Readonly<Record<string, Omit<VendorConsent, "name">>>;
  readonly integrations: Integrations;
  readonly sync: unknown;
}

/** Names in the vault are new whenever a secret is made: none of them is compared. */
const IN_VAULT = "in the vault";

export function expectedBySettings(settings: Settings): ExpectedOutputs {
  const { tenant, sync } = settings;
  const registrations = declaredRegistrations(settings);
  const keys = declaredKeys(settings);
  const identity = registrations.find(({ name }) => name === SYNC);
  const vaultSecrets = Object.fromEntries(keys.map(({ name }) => [name, IN_VAULT]));
  return {
    tenant,
    syncIdentity: identity
      ? { permissions: identity.permissions.application, signIn: rotationOf(identity)?.part ?? "federated" }
      : {},
    secrets: Object.fromEntries(
      registrations.flatMap((registration) => {
        const renewed = rotationOf(registration);
        if (!renewed) return [];
        const { usedBy } = registration;
        const { periodDays: period, overlapDays: overlap, latenessDays: lateness } = renewed.rotation;
        const { delivery = "vault", acknowledged } = renewed.rotation;
        const known = { kind: renewed.part, delivery, acknowledged, policy: { period, overlap, lateness }, usedBy };
        const orders = ordersOf(renewed.rotation);
        return [[credentialName(registration.name, renewed.part), { ...known, orders }]];
      }),
    ),
    federated: Object.fromEntries(
      registrations.flatMap(({ federated = [] }) =>
        federated.map(({ name, issuer, subject, audience = clouds[tenant.cloud].tokenExchange }) => [
          name,
          { issuer, subject, audience },
        ]),
      ),
    ),
    adopted: Object.fromEntries(
      settings.adoptedCredentials.map(({ registration, kind, keyId, ends, thumbprint, since, note }) => [
        keyId,
        { registration, kind, end: ends, thumbprint, since, note },
      ]),
    ),
    given: Object.fromEntries(keys.map(({ name, product, keyName, expires }) => [name, { product, keyName, expires }])),
    registrations: Object.fromEntries(registrations.map((each) => [each.name, expectedRegistration(each, settings)])),
    consents: byName(vendorConsents(settings)),
    integrations: integrations(settings, { tenant, vaultSecrets }),
    sync,
  };
}

function expectedRegistration(declared: DeclaredRegistration, { deployer, owners }: Settings) {
  const { setting, displayName, permissions, consent, redirectUris, audience, exchangeScope } = declared;
  return {
    assignmentRequired: declared.assignmentRequired ?? false,
    ...{ setting: setting.join("."), displayName, permissions, consent, redirectUris, audience, exchangeScope },
    owners: [...new Set([deployer, ...owners])],
  };
}

export function expectedByOutputs(outputs: Outputs): ExpectedOutputs {
  const { tenant, syncIdentity, credentials, registrations, consents, sync } = outputs;
  return {
    tenant,
    syncIdentity: syncIdentity ? { permissions: syncIdentity.permissions, signIn: syncIdentity.signIn.kind } : {},
    secrets: Object.fromEntries(
      credentials.secrets.map(({ name, kind = "secret", delivery, acknowledged, policy, orders, usedBy }) => [
        name,
        { kind, delivery, acknowledged, policy, orders, usedBy },
      ]),
    ),
    federated: Object.fromEntries(
      credentials.federated.map(({ name, issuer, subject, audience }) => [name, { issuer, subject, audience }]),
    ),
    adopted: Object.fromEntries(
      (credentials.adopted ?? []).map(({ registration, kind, keyId, end, thumbprint, since, note }) => [
        keyId,
        { registration, kind, end: dayOf(end), thumbprint, since, note },
      ]),
    ),
    given: Object.fromEntries(
      credentials.given.map(({ name, product, keyName, expires }) => [name, { product, keyName, expires }]),
    ),
    registrations: Object.fromEntries(
      registrations.map(({ name, consent, exchangeScope, ...each }) => {
        const { setting, displayName, permissions, redirectUris, audience, owners, assignmentRequired = false } = each;
        const scope = exchangeScope && {
          name: exchangeScope.name,
          recipientFilter: exchangeScope.recipientFilter,
          ...(exchangeScope.permission !== undefined && { permission: exchangeScope.permission }),
        };
        const known = { setting, displayName, permissions, consent: consent.mode, redirectUris, exchangeScope: scope };
        return [name, { ...known, audience, assignmentRequired, owners }];
      }),
    ),
    consents: byName(consents),
    integrations: withoutVault(outputs.integrations),
    sync,
  };
}

function byName(consents: readonly VendorConsent[]): ExpectedOutputs["consents"] {
  return Object.fromEntries(consents.map(({ name, ...consent }) => [name, consent]));
}

function withoutVault(integrations: Integrations): Integrations {
  const replaced = JSON.stringify(integrations, (key, value: unknown) =>
    /^vaultSecret$|VaultSecret$/.test(key) && typeof value === "string" ? IN_VAULT : value,
  );
  return JSON.parse(replaced) as Integrations;
}
