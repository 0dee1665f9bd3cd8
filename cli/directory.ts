/**
 * Who object ids are, and what registrations were granted, asked of the tenant's directory as whoever is signed in. Reads only.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { type Holder, holdersOf } from "../doctor/connectors/people.ts";
import { ruleFacts } from "../doctor/live/rule-facts.ts";
import { RegistrationReader } from "../doctor/connectors/registrations.ts";
import type { Live, LiveFacts, People, Person } from "../review/index.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";

/**
 * @throws TenantwireError when nobody is signed in, may read it, or the directory does not answer
 */
export async function lookUpPeople(
  ids: readonly string[],
  tenant: Outputs["tenant"],
  signal: AbortSignal,
): Promise<People> {
  if (ids.length === 0) return new Map();
  const credential = deployerCredential(tenant, process.env, "look up names");
  const client = createGraphClient({ credential, cloud: tenant.cloud });
  const holders = await holdersOf(client, ids, signal);
  return new Map(ids.map((id, index) => [id.toLowerCase(), personOf(id, holders[index])]));
}

/**
 * The registrations of a stack as they are in the tenant; one that is gone is left out.
 *
 * @throws TenantwireError when nobody is signed in, may read it, or the directory does not answer
 */
export async function lookUpRegistrations(
  { tenant, registrations }: Pick<Outputs, "tenant" | "registrations">,
  signal: AbortSignal,
): Promise<Live> {
  const credential = deployerCredential(tenant, process.env, "read registrations");
  const reader = new RegistrationReader(createGraphClient({ credential, cloud: tenant.cloud }));
  const found = new Map<string, LiveFacts>();
  try {
    for (const registration of registrations) {
      const live = await reader.read(registration, signal);
      if (live !== undefined) found.set(registration.name, ruleFacts(live));
    }
  } catch (error) {
    throw asWhoIsSignedIn(error);
  }
  return found;
}

/** The sync identity has no part in this: who looks is whoever is signed in. */
export function asWhoIsSignedIn(error: unknown): unknown {
  if (!(error instanceof TenantwireError) || error.name !== "PermissionError") return error;
  return new TenantwireError(
    "Who is signed in here may not read registrations: that needs the application permissions Application.Read.All and Directory.Read.All of Microsoft Graph.",
    { cause: error },
  );
}

function personOf(id: string, holder: Holder | undefined): Person {
  if (holder === undefined) return { guest: false, disabled: false };
  const { displayName, userPrincipalName: address, userType, accountEnabled } = holder;
  return {
    displayName: displayName || `somebody without a name, ${id}`,
    ...(address && { address }),
    guest: userType?.toLowerCase() === "guest",
    disabled: accountEnabled === false,
  };
}
