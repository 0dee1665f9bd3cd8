/**
 * The grants of a tenant's stack, apart from it: who may grant needs neither its state nor its secrets, but its outputs.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { Consent } from "../components/consent/index.ts";
import { SettingsError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { resolvePermissions } from "../contract/permissions/resolve.ts";
import { lookUpTenant } from "../stacks/look-ups.ts";

/** What was declared: registration -> names of the permissions. No output is secret. */
export interface GrantsOutputs {
  readonly granted: Readonly<Record<string, readonly string[]>>;
}

/**
 * Grants what the registrations with the consent `apart` ask for. What they no longer ask for, and what belongs to one
 * that is no longer there, is taken away.
 *
 * Least permissions of the deployer: those of `Consent`, and nothing in Azure but this project's own state.
 *
 * @param outputs of the tenant's stack, as last deployed
 * @param stack name of this stack, the tenant's stack's too
 * @throws SettingsError before anything is made: outputs of another stack, another tenant, an unknown permission
 */
export async function declareGrants(outputs: Outputs, stack: string): Promise<GrantsOutputs> {
  if (outputs.mark.split("/").at(-1) !== stack) {
    throw new SettingsError(
      `The outputs are of ${outputs.mark}, and this is the stack "${stack}" of the grants: take its own.`,
    );
  }
  const { graph } = await lookUpTenant(outputs.tenant, stack);
  const apart = outputs.registrations.filter(({ consent }) => consent.mode === "apart");
  const resolved = apart.map((registration) => ({
    ...registration,
    permissions: resolvePermissions(registration.permissions, graph),
  }));
  for (const { name, principalId, permissions } of resolved) {
    new Consent(`${name}-consent`, {
      registration: { principalId: pulumi.output(principalId) },
      apiPrincipalId: graph.objectId,
      permissions,
    });
  }
  return {
    granted: Object.fromEntries(
      apart.map(({ name, permissions: { application, delegated } }) => [name, [...application, ...delegated]]),
    ),
  };
}
