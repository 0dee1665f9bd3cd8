import { uuid } from "../formats.ts";
import type { AzureNativeResource } from "./native.ts";

export const roleDefinition: AzureNativeResource = {
  token: "azure-native:authorization:RoleDefinition",
  apiVersion: "2022-05-01-preview",
  path: "/{scope*}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
  autoName: { property: "roleDefinitionId", kind: "uuid" },
  inputs: {
    assignableScopes: { type: "list" },
    description: { type: "string" },
    permissions: { type: "list", items: { type: "object" } },
    roleDefinitionId: { type: "string", required: true, format: uuid },
    roleName: { type: "string" },
    roleType: { type: "string", apiName: "type" },
    scope: { type: "string", required: true },
  },
  flattened: ["assignableScopes", "description", "permissions", "roleName", "type"],
  computed: ["createdBy", "createdOn", "name", "systemData", "type", "updatedBy", "updatedOn"],
};
