import type { Outputs } from "../../../contract/outputs.ts";
import { type GraphClient, organization } from "../../connectors/graph/index.ts";
import { WrongPlace } from "../../../contract/errors.ts";
import type { Place } from "../../model/types.ts";

/** As the outputs name it. */
export type ExpectedTenant = Pick<Outputs["tenant"], "id" | "domain">;

/**
 * The tenant that Graph answers for. It costs no permission: who may read users may read this.
 *
 * @param expected the one of the outputs
 * @throws WrongPlace when it is another
 */
export async function tenantPlace(
  client: GraphClient,
  expected: ExpectedTenant | undefined,
  signal: AbortSignal,
): Promise<Place> {
  const call = { doing: "tell which tenant this is", needs: ["User.Read.All"], signal };
  const { id, displayName } = await organization(client, call);
  const label = `the tenant ${displayName ?? "without a name"}`;
  if (expected && id.toLowerCase() !== expected.id.toLowerCase()) {
    throw new WrongPlace(
      `The sync identity signed in to ${label} (${id}), but the outputs are of ${expected.domain} (${expected.id}): nothing was read or written. ` +
        `Use the outputs of the stack that deployed this tenant.`,
    );
  }
  return { id: id.toLowerCase(), label, mend: "use the outputs of its stack" };
}
