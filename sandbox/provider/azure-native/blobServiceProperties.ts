import type { AzureNativeResource } from "./native.ts";

const OBJECT = { type: "object" } as const;

export const blobServiceProperties: AzureNativeResource = {
  token: "azure-native:storage:BlobServiceProperties",
  apiVersion: "2024-01-01",
  path:
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}" +
    "/providers/Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}",
  autoName: { property: "blobServicesName", kind: "random" },
  inputs: {
    accountName: { type: "string", required: true },
    automaticSnapshotPolicyEnabled: { type: "boolean" },
    blobServicesName: { type: "string", required: true },
    changeFeed: OBJECT,
    containerDeleteRetentionPolicy: OBJECT,
    cors: OBJECT,
    defaultServiceVersion: { type: "string" },
    deleteRetentionPolicy: OBJECT,
    isVersioningEnabled: { type: "boolean" },
    lastAccessTimeTrackingPolicy: OBJECT,
    resourceGroupName: { type: "string", required: true },
    restorePolicy: OBJECT,
  },
  flattened: [
    ...["automaticSnapshotPolicyEnabled", "changeFeed", "containerDeleteRetentionPolicy", "cors"],
    ...["defaultServiceVersion", "deleteRetentionPolicy", "isVersioningEnabled", "lastAccessTimeTrackingPolicy"],
    "restorePolicy",
  ],
  computed: ["name", "sku", "type"],
  alwaysThere: true,
};
