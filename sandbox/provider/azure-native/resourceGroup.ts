import { location, tags } from "./common.ts";
import type { AzureNativeResource } from "./native.ts";
import { RESOURCES_API_VERSION } from "./versions.ts";

export const resourceGroup: AzureNativeResource = {
  token: "azure-native:resources:ResourceGroup",
  apiVersion: RESOURCES_API_VERSION,
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  autoName: { property: "resourceGroupName", kind: "random" },
  inputs: {
    location,
    managedBy: { type: "string" },
    resourceGroupName: { type: "string", required: true },
    tags,
  },
  computed: ["name", "properties", "type"],
};
