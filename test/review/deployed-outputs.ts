import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { guidOf } from "../components/deploy.ts";

/** Outputs of a stack that has every integration; ids follow from names. */
export function deployedOutputs(change: (outputs: Outputs) => void = () => undefined): Outputs {
  const outputs = parseOutputs(
    {
      version: 1,
      mark: "tenantwire/contoso",
      tenant: { id: guidOf("tenant"), domain: "contoso.onmicrosoft.com", cloud: "Microsoft" },
      vault: { name: "tw-contoso00c0ffee", uri: "https://tw-contoso00c0ffee.vault.azure.net/" },
      syncIdentity: {
        clientId: guidOf("sync client"),
        principalId: guidOf("sync principal"),
        permissions: ["User.Read.All"],
        signIn: { kind: "federated" },
      },
      credentials: {
        secrets: [
          rotated("ones", "ONES > Settings > External Integration"),
          rotated("ones-sign-in", "ONES > Settings > External Integration > user settings"),
          rotated("oneplan-users", "OneConnect > Microsoft Entra ID Users"),
        ],
        federated: [
          {
            name: "sync",
            clientId: guidOf("sync client"),
            issuer: "https://workloads.contoso.com",
            subject: "sync",
            audience: "api://AzureADTokenExchange",
          },
        ],
        given: [
          { name: "oneplan-key", product: "OnePlan", keyName: "tenantwire", vaultSecret: "oneplan-key" },
          {
            name: "azure-devops-token-contoso",
            product: "Azure DevOps",
            keyName: "contoso",
            vaultSecret: "azure-devops-token-contoso",
            expires: "2026-06-30",
          },
        ],
      },
      registrations: [
        registration("sync", "syncIdentity", ["User.Read.All"], []),
        {
          ...registration("ones", "ones.microsoft365", ["Place.Read.All"], []),
          redirectUris: ["https://ones.contoso.com/callback"],
        },
        {
          ...registration("ones-sign-in", "ones.microsoft365.singleSignOn", [], ["email", "openid", "profile"]),
          redirectUris: ["https://ones.contoso.com/sign-in"],
        },
        registration("oneplan-users", "oneplan.entraUsers", ["User.Read.All"], []),
      ],
      consents: [
        {
          name: "consentIntegration",
          product: "OnePlan",
          purpose: "Lets the integrations of the OnePlan group use the tenant.",
          link: "https://my.oneplan.ai/account/ConsentIntegration",
        },
      ],
      integrations: {
        onesMicrosoft365: {
          mode: "applicationResourceOnly",
          integrationName: "Microsoft 365",
          registration: "ones",
          singleSignOn: "ones-sign-in",
          applyPolicyToRooms: true,
          defaultUserGroups: ["Staff"],
          cardNumber: "pager",
          loginButtonName: "Sign in with Microsoft",
        },
        oneplanEntraUsers: {
          application: "own",
          registration: "oneplan-users",
          tenantDomain: "contoso.onmicrosoft.com",
          groups: ["OnePlan Users"],
          baseUrl: "https://eu.oneplan.ai",
          group: "Contoso",
          keyName: "tenantwire",
          keyVaultSecret: "oneplan-key",
        },
        oneconnect: {
          baseUrl: "https://eu.oneconnect.ai",
          group: "Contoso",
          application: "vendor",
          authentication: "multiAuthentication",
          allowed: ["office365", "forms"],
        },
        azureDevOps: {
          organizations: [{ name: "contoso", buttonName: "Boards", tokenVaultSecret: "azure-devops-token-contoso" }],
        },
      },
    },
    "the fixture",
  );
  change(outputs);
  return outputs;
}

function rotated(registration: string, usedBy: string) {
  return {
    name: `${registration}-client-secret`,
    clientId: guidOf(`${registration} client`),
    vaultSecret: `${registration}-client-secret-00c0ffee`,
    state: { current: "a", a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z" } },
    delivery: "pasted",
    policy: { period: 90, overlap: 30, lateness: 30 },
    usedBy,
  };
}

function registration(name: string, setting: string, application: string[], delegated: string[]) {
  return {
    name,
    setting,
    displayName: name,
    clientId: guidOf(`${name} client`),
    objectId: guidOf(`${name} application`),
    principalId: guidOf(`${name} principal`),
    permissions: { application, delegated },
    consent: { mode: "grant" },
    redirectUris: [],
  };
}
