/**
 * What rules judge. Settings give most of it; what only a tenant or a policy pack can tell is optional.
 *
 * @packageDocumentation
 */
import { declaredRegistrations } from "./registrations.ts";
import type { Declared, GivenKey } from "../contract/registrations.ts";
import type { Settings } from "./settings.ts";

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
