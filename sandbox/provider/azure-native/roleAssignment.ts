import { uuid } from "../formats.ts";
import type { AzureNativeResource } from "./native.ts";

export const roleAssignment: AzureNativeResource = {
  token: "azure-native:authorization:RoleAssignment",
  apiVersion: "2022-04-01",
  path: "/{scope*}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  autoName: { property: "roleAssignmentName", kind: "uuid" },
  inputs: {
    condition: { type: "string" },
    conditionVersion: { type: "string" },
    // assumed: that azure-native replaces where Azure refuses a change (RoleAssignmentUpdateNotPermitted).
    delegatedManagedIdentityResourceId: { type: "string", replaces: true },
    description: { type: "string" },
    principalId: { type: "string", required: true, format: uuid, replaces: true },
    principalType: {
      type: "string",
      oneOf: ["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"],
      replaces: true,
    },
    roleAssignmentName: { type: "string", required: true, format: uuid },
    roleDefinitionId: { type: "string", required: true, replaces: true },
    scope: { type: "string", required: true },
  },
  flattened: [
    "condition",
    "conditionVersion",
    "delegatedManagedIdentityResourceId",
    "description",
    "principalId",
    "principalType",
    "roleDefinitionId",
  ],
  computed: ["createdBy", "createdOn", "name", "scope", "systemData", "type", "updatedBy", "updatedOn"],
};
