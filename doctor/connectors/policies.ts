/**
 * App management policies: what the tenant allows of secrets and certificates.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../contract/errors.ts";
import { batchGet, type Call, type GraphClient } from "../../sync/connectors/graph/index.ts";

const Restriction = z.looseObject({
  restrictionType: z.string(),
  state: z.string().nullish(),
  /** ISO 8601, `P180D`. */
  maxLifetime: z.string().nullish(),
  /** Only what was created then or later is bound by it; absent: everything. */
  restrictForAppsCreatedAfterDateTime: z.string().nullish(),
  /** Whom it does not bind, by custom security attributes. */
  excludeActors: z.unknown().optional(),
});
export type Restriction = z.infer<typeof Restriction>;

const Restrictions = z.looseObject({
  passwordCredentials: z.array(Restriction).default([]),
  keyCredentials: z.array(Restriction).default([]),
});

const AppManagementPolicy = z.looseObject({
  isEnabled: z.boolean().default(false),
  applicationRestrictions: Restrictions.nullish(),
  /** Of a policy that is assigned to a registration. */
  restrictions: Restrictions.nullish(),
});
export type AppManagementPolicy = z.infer<typeof AppManagementPolicy>;

/** Documented: least for both reads. */
export const READ_POLICIES = "Policy.Read.All";

const Created = z.looseObject({ createdDateTime: z.string().nullish() });
const Page = z.looseObject({ value: z.array(z.unknown()) });

/**
 * What counts for a registration: the policy that an administrator assigned to it (documented: it counts instead of the
 * tenant's; one that is switched off counts for nothing), else the tenant's.
 *
 * @param objectId undefined: it is not there yet
 * @returns `created`: when it was made, ISO 8601; absent where it is not there
 */
export async function policyOf(
  client: GraphClient,
  objectId: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly policy: AppManagementPolicy; readonly created?: string }> {
  const call: Call = { doing: "read the app management policy", needs: [READ_POLICIES], signal };
  const own = objectId === undefined ? undefined : await assignedTo(client, objectId, call);
  const answer = own?.assigned ?? (await client.get("/policies/defaultAppManagementPolicy", call));
  const policy = AppManagementPolicy.safeParse(answer);
  if (!policy.success) throw new ConnectionError(`${client.host} did not answer as documented to ${call.doing}.`);
  const created = Created.safeParse(own?.there).data?.createdDateTime;
  return { policy: policy.data, ...(created && { created }) };
}

async function assignedTo(client: GraphClient, objectId: string, call: Call) {
  const path = `/applications/${objectId}`;
  const paths = [`${path}?$select=createdDateTime`, `${path}/appManagementPolicies`];
  const [there, page] = await batchGet(client, paths, call);
  const { value } = page === undefined ? { value: [] } : Page.parse(page);
  return { there, assigned: value.find((each) => AppManagementPolicy.safeParse(each).data?.isEnabled !== false) };
}
