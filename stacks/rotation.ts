/**
 * Where each secret of the stack stands after this deployment.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { next } from "../components/credentials/index.ts";
import type { IntegrationSecret } from "../components/integration/index.ts";
import { Fault } from "../components/fault.ts";
import type { CredentialState } from "./outputs.ts";
import { previousCredentials } from "./previous.ts";
import {
  credentialName,
  type DeclaredRegistration,
  type DeclaredSecret,
  type RegistrationName,
} from "./registrations.ts";
import { place } from "./settings-faults.ts";

/** What of a secret is known before any resource is made. */
export type PlannedSecret = Omit<IntegrationSecret, "vault">;

/** Who uses the secrets: the syncs, or a person who fills in a form. */
const USED_BY: Readonly<Record<RegistrationName, string>> = {
  sync: "the syncs",
  ones: "ONES > Settings > External Integration",
  "ones-sign-in": "ONES > Settings > External Integration > user settings",
  "oneplan-users": "OneConnect > Microsoft Entra ID Users",
  oneconnect: "OneConnect > group settings",
  "azure-devops": "OnePlan > Azure DevOps",
};

/**
 * @param stack `<organization>/<project>/<stack>`
 * @param today the UTC day
 * @throws Fault when a secret cannot be renewed as the settings order it
 */
export async function plannedSecrets(
  registrations: readonly DeclaredRegistration[],
  stack: string,
  today: string,
): Promise<ReadonlyMap<RegistrationName, PlannedSecret>> {
  const renewed = registrations.filter(({ secret }) => secret !== undefined);
  if (renewed.length === 0) return new Map();
  const previous = await previousCredentials(stack);
  return new Map(
    renewed.map(({ name, setting, secret }) => {
      const credential = credentialName(name);
      const where = place([...setting, "secret"]);
      return [name, { credential, ...planned(secret as DeclaredSecret, where, name, today, previous.get(credential)) }];
    }),
  );
}

function planned(
  secret: DeclaredSecret,
  where: string,
  name: RegistrationName,
  today: string,
  previous: CredentialState | undefined,
): Pick<PlannedSecret, "state" | "told"> {
  const policy = { period: secret.periodDays, overlap: secret.overlapDays, lateness: secret.latenessDays };
  const { delivery = "vault", acknowledged, rotateOn, revokeBefore } = secret;
  const told = { delivery, policy, usedBy: USED_BY[name], ...(acknowledged && { acknowledged }) };
  try {
    const { state, warning } = next(today, policy, previous, { delivery, acknowledged, rotateOn, revokeBefore });
    if (warning) void pulumi.log.warn(`${where}: ${warning}`);
    return { state, told };
  } catch (error) {
    throw error instanceof Fault ? new Fault(`${where}: ${error.message}`, { cause: error }) : error;
  }
}
