/**
 * The provider's ids of a registration and what belongs to it, by their names in the program (seen: azuread 6.9.1). Pure.
 *
 * @packageDocumentation
 */
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import type { ApiPrincipal, Assignment, Grant } from "../connectors/grants.ts";
import * as provider from "../connectors/provider-ids.ts";
import type { DirectoryApplication, DirectoryTrust } from "../connectors/directory.ts";

/** A registration of the tenant with everything that belongs to it, as far as a program declares it. */
export interface Whole {
  readonly application: DirectoryApplication;
  /** Object id of its service principal. */
  readonly principalId: string | undefined;
  /** Object ids. */
  readonly owners: readonly string[];
  readonly trusts: readonly DirectoryTrust[];
  readonly assignments: readonly Assignment[];
  readonly grants: readonly Grant[];
}

/**
 * Passwords are not among them: what a password is cannot be read, so that the deployment makes its own beside them.
 *
 * @param name of the registration in the settings: `ones`
 * @param graph Microsoft Graph in this tenant
 */
export function idsOf(name: string, whole: Whole, graph: ApiPrincipal): Map<string, string> {
  const { application, principalId, owners, trusts, assignments, grants } = whole;
  const { id: own } = application;
  const ids = new Map([[`${name}-registration-application`, provider.applicationId(own)]]);
  if (principalId !== undefined) ids.set(`${name}-registration-principal`, provider.principalId(principalId));
  for (const owner of owners) ids.set(`${name}-registration-owner-${owner}`, provider.ownerId(own, owner));
  if (application.requiredResourceAccess.some(({ resourceAppId }) => resourceAppId === MICROSOFT_GRAPH)) {
    ids.set(`${name}-registration-access-graph`, provider.apiAccessId(own, MICROSOFT_GRAPH));
  }
  if ((application.web?.redirectUris ?? []).length > 0) {
    ids.set(`${name}-registration-redirects`, provider.webRedirectsId(own));
  }
  for (const { id, name: trust } of trusts) {
    ids.set(`${name}-federated-${trust}-trust`, provider.trustId(own, id));
  }
  for (const { id, appRoleId, resourceId } of assignments) {
    const permission = resourceId === graph.id ? graph.roles.get(appRoleId) : undefined;
    if (permission === undefined) continue;
    ids.set(`${name}-consent-${permission}`, provider.assignmentId(graph.id, id));
  }
  for (const { id, resourceId, consentType } of grants) {
    if (resourceId !== graph.id || consentType !== "AllPrincipals") continue;
    ids.set(`${name}-consent-delegated`, provider.grantId(id));
  }
  return ids;
}
