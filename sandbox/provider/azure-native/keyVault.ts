import { uuid } from "../formats.ts";
import type { Field, InputSchema } from "../schema.ts";
import { location, tags } from "./common.ts";
import type { AzureNativeResource } from "./native.ts";

const FLAG: Field = { type: "boolean" };
const TEXT: Field = { type: "string" };
const GUID: Field = { type: "string", required: true, format: uuid };
const TEXTS: Field = { type: "list" };
const NAMES: InputSchema = { resourceGroupName: { type: "string", required: true } };
const VAULT = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault/vaults";
/** That of azure-native 3.28. */
export const KEY_VAULT_API_VERSION = "2024-11-01";

const accessPolicy: Field = {
  type: "object",
  fields: {
    applicationId: TEXT,
    objectId: { type: "string", required: true },
    permissions: {
      type: "object",
      required: true,
      fields: { certificates: TEXTS, keys: TEXTS, secrets: TEXTS, storage: TEXTS },
    },
    tenantId: GUID,
  },
};

const vaultProperties: InputSchema = {
  accessPolicies: { type: "list", items: accessPolicy },
  createMode: { type: "string", oneOf: ["recover", "default"] },
  enabledForDeployment: FLAG,
  enabledForDiskEncryption: FLAG,
  enabledForTemplateDeployment: FLAG,
  enablePurgeProtection: FLAG,
  enableRbacAuthorization: FLAG,
  enableSoftDelete: FLAG,
  networkAcls: { type: "object" },
  publicNetworkAccess: TEXT,
  sku: {
    type: "object",
    required: true,
    fields: {
      family: { type: "string", required: true },
      name: { type: "string", required: true, oneOf: ["standard", "premium"] },
    },
  },
  softDeleteRetentionInDays: { type: "integer" },
  tenantId: GUID,
};

export const vault: AzureNativeResource = {
  token: "azure-native:keyvault:Vault",
  apiVersion: KEY_VAULT_API_VERSION,
  path: `${VAULT}/{vaultName}`,
  autoName: { property: "vaultName", kind: "random" },
  inputs: {
    ...NAMES,
    location,
    properties: { type: "object", required: true, fields: vaultProperties },
    tags,
    vaultName: { type: "string", required: true },
  },
  computed: [
    "name",
    "type",
    "systemData",
    "properties.hsmPoolResourceId",
    "properties.privateEndpointConnections",
    "properties.provisioningState",
    "properties.vaultUri",
  ],
};

export const secret: AzureNativeResource = {
  token: "azure-native:keyvault:Secret",
  apiVersion: KEY_VAULT_API_VERSION,
  path: `${VAULT}/{vaultName}/secrets/{secretName}`,
  autoName: { property: "secretName", kind: "random" },
  inputs: {
    ...NAMES,
    properties: {
      type: "object",
      required: true,
      fields: {
        attributes: {
          type: "object",
          fields: {
            enabled: FLAG,
            expires: { type: "integer", apiName: "exp" },
            notBefore: { type: "integer", apiName: "nbf" },
          },
        },
        contentType: TEXT,
        value: TEXT,
      },
    },
    secretName: { type: "string", required: true },
    tags,
    vaultName: { type: "string", required: true },
  },
  computed: [
    "name",
    "type",
    "location",
    "properties.attributes.created",
    "properties.attributes.updated",
    "properties.secretUri",
    "properties.secretUriWithVersion",
  ],
  // Read: pulumi-azure-native. Resource Manager makes secrets and cannot delete them.
  delete: (arm, { vaultName, secretName }) => arm.removeFromVault(String(vaultName), "secrets", String(secretName)),
};

const keyProperties: InputSchema = {
  attributes: {
    type: "object",
    fields: {
      enabled: FLAG,
      expires: { type: "integer", apiName: "exp" },
      exportable: FLAG,
      notBefore: { type: "integer", apiName: "nbf" },
    },
  },
  curveName: TEXT,
  keyOps: TEXTS,
  keySize: { type: "integer" },
  kty: TEXT,
  releasePolicy: { type: "object", apiName: "release_policy" },
  rotationPolicy: { type: "object" },
};

export const key: AzureNativeResource = {
  token: "azure-native:keyvault:Key",
  apiVersion: KEY_VAULT_API_VERSION,
  path: `${VAULT}/{vaultName}/keys/{keyName}`,
  autoName: { property: "keyName", kind: "random" },
  inputs: {
    ...NAMES,
    keyName: { type: "string", required: true },
    properties: { type: "object", required: true, fields: keyProperties },
    tags,
    vaultName: { type: "string", required: true },
  },
  answersFlat: keyProperties,
  computed: [...Object.keys(keyProperties), "keyUri", "keyUriWithVersion", "location", "name", "type"],
  // Read: pulumi-azure-native. Resource Manager makes keys and cannot delete them.
  delete: (arm, { vaultName, keyName }) => arm.removeFromVault(String(vaultName), "keys", String(keyName)),
};
