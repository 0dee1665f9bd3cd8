/**
 * What the provider azuread calls what belongs to a registration: in a state, and for an import (seen: azuread 6.9.1). Pure.
 *
 * @packageDocumentation
 */

/** @param id object id, as all ids here where nothing else is said */
export const applicationId = (id: string): string => `/applications/${id}`;

export const principalId = (id: string): string => `/servicePrincipals/${id}`;

export const ownerId = (application: string, owner: string): string => `${applicationId(application)}/owners/${owner}`;

/** @param api its client id */
export const apiAccessId = (application: string, api: string): string =>
  `${applicationId(application)}/apiAccess/${api}`;

export const webRedirectsId = (application: string): string => `${applicationId(application)}/redirectUris/Web`;

/** @param trust id of the federated identity credential */
export const trustId = (application: string, trust: string): string =>
  `${application}/federatedIdentityCredential/${trust}`;

/** @param api service principal of the API that the permission is of */
export const assignmentId = (api: string, assignment: string): string =>
  `${principalId(api)}/appRoleAssignedTo/${assignment}`;

export const grantId = (grant: string): string => `/oauth2PermissionGrants/${grant}`;
