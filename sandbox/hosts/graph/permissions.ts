/**
 * The gate: which application permissions allow a call. Every list must be met by at least one of its permissions.
 * A short table of its own, since the published one lacks `$batch`, casts and deleted items; a test compares the two.
 *
 * @packageDocumentation
 */
export type Needs = readonly (readonly string[])[];

const readApplications = ["Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"];
const readDirectory = ["Directory.Read.All", "Directory.ReadWrite.All"];
const writeApplications = ["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.ReadWrite.All"];
const readUsers = ["User.Read.All", "User.ReadWrite.All", ...readDirectory];
const writeUsers = ["User.ReadWrite.All", "Directory.ReadWrite.All"];
const readGroups = ["GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"];
const writeGroups = ["Group.ReadWrite.All", "Directory.ReadWrite.All"];
const writeMembers = ["GroupMember.ReadWrite.All", ...writeGroups];

const application: Needs = [[...readApplications, ...readDirectory]];
const assignmentRead: Needs = [[...readApplications, "AppRoleAssignment.ReadWrite.All", ...readDirectory]];
/** Documented: granting needs the right to grant, and to read applications besides. */
const assignmentWrite: Needs = [
  ["AppRoleAssignment.ReadWrite.All"],
  ["Application.Read.All", "Application.ReadWrite.All", ...readDirectory],
];
const group: Needs = [[...readGroups, ...readDirectory]];

export const gate: Readonly<Record<string, Needs>> = {
  "GET /applications": application,
  "GET /applications/:id": application,
  "POST /applications": [writeApplications],
  "PATCH /applications/:id": [writeApplications],
  "DELETE /applications/:id": [writeApplications],
  "POST /applications/:id/addPassword": [writeApplications],
  "POST /applications/:id/removePassword": [writeApplications],
  "GET /applications/:id/owners": application,
  "POST /applications/:id/owners/$ref": [writeApplications],
  "DELETE /applications/:id/owners/:ownerId/$ref": [writeApplications],
  "GET /applications/:id/federatedIdentityCredentials": application,
  "GET /applications/:id/federatedIdentityCredentials/:key": application,
  "POST /applications/:id/federatedIdentityCredentials": [writeApplications],
  "PATCH /applications/:id/federatedIdentityCredentials/:key": [writeApplications],
  "DELETE /applications/:id/federatedIdentityCredentials/:key": [writeApplications],

  "GET /servicePrincipals": application,
  "GET /servicePrincipals/:id": application,
  "POST /servicePrincipals": [writeApplications],
  "PATCH /servicePrincipals/:id": [writeApplications],
  "DELETE /servicePrincipals/:id": [writeApplications],
  "POST /servicePrincipals/:id/addPassword": [writeApplications],
  "POST /servicePrincipals/:id/removePassword": [writeApplications],
  "GET /servicePrincipals/:id/owners": application,
  "POST /servicePrincipals/:id/owners/$ref": [writeApplications],
  "DELETE /servicePrincipals/:id/owners/:ownerId/$ref": [writeApplications],
  "GET /servicePrincipals/:id/appRoleAssignedTo": assignmentRead,
  "GET /servicePrincipals/:id/appRoleAssignedTo/:assignmentId": assignmentRead,
  "POST /servicePrincipals/:id/appRoleAssignedTo": assignmentWrite,
  "DELETE /servicePrincipals/:id/appRoleAssignedTo/:assignmentId": [["AppRoleAssignment.ReadWrite.All"]],
  "GET /servicePrincipals/:id/appRoleAssignments": assignmentRead,
  "GET /servicePrincipals/:id/appRoleAssignments/:assignmentId": assignmentRead,
  "POST /servicePrincipals/:id/appRoleAssignments": assignmentWrite,
  "DELETE /servicePrincipals/:id/appRoleAssignments/:assignmentId": [["AppRoleAssignment.ReadWrite.All"]],

  "GET /oauth2PermissionGrants": [["DelegatedPermissionGrant.ReadWrite.All", ...readDirectory]],
  "GET /oauth2PermissionGrants/:id": [["DelegatedPermissionGrant.ReadWrite.All", ...readDirectory]],
  "POST /oauth2PermissionGrants": [["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"]],
  "PATCH /oauth2PermissionGrants/:id": [["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"]],
  "DELETE /oauth2PermissionGrants/:id": [["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"]],

  "GET /organization": [["Organization.Read.All", ...readDirectory]],
  "GET /organization/:id": [["Organization.Read.All", ...readDirectory]],
  "GET /domains": [["Domain.Read.All", ...readDirectory]],
  "GET /domains/:id": [["Domain.Read.All", ...readDirectory]],

  "GET /users": [readUsers],
  "GET /users/$count": [readUsers],
  "GET /users/:id": [readUsers],
  "GET /users/delta": [readUsers],
  "POST /users": [writeUsers],
  "PATCH /users/:id": [writeUsers],
  "DELETE /users/:id": [writeUsers],

  "GET /groups": group,
  "GET /groups/$count": group,
  "GET /groups/:id": group,
  "GET /groups/delta": group,
  "POST /groups": [writeGroups],
  "PATCH /groups/:id": [writeGroups],
  "DELETE /groups/:id": [writeGroups],
  ...membership("members"),
  ...membership("transitiveMembers"),
  "POST /groups/:id/members/$ref": [writeMembers],
  "DELETE /groups/:id/members/:memberId/$ref": [writeMembers],

  "GET /directory/deletedItems/microsoft.graph.user": [readUsers],
  "GET /directory/deletedItems/microsoft.graph.application": application,
  "GET /directory/deletedItems/microsoft.graph.servicePrincipal": application,
  "GET /directory/deletedItems/:id": [[...readUsers, ...readApplications]],
  "POST /directory/deletedItems/:id/restore": [["User.ReadWrite.All", ...writeApplications]],
  "DELETE /directory/deletedItems/:id": [["User.ReadWrite.All", ...writeApplications]],
  "GET /directoryObjects/:id": [readDirectory],
};

function membership(name: string): Record<string, Needs> {
  const path = `GET /groups/:id/${name}`;
  const ways = ["", "/microsoft.graph.user", "/microsoft.graph.group"].flatMap((cast) => [cast, `${cast}/$count`]);
  return Object.fromEntries(ways.map((way) => [path + way, group]));
}
