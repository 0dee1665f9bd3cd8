/** What settings declare that is kept in a vault. @packageDocumentation */
import { type DeclaredKey, type DeclaredRegistration, rotationOf } from "../../contract/registrations.ts";
import { place, type SettingsFault } from "../../contract/settings-faults.ts";

type Renewed = Pick<DeclaredRegistration, "setting" | "secret" | "certificate">;

/**
 * Of settings without a vault: whatever they declare that is kept in one, by whichever vendor. Vendors need not say it.
 *
 * @param keys that people brought along
 * @param registrations of which some sign in with what is renewed by deploying
 */
export function vaultFaults(
  keys: readonly Pick<DeclaredKey, "setting">[],
  registrations: readonly Renewed[],
): SettingsFault[] {
  const products = keys.map(({ setting }) => place(setting.slice(0, 1)));
  const reasons = [
    ...[...new Set(products)].map((product) => {
      const several = products.filter((each) => each === product).length > 1;
      return `${product} keeps its ${several ? "keys" : "key"} there`;
    }),
    ...registrations.flatMap((each) => {
      const renewed = rotationOf(each);
      if (!renewed) return [];
      return [`the ${renewed.part === "secret" ? "secret" : "key"} of ${place(each.setting)} is kept there`];
    }),
  ];
  return reasons.map((reason) => ({ path: ["vault"], text: `missing; ${reason}`, missing: true }));
}
