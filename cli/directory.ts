/**
 * Who object ids are, and what registrations were granted, asked of the tenant's directory as whoever is signed in. Reads only.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { judgedFacts } from "../doctor/live/judged-facts.ts";
import { RegistrationReader } from "../doctor/live/read.ts";
import type { Live, LiveFacts, People, Person } from "../review/index.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { createGraphClient, type GraphClient, GraphRefusal } from "../sync/connectors/graph/index.ts";

const Found = z.object({
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});

/** What an object id can be of, and what is read of each. */
const KINDS = [
  { path: "users", select: "displayName,userPrincipalName,userType,accountEnabled" },
  { path: "servicePrincipals", select: "displayName,accountEnabled" },
] as const;

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
  const people = await Promise.all(
    ids.map(async (id) => [id.toLowerCase(), await personOf(client, id, signal)] as const),
  );
  return new Map(people);
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
      if (live !== undefined) found.set(registration.name, judgedFacts(live));
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

async function personOf(client: GraphClient, id: string, signal: AbortSignal): Promise<Person> {
  for (const { path, select } of KINDS) {
    const found = await unlessMissing(
      client.get(`/${path}/${encodeURIComponent(id)}?$select=${select}`, {
        doing: "look up who an object id is",
        needs: ["Directory.Read.All"],
        signal,
      }),
    );
    if (found === undefined) continue;
    const { displayName, userPrincipalName: address, userType, accountEnabled } = Found.parse(found);
    return {
      displayName: displayName || `somebody without a name, ${id}`,
      ...(address && { address }),
      guest: userType?.toLowerCase() === "guest",
      disabled: accountEnabled === false,
    };
  }
  return { guest: false, disabled: false };
}

async function unlessMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GraphRefusal && error.status === 404) return undefined;
    throw error;
  }
}
