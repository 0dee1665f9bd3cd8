/**
 * Permissions by which rights are made: over applications, roles, groups, accounts and devices. Texts, tiers and
 * reasons are this project's own; a permission is of tier 0 where one can say how it leads to control of the tenant.
 *
 * @packageDocumentation
 */
import { application, both, delegated, type PermissionEntry } from "./entry.ts";

const applications: readonly PermissionEntry[] = [
  ...application([
    [
      "Application.ReadWrite.OwnedBy",
      0,
      "Make applications, and change those that it owns, their secrets included",
      "it can make a secret for each application that it owns, and then do all that these may do",
    ],
  ]),
  ...both([
    [
      "Application.ReadWrite.All",
      0,
      "Change every application of the company, its secrets included",
      "it can make a secret for the most powerful application of the tenant and sign in as it",
    ],
    [
      "AppRoleAssignment.ReadWrite.All",
      0,
      "Grant any application permission to any application",
      "it can grant any permission, to itself as well",
    ],
    [
      "DelegatedPermissionGrant.ReadWrite.All",
      0,
      "Consent for everybody to what applications may do in people's names",
      "it can let an application act in the name of an administrator who signs in",
    ],
    [
      "Policy.ReadWrite.PermissionGrant",
      0,
      "Change who may consent to which permissions",
      "it can allow everybody to consent to anything",
    ],
    [
      "Synchronization.ReadWrite.All",
      0,
      "Change how accounts are provisioned from and to other systems",
      "it can decide what provisioning writes into accounts, and where it sends them",
    ],
    [
      "Policy.ReadWrite.ApplicationConfiguration",
      1,
      "Change policies about the tokens and credentials of applications",
      "it can lift limits that protect every application, and grants nothing by itself",
    ],
    [
      "Application.Read.All",
      2,
      "Read every application and what was granted to it",
      "it reads settings that hold no secret",
    ],
  ]),
];

const roles: readonly PermissionEntry[] = both([
  [
    "RoleManagement.ReadWrite.Directory",
    0,
    "Give and take every role of an administrator",
    "it can make anybody a Global Administrator",
  ],
  [
    "RoleAssignmentSchedule.ReadWrite.Directory",
    0,
    "Give and take active roles of administrators",
    "it can make anybody a Global Administrator for as long as it likes",
  ],
  [
    "RoleEligibilitySchedule.ReadWrite.Directory",
    0,
    "Decide who may take up a role of an administrator",
    "it can let anybody become a Global Administrator",
  ],
  [
    "RoleManagementPolicy.ReadWrite.Directory",
    0,
    "Change what is asked of people who take up a role of an administrator",
    "it can take away approval and the second factor before a role is taken up",
  ],
  [
    "PrivilegedAccess.ReadWrite.AzureADGroup",
    0,
    "Give and take timed membership of groups that hold rights",
    "it can put anybody into a group that holds an administrator's role",
  ],
  [
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    0,
    "Give and take timed active membership of groups that hold rights",
    "it can put anybody into a group that holds an administrator's role",
  ],
  [
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    0,
    "Decide who may become a member of groups that hold rights",
    "it can let anybody into a group that holds an administrator's role",
  ],
  [
    "EntitlementManagement.ReadWrite.All",
    0,
    "Change access packages and who gets them",
    "it can hand out groups, applications and roles by a package that it writes",
  ],
  [
    "RoleManagement.Read.Directory",
    2,
    "Read who is an administrator of what",
    "it reads only, and most people of the company can see it",
  ],
]);

const accounts: readonly PermissionEntry[] = [
  ...both([
    [
      "User.ReadWrite.All",
      0,
      "Change every person's account",
      "it can change the properties by which dynamic groups and access rules give rights",
    ],
    [
      "Directory.ReadWrite.All",
      0,
      "Change nearly everything in the directory: accounts, groups, devices",
      "it can change the groups that rights hang on",
    ],
    [
      "Group.ReadWrite.All",
      0,
      "Change every group, its members and what is shared in it",
      "it can put anybody into a group that holds rights in Azure or in an application",
    ],
    [
      "GroupMember.ReadWrite.All",
      0,
      "Change the members of every group",
      "it can put anybody into a group that holds rights in Azure or in an application",
    ],
    [
      "UserAuthenticationMethod.ReadWrite.All",
      0,
      "Change how every person proves who they are",
      "it can give an administrator's account a way to sign in that somebody else holds",
    ],
    [
      "UserAuthMethod-Passkey.ReadWrite.All",
      0,
      "Change every person's passkeys",
      "it can give an administrator's account a passkey that somebody else holds",
    ],
    [
      "Policy.ReadWrite.AuthenticationMethod",
      0,
      "Change the ways of signing in that are allowed",
      "it can allow a weak way to sign in for everybody, administrators included",
    ],
    [
      "Domain.ReadWrite.All",
      0,
      "Change the domains of the tenant and where people of a domain sign in",
      "it can let another system vouch for everybody of a domain, administrators included",
    ],
    [
      "Organization.ReadWrite.All",
      0,
      "Change the tenant's own settings",
      "it can add an authority whose certificates people sign in with",
    ],
    [
      "Policy.ReadWrite.ConditionalAccess",
      1,
      "Change the conditions under which people may sign in",
      "it can take away the second factor of everybody, and gives nobody an account",
    ],
    [
      "AdministrativeUnit.ReadWrite.All",
      1,
      "Change administrative units and who is in them",
      "it can take an account out of a unit that protects it",
    ],
    [
      "User.EnableDisableAccount.All",
      1,
      "Switch every person's account on and off",
      "it can lock the whole company out",
    ],
    ["User.DeleteRestore.All", 1, "Delete and restore every person's account", "it can lock the whole company out"],
    [
      "User-LifeCycleInfo.ReadWrite.All",
      1,
      "Change on which day people leave",
      "it can start what a company does on that day, such as closing accounts",
    ],
  ]),
  ...delegated([
    [
      "Directory.AccessAsUser.All",
      0,
      "Do in the directory whatever the person who signed in may do",
      "it has no bound of its own, so that with an administrator it is one",
    ],
  ]),
];

const devices: readonly PermissionEntry[] = both([
  [
    "DeviceManagementConfiguration.ReadWrite.All",
    0,
    "Change how the company's computers and phones are configured",
    "it can run what it likes on administrators' computers",
  ],
  [
    "DeviceManagementRBAC.ReadWrite.All",
    0,
    "Decide who manages the company's computers and phones",
    "it can let anybody run what they like on administrators' computers",
  ],
  [
    "DeviceManagementManagedDevices.PrivilegedOperations.All",
    1,
    "Wipe and lock the company's computers and phones",
    "it can erase the devices of the whole company",
  ],
]);

export const controlPermissions: readonly PermissionEntry[] = [...applications, ...roles, ...accounts, ...devices];
