import { location, tags } from "./common.ts";
import type { AzureNativeResource } from "./native.ts";

export const userAssignedIdentity: AzureNativeResource = {
  token: "azure-native:managedidentity:UserAssignedIdentity",
  apiVersion: "2023-01-31",
  path:
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}" +
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
  autoName: { property: "resourceName", kind: "random" },
  inputs: {
    location,
    resourceGroupName: { type: "string", required: true },
    resourceName: { type: "string", required: true },
    tags,
  },
  flattened: [],
  computed: ["clientId", "name", "principalId", "systemData", "tenantId", "type"],
};
