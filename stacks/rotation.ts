/**
 * Where each secret of the stack stands after this deployment.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { next, type RotationPolicy } from "../components/credentials/index.ts";
import { heldGeneration } from "../components/vault/index.ts";
import type { IntegrationSecret } from "../components/integration/index.ts";
import { SettingsError } from "../contract/errors.ts";
import type { CredentialState } from "../contract/outputs.ts";
import type { PreviousCredentials } from "./previous.ts";
import { credentialName } from "./registrations.ts";
import { type DeclaredRegistration, type DeclaredRotation, rotationOf, ordersOf } from "../contract/registrations.ts";
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
  const renewed = registrations.flatMap((registration) => {
    const rotation = rotationOf(registration);
    return rotation ? [{ registration, rotation }] : [];
  });
  return new Map(
    await Promise.all(
      renewed.map(async ({ registration, rotation }) => {
        const { name, setting, usedBy } = registration;
        const credential = credentialName(name, rotation.part);
        const where = place([...setting, rotation.part]);
        const before = previous.secrets.get(credential);
        const held =
          before?.kept && resourceGroup ? await heldGeneration({ ...before.kept, resourceGroup }) : undefined;
        const last = { ...before, held: held || undefined, lost: held === 0 };
        return [name, { credential, ...planned(rotation, where, usedBy, today, last) }] as const;
      }),
    ),
  );
}

interface Last {
  readonly state?: CredentialState;
  /** By which it was told to be renewed. */
  readonly policy?: RotationPolicy;
  /** Generation in the vault, where that can be told. */
  readonly held: number | undefined;
  /** The vault has nothing of it. */
  readonly lost: boolean;
}

function planned(
  { part, rotation }: DeclaredRotation,
  where: string,
  usedBy: string,
  today: string,
  last: Last,
): Pick<PlannedSecret, "plan" | "output"> {
  const policy = { period: rotation.periodDays, overlap: rotation.overlapDays, lateness: rotation.latenessDays };
  const { delivery = "vault", acknowledged, rotateOn, revokeBefore, retired } = rotation;
  const kind = part === "certificate" ? { kind: part } : {};
  const ordered = ordersOf(rotation);
  const output = {
    ...{ ...kind, delivery, policy, usedBy },
    ...(acknowledged && { acknowledged }),
    ...(ordered && { orders: ordered }),
  };
  // A password can be told to the vault again. The key of a certificate was told once.
  const lost = part === "certificate" && last.lost;
  const orders = { delivery, acknowledged, rotateOn, revokeBefore, retired, lost };
  try {
    const plan = next(today, policy, last.state, orders, last.held, last.policy);
    if (plan.warning) void pulumi.log.warn(`${where}: ${plan.warning}`);
    if (plan.postponed) void pulumi.log.warn(`${where}: ${postponing(part)}`);
    return { plan, output };
  } catch (error) {
    throw error instanceof SettingsError ? new SettingsError(`${where}: ${error.message}`, { cause: error }) : error;
  }
}

function postponing(part: DeclaredRotation["part"]): string {
  return (
    `The ${part} is due by what was changed here, and is renewed by the deployment after this one: until this one has ` +
    "gone through, everybody counts on the days before, and one made now would end earlier. Deploy once more (pulumi up)."
  );
}
