import { vendor } from "../vendor.ts";
import { valueAt } from "../../contract/settings-faults.ts";
import { azureDevOpsFaults } from "./faults.ts";
import { type AzureDevOpsSettings, AzureDevOps } from "./settings.ts";
import { azureDevOpsSheets } from "./sheets.ts";

/** OnePlan's connection to Azure DevOps: a service principal, or personal access tokens that people made. */
export const azureDevOps = vendor({
  settings: { azureDevOps: AzureDevOps.optional() },
  faults: azureDevOpsFaults,
  secretSettings: (raw) => {
    const organizations = valueAt(raw, ["azureDevOps", "organizations"]);
    if (!Array.isArray(organizations)) return [];
    return organizations.map((_, index) => ["azureDevOps", "organizations", index, "token", "secret"]);
  },
  registrationNames: ["azure-devops"],
  registrations: ({ azureDevOps }) =>
    azureDevOps?.servicePrincipal
      ? [
          {
            name: "azure-devops",
            component: "AzureDevOpsPrincipal",
            aliases: ["tenantwire:azure-devops:Principal"],
            setting: ["azureDevOps", "servicePrincipal"],
            usedBy: "OnePlan > Azure DevOps",
            ...azureDevOps.servicePrincipal,
            audience: "singleTenant",
            // Azure DevOps gives rights itself: application permissions of Entra have no effect there (documented).
            permissions: { application: [], delegated: [] },
            consent: "none",
            redirectUris: [],
          },
        ]
      : [],
  keys: ({ azureDevOps }) =>
    tokens(azureDevOps).map(({ name, token }, index) => ({
      name: keyName(name),
      product: "Azure DevOps",
      keyName: name,
      expires: token.expires,
      setting: ["azureDevOps", "organizations", index, "token"],
      configuration: token.secret,
      resource: `azure-devops-tokens-${name}`,
      formerParent: { name: "azure-devops-tokens", type: "tenantwire:azure-devops:Tokens" },
      forSyncs: false,
    })),
  outputs: ({ azureDevOps }, { vaultSecrets }) =>
    azureDevOps
      ? {
          azureDevOps: {
            organizations: azureDevOps.organizations.map(({ name, buttonName }) => {
              const tokenVaultSecret = vaultSecrets[keyName(name)];
              return {
                name,
                ...(buttonName && { buttonName }),
                ...(tokenVaultSecret !== undefined && { tokenVaultSecret }),
              };
            }),
            ...(azureDevOps.servicePrincipal && { registration: "azure-devops" }),
          },
        }
      : {},
  sheets: azureDevOpsSheets,
});

/** Name of the credential; the vault secret's begins with it. */
function keyName(organization: string): string {
  return `azure-devops-token-${organization.toLowerCase()}`;
}

/** One token belongs to one organization. No service can renew one (documented). */
function tokens(settings: AzureDevOpsSettings | undefined) {
  return (settings?.organizations ?? []).flatMap(({ name, token }) => (token ? [{ name, token }] : []));
}
