/**
 * Commands of the Azure CLI that make a registration as declared again, for whoever may: an owner of it, or a Cloud
 * Application Administrator. Documented: az ad app, az ad sp, az rest. Pure.
 *
 * @packageDocumentation
 */
import { clouds } from "../../contract/clouds.ts";
import type { Cloud } from "../../contract/outputs.ts";

/** Brings back what the program makes: a refresh sees that it is gone, or another. */
export const DEPLOY = "pulumi up --refresh";

export function changeApplication(cloud: Cloud, objectId: string, body: object): string {
  return rest(cloud, "PATCH", `/applications/${objectId}`, body);
}

export function changePrincipal(cloud: Cloud, principalId: string, body: object): string {
  return rest(cloud, "PATCH", `/servicePrincipals/${principalId}`, body);
}

export function removePrincipalOwner(cloud: Cloud, principalId: string, owner: string): string {
  return rest(cloud, "DELETE", `/servicePrincipals/${principalId}/owners/${owner}/$ref`);
}

/** @param id of the assignment of an application permission */
export function removeAssignment(cloud: Cloud, principalId: string, id: string): string {
  return rest(cloud, "DELETE", `/servicePrincipals/${principalId}/appRoleAssignments/${id}`);
}

/** @param left delegated permissions that stay granted */
export function narrowGrant(cloud: Cloud, id: string, left: readonly string[]): string {
  const path = `/oauth2PermissionGrants/${id}`;
  return left.length === 0 ? rest(cloud, "DELETE", path) : rest(cloud, "PATCH", path, { scope: left.join(" ") });
}

/** @param id of the assignment of a role of Entra */
export function removeDirectoryRole(cloud: Cloud, id: string): string {
  return rest(cloud, "DELETE", `/roleManagement/directory/roleAssignments/${id}`);
}

export function removeMember(cloud: Cloud, group: string, member: string): string {
  return rest(cloud, "DELETE", `/groups/${group}/members/${member}/$ref`);
}

export function removeCredential(on: "app" | "sp", id: string, keyId: string, certificate: boolean): string {
  return `az ad ${on} credential delete --id ${id} --key-id ${shell(keyId)}${certificate ? " --cert" : ""}`;
}

export function removeOwner(clientId: string, owner: string): string {
  return `az ad app owner remove --id ${clientId} --owner-object-id ${shell(owner)}`;
}

export function removeTrust(clientId: string, id: string): string {
  return `az ad app federated-credential delete --id ${clientId} --federated-credential-id ${shell(id)}`;
}

export function removeRequest(clientId: string, api: string, permission: string): string {
  return `az ad app permission delete --id ${clientId} --api ${shell(api)} --api-permissions ${shell(permission)}`;
}

/** @param through the group that has the role, where it is the group's: the group keeps it */
export function removeRole(id: string, through?: { readonly group: string; readonly member: string }): string {
  return through === undefined
    ? `az role assignment delete --ids ${shell(id)}`
    : `az ad group member remove --group ${shell(through.group)} --member-id ${shell(through.member)}`;
}

/** What is no plain word is quoted, so that what comes from outside is never more than an argument. */
function shell(argument: string): string {
  return /^[\w.:/-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** A call of Microsoft Graph: `az rest` signs it by the address. */
function rest(cloud: Cloud, method: "DELETE" | "PATCH", path: string, body?: object): string {
  const url = `https://${clouds[cloud].graph}/v1.0${path}`;
  const data = body === undefined ? "" : ` --body ${shell(JSON.stringify(body))}`;
  return `az rest --method ${method} --url ${shell(url)}${data}`;
}
