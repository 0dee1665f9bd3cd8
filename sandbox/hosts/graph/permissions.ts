/**
 * The gate: which application permissions allow a call. Every list must be met by at least one of its permissions.
 * A short table of its own, since the published one lacks `$batch`, casts and deleted items; a test compares the two.
 *
 * @packageDocumentation
 */
export type Needs = readonly (readonly string[])[];

const readApplications = ["Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"];
const writeApplications = ["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"];
const readUsers = ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];
const readGroups = ["GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All"];
const readMembers = [...readGroups, "GroupMember.ReadWrite.All"];
const writeMembers = ["GroupMember.ReadWrite.All", "Group.ReadWrite.All"];
const writeUnits = ["AdministrativeUnit.ReadWrite.All"];
const readUnits = [...writeUnits, "AdministrativeUnit.Read.All", "Directory.Read.All"];
export const readPlaces = ["Place.Read.All", "Place.ReadWrite.All"];
/** Published as Calendars.ReadBasic; the application permission that can be assigned has the longer name. */
const readCalendars = ["Calendars.ReadBasic.All", "Calendars.Read", "Calendars.ReadWrite"];
const writePolicies = ["Policy.ReadWrite.ApplicationConfiguration"];
const readPolicies = [...writePolicies, "Policy.Read.All"];
const readGrants = ["DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All"];

/** Published: whom an owner's reference means has to be readable too. */
const addOwner: Needs = [writeApplications, ["Directory.Read.All"]];
const application: Needs = [[...readApplications, "Directory.Read.All"]];
/** Documented: granting needs the right to grant, and to read applications besides. */
const assign: Needs = [
  ["AppRoleAssignment.ReadWrite.All"],
  ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"],
];
const unassign: Needs = [["AppRoleAssignment.ReadWrite.All"]];
const readRoles: Needs = [
  ["RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All"],
];
const organization: Needs = [["Organization.Read.All", "Directory.Read.All", "User.Read.All"]];
const domain: Needs = [["Domain.Read.All", "Directory.Read.All"]];

const MEMBERS = ["user", "group", "servicePrincipal"];

export const gate: Readonly<Record<string, Needs>> = {
  "GET /applications": application,
  "GET /applications/$count": application,
  "GET /applications/:id": application,
  "GET /applications/delta": application,
  "POST /applications": [writeApplications],
  "PATCH /applications/:id": [writeApplications],
  "DELETE /applications/:id": [writeApplications],
  "POST /applications/:id/addPassword": [writeApplications],
  "POST /applications/:id/removePassword": [writeApplications],
  "POST /applications/:id/addKey": [writeApplications],
  "POST /applications/:id/removeKey": [writeApplications],
  "GET /applications/:id/extensionProperties": application,
  "POST /applications/:id/extensionProperties": [writeApplications],
  "DELETE /applications/:id/extensionProperties/:extensionId": [writeApplications],
  ...listed("/applications/:id/owners", application, ["user", "servicePrincipal"]),
  "GET /applications/:id/owners/$ref": application,
  "POST /applications/:id/owners/$ref": addOwner,
  "DELETE /applications/:id/owners/:ownerId/$ref": [writeApplications],
  "GET /applications/:id/federatedIdentityCredentials": [readApplications],
  "GET /applications/:id/federatedIdentityCredentials/:key": [readApplications],
  "POST /applications/:id/federatedIdentityCredentials": [writeApplications],
  "PATCH /applications/:id/federatedIdentityCredentials/:key": [writeApplications],
  "DELETE /applications/:id/federatedIdentityCredentials/:key": [writeApplications],

  "GET /policies/defaultAppManagementPolicy": [readPolicies],
  "PATCH /policies/defaultAppManagementPolicy": [writePolicies],
  "GET /policies/appManagementPolicies": [readPolicies],
  "POST /policies/appManagementPolicies": [writePolicies],
  "GET /applications/:id/appManagementPolicies": [readPolicies],
  "POST /applications/:id/appManagementPolicies/$ref": [writePolicies, ["Application.Read.All"]],

  "GET /servicePrincipals": application,
  "GET /servicePrincipals/$count": application,
  "GET /servicePrincipals/:id": application,
  "GET /servicePrincipals/delta": application,
  "GET /servicePrincipals/:id/appRoles": application,
  "GET /servicePrincipals/:id/oauth2PermissionScopes": application,
  "POST /servicePrincipals": [writeApplications],
  "PATCH /servicePrincipals/:id": [writeApplications],
  "DELETE /servicePrincipals/:id": [writeApplications],
  "POST /servicePrincipals/:id/addPassword": [writeApplications],
  "POST /servicePrincipals/:id/removePassword": [writeApplications],
  "POST /servicePrincipals/:id/addKey": [writeApplications],
  "POST /servicePrincipals/:id/removeKey": [writeApplications],
  ...listed("/servicePrincipals/:id/owners", application, ["user", "servicePrincipal"]),
  "GET /servicePrincipals/:id/owners/$ref": application,
  "POST /servicePrincipals/:id/owners/$ref": addOwner,
  "DELETE /servicePrincipals/:id/owners/:ownerId/$ref": [writeApplications],
  "GET /servicePrincipals/:id/appRoleAssignedTo": application,
  "GET /servicePrincipals/:id/appRoleAssignedTo/:assignmentId": application,
  "POST /servicePrincipals/:id/appRoleAssignedTo": assign,
  "DELETE /servicePrincipals/:id/appRoleAssignedTo/:assignmentId": unassign,
  "GET /servicePrincipals/:id/appRoleAssignments": application,
  "GET /servicePrincipals/:id/appRoleAssignments/:assignmentId": application,
  "POST /servicePrincipals/:id/appRoleAssignments": assign,
  "DELETE /servicePrincipals/:id/appRoleAssignments/:assignmentId": unassign,

  ...principalAssignments("users"),
  ...principalAssignments("groups"),

  "GET /oauth2PermissionGrants": [readGrants],
  "GET /oauth2PermissionGrants/:id": [readGrants],
  "GET /oauth2PermissionGrants/delta": [readGrants],
  "POST /oauth2PermissionGrants": [["DelegatedPermissionGrant.ReadWrite.All"]],
  "PATCH /oauth2PermissionGrants/:id": [["DelegatedPermissionGrant.ReadWrite.All"]],
  "DELETE /oauth2PermissionGrants/:id": [["DelegatedPermissionGrant.ReadWrite.All"]],

  "GET /reports/appCredentialSignInActivities": [["AuditLog.Read.All"]],
  "GET /roleManagement/directory/roleAssignments": readRoles,
  "DELETE /roleManagement/directory/roleAssignments/:id": [["RoleManagement.ReadWrite.Directory"]],
  "GET /roleManagement/directory/roleDefinitions": readRoles,
  "GET /roleManagement/directory/roleDefinitions/:id": readRoles,
  "GET /auditLogs/directoryAudits": [["AuditLog.Read.All", "Directory.Read.All"]],

  "GET /organization": organization,
  "GET /organization/:id": organization,
  "GET /domains": domain,
  "GET /domains/:id": domain,

  "GET /users": [readUsers],
  "GET /users/$count": [readUsers],
  "GET /users/:id": [readUsers],
  "GET /users/delta": [readUsers],
  "POST /users": [["User.ReadWrite.All"]],
  "PATCH /users/:id": [["User.ReadWrite.All"]],
  "DELETE /users/:id": [["User.ReadWrite.All"]],
  "GET /users/:id/manager": [readUsers],
  "GET /users/:id/manager/$ref": [readUsers],
  "GET /users/:id/directReports": [readUsers],
  "GET /users/:id/directReports/$count": [readUsers],
  "PUT /users/:id/manager/$ref": [["User.ReadWrite.All"]],
  "DELETE /users/:id/manager/$ref": [["User.ReadWrite.All"]],

  "GET /groups": [readGroups],
  "GET /groups/$count": [readGroups],
  "GET /groups/:id": [readGroups],
  "GET /groups/delta": [readGroups],
  "POST /groups": [["Group.ReadWrite.All"]],
  "PATCH /groups/:id": [["Group.ReadWrite.All"]],
  "DELETE /groups/:id": [["Group.ReadWrite.All"]],
  ...listed("/groups/:id/members", [readMembers], MEMBERS),
  ...listed("/groups/:id/transitiveMembers", [readMembers], MEMBERS),
  "GET /groups/:id/members/$ref": [readMembers],
  "POST /groups/:id/members/$ref": [writeMembers],
  ...listed("/groups/:id/owners", [readMembers], ["user", "servicePrincipal"]),
  "GET /groups/:id/owners/$ref": [readMembers],
  "POST /groups/:id/owners/$ref": [["Group.ReadWrite.All"]],
  "DELETE /groups/:id/owners/:ownerId/$ref": [["Group.ReadWrite.All"]],

  ...memberOf(
    "users",
    ["Directory.Read.All"],
    ["GroupMember.Read.All", "Group.Read.All", "User.Read.All", "Directory.Read.All"],
  ),
  ...memberOf("groups", ["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"], ["Directory.Read.All"]),
  ...memberOf(
    "servicePrincipals",
    [...readApplications, "Directory.Read.All"],
    [...["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"]],
  ),
  ...memberships("directoryObjects"),
  "POST /directoryObjects/getByIds": [["Directory.Read.All"]],

  "DELETE /groups/:id/members/:memberId/$ref": [writeMembers],

  "GET /directory/administrativeUnits": [readUnits],
  "GET /directory/administrativeUnits/:id": [readUnits],
  "GET /directory/administrativeUnits/$count": [readUnits],
  ...listed("/directory/administrativeUnits/:id/members", [readUnits], MEMBERS),
  "POST /directory/administrativeUnits": [writeUnits],
  "PATCH /directory/administrativeUnits/:id": [writeUnits],
  "DELETE /directory/administrativeUnits/:id": [writeUnits],
  "POST /directory/administrativeUnits/:id/members/$ref": [[...writeUnits, "Group.ReadWrite.All"]],
  "DELETE /directory/administrativeUnits/:id/members/:memberId/$ref": [writeUnits],

  "GET /directory/deletedItems/microsoft.graph.user": [readUsers],
  "GET /directory/deletedItems/microsoft.graph.application": application,
  "GET /directory/deletedItems/microsoft.graph.servicePrincipal": application,
  "GET /directory/deletedItems/:id": [[...readUsers, ...readApplications]],
  "GET /directory/deletedItems/microsoft.graph.group": [readGroups],
  "POST /directory/deletedItems/:id/restore": [["User.ReadWrite.All", ...writeApplications]],
  "DELETE /directory/deletedItems/:id": [["User.ReadWrite.All", ...writeApplications]],
  "GET /directoryObjects/:id": [["Directory.Read.All"]],

  "GET /places/microsoft.graph.room": [readPlaces],
  "GET /places/microsoft.graph.roomList": [readPlaces],
  "GET /places/microsoft.graph.workspace": [readPlaces],
  "GET /places/:id": [readPlaces],
  "GET /places/:id/microsoft.graph.roomList/rooms": [readPlaces],
  "GET /places/:id/microsoft.graph.roomList/workspaces": [readPlaces],
  "POST /users/:id/calendar/getSchedule": [readCalendars],
  "POST /users/:id/sendMail": [["Mail.Send"]],
};

/** A list and its count, also seen as one of the types of its items. */
function listed(path: string, needs: Needs, types: readonly string[]): Record<string, Needs> {
  const ways = ["", ...types.map((type) => `/microsoft.graph.${type}`)];
  return Object.fromEntries(ways.flatMap((way) => ["", "/$count"].map((rest) => [`GET ${path}${way}${rest}`, needs])));
}

function principalAssignments(set: "users" | "groups"): Record<string, Needs> {
  const read: Needs = [["AppRoleAssignment.ReadWrite.All", "Directory.Read.All"]];
  const path = `/${set}/:id/appRoleAssignments`;
  return {
    [`GET ${path}`]: read,
    [`GET ${path}/:assignmentId`]: read,
    [`POST ${path}`]: unassign,
    [`DELETE ${path}/:assignmentId`]: unassign,
  };
}

function memberOf(set: string, direct: readonly string[], transitive: readonly string[]): Record<string, Needs> {
  const types = ["group", "administrativeUnit"];
  return {
    ...listed(`/${set}/:id/memberOf`, [direct], types),
    ...listed(`/${set}/:id/transitiveMemberOf`, [transitive], types),
    ...memberships(set),
  };
}

/** Published: the same for every kind of object. */
function memberships(set: string): Record<string, Needs> {
  const tell = [
    ...["User.Read.All", "GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Application.Read.All"],
    ...["Application.ReadWrite.All", "Directory.Read.All"],
  ];
  const check = [...tell, "User.ReadWrite.All"];
  return {
    [`POST /${set}/:id/getMemberGroups`]: [tell],
    [`POST /${set}/:id/getMemberObjects`]: [check],
    [`POST /${set}/:id/checkMemberGroups`]: [check],
    [`POST /${set}/:id/checkMemberObjects`]: [check],
  };
}
