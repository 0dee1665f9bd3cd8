/**
 * What rules judge. Settings give most of it; what only a tenant or a policy pack can tell is optional.
 *
 * @packageDocumentation
 */
import type { PermissionNames } from "../../components/app-registration/permissions.ts";
import { type DeclaredRegistration, declaredRegistrations } from "../../stacks/registrations.ts";
import type { Settings } from "../../stacks/settings.ts";

export interface JudgedRegistration extends DeclaredRegistration {
  /** What was granted to it in the tenant. Settings do not know. */
  readonly granted?: PermissionNames | undefined;
  /** Whether tokens are handed to browsers in addresses. Nobody can declare it; it can be found. */
  readonly implicitGrant?: boolean | undefined;
}

/** A key that a product issued and a person brought along. */
export interface GivenKey {
  readonly product: "OnePlan" | "ONES";
  /** Path of its settings. */
  readonly setting: readonly string[];
  /** The day on which the product lets it expire. */
  readonly expires?: string | undefined;
}

export interface Declared {
  readonly registrations: readonly JudgedRegistration[];
  /** Object ids of the people who own the registrations. */
  readonly owners: readonly string[];
  /** Object id of the principal that deploys. It owns everything too. */
  readonly deployer: string;
  readonly production: boolean;
  readonly protect: boolean;
  /** Of the vault, where there is one. */
  readonly purgeProtection?: boolean | undefined;
  readonly givenKeys: readonly GivenKey[];
}

/** What the settings say, before anything is made. Pure. */
export function declaredOf(settings: Settings): Declared {
  const { owners, deployer, production, protect, vault, oneplan, ones } = settings;
  const keys: (GivenKey | undefined)[] = [
    oneplan && { product: "OnePlan", setting: ["oneplan", "key"], expires: oneplan.key.expires },
    ones?.key && { product: "ONES", setting: ["ones", "key"], expires: ones.key.expires },
  ];
  return {
    registrations: declaredRegistrations(settings),
    owners,
    deployer,
    production,
    protect,
    purgeProtection: vault?.purgeProtection,
    givenKeys: keys.filter((key) => key !== undefined),
  };
}
