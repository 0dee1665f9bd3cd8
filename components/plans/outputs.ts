import type { Integrations } from "../../contract/outputs.ts";
import { oneplanRoot } from "../oneplan/settings.ts";
import type { OrganizationSettings, WithOnePlan } from "./settings.ts";

/** Names of the keys that the sync uses; their secrets in the vault begin with them. */
export const keyNames = {
  /** OnePlan's, where `tenantwire:plans` has one of its own. */
  own: "oneplan-plans-key",
  shared: "oneplan-key",
  token: (organization: string) => `plans-token-${organization.toLowerCase()}`,
};

/** @param vaultSecrets name of a key -> name of its secret in the vault */
export function outputs(
  { plans, oneplan }: WithOnePlan,
  vaultSecrets: Readonly<Record<string, string>>,
): Pick<Integrations, "plans"> {
  const product = plans && (plans.oneplan ?? oneplan);
  const keyVaultSecret = vaultSecrets[plans?.oneplan ? keyNames.own : keyNames.shared];
  if (!plans || !product || keyVaultSecret === undefined) return {};
  return {
    plans: {
      baseUrl: oneplanRoot(product),
      keyName: product.key.name,
      keyVaultSecret,
      ...(plans.integrationId !== undefined && { integrationId: plans.integrationId }),
      organizations: plans.organizations.map((each) => organization(each, vaultSecrets)),
    },
  };
}

function organization(
  { token, url, ...settings }: OrganizationSettings,
  vaultSecrets: Readonly<Record<string, string>>,
): NonNullable<Integrations["plans"]>["organizations"][number] {
  const tokenVaultSecret = token && vaultSecrets[keyNames.token(settings.name)];
  return {
    ...settings,
    url: url ?? `https://dev.azure.com/${settings.name}`,
    ...(tokenVaultSecret !== undefined && { tokenVaultSecret }),
  };
}
