/**
 * Where each secret of the stack stands after this deployment.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { next } from "../components/credentials/index.ts";
import type { IntegrationSecret } from "../components/integration/index.ts";
import { Fault } from "../contract/fault.ts";
import type { CredentialState } from "../contract/outputs.ts";
import { previousCredentials } from "./previous.ts";
import { credentialName } from "./registrations.ts";
import { type DeclaredRegistration, type DeclaredSecret } from "../contract/registrations.ts";
import { place } from "../contract/settings-faults.ts";

/** What of a secret is known before any resource is made. */
export type PlannedSecret = Omit<IntegrationSecret, "vault">;

/**
 * @param stack `<organization>/<project>/<stack>`
 * @param today the UTC day
 * @throws Fault when a secret cannot be renewed as the settings order it
 */
export async function plannedSecrets(
  registrations: readonly DeclaredRegistration[],
  stack: string,
  today: string,
): Promise<ReadonlyMap<string, PlannedSecret>> {
  const renewed = registrations.filter(({ secret }) => secret !== undefined);
  if (renewed.length === 0) return new Map();
  const previous = await previousCredentials(stack);
  return new Map(
    renewed.map(({ name, setting, usedBy, secret }) => {
      const credential = credentialName(name);
      const where = place([...setting, "secret"]);
      return [
        name,
        { credential, ...planned(secret as DeclaredSecret, where, usedBy, today, previous.get(credential)) },
      ];
    }),
  );
}

function planned(
  secret: DeclaredSecret,
  where: string,
  usedBy: string,
  today: string,
  previous: CredentialState | undefined,
): Pick<PlannedSecret, "state" | "told"> {
  const policy = { period: secret.periodDays, overlap: secret.overlapDays, lateness: secret.latenessDays };
  const { delivery = "vault", acknowledged, rotateOn, revokeBefore } = secret;
  const told = { delivery, policy, usedBy, ...(acknowledged && { acknowledged }) };
  try {
    const { state, warning } = next(today, policy, previous, { delivery, acknowledged, rotateOn, revokeBefore });
    if (warning) void pulumi.log.warn(`${where}: ${warning}`);
    return { state, told };
  } catch (error) {
    throw error instanceof Fault ? new Fault(`${where}: ${error.message}`, { cause: error }) : error;
  }
}
