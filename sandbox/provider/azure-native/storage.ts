import type { Field, InputSchema } from "../schema.ts";
import { location, tags } from "./common.ts";
import type { AzureNativeResource } from "./native.ts";

const FLAG: Field = { type: "boolean" };
const TEXT: Field = { type: "string" };
const OBJECT: Field = { type: "object" };
const NAME: Field = { type: "string", required: true };
/** That of azure-native 3.28. */
const API_VERSION = "2024-01-01";
const ACCOUNT =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}";

/** What Azure keeps below `properties`. */
const accountProperties: InputSchema = {
  accessTier: { type: "string", oneOf: ["Hot", "Cool", "Premium", "Cold"] },
  allowBlobPublicAccess: FLAG,
  allowCrossTenantReplication: FLAG,
  allowSharedKeyAccess: FLAG,
  allowedCopyScope: TEXT,
  azureFilesIdentityBasedAuthentication: OBJECT,
  customDomain: OBJECT,
  defaultToOAuthAuthentication: FLAG,
  dnsEndpointType: TEXT,
  enableExtendedGroups: FLAG,
  enableHttpsTrafficOnly: { type: "boolean", apiName: "supportsHttpsTrafficOnly" },
  enableNfsV3: { type: "boolean", apiName: "isNfsV3Enabled" },
  encryption: OBJECT,
  immutableStorageWithVersioning: OBJECT,
  isHnsEnabled: FLAG,
  isLocalUserEnabled: FLAG,
  isSftpEnabled: FLAG,
  keyPolicy: OBJECT,
  largeFileSharesState: TEXT,
  minimumTlsVersion: TEXT,
  networkRuleSet: { type: "object", apiName: "networkAcls" },
  publicNetworkAccess: TEXT,
  routingPreference: OBJECT,
  sasPolicy: OBJECT,
};

/** Outputs below `properties` that no input gives. */
const accountOutputs = [
  ...["accountMigrationInProgress", "blobRestoreStatus", "creationTime", "failoverInProgress", "geoReplicationStats"],
  ...["isSkuConversionBlocked", "keyCreationTime", "lastGeoFailoverTime", "primaryEndpoints", "primaryLocation"],
  ...["privateEndpointConnections", "provisioningState", "secondaryEndpoints", "secondaryLocation", "statusOfPrimary"],
  ...["statusOfSecondary", "storageAccountSkuConversionStatus"],
];

export const storageAccount: AzureNativeResource = {
  token: "azure-native:storage:StorageAccount",
  apiVersion: API_VERSION,
  path: ACCOUNT,
  autoName: { property: "accountName", kind: "random" },
  inputs: {
    ...accountProperties,
    accountName: NAME,
    extendedLocation: OBJECT,
    identity: OBJECT,
    kind: NAME,
    location,
    resourceGroupName: NAME,
    sku: { type: "object", required: true, fields: { name: NAME } },
    tags,
  },
  flattened: Object.entries(accountProperties).map(([name, { apiName }]) => apiName ?? name),
  computed: ["name", "type", ...accountOutputs],
};

const containerProperties: InputSchema = {
  defaultEncryptionScope: TEXT,
  denyEncryptionScopeOverride: FLAG,
  enableNfsV3AllSquash: FLAG,
  enableNfsV3RootSquash: FLAG,
  immutableStorageWithVersioning: OBJECT,
  metadata: { type: "map" },
  publicAccess: { type: "string", oneOf: ["Container", "Blob", "None"] },
};

export const blobContainer: AzureNativeResource = {
  token: "azure-native:storage:BlobContainer",
  apiVersion: API_VERSION,
  path: `${ACCOUNT}/blobServices/default/containers/{containerName}`,
  autoName: { property: "containerName", kind: "random" },
  inputs: { ...containerProperties, accountName: NAME, containerName: NAME, resourceGroupName: NAME },
  flattened: Object.keys(containerProperties),
  computed: [
    ...["deleted", "deletedTime", "etag", "hasImmutabilityPolicy", "hasLegalHold", "immutabilityPolicy"],
    ...["lastModifiedTime", "leaseDuration", "leaseState", "leaseStatus", "legalHold", "name"],
    ...["remainingRetentionDays", "type", "version"],
  ],
};
