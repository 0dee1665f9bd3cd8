/**
 * Service principals of Microsoft's own services that every tenant has: the resources that permissions are granted on
 * and tokens are asked for.
 *
 * @packageDocumentation
 */
import type { DirectoryObject } from "../directory/model.ts";
import type { World } from "../world.ts";
import { disabledRole, graphPermissions } from "./permissions.ts";
import type { PublishedPermission } from "./permissions.ts";

export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
export const AZURE_DEVOPS_APP_ID = "499b84ac-1321-427f-aa17-267ca6975798";

/** The tenant that Microsoft's services belong to. */
export const MICROSOFT_SERVICES = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

interface FirstParty {
  readonly displayName: string;
  readonly appId: string;
  /** Identifiers that a scope can name, besides the appId. */
  readonly names: readonly string[];
  readonly permissions: readonly PublishedPermission[];
}

const services: readonly FirstParty[] = [
  {
    displayName: "Microsoft Graph",
    appId: GRAPH_APP_ID,
    names: ["https://graph.microsoft.com", "https://graph.microsoft.com/"],
    permissions: graphPermissions,
  },
  {
    displayName: "Office 365 Exchange Online",
    appId: "00000002-0000-0ff1-ce00-000000000000",
    names: ["https://outlook.office365.com", "https://outlook.office.com"],
    permissions: [
      {
        name: "full_access_as_app",
        title: "Use Exchange Web Services with full access to all mailboxes",
        role: "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
      },
      {
        name: "Exchange.ManageAsApp",
        title: "Manage Exchange As Application",
        role: "dc50a0fb-09a3-484d-be87-e023b12c6440",
      },
    ],
  },
  {
    displayName: "Azure Key Vault",
    appId: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
    names: ["https://vault.azure.net"],
    permissions: [
      {
        name: "user_impersonation",
        title: "Have full access to the Azure Key Vault service",
        scope: "f53da476-18e3-4152-8e01-aec403e6edc0",
        consent: "User",
      },
    ],
  },
  {
    displayName: "Azure Storage",
    appId: "e406a681-f3d4-42a8-90b6-c2b029497af1",
    names: ["https://storage.azure.com"],
    permissions: [
      {
        name: "user_impersonation",
        title: "Access Azure Storage",
        scope: "03e0da56-190b-40ad-a80c-ea378c433f7f",
        consent: "User",
      },
    ],
  },
  {
    displayName: "Windows Azure Service Management API",
    appId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    names: ["https://management.azure.com", "https://management.core.windows.net"],
    permissions: [
      {
        name: "user_impersonation",
        title: "Access Azure Service Management as organization users",
        scope: "41094075-9dad-400e-a0bd-54e686782033",
        consent: "User",
      },
    ],
  },
  {
    displayName: "Azure DevOps",
    appId: AZURE_DEVOPS_APP_ID,
    names: ["https://app.vssps.visualstudio.com"],
    permissions: [
      {
        name: "user_impersonation",
        title: "Have full access to Visual Studio Team Services REST APIs",
        scope: "ee69721e-6c3a-468f-a9ec-302d16a4c599",
        consent: "User",
      },
    ],
  },
];

export function firstPartyPrincipals(world: World): DirectoryObject[] {
  return services.map(({ displayName, appId, names, permissions }) => ({
    id: world.guid("servicePrincipal", appId),
    appId,
    displayName,
    appDisplayName: displayName,
    appOwnerOrganizationId: MICROSOFT_SERVICES,
    createdDateTime: "2019-05-06T08:00:00Z",
    servicePrincipalNames: [appId, ...names],
    signInAudience: "AzureADMultipleOrgs",
    appRoles: [
      ...permissions.flatMap((each) => (each.role === undefined ? [] : [appRole(each, each.role, true)])),
      ...(appId === GRAPH_APP_ID && disabledRole.role ? [appRole(disabledRole, disabledRole.role, false)] : []),
    ],
    oauth2PermissionScopes: permissions.flatMap((each) => (each.scope === undefined ? [] : [scope(each, each.scope)])),
  }));
}

function appRole({ name, title }: PublishedPermission, id: string, isEnabled: boolean) {
  return {
    allowedMemberTypes: ["Application"],
    description: title,
    displayName: title,
    id,
    isEnabled,
    origin: "Application",
    value: name,
  };
}

function scope({ name, title, consent }: PublishedPermission, id: string) {
  return {
    adminConsentDescription: title,
    adminConsentDisplayName: title,
    id,
    isEnabled: true,
    type: consent ?? "Admin",
    userConsentDescription: title,
    userConsentDisplayName: title,
    value: name,
  };
}
