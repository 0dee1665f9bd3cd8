/**
 * What components look up for themselves in a program of somebody else's, once for all of them.
 *
 * @packageDocumentation
 */
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { MICROSOFT_GRAPH, type PermissionNames, resolvePermissions } from "../../contract/permissions/resolve.ts";
import type { InputPermissionIds } from "../app-registration/index.ts";

/** What says in notes and tags which stack made something: `<project>/<stack>`. */
export function mark(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

/** Object id of the service principal that deploys. */
export function deployer(options: pulumi.InvokeOptions): pulumi.Output<string> {
  return azuread.getClientConfigOutput(options).objectId;
}

export function tenantId(options: pulumi.InvokeOptions): pulumi.Output<string> {
  return azuread.getClientConfigOutput(options).tenantId;
}

/** Microsoft Graph in the tenant of the deploying credential. */
export interface Graph {
  /** Object id of its service principal. */
  readonly objectId: pulumi.Output<string>;
  readonly permissions: InputPermissionIds;
}

/**
 * Looks up the ids of permissions by their names.
 *
 * Least permission of the deployer: Directory.Read.All. A name that the tenant's Graph does not offer fails the
 * preview, with the nearest names.
 */
export function graph(names: PermissionNames, options: pulumi.InvokeOptions): Graph {
  const principal = azuread.getServicePrincipalOutput({ clientId: MICROSOFT_GRAPH }, options);
  const ids = principal.apply((offered) => resolvePermissions(names, offered));
  const idsOf = (kind: keyof PermissionNames) =>
    Object.fromEntries([...new Set(names[kind])].map((name) => [name, ids.apply((found) => found[kind][name] ?? "")]));
  return {
    objectId: principal.objectId,
    permissions: { application: idsOf("application"), delegated: idsOf("delegated") },
  };
}
