/**
 * What rules judge, as far as settings tell it. Pure.
 *
 * @packageDocumentation
 */
import type { Declared } from "../contract/registrations.ts";
import { declaredRegistrations } from "./registrations.ts";
import type { Settings } from "./settings.ts";
import { declaredKeys } from "./vendors.ts";

/** What the settings say, before anything is made. */
export function declaredOf(settings: Settings): Declared {
  const { owners, deployer, production, protect, vault } = settings;
  return {
    registrations: declaredRegistrations(settings),
    owners,
    deployer,
    production,
    protect,
    purgeProtection: vault?.purgeProtection,
    givenKeys: declaredKeys(settings).map(({ product, keyName, setting, expires, avoidable }) => {
      return { product, keyName, setting, expires, avoidable };
    }),
  };
}
