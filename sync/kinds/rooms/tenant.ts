import type { Outputs } from "../../../contract/outputs.ts";
import { CredentialError, WrongPlace } from "../../../contract/errors.ts";
import type { SignedInClient } from "../../connectors/graph/index.ts";
import type { Place } from "../../model/types.ts";

/**
 * The tenant that the sync identity signed in to, by its access token.
 *
 * @param tenant the one of the outputs
 * @throws WrongPlace when it is another
 */
export async function tenantOf(
  client: Pick<SignedInClient, "tenantId">,
  tenant: Outputs["tenant"],
  signal: AbortSignal,
): Promise<Place> {
  const id = await client.tenantId(signal);
  if (id === undefined) {
    throw new CredentialError("The access token does not say which tenant it is of: sign in by another way.");
  }
  if (id !== tenant.id.toLowerCase()) {
    throw new WrongPlace(
      `The sync identity signed in to the tenant ${id}, but the outputs are of ${tenant.domain} (${tenant.id}): nothing was read or written. ` +
        `Use the outputs of the stack that deployed this tenant.`,
    );
  }
  return { id, label: `the tenant ${tenant.domain}`, mend: "use the outputs of its stack" };
}
