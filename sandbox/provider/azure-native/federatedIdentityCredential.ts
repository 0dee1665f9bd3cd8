import type { AzureNativeResource } from "./native.ts";

export const federatedIdentityCredential: AzureNativeResource = {
  token: "azure-native:managedidentity:FederatedIdentityCredential",
  apiVersion: "2023-01-31",
  path:
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}" +
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}" +
    "/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
  autoName: { property: "federatedIdentityCredentialResourceName", kind: "random" },
  inputs: {
    audiences: { type: "list", required: true },
    federatedIdentityCredentialResourceName: { type: "string", required: true },
    issuer: { type: "string", required: true },
    resourceGroupName: { type: "string", required: true },
    resourceName: { type: "string", required: true },
    subject: { type: "string", required: true },
  },
  flattened: ["audiences", "issuer", "subject"],
  computed: ["name", "systemData", "type"],
};
