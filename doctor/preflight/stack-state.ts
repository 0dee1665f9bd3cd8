/**
 * What the engine knows of a stack, from `pulumi stack export` without secrets.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { SettingsError } from "../../contract/errors.ts";

const Resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  /** The provider's id; components have none. */
  id: z.string().optional(),
  parent: z.string().optional(),
});
export type StackResource = z.infer<typeof Resource>;
const Export = z.looseObject({ deployment: z.looseObject({ resources: z.array(Resource).nullish() }).nullish() });

/** @throws SettingsError when it is no export */
export function resourcesOf(exported: unknown): StackResource[] {
  const parsed = Export.safeParse(exported);
  if (!parsed.success)
    throw new SettingsError("pulumi stack export did not print a stack: is this Pulumi 3.259 or newer?");
  return parsed.data.deployment?.resources ?? [];
}

export const APPLICATION = "azuread:index/applicationRegistration:ApplicationRegistration";
export const RESOURCE_GROUP = "azure-native:resources:ResourceGroup";
export const ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment";
export const GRANT = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";

/** Whether an object of the directory is in the state: its id is the end of the provider's. */
export function knows(resources: readonly StackResource[], objectId: string): boolean {
  return resources.some(({ id }) => id === objectId || id?.endsWith(`/${objectId}`));
}

/** Object id of a part of a registration that the state knows. */
export function objectIdOf(
  state: readonly StackResource[],
  registration: string,
  part: "application" | "principal",
): string | undefined {
  const known = state.find(({ urn }) => urn.endsWith(`::${registration}-registration-${part}`));
  return known?.id?.split("/").at(-1);
}
