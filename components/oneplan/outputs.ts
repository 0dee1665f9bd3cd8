import type { Integrations } from "../../contract/outputs.ts";
import type { DeclaredTenant } from "../vendor.ts";
import { type Both, oneconnectRoot, type OneConnectSettings, oneplanRoot, type OnePlanSettings } from "./settings.ts";

/** @param keyVaultSecret name of the vault secret that holds OnePlan's authentication key, where it is kept */
export function outputs(
  { oneplan, oneconnect }: Both,
  tenant: DeclaredTenant,
  keyVaultSecret: string | undefined,
): Integrations {
  return {
    ...(oneplan && keyVaultSecret !== undefined && users(oneplan, tenant, keyVaultSecret)),
    ...(oneconnect && { oneconnect: group(oneconnect, oneplan) }),
  };
}

function users(
  settings: OnePlanSettings,
  tenant: DeclaredTenant,
  keyVaultSecret: string,
): Pick<Integrations, "oneplan" | "oneplanEntraUsers"> {
  const { users, key, group, entraUsers } = settings;
  const product = { baseUrl: oneplanRoot(settings), keyName: key.name, keyVaultSecret };
  return {
    oneplan: { ...product, users },
    ...(entraUsers && {
      oneplanEntraUsers: {
        application: entraUsers.application,
        ...(entraUsers.application === "own" && { registration: "oneplan-users" }),
        tenantDomain: tenant.domain,
        groups: users.groups,
        ...(group && { group }),
        ...product,
      },
    }),
  };
}

function group(
  { group, application, authentication, allowed }: OneConnectSettings,
  oneplan: OnePlanSettings | undefined,
): NonNullable<Integrations["oneconnect"]> {
  return {
    baseUrl: oneconnectRoot(oneplan),
    group,
    application,
    ...(application === "own" && { registration: "oneconnect" }),
    authentication,
    allowed: authentication === "office365Strict" ? ["office365"] : allowed,
  };
}
