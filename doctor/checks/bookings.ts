/**
 * Whether the application that books rooms may see when they are free.
 *
 * @packageDocumentation
 */
import type { Registration } from "../../contract/outputs.ts";
import { applicationCredential, keptProof } from "../../sync/connectors/credentials/application.ts";
import { createGraphClient, type GraphClient } from "../../sync/connectors/graph/index.ts";
import { SettingsError } from "../../contract/errors.ts";
import { bookingApplication, type BookableRoom, calendarFindings } from "../../sync/kinds/rooms/bookings.ts";
import type { Access } from "./access.ts";
import { type Check, failed, ok, unknowable } from "./check.ts";
import { command } from "../../contract/this-stack.ts";

/** So many are named; `tenantwire rooms check` names them all. */
const NAMED = 5;

const twoRights = () =>
  `It takes who reads the rooms and the vendors' vault at once, and no identity of a pipeline may do both: ${command("rooms check")} is for an administrator.`;

/** @param rooms those in scope of the stack's room syncs; none where it has none */
export function bookingChecks(
  access: Access,
  rooms: ((signal: AbortSignal) => Promise<BookableRoom[]>) | undefined,
  now: () => Date,
): Check[] {
  const application = bookingApplication(access.outputs.registrations);
  if (application === undefined || rooms === undefined) return [];
  const { registration, untried } = application;
  return [
    {
      id: `bookings/${registration.name}`,
      tried: `ask as ${registration.displayName} when each room is free`,
      async run(signal) {
        if (untried !== undefined) return unknowable(untried);
        if (access.part !== undefined) return unknowable(twoRights());
        const all = await rooms(signal);
        const client = await graphAs(registration, access);
        const findings = await calendarFindings(client, all, registration, { now: now(), signal });
        if (findings.length === 0) return ok(`It may see ${all.length} of ${all.length} rooms.`);
        const named = findings.slice(0, NAMED).map(({ address, text }) => `${address} ${text}`);
        const more = findings.length > NAMED ? `; and ${findings.length - NAMED} more` : "";
        return failed(
          `${named.join("; ")}${more}. ${command("rooms check")} names each with the command that mends it.`,
        );
      },
    },
  ];
}

/** Microsoft Graph, signed in with a registration's own secret, which the vault keeps. */
export async function graphAs(registration: Registration, access: Access): Promise<GraphClient> {
  const { outputs } = access;
  const { clientId, displayName: who } = registration;
  const held = outputs.credentials.secrets.find((each) => each.clientId === clientId);
  if (held === undefined) {
    throw new SettingsError(
      `The outputs of ${outputs.mark} name no secret of ${who}: deploy the stack again (pulumi up).`,
    );
  }
  const proof = keptProof(held, await access.secret(held.vaultSecret));
  const credential = applicationCredential(outputs.tenant, { clientId, who, proof });
  return createGraphClient({ credential, cloud: outputs.tenant.cloud });
}
