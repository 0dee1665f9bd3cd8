/**
 * Where each secret of the stack stands after this deployment.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { next } from "../components/credentials/index.ts";
import { heldGeneration } from "../components/vault/index.ts";
import type { IntegrationSecret } from "../components/integration/index.ts";
import { SettingsError } from "../contract/errors.ts";
import type { CredentialState } from "../contract/outputs.ts";
import type { PreviousCredentials } from "./previous.ts";
import { credentialName } from "./registrations.ts";
import { type DeclaredRegistration, type DeclaredSecret } from "../contract/registrations.ts";
import { place } from "../contract/settings-faults.ts";

/** What of a secret is known before any resource is made. */
export type PlannedSecret = Omit<IntegrationSecret, "vault">;

/**
 * @param today the UTC day
 * @param resourceGroup of the vault, where there is one
 * @throws SettingsError when a secret cannot be renewed as the settings order it
 */
export async function plannedSecrets(
  registrations: readonly DeclaredRegistration[],
  previous: PreviousCredentials,
  today: string,
  resourceGroup: string | undefined,
): Promise<ReadonlyMap<string, PlannedSecret>> {
  const renewed = registrations.filter(({ secret }) => secret !== undefined);
  return new Map(
    await Promise.all(
      renewed.map(async ({ name, setting, usedBy, secret }) => {
        const credential = credentialName(name);
        const where = place([...setting, "secret"]);
        const before = previous.secrets.get(credential);
        const held = before?.kept && resourceGroup && (await heldGeneration({ ...before.kept, resourceGroup }));
        const last = { state: before?.state, held: held || undefined };
        return [name, { credential, ...planned(secret as DeclaredSecret, where, usedBy, today, last) }] as const;
      }),
    ),
  );
}

function planned(
  secret: DeclaredSecret,
  where: string,
  usedBy: string,
  today: string,
  last: { readonly state: CredentialState | undefined; readonly held: number | undefined },
): Pick<PlannedSecret, "plan" | "told"> {
  const policy = { period: secret.periodDays, overlap: secret.overlapDays, lateness: secret.latenessDays };
  const { delivery = "vault", acknowledged, rotateOn, revokeBefore } = secret;
  const told = { delivery, policy, usedBy, ...(acknowledged && { acknowledged }) };
  const orders = { delivery, acknowledged, rotateOn, revokeBefore };
  try {
    const plan = next(today, policy, last.state, orders, last.held);
    if (plan.warning) void pulumi.log.warn(`${where}: ${plan.warning}`);
    return { plan, told };
  } catch (error) {
    throw error instanceof SettingsError ? new SettingsError(`${where}: ${error.message}`, { cause: error }) : error;
  }
}
