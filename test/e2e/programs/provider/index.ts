/**
 * A stack with every resource type and function that the stand-in's provider knows; what it varies comes from its
 * configuration. It is run by the real engine: see ../../provider.test.ts.
 */
import * as azuread from "@pulumi/azuread";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig.js";
import { Secret } from "@pulumi/azure-native/keyvault/secret.js";
import { Vault } from "@pulumi/azure-native/keyvault/vault.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const caller = await azuread.getClientConfig();
const arm = await getClientConfig();
const domains = await azuread.getDomains({ onlyInitial: true });
const wellKnown = await azuread.getApplicationPublishedAppIds();
const graph = await azuread.getServicePrincipal({ clientId: wellKnown.result["MicrosoftGraph"] ?? "" });

const registration = new azuread.ApplicationRegistration("app", {
  displayName: config.require("displayName"),
  notes: "stand-in test",
});
const applicationId = registration.id;
const access = new azuread.ApplicationApiAccess(
  "access",
  {
    applicationId,
    apiClientId: graph.clientId,
    roleIds: [graph.appRoleIds["User.Read.All"] ?? "", graph.appRoleIds["Group.Read.All"] ?? ""],
    scopeIds: [graph.oauth2PermissionScopeIds["User.Read"] ?? ""],
  },
  { deletedWith: registration },
);
const uris = new azuread.ApplicationRedirectUris(
  "uris",
  { applicationId, type: "Web", redirectUris: config.requireObject<string[]>("redirectUris") },
  { dependsOn: access, deletedWith: registration },
);
new azuread.ApplicationOwner(
  "owner",
  { applicationId, ownerObjectId: config.require("ownerId") },
  { dependsOn: uris, deletedWith: registration },
);
const password = new azuread.ApplicationPassword(
  "password",
  {
    applicationId,
    displayName: "slot",
    endDate: config.require("endDate"),
    rotateWhenChanged: { key: config.require("rotation") },
  },
  { ignoreChanges: ["endDate"] },
);
new azuread.ApplicationFederatedIdentityCredential(
  "federated",
  {
    applicationId,
    displayName: "workload",
    audiences: ["api://AzureADTokenExchange"],
    issuer: "https://workloads.contoso.com",
    subject: "job",
  },
  { dependsOn: password },
);
const principal = new azuread.ServicePrincipal("principal", {
  clientId: registration.clientId,
  owners: [caller.objectId, config.require("ownerId")],
  featureTags: [{ enterprise: true }],
});
new azuread.AppRoleAssignment("role", {
  appRoleId: graph.appRoleIds["User.Read.All"] ?? "",
  principalObjectId: principal.objectId,
  resourceObjectId: graph.objectId,
});
new azuread.ServicePrincipalDelegatedPermissionGrant("grant", {
  servicePrincipalObjectId: principal.objectId,
  resourceServicePrincipalObjectId: graph.objectId,
  claimValues: ["openid", "User.Read"],
});

const group = new ResourceGroup("rg", { location: "westeurope" });
const vault = new Vault("kv", {
  resourceGroupName: group.name,
  properties: {
    tenantId: arm.tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
  },
});
new RoleAssignment("officer", {
  scope: vault.id,
  principalId: arm.objectId,
  principalType: "ServicePrincipal",
  // Key Vault Secrets Officer: secrets are deleted by the data plane.
  roleDefinitionId: `/subscriptions/${arm.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7`,
});
const secret = new Secret("secret", {
  resourceGroupName: group.name,
  vaultName: vault.name,
  properties: { value: password.value },
});

export const domain = domains.domains[0]?.domainName;
export const clientId = registration.clientId;
export const objectId = registration.objectId;
export const keyId = password.keyId;
export const passwordEnd = password.endDate;
export const servicePrincipalId = principal.objectId;
export const secretUri = secret.properties.secretUri;
export const secretVersion = secret.properties.secretUriWithVersion;
